//! `clerk-rs keys check`: checks every key of the project; with `--online` it asks Clerk, too.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use super::TimeLimit;
use crate::check::Outcome;
use crate::check::rules::keys::KeyFacts;
use crate::check::rules::lines;
use crate::commands::pasted::LONGEST;
use crate::commands::{Context, given, local};
use crate::error::{Error, Exit};
use crate::finding::{Finding, Verdict};
use crate::keyring::Manner;
use crate::keyring::answers::Answers;
use crate::keyring::keys::Keys;
use crate::keyring::problem::Problem;
use crate::keyring::sources::{Candidate, Given, Sources};
use crate::output::{Report, Verbosity, findings, to_data};
use crate::project::manifest;
use crate::project::variables::Variables;

pub const SCHEMA: &str = "clerk-rs.keys-check/1";

#[derive(Args, Debug)]
#[command(after_help = "\
Looks where the app looks: in the environment, then in .env.local, then in .env. With --online the secret key is \
sent to Clerk's Backend API, or to CLERK_API_URL, and nowhere else.
Exit codes: 0 right, 1 something is wrong, 3 something could not be found out.

Examples:
  clerk-rs keys check
  clerk-rs keys check --online
  pbpaste | clerk-rs keys check --online --secret-key-file -")]
pub struct Arguments {
    /// Ask Clerk too: are the keys accepted, and are they of one instance
    #[arg(long)]
    online: bool,

    /// Check this publishable key in place of the project's
    #[arg(long, value_name = "PK")]
    publishable_key: Option<String>,

    /// Check the secret key in this file (`-` is standard input) in place of the project's
    #[arg(long, value_name = "FILE")]
    secret_key_file: Option<PathBuf>,

    /// Where the Backend API is, in place of CLERK_API_URL
    #[arg(long, value_name = "URL")]
    api_url: Option<String>,

    #[command(flatten)]
    limit: TimeLimit,
}

#[derive(Serialize)]
struct Checked {
    ok: bool,
    findings: Vec<Finding>,
    /// The first reason why something could not be found out.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem>,
}

/// Checks them.
pub fn run(args: Arguments, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let manner = Manner {
        limit: args.limit.duration(),
        is_offline: context.globals.offline,
    };
    let is_online = args.online;
    let folder = local::folder(context.env)?;
    let variables = Variables::read(&folder, |name| context.env.var_or_empty(name))?;
    let sources = Sources::find(given(args, context)?, &variables);
    let keys = Keys::of(&sources);
    if variables.files().is_empty() && sources.is_empty() {
        // Outside a project nothing can be missing.
        local::project(context.env)?;
    }
    let answers = match is_online && Answers::can_be_had(&keys) {
        true => Some(local::answer(
            context,
            "Asking",
            Answers::ask(&sources, &keys, manner),
        )?),
        false => None,
    };
    let keys = KeyFacts {
        sources: &sources,
        variables: &variables,
        need: manifest::secret(&folder),
        below: String::new(),
        answers: answers.as_ref(),
    };
    let mut findings = lines::of(&variables);
    findings.extend(keys.check());
    Ok(Box::new(Checked::new(findings)))
}

/// The keys on the command line, or in the files it names.
fn given(args: Arguments, context: &Context<'_>) -> Result<Given, Error> {
    let secret = match args.secret_key_file {
        None => None,
        Some(path) => {
            let (text, place) = given::read("the secret key", &path, LONGEST, context.env)?;
            // A file ends in a line break; any other character around the key is a finding.
            let text = text.strip_suffix('\n').unwrap_or(&text);
            let text = text.strip_suffix('\r').unwrap_or(text).to_owned();
            Some(Candidate::given("--secret-key-file", text, place))
        }
    };
    let flag = |name: &str, value: Option<String>| {
        value.map(|value| Candidate::given(name, value, name.to_owned()))
    };
    Ok(Given {
        publishable: flag("--publishable-key", args.publishable_key),
        secret,
        api_url: flag("--api-url", args.api_url),
    })
}

impl Checked {
    fn new(findings: Vec<Finding>) -> Self {
        let outcome = Outcome::of(&findings);
        let unknown = findings
            .iter()
            .find(|finding| finding.verdict == Verdict::Unknown)
            .filter(|_| outcome == Outcome::Unknown);
        let error = unknown.map(|finding| Problem {
            help: finding.help.clone(),
            ..Problem::new(finding.id.word(), &finding.detail)
        });
        Self {
            ok: outcome == Outcome::Right,
            error,
            findings,
        }
    }
}

impl Report for Checked {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn text(&self, _: Verbosity, width: usize) -> String {
        findings::text(&self.findings, width)
    }

    fn exit(&self) -> Exit {
        match Outcome::of(&self.findings) {
            Outcome::Right => Exit::Yes,
            Outcome::Wrong => Exit::No,
            Outcome::Unknown => Exit::Failed,
        }
    }
}
