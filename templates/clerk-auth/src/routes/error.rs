//! The reason why a pattern is refused, and what to write instead.

use std::fmt;

/// A pattern that cannot be used. `Display` says what is wrong, [`PatternError::advice`] what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// The pattern as configured.
    pub pattern: String,
    /// The place in the pattern, in bytes from its start.
    pub position: usize,
    /// The mistake at that place.
    pub problem: PatternProblem,
}

/// The mistake in a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternProblem {
    /// A `*`, `+` or `?` that follows neither a parameter nor a group.
    StrayModifier(char),
    /// A `:` without a name after it.
    MissingName,
    /// A `(` without its `)`, or a `{` without its `}`.
    Unbalanced(char),
    /// `()` or `(?` at the start of a group.
    NotAGroup,
    /// A capturing group inside a group.
    NestedCapture,
    /// Look-ahead or look-behind.
    LookAround,
    /// Two parameters with nothing between them.
    NothingBetween,
    /// A parameter after text that its value must not contain, and that is longer than one character.
    NeedsOwnPattern(String),
    /// `*` or `+` on a parameter without a `/` or other text in front of it.
    CannotRepeat(char),
    /// An expression in parentheses that the engine does not understand.
    Expression(String),
}

impl PatternError {
    /// Advice on what to write instead.
    pub fn advice(&self) -> String {
        let (before, after) = self
            .pattern
            .split_at_checked(self.position)
            .unwrap_or_default();
        match &self.problem {
            PatternProblem::StrayModifier('*') if after == "*" => {
                let base = before.trim_end_matches('/');
                let whole = if base.is_empty() { "/" } else { base };
                format!("write `{base}/:path*` for `{whole}` and everything below it")
            }
            PatternProblem::StrayModifier(character) => {
                format!("write `\\{character}` for the character itself")
            }
            PatternProblem::MissingName => {
                "write `:name`, or `\\:` for the character itself".into()
            }
            PatternProblem::Unbalanced(character) => {
                format!("close it, or write `\\{character}` for the character itself")
            }
            PatternProblem::NotAGroup => "write the expression itself, such as `(v1|v2)`".into(),
            PatternProblem::NestedCapture => "write `(?:` for a group inside a group".into(),
            PatternProblem::LookAround => {
                "list the paths that are meant, such as `/dashboard/:path*`; static \
                files need no pattern"
                    .into()
            }
            PatternProblem::NothingBetween => {
                "put `/` or other text between them, or give the second its own `(expression)`"
                    .into()
            }
            PatternProblem::NeedsOwnPattern(_) => {
                "give the parameter its own expression, such as `:name([a-z]+)`".into()
            }
            PatternProblem::CannotRepeat(_) => {
                "put the `/` that separates the repetitions in front, such as `/:path*`".into()
            }
            PatternProblem::Expression(_) => {
                "use a plain regular expression; back-references are not supported".into()
            }
        }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "invalid path pattern `{}` at position {}: ",
            self.pattern, self.position
        )?;
        match &self.problem {
            PatternProblem::StrayModifier(modifier) => {
                write!(f, "`{modifier}` follows neither a parameter nor a group")
            }
            PatternProblem::MissingName => f.write_str("`:` has no parameter name after it"),
            PatternProblem::Unbalanced(bracket) => write!(f, "`{bracket}` has no counterpart"),
            PatternProblem::NotAGroup => f.write_str("a group must not be empty or begin with `?`"),
            PatternProblem::NestedCapture => f.write_str("a group inside a group must not capture"),
            PatternProblem::LookAround => f.write_str("look-around is not supported"),
            PatternProblem::NothingBetween => {
                f.write_str("two parameters have nothing between them")
            }
            PatternProblem::NeedsOwnPattern(text) => {
                write!(
                    f,
                    "a parameter after `{text}` needs an expression of its own"
                )
            }
            PatternProblem::CannotRepeat(modifier) => {
                write!(f, "`{modifier}` repeats something that no text separates")
            }
            PatternProblem::Expression(problem) => write!(f, "unusable expression: {problem}"),
        }
    }
}

impl std::error::Error for PatternError {}
