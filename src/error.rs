//! Errors: what went wrong, the exit code, and advice.
//!
//! Each domain has an error enum of its own with data. Through [`Explain`] it gives its code and its advice; `output`
//! puts that on the screen.

use std::error::Error as StdError;
use std::fmt;
use std::ops::Deref;
use std::process::ExitCode;

/// The answer of the whole process.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Exit {
    /// Yes, or done.
    Yes,
    /// The answer is no.
    No,
    /// The command line makes no sense.
    Usage,
    /// It could not be found out or done.
    Failed,
    /// The user interrupted.
    Interrupted,
    /// The code of the program that was run.
    Of(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Yes => 0,
            Exit::No => 1,
            Exit::Usage => 2,
            Exit::Failed => 3,
            Exit::Interrupted => 130,
            Exit::Of(code) => code,
        })
    }
}

/// An error that can say more than its one sentence.
///
/// `Display` is one lower-case sentence without a full stop and without advice.
pub trait Explain: StdError + Send + Sync {
    /// Everything there is to say besides the sentence.
    fn explain(&self) -> Explanation;

    /// The sentence and its evidence in one.
    fn with_reason(&self) -> String {
        match self.explain().because {
            Some(because) => format!("{self}: {because}"),
            None => self.to_string(),
        }
    }
}

/// The rest behind an error's sentence.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// A stable word for scripts, such as `folder-not-empty`.
    pub code: &'static str,
    /// Its exit code.
    pub exit: Exit,
    /// The evidence.
    pub because: Option<String>,
    pub help: Option<String>,
}

impl Explanation {
    /// It could not be found out or done.
    pub fn failed(code: &'static str) -> Self {
        Self {
            code,
            exit: Exit::Failed,
            because: None,
            help: None,
        }
    }

    /// The command line makes no sense.
    pub fn usage(code: &'static str) -> Self {
        Self {
            exit: Exit::Usage,
            ..Self::failed(code)
        }
    }

    /// The user interrupted.
    pub fn interrupted() -> Self {
        Self {
            exit: Exit::Interrupted,
            ..Self::failed("interrupted")
        }
    }

    /// Adds the evidence.
    #[must_use]
    pub fn because(mut self, because: impl ToString) -> Self {
        self.because = Some(because.to_string());
        self
    }

    /// Adds advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// What a parser of TOML has against a text. Its own words draw a picture of several lines, which no list has room for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InToml {
    /// Counted from 1.
    pub line: Option<usize>,
    pub why: String,
}

impl InToml {
    /// Of an error as the parsers print it: the place, three lines of picture, the reason.
    pub fn of(error: &impl fmt::Display) -> Self {
        let whole = error.to_string();
        let mut lines = whole.lines();
        let place = whole.strip_prefix("TOML parse error at line ");
        let line = place.and_then(|rest| rest.split([',', '\n']).next()?.parse().ok());
        if line.is_some() {
            lines.nth(3);
        }
        let why = lines.collect::<Vec<_>>().join(", ");
        Self { line, why }
    }
}

impl fmt::Display for InToml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

/// Any error on its way out of a command.
#[derive(Debug)]
pub struct Error(Box<dyn Explain>);

impl Deref for Error {
    type Target = dyn Explain;

    fn deref(&self) -> &Self::Target {
        self.0.as_ref()
    }
}

impl<E: Explain + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::InToml;

    #[test]
    fn what_is_wrong_with_toml_is_said_in_one_line() {
        for (text, expected) in [
            ("[a]\n\n[b", "line 3: unclosed table, expected `]`"),
            ("a = 1\na = 2", "line 2: duplicate key"),
        ] {
            let error = toml::from_str::<toml::Table>(text).err();
            let said = error.map(|error| InToml::of(&error).to_string());
            assert_eq!(said.as_deref(), Some(expected));
        }
        let list = toml::Value::from("x").try_into::<Vec<String>>();
        let said = list.err().map(|error| InToml::of(&error).to_string());
        assert_eq!(
            said.as_deref(),
            Some("invalid type: string \"x\", expected a sequence")
        );
    }
}
