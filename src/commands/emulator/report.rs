//! `clerk-rs emulator report`: what the running emulator was asked for that production would refuse.

use clap::Args;
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::commands::{Context, local};
use crate::error::Error;
use crate::escape::visible;
use crate::output::{Report, Verbosity, to_data};
use crate::run;
use crate::run::control::Control;

pub const SCHEMA: &str = "clerk-rs.emulator-report/1";

const PATH: &str = "/__emulator/report";

#[derive(Args, Debug)]
#[command(after_help = "\
One line a kind, since the emulator started. What production and a development instance both refuse, the emulator refuses at \
once; this is the rest. docs/emulator.md lists the kinds.")]
pub struct ReportArguments {
    /// Begin anew
    #[arg(long)]
    clear: bool,

    /// The emulator's address [default: that of the project's emulator]
    #[arg(long)]
    url: Option<String>,
}

/// The emulator's answer.
#[derive(Deserialize)]
struct Told {
    findings: Vec<Finding>,
}

#[derive(Deserialize, Serialize)]
struct Finding {
    id: String,
    what: String,
    help: String,
    count: u64,
    /// In milliseconds since the epoch.
    at: i64,
    request: Option<String>,
}

#[derive(Serialize)]
struct Findings {
    ok: bool,
    findings: Vec<Finding>,
}

pub fn tell(args: ReportArguments, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let project = local::project(context.env).ok();
    let control = Control::find(project.as_deref(), args.url.as_deref())?;
    let method = if args.clear {
        Method::DELETE
    } else {
        Method::GET
    };
    let told = run::answer(control.send(method, PATH, ""))??;
    let Told { findings } = control.read(&told)?;
    Ok(Box::new(Findings { ok: true, findings }))
}

impl Report for Findings {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn text(&self, _: Verbosity, _: usize) -> String {
        if self.findings.is_empty() {
            return "  nothing that production would refuse\n".to_owned();
        }
        self.findings.iter().map(Finding::text).collect()
    }
}

impl Finding {
    fn text(&self) -> String {
        let Self {
            id,
            what,
            help,
            count,
            ..
        } = self;
        let request = self.request.as_deref();
        let first = request.map(|request| format!(", first by {request}"));
        let first = first.unwrap_or_default();
        let text = format!("  {id}  {what} ({count}x{first})\n      {help}\n");
        text.lines()
            .map(|line| visible(line).into_owned() + "\n")
            .collect()
    }
}
