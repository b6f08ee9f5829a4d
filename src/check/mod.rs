//! Checks a project's configuration; the result is one list of findings.
//!
//! [`facts`] are read, each once; [`rules`] look at them, each at one subject. `doctor` is all rules ([`examined`]),
//! `env check` those of the environment, `keys check` the rule of the keys with Clerk's answers, and [`guard`] asks before a
//! variable is set.

mod code;
pub mod examined;
pub mod facts;
pub mod guard;
mod meant;
mod owner;
pub mod refused;
pub mod remedies;
pub mod replaced;
pub mod rules;
pub mod sources;
mod texts;
pub mod unread;

use crate::finding::{Finding, Verdict};

/// The result of all findings together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// Nothing wrong was found.
    Right,
    /// Something is wrong.
    Wrong,
    /// Nothing wrong is known, but something could not be found out.
    Unknown,
}

impl Outcome {
    /// Sums findings up: a wrong one counts more than one that could not be found out.
    pub fn of(findings: &[Finding]) -> Self {
        let has = |verdict| findings.iter().any(|finding| finding.verdict == verdict);
        if has(Verdict::No) {
            Self::Wrong
        } else if has(Verdict::Unknown) {
            Self::Unknown
        } else {
            Self::Right
        }
    }
}
