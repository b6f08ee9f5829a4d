//! The keys of a project: whether each is one, whether Clerk takes them, whether they belong together.
//!
//! `offline` reads them, `proof` compares what Clerk answered. What could not be found out is told as such and never as
//! "wrong".

pub mod offline;
pub mod proof;

use crate::finding::{Finding, Verdict};

/// What the findings come to.
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
