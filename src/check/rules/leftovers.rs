//! Leftovers of runs that were stopped.

use crate::check::facts::Facts;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::project::leftover::{self, Leftover};

/// Looks into the project's folder.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    leftover::find(facts.root).iter().map(told).collect()
}

fn told(leftover: &Leftover) -> Finding {
    const SUBJECT: &str = "stopped run";
    match leftover {
        Leftover::Staged { path } => {
            let detail = "a run that was stopped left it behind; it may hold a secret";
            Finding::new(Id::Leftover, Verdict::Warn, SUBJECT, detail)
                .place(visible(path))
                .help("delete it, unless it is your own")
        }
        Leftover::HalfDone { files } => {
            let (detail, help) = if are_variables(files) {
                (
                    "a change of several files was stopped before it came to this: the keys may be of two instances",
                    "the next `clerk-rs env set` finishes it",
                )
            } else {
                (
                    "an update, or an `init` here, was stopped before it came to this",
                    "the next `clerk-rs update` or `init` finishes it",
                )
            };
            Finding::new(Id::SwitchUnfinished, Verdict::No, SUBJECT, detail)
                .place(visible(&files.join(", ")))
                .help(help)
        }
        Leftover::Torn { files } => {
            let (detail, help) = if are_variables(files) {
                (
                    "a change of several files was stopped, and this has been edited since: nobody can say whether the \
                     keys belong together",
                    "`clerk-rs env set --keys` sets them all again",
                )
            } else {
                (
                    "an update, or an `init` here, was stopped, and this has been edited since",
                    "`clerk-rs update` or `init` says what to do",
                )
            };
            Finding::new(Id::SwitchUnfinished, Verdict::No, SUBJECT, detail)
                .place(visible(&files.join(", ")))
                .help(help)
        }
    }
}

/// An update changes other files.
fn are_variables(files: &[String]) -> bool {
    files.iter().all(|file| file.starts_with(".env"))
}
