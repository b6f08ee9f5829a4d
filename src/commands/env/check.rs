//! `clerk-rs env check`: checks the variables of a project and of the packages below it.

use std::fmt::Write as _;

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use crate::check::facts::Facts;
use crate::check::rules;
use crate::commands::{Context, local};
use crate::error::{Error, Exit};
use crate::finding::{Finding, Verdict};
use crate::output::{BOLD, Report, Verbosity, findings, to_data};

pub const SCHEMA: &str = "clerk-rs.env-check/1";

#[derive(Args, Debug)]
#[command(after_help = "\
Looks at the environment and at every .env file of the project and of the packages below it: names, values, which \
place wins, secrets that would be published. Nothing is sent anywhere; `clerk-rs keys check --online` asks Clerk.

Exit codes: 0 all is right, 1 something is wrong, 3 a file could not be read.")]
pub struct Arguments {}

#[derive(Serialize)]
struct Checked {
    ok: bool,
    findings: Vec<Finding>,
}

/// Checks them.
pub fn run(_: &Arguments, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let folder = local::project(context.env)?;
    let lookup = |name: &str| context.env.var_or_empty(name);
    let facts = Facts::read(&folder, context.env.names(), &lookup);
    let findings = rules::check(&facts);
    Ok(Box::new(Checked {
        ok: count(&findings, Verdict::No) == 0,
        findings,
    }))
}

fn count(findings: &[Finding], verdict: Verdict) -> usize {
    let same = findings.iter().filter(|finding| finding.verdict == verdict);
    same.count()
}

impl Report for Checked {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn text(&self, verbosity: Verbosity, width: usize) -> String {
        if verbosity == Verbosity::Quiet {
            let wrong = self.findings.iter();
            let wrong = wrong.filter(|finding| finding.verdict == Verdict::No);
            return findings::text(&wrong.cloned().collect::<Vec<_>>(), width);
        }
        let mut shown = format!("  {BOLD}{}{BOLD:#}\n", self.summary());
        if !self.findings.is_empty() {
            let _ = write!(shown, "\n{}", findings::text(&self.findings, width));
        }
        shown
    }

    fn exit(&self) -> Exit {
        if !self.ok {
            Exit::No
        } else if count(&self.findings, Verdict::Unknown) > 0 {
            Exit::Failed
        } else {
            Exit::Yes
        }
    }
}

impl Checked {
    /// `1 failure, 2 warnings, 1 not checked`
    fn summary(&self) -> String {
        let parts = [
            (Verdict::No, "failure", "failures"),
            (Verdict::Unknown, "could not be read", "could not be read"),
            (Verdict::Warn, "warning", "warnings"),
            (Verdict::Skipped, "not checked", "not checked"),
        ];
        let parts =
            parts.iter().filter_map(
                |(verdict, one, many)| match count(&self.findings, *verdict) {
                    0 => None,
                    1 => Some(format!("1 {one}")),
                    several => Some(format!("{several} {many}")),
                },
            );
        let parts: Vec<_> = parts.collect();
        match (parts.is_empty(), self.findings.is_empty()) {
            (_, true) => "No variable of Clerk's is set here".to_owned(),
            (true, _) => "All is right".to_owned(),
            _ => parts.join(", "),
        }
    }
}
