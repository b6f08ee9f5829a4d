//! `clerk-rs schema`: what the JSON documents of the tool look like.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{ArgMatches, Args};
use serde_json::{Value, json};

use super::{Context, Entry, parsed};
use crate::error::Error;
use crate::output::{Report, Verbosity};

pub const ENTRY: Entry = Entry {
    name: "schema",
    about: "Print the JSON Schema of a document that --json prints",
    augment: Arguments::augment_args,
    schema: "clerk-rs.schema/1",
    subcommands: &[],
    run,
};

/// The names of all documents with their schemas, which stand in `docs/schemas`.
pub const SCHEMAS: &[(&str, &str)] = &[
    (
        "clerk-rs.add/1",
        include_str!("../../docs/schemas/add.json"),
    ),
    (
        "clerk-rs.add-page/1",
        include_str!("../../docs/schemas/add-page.json"),
    ),
    (
        "clerk-rs.completions/1",
        include_str!("../../docs/schemas/completions.json"),
    ),
    (
        "clerk-rs.completions-install/1",
        include_str!("../../docs/schemas/completions-install.json"),
    ),
    (
        "clerk-rs.dev/2",
        include_str!("../../docs/schemas/dev.json"),
    ),
    (
        "clerk-rs.doctor/1",
        include_str!("../../docs/schemas/doctor.json"),
    ),
    (
        "clerk-rs.doctor-explain/1",
        include_str!("../../docs/schemas/doctor-explain.json"),
    ),
    (
        "clerk-rs.emulator/2",
        include_str!("../../docs/schemas/emulator.json"),
    ),
    (
        "clerk-rs.emulator-clock/1",
        include_str!("../../docs/schemas/emulator-clock.json"),
    ),
    (
        "clerk-rs.emulator-export/1",
        include_str!("../../docs/schemas/emulator-export.json"),
    ),
    (
        "clerk-rs.emulator-fetch/1",
        include_str!("../../docs/schemas/emulator-fetch.json"),
    ),
    (
        "clerk-rs.emulator-import/1",
        include_str!("../../docs/schemas/emulator-import.json"),
    ),
    (
        "clerk-rs.emulator-report/1",
        include_str!("../../docs/schemas/emulator-report.json"),
    ),
    (
        "clerk-rs.env/1",
        include_str!("../../docs/schemas/env.json"),
    ),
    (
        "clerk-rs.env-check/1",
        include_str!("../../docs/schemas/env-check.json"),
    ),
    (
        "clerk-rs.env-list/1",
        include_str!("../../docs/schemas/env-list.json"),
    ),
    (
        "clerk-rs.env-set/1",
        include_str!("../../docs/schemas/env-set.json"),
    ),
    (
        "clerk-rs.env-unset/1",
        include_str!("../../docs/schemas/env-unset.json"),
    ),
    (
        "clerk-rs.help/1",
        include_str!("../../docs/schemas/help.json"),
    ),
    (
        "clerk-rs.init/1",
        include_str!("../../docs/schemas/init.json"),
    ),
    (
        "clerk-rs.keys/1",
        include_str!("../../docs/schemas/keys.json"),
    ),
    (
        "clerk-rs.keys-check/1",
        include_str!("../../docs/schemas/keys-check.json"),
    ),
    (
        "clerk-rs.keys-verify/1",
        include_str!("../../docs/schemas/keys-verify.json"),
    ),
    (
        "clerk-rs.man/1",
        include_str!("../../docs/schemas/man.json"),
    ),
    (
        "clerk-rs.routes/1",
        include_str!("../../docs/schemas/routes.json"),
    ),
    (
        "clerk-rs.schema/1",
        include_str!("../../docs/schemas/schema.json"),
    ),
    (
        "clerk-rs.token/1",
        include_str!("../../docs/schemas/token.json"),
    ),
    (
        "clerk-rs.token-decode/1",
        include_str!("../../docs/schemas/token-decode.json"),
    ),
    (
        "clerk-rs.token-decode-batch/1",
        include_str!("../../docs/schemas/token-decode-batch.json"),
    ),
    (
        "clerk-rs.token-mint/1",
        include_str!("../../docs/schemas/token-mint.json"),
    ),
    (
        "clerk-rs.token-verify/1",
        include_str!("../../docs/schemas/token-verify.json"),
    ),
    (
        "clerk-rs.token-verify-batch/1",
        include_str!("../../docs/schemas/token-verify-batch.json"),
    ),
    (
        "clerk-rs.update/1",
        include_str!("../../docs/schemas/update.json"),
    ),
    (
        "clerk-rs.usage/1",
        include_str!("../../docs/schemas/usage.json"),
    ),
    (
        "clerk-rs.version/1",
        include_str!("../../docs/schemas/version.json"),
    ),
    (
        "clerk-rs.webhooks/1",
        include_str!("../../docs/schemas/webhooks.json"),
    ),
    (
        "clerk-rs.webhooks-send/1",
        include_str!("../../docs/schemas/webhooks-send.json"),
    ),
    (
        "clerk-rs.webhooks-sign/1",
        include_str!("../../docs/schemas/webhooks-sign.json"),
    ),
    (
        "clerk-rs.webhooks-verify/1",
        include_str!("../../docs/schemas/webhooks-verify.json"),
    ),
];

#[derive(Args, Debug)]
#[command(after_help = "\
A document names its schema first, such as `clerk-rs.init/1`. New members may be added to a document at any time, and take no new \
number; what is there keeps its name and its meaning until the number changes.

Examples:
  clerk-rs schema
  clerk-rs schema token-verify > token-verify.schema.json")]
struct Arguments {
    /// The document [default: list them all]
    #[arg(value_name = "NAME", value_parser = PossibleValuesParser::new(SCHEMAS.iter().map(name)), hide_possible_values = true)]
    name: Option<String>,
}

/// A document may be named without the tool and the number as well.
fn name((document, _): &(&'static str, &'static str)) -> PossibleValue {
    PossibleValue::new(short(document)).alias(*document)
}

fn short(document: &'static str) -> &'static str {
    let (name, _) = document.rsplit_once('/').unwrap_or((document, ""));
    name.strip_prefix("clerk-rs.").unwrap_or(name)
}

/// A document and its schema, by the name that stands in it or by the short one.
pub fn find(name: &str) -> Option<(&'static str, &'static str)> {
    let mut all = SCHEMAS.iter().copied();
    all.find(|&(known, _)| name == known || name == short(known))
}

enum Told {
    All,
    One(&'static str, &'static str),
}

fn run(matches: ArgMatches, _: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let args: Arguments = parsed(matches)?;
    let found = args.name.as_deref().and_then(find);
    Ok(Box::new(
        found.map_or(Told::All, |(name, text)| Told::One(name, text)),
    ))
}

impl Report for Told {
    fn schema(&self) -> &'static str {
        ENTRY.schema
    }

    fn data(&self) -> serde_json::Result<Value> {
        match self {
            Self::All => {
                let names: Vec<_> = SCHEMAS.iter().map(|(name, _)| *name).collect();
                Ok(json!({ "ok": true, "documents": names }))
            }
            Self::One(name, text) => {
                let schema: Value = serde_json::from_str(text)?;
                Ok(json!({ "ok": true, "document": name, "json_schema": schema }))
            }
        }
    }

    fn text(&self, _: Verbosity, _: usize) -> String {
        match self {
            Self::All => SCHEMAS
                .iter()
                .map(|(name, _)| format!("{}\n", short(name)))
                .collect(),
            Self::One(_, text) => (*text).to_owned(),
        }
    }
}
