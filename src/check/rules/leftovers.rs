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
            let detail = "a change of several files was stopped before it came to this: the keys may be of two instances";
            Finding::new(Id::SwitchUnfinished, Verdict::No, SUBJECT, detail)
                .place(visible(&files.join(", ")))
                .help("the next `clerk-rs env set` finishes it")
        }
        Leftover::Torn { files } => {
            let detail = "a change of several files was stopped, and this has been edited since: nobody can say whether \
                          the keys belong together";
            Finding::new(Id::SwitchUnfinished, Verdict::No, SUBJECT, detail)
                .place(visible(&files.join(", ")))
                .help("`clerk-rs env set --keys` sets them all again")
        }
    }
}
