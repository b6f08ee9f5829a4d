//! `clerk-rs emulator clock`: the time that the running emulator goes by.

use clap::Args;
use clerk_auth::time::UnixMillis;
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::form_urlencoded::Serializer;

use crate::commands::moment::moved;
use crate::commands::{Context, local};
use crate::emulator::clock::Move;
use crate::error::{Error, Explain, Explanation};
use crate::escape::visible;
use crate::inspect::clock::{iso, utc};
use crate::output::{Report, Verbosity, to_data};
use crate::run;
use crate::run::control::Control;

pub const SCHEMA: &str = "clerk-rs.emulator-clock/1";

const PATH: &str = "/__emulator/clock";

#[derive(Args, Debug)]
#[command(after_help = "\
Tokens, sessions and codes of the emulator go by this clock; a restart of the emulator puts it right.

Examples:
  clerk-rs emulator clock +70s
  clerk-rs emulator clock reset")]
pub struct ClockArguments {
    /// How far to move it, such as +70s, -5m, +2h or +30d, or `reset`; without it the clock is read
    #[arg(value_name = "MOVE", allow_hyphen_values = true)]
    change: Option<String>,

    /// The emulator's address [default: that of the project's emulator]
    #[arg(long)]
    url: Option<String>,
}

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no move of a clock")]
struct BadMove(String);

impl Explain for BadMove {
    fn explain(&self) -> Explanation {
        Explanation::usage("bad-move")
            .help("write it as +70s, -5m, +2h, +30d or reset; a hundred years are the most")
    }
}

/// The emulator's answer.
#[derive(Deserialize)]
struct Told {
    now: UnixMillis,
    moved_by: i64,
}

#[derive(Serialize)]
struct Clock {
    ok: bool,
    now: Option<String>,
    #[serde(skip)]
    seconds: i64,
    /// In milliseconds.
    moved_by: i64,
}

pub fn tell(args: ClockArguments, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    if let Some(text) = args
        .change
        .as_ref()
        .filter(|text| Move::parse(text).is_none())
    {
        return Err(BadMove(visible(text).into_owned()).into());
    }
    let project = local::project(context.env).ok();
    let control = Control::find(project.as_deref(), args.url.as_deref())?;
    let told = run::answer(async {
        match args.change {
            Some(change) => {
                let form = Serializer::new(String::new())
                    .append_pair("move", &change)
                    .finish();
                control.send(Method::POST, PATH, form).await
            }
            None => control.send(Method::GET, PATH, "").await,
        }
    })??;
    let Told { now, moved_by } = control.read(&told)?;
    Ok(Box::new(Clock {
        ok: true,
        now: iso(now.seconds()),
        seconds: now.seconds(),
        moved_by,
    }))
}

impl Report for Clock {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn text(&self, _: Verbosity, _: usize) -> String {
        let now = utc(self.seconds).unwrap_or_default();
        format!("  {now}, {}\n", moved(self.moved_by))
    }
}
