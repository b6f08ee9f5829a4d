//! The keys of a project: whether each is one, whether Clerk takes them, whether they belong together.
//!
//! `sources` finds them, `offline` reads them, `address` says who may be asked with them, `online` asks, `proof`
//! compares the answers. What could not be found out is told as such and never as "wrong".

pub mod address;
pub mod answer;
pub mod offline;
pub mod online;
mod proof;
pub mod sources;
pub mod token;

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
