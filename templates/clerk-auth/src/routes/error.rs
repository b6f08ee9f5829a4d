//! The reason why a pattern is refused, and what to write instead.

/// A pattern that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid path pattern `{pattern}` at position {position}: {problem} ({advice})")]
pub struct PatternError {
    /// The pattern as configured.
    pub pattern: String,
    /// The place in the pattern, in bytes from its start.
    pub position: usize,
    /// The mistake at that place.
    pub problem: String,
    /// The right form, as advice.
    pub advice: String,
}

impl PatternError {
    pub(super) fn new(
        pattern: &str,
        position: usize,
        problem: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            pattern: pattern.to_owned(),
            position,
            problem: problem.into(),
            advice: advice.into(),
        }
    }
}
