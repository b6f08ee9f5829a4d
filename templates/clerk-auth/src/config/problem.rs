//! What can be wrong with a variable: the kind for programs, the words for people.

use std::fmt;

use crate::env_files::Origin;

/// Of which kind a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// The app cannot do without it, and it is not set.
    Missing,
    /// It comes to nothing, because what it refers to does.
    UnsetByReference,
    /// It still holds what a template has in its place.
    Placeholder,
    /// A key in base64: it was encoded once too often.
    Encoded,
    /// Something else stands there: another key, an address, a file, what a tool should have replaced.
    Other,
    /// The value is not what the variable is for.
    Malformed,
    /// Two names of one variable are set, and differ.
    Differs,
    /// The two keys are of two instances.
    Pair,
    /// A live secret would be readable on its way.
    Unencrypted,
}

/// Why a value is refused. A secret is never repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Of which kind it is.
    pub kind: ProblemKind,
    /// The part of the value that is wrong, where it may be shown.
    pub part: Option<String>,
    /// What is wrong, such as `is not an origin`.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

impl Refusal {
    /// A value that is not what its variable is for.
    pub(super) fn malformed(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(ProblemKind::Malformed, problem, remedy)
    }

    pub(super) fn new(
        kind: ProblemKind,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            part: None,
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }

    /// Shows the part that is meant, unless it could be a secret.
    pub(super) fn about(mut self, part: &str) -> Self {
        const SECRET: [&str; 8] = [
            "sk_", "whsec_", "ak_", "test_", "live_", "eyJ", "-----", "@",
        ];
        if !SECRET.iter().any(|mark| part.contains(mark)) {
            self.part = Some(part.chars().take(80).collect());
        }
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(part) = &self.part {
            write!(f, "{part:?} ")?;
        }
        f.write_str(&self.problem)
    }
}

/// One thing that is wrong with the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The variable to change, under the name it is set by.
    pub variable: &'static str,
    /// Where it is set, if anywhere.
    pub place: Option<Origin>,
    /// What is wrong with it.
    pub refusal: Refusal,
}

impl ConfigProblem {
    /// Of which kind it is.
    pub fn kind(&self) -> ProblemKind {
        self.refusal.kind
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.variable)?;
        if let Some(place @ Origin::File { .. }) = &self.place {
            write!(f, " ({place})")?;
        }
        write!(f, ": {} ({})", self.refusal, self.refusal.remedy)
    }
}
