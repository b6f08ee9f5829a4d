//! `clerk-rs webhooks verify`: says whether a delivery is Clerk's and recent.

use std::fmt::Write as _;

use clap::Args;
use clerk_auth::time::UnixMillis;
use clerk_auth::webhooks::{self, Event, ID_HEADER};
use serde_json::{Value, json};

use super::delivery::DeliveryArguments;
use super::reason::{self, Signature};
use super::secrets::SecretArguments;
use crate::commands::{Context, moment};
use crate::error::{Error, Exit};
use crate::escape::visible;
use crate::inspect::clock;
use crate::keyring::problem::Problem;
use crate::output::findings::folded;
use crate::output::{GREEN, RED, Report, Verbosity};

pub const SCHEMA: &str = "clerk-rs.webhooks-verify/1";

#[derive(Args, Debug)]
#[command(after_help = "\
The app's own check: the same code, the same five minutes either way.
Exit codes: 0 Clerk's and recent, 1 not, 3 could not be found out.

Examples:
  clerk-rs webhooks verify request.txt --at 2026-03-03T12:34:56Z
  clerk-rs webhooks verify --body body.json --headers headers.txt --secret-file old.txt --secret-file new.txt
  clerk-rs webhooks verify --body - --id msg_1 --timestamp 1700000000 --signature 'v1,...' < body.json")]
pub struct Arguments {
    #[command(flatten)]
    delivery: DeliveryArguments,

    #[command(flatten)]
    secrets: SecretArguments,

    /// The moment to verify at: Unix seconds, a date with time, or a span such as -5m
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
}

struct Verified {
    verdict: Result<Event, Problem>,
    id: Option<String>,
    sent: Option<UnixMillis>,
    signatures: Vec<Signature>,
    bytes: usize,
    now: UnixMillis,
}

pub fn run(args: &Arguments, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let now = moment::of(args.at.as_deref())?;
    let delivery = args.delivery.read(context, args.secrets.is_from_stdin())?;
    let secrets = args.secrets.read(context)?;
    let all: Vec<_> = secrets.iter().map(|known| known.secret.clone()).collect();
    let verdict = webhooks::verify(&delivery.headers, &delivery.body, &all, now);
    let id = delivery.headers.get(ID_HEADER);
    let id = id.and_then(|value| value.to_str().ok());
    Ok(Box::new(Verified {
        id: id.map(|id| visible(id).into_owned()),
        sent: reason::moment(&delivery.headers),
        signatures: reason::signatures(&delivery, &secrets),
        bytes: delivery.body.len(),
        verdict: verdict.map_err(|error| reason::problem(error, &delivery, &secrets)),
        now,
    }))
}

impl Verified {
    fn made_by(&self) -> Option<&str> {
        let mut all = self.signatures.iter();
        all.find_map(|signature| signature.secret.as_deref())
    }

    /// What is known of it, in lines.
    fn rows(&self) -> Vec<(&'static str, String)> {
        let mut rows = Vec::new();
        if let Ok(event) = &self.verdict {
            let object = event.data["id"].as_str().unwrap_or_default();
            rows.push((
                "event",
                visible(&format!("{}   {object}", event.kind))
                    .trim_end()
                    .to_owned(),
            ));
            rows.extend(
                event
                    .instance_id
                    .iter()
                    .map(|id| ("instance", visible(id).into_owned())),
            );
        }
        rows.extend(self.id.clone().map(|id| ("id", id)));
        if let Some(sent) = self.sent {
            rows.push(("sent", clock::relative(sent.seconds(), self.now)));
        }
        rows.extend(
            self.made_by()
                .map(|origin| ("secret", visible(origin).into_owned())),
        );
        rows.push(("body", format!("{} bytes", self.bytes)));
        rows
    }
}

impl Report for Verified {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn data(&self) -> serde_json::Result<Value> {
        let event = self.verdict.as_ref().ok().map(|event| {
            json!({
                "type": event.kind,
                "object_id": event.data["id"].as_str(),
                "timestamp": event.timestamp.map(|at| at.0),
                "instance_id": event.instance_id,
            })
        });
        Ok(json!({
            "ok": self.verdict.is_ok(),
            "refusal": self.verdict.as_ref().err(),
            "id": self.id,
            "sent_at": self.sent.map(|at| at.0),
            "signatures": self.signatures,
            "bytes": self.bytes,
            "event": event,
        }))
    }

    fn text(&self, _: Verbosity, width: usize) -> String {
        let mut text = match &self.verdict {
            Ok(_) => format!("  {GREEN}\u{2713}{GREEN:#} Valid: signed, and recent\n\n"),
            Err(said) => {
                let mut text = format!("  {RED}\u{2717}{RED:#} Not valid: {}\n\n", said.code);
                let _ = writeln!(text, "  {}", folded(&said.message, 2, width));
                if let Some(help) = &said.help {
                    let _ = writeln!(text, "  help: {}", folded(help, 8, width));
                }
                text.push('\n');
                text
            }
        };
        for (name, value) in self.rows() {
            let _ = writeln!(text, "  {name:12}{value}");
        }
        text
    }

    fn exit(&self) -> Exit {
        match self.verdict {
            Ok(_) => Exit::Yes,
            Err(_) => Exit::No,
        }
    }
}
