//! Problems of the settings: the kind is for programs, the words are for people.

use std::fmt;

use crate::env_files::Origin;
#[cfg(feature = "organizations")]
use crate::routes::PatternError;

/// The kind of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// The app cannot do without it, and it is not set.
    Missing,
    /// It is empty, because it refers to something that is empty or not set.
    UnsetByReference,
    /// It still holds a template's placeholder.
    Placeholder,
    /// The key was encoded in base64 once too often.
    #[cfg(feature = "tool")]
    Encoded,
    /// Something else stands there: another key, an address, a file, or a reference that a tool should have replaced.
    Other,
    /// The value does not have the variable's form.
    Malformed,
    /// Two names of one variable are set to different values.
    Differs,
    /// The two keys are from two instances.
    Pair,
    /// A live secret could be read on its way.
    Unencrypted,
}

/// The refusal of a value. A secret is never repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The kind of the problem.
    pub kind: ProblemKind,
    /// The part of the value that is wrong, if it may be shown.
    pub part: Option<Box<str>>,
    /// The problem, such as `is not an origin`.
    pub problem: String,
    /// The remedy.
    pub remedy: String,
}

impl Refusal {
    /// The refusal of a value that does not have the variable's form.
    pub(super) fn malformed(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(ProblemKind::Malformed, problem, remedy)
    }

    /// The refusal of a path pattern.
    #[cfg(feature = "organizations")]
    pub(crate) fn pattern(error: &PatternError) -> Self {
        Self::malformed("is not a pattern", error.to_string()).about(&error.pattern)
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

    /// Shows the part that is wrong, unless it could be a secret.
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

/// A setting that cannot be used, is missing, or contradicts another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The variable to change, by the name under which it is set.
    pub variable: &'static str,
    /// The place where it is set, if that is known.
    pub place: Option<Origin>,
    /// The refusal of its value.
    pub refusal: Refusal,
}

impl ConfigError {
    pub(crate) const fn new(variable: &'static str, refusal: Refusal) -> Self {
        Self {
            variable,
            place: None,
            refusal,
        }
    }

    /// The refusal of a setting that needs a part of this crate which the app was built without.
    #[cfg(not(all(feature = "satellites", feature = "organizations")))]
    pub(super) fn lacks(variable: &'static str, feature: &str) -> Self {
        let problem = format!("is set, but clerk-auth was built without its feature {feature}");
        let remedy = format!(
            "add {feature:?} to the features of clerk-auth in Cargo.toml and run `clerk-rs update`, or remove the variable"
        );
        Self::new(variable, Refusal::new(ProblemKind::Other, problem, remedy))
    }

    /// The kind of the problem.
    pub const fn kind(&self) -> ProblemKind {
        self.refusal.kind
    }
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.variable)?;
        if let Some(place @ Origin::File { .. }) = &self.place {
            write!(f, " ({place})")?;
        }
        write!(f, ": {} ({})", self.refusal, self.refusal.remedy)
    }
}
