//! What went wrong, what it means for the exit code, and what to do about it.
//!
//! A domain's error is an enum of its own with data; it says here, through [`Explain`], under
//! which code it is known and what helps. Wording it on screen is `output`'s.

use std::error::Error as StdError;
use std::fmt;
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
    /// A stable word for scripts, such as `folder-not-empty`.
    fn code(&self) -> &'static str;

    /// The exit code it leads to.
    fn exit(&self) -> Exit {
        Exit::Failed
    }

    /// The evidence: what was seen. By default the underlying error.
    fn because(&self) -> Option<String> {
        self.source().map(ToString::to_string)
    }

    /// What to do now.
    fn help(&self) -> Option<String> {
        None
    }
}

/// Any error on its way out of a command.
#[derive(Debug)]
pub struct Error(Box<dyn Explain>);

impl Error {
    /// What it has to say.
    pub fn explain(&self) -> &dyn Explain {
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
