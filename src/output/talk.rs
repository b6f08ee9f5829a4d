//! Talk while a command works, line by line on standard error.

use std::io::{self, Write as _};

use anstream::{AutoStream, ColorChoice};

use super::{Verbosity, human};
use crate::error::Explain;

/// Says lines. Cheap to copy, so that every task has its own.
#[derive(Clone, Copy, Debug)]
pub struct Talk {
    choice: ColorChoice,
    verbosity: Verbosity,
    /// The width of the terminal, if it is one.
    columns: Option<usize>,
}

impl Talk {
    pub(super) fn new(choice: ColorChoice, verbosity: Verbosity, columns: Option<usize>) -> Self {
        Self {
            choice,
            verbosity,
            columns,
        }
    }

    /// True if colours are shown.
    pub fn has_color(self) -> bool {
        self.choice == ColorChoice::Always
    }

    /// The width of the terminal, if it is one.
    pub fn columns(self) -> Option<usize> {
        self.columns
    }

    /// How much to say.
    pub fn verbosity(self) -> Verbosity {
        self.verbosity
    }

    /// Says a line. If it cannot be written nobody is left to read it, so that changes nothing.
    pub fn line(self, text: &str) {
        let mut stderr = AutoStream::new(io::stderr().lock(), self.choice);
        let _ = writeln!(stderr, "{text}");
    }

    /// Says a line that `--quiet` leaves out.
    pub fn remark(self, text: &str) {
        if self.verbosity != Verbosity::Quiet {
            self.line(text);
        }
    }

    /// Says that something went wrong that stops nothing.
    pub fn warning(self, problem: &dyn Explain) {
        self.remark(human::warning(problem, self.columns).trim_end());
    }
}
