//! What is right and what is wrong with a project's configuration: one list of findings.
//!
//! [`facts`] are read, each once; [`rules`] look at them, each at one subject. `env check` is all rules, `keys check` the
//! rule of the keys with Clerk's answers, and [`guard`] asks before a variable is set.

pub mod facts;
pub mod guard;
mod owner;
pub mod rules;

use crate::finding::{Finding, Verdict};

/// What findings come to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// Nothing is wrong with what was looked at.
    Right,
    /// Something is.
    Wrong,
    /// Nothing is known to be, but something could not be found out.
    Unknown,
}

impl Outcome {
    /// Of all findings together: what is wrong stays wrong, whatever else could not be found out.
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
