//! What is said while a command works: line by line on standard error.

use std::io::{self, Write as _};

use anstream::{AutoStream, ColorChoice};

use super::{Verbosity, human};
use crate::error::Explain;

/// Says lines. Cheap to copy, so that every task has its own.
#[derive(Clone, Copy, Debug)]
pub struct Talk {
    choice: ColorChoice,
    verbosity: Verbosity,
    /// Of the terminal, if it is one.
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

    /// Whether colours are shown.
    pub fn has_color(self) -> bool {
        self.choice == ColorChoice::Always
    }

    /// How much to say.
    pub fn verbosity(self) -> Verbosity {
        self.verbosity
    }

    /// A line. Nobody is left to read it if it cannot be written, so that changes nothing.
    pub fn line(self, text: &str) {
        let mut stderr = AutoStream::new(io::stderr().lock(), self.choice);
        let _ = writeln!(stderr, "{text}");
    }

    /// A line that `--quiet` leaves out.
    pub fn remark(self, text: &str) {
        if self.verbosity != Verbosity::Quiet {
            self.line(text);
        }
    }

    /// Something that went wrong and stops nothing.
    pub fn warning(self, problem: &dyn Explain) {
        self.remark(human::warning(problem, self.columns).trim_end());
    }
}
