//! One assignment of a file, or the reason why a line is not one.

use std::fmt;
#[cfg(feature = "tool")]
use std::ops::Range;

/// Looks a name up in the process environment.
pub type Lookup<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// The reason why a reference brought nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Lost {
    /// The name is set neither in the environment nor in a line above.
    NotSet,
    /// The name is set to an empty text.
    Empty,
    /// The default was used and is empty.
    Default,
}

/// A reference to another variable that brought nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reference {
    /// The name in the reference.
    pub name: String,
    /// The reason.
    pub lost: Lost,
    /// The place of a `$` without braces that is only a part of the value, counted from 1. What follows may be the rest
    /// of a secret rather than a name.
    #[cfg(feature = "tool")]
    pub inside: Option<usize>,
}

/// One assignment. Its value may be a secret, so `Debug` leaves it out.
#[derive(Clone, Eq, PartialEq)]
pub struct Entry {
    /// The variable's name.
    pub name: String,
    /// Its value, with quotes, escapes and references resolved.
    pub value: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The references that brought nothing.
    pub references: Vec<Reference>,
    /// True if a reference brings a part of the value from the process environment, where it may be anything.
    #[cfg(feature = "tool")]
    pub is_from_process: bool,
    /// The place of the whole line, or lines, with the line break.
    #[cfg(feature = "tool")]
    pub whole: Range<usize>,
    /// The place of the value, with its quotes.
    #[cfg(feature = "tool")]
    pub written: Range<usize>,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at line {}", self.name, self.line)
    }
}

/// The reason why a line is not an assignment. The line itself is left out: it may hold a secret.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Fault {
    /// It does not start with a name.
    #[error("it does not start with a variable's name")]
    Name,
    /// No `=` follows the name.
    #[error("no = follows the name")]
    NoEquals,
    /// Something follows the value.
    #[error(
        "more text follows the value; a value with spaces needs quotes, and a comment a space before its #"
    )]
    TextBehindValue,
    /// What follows was probably meant to be a comment.
    #[cfg(feature = "tool")]
    #[error("more text follows the value; if a comment was meant, # needs a space before it")]
    CommentWithoutSpace,
    /// The whole file has another tool's format.
    #[cfg(feature = "tool")]
    #[error("{0}; here it is NAME=value, one on each line")]
    Format(&'static str),
    /// An assignment in another tool's spelling.
    #[cfg(feature = "tool")]
    #[error("{0}")]
    Spelling(&'static str),
    /// A PEM without quotes, in one line or several.
    #[cfg(feature = "tool")]
    #[error("a PEM needs quotes around it, from its BEGIN to its END")]
    UnquotedPem,
    /// A backslash before a character that needs none.
    #[error("\\{} means nothing; a backslash itself is written \\\\", .0.escape_default())]
    Escape(char),
    /// A quote without its end.
    #[error("a quote is opened and not closed")]
    OpenQuote,
    /// `${` without its `}`.
    #[error("${{ is opened and not closed")]
    OpenReference,
    /// Something in `${…}` that is not one of the known forms.
    #[error(
        "what stands in ${{}} is not known; ${{NAME}}, ${{NAME:-default}} and ${{NAME-default}} are (a $ itself is written \\$)"
    )]
    Reference,
    /// Too many defaults inside defaults.
    #[error("defaults stand in each other more than 8 deep")]
    TooDeep,
    /// References bring in more than a value may be long.
    #[error("what it refers to is too long")]
    TooLong,
    /// The file ends after a space or a backslash.
    #[error("the file ends right behind a space or a backslash; a line break is missing")]
    CutOff,
}

/// A line that is not an assignment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BadLine {
    /// The line, counted from 1.
    pub line: usize,
    /// Its fault.
    pub fault: Fault,
}
