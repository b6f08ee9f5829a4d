//! One assignment of a file, or why a line is no assignment.

use std::fmt;
use std::ops::Range;

/// Looks a name up in the environment of the process.
pub type Lookup<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// The quotes around a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Quoting {
    /// None, or such that only a part is quoted.
    None,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
}

/// Why a reference brought nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Lost {
    /// Neither the environment nor a line above sets the name.
    NotSet,
    /// The name is set to nothing.
    Empty,
    /// The default was used, and is empty.
    Default,
}

/// A reference to another variable that brought nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reference {
    /// The name it refers to.
    pub name: String,
    /// Why there is nothing.
    pub lost: Lost,
    /// Where in the value a `$` without braces stands that is not all of it, counted from 1. What follows it may be no
    /// name but the rest of a secret.
    pub inside: Option<usize>,
}

/// One assignment. Its value may be a secret, so `Debug` leaves it out.
#[derive(Clone, Eq, PartialEq)]
pub struct Entry {
    /// The variable.
    pub name: String,
    /// What it is set to, quotes, escapes and references undone.
    pub value: String,
    /// The line, counted from 1.
    pub line: usize,
    /// How the value is quoted.
    pub quoting: Quoting,
    /// Whether a part of the value comes, by a reference, out of the environment of the process: it may be anything.
    pub is_from_process: bool,
    /// The references that brought nothing.
    pub references: Vec<Reference>,
    /// Where the whole line is, or lines, line break and all.
    pub whole: Range<usize>,
    /// Where the value is, with its quotes.
    pub written: Range<usize>,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at line {}", self.name, self.line)
    }
}

/// Why a line is no assignment. The line itself is left out: it may hold a secret.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Fault {
    /// It does not start with a name.
    #[error("it does not start with a variable's name")]
    Name,
    /// No `=` follows the name.
    #[error("no = follows the name")]
    NoEquals,
    /// Something follows the value.
    #[error("more text follows the value; a value with spaces needs quotes")]
    TextBehindValue,
    /// What follows was probably meant to be a comment.
    #[error("more text follows the value; if a comment was meant, # needs a space before it")]
    CommentWithoutSpace,
    /// A line of another tool's files, which are that as a whole.
    #[error("{0}; here it is NAME=value, one on each line")]
    Format(&'static str),
    /// An assignment that is written as other tools want it.
    #[error("{0}")]
    Spelling(&'static str),
    /// A PEM, in one line or in several.
    #[error("a PEM needs quotes around it, from its BEGIN to its END")]
    UnquotedPem,
    /// A backslash in front of something that needs none.
    #[error("\\{} means nothing; a backslash itself is written \\\\", .0.escape_default())]
    Escape(char),
    /// A quote that nothing closes.
    #[error("a quote is opened and not closed")]
    OpenQuote,
    /// `${` that nothing closes.
    #[error("${{ is opened and not closed")]
    OpenReference,
    /// Something in `${…}` that is none of the known forms.
    #[error(
        "what stands in ${{}} is not known; ${{NAME}}, ${{NAME:-default}} and ${{NAME-default}} are (a $ itself is written \\$)"
    )]
    Reference,
    /// Defaults in defaults.
    #[error("defaults stand in each other more than 8 deep")]
    TooDeep,
    /// References bring in more than a value can be.
    #[error("what it refers to is too long")]
    TooLong,
    /// The file ends behind a space or a backslash.
    #[error("the file ends right behind a space or a backslash; a line break is missing")]
    CutOff,
}

/// A line that is no assignment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BadLine {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: Fault,
}
