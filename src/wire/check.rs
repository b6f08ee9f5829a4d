//! Asks cargo whether the package compiles.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use crate::error::{Explain, Explanation};
use crate::program::command;
use crate::project::child;
use crate::project::lock::Stop;

/// So many of cargo's last lines are shown.
const LINES: usize = 24;

/// How cargo is asked.
pub struct Cargo<'a> {
    /// `cargo`, or what the variable `CARGO` says.
    pub program: OsString,
    /// The package's folder. cargo starts there, so that a toolchain file counts.
    pub folder: PathBuf,
    pub package: String,
    pub offline: bool,
    pub stop: &'a Stop<'a>,
}

/// Why nobody can say that it compiles.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    #[error("the project does not compile as it is")]
    Before(String),
    #[error("the wired project does not compile; everything was put back")]
    After(String),
    #[error("cargo could not be started")]
    Start(#[source] io::Error),
    #[error("interrupted")]
    Stopped,
}

impl Explain for CheckError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Before(said) => Explanation::failed("does-not-compile").because(said).help(
                "nothing was written; mend it first, or pass --no-check, which asks cargo neither before nor after",
            ),
            Self::After(said) => Explanation::failed("wired-does-not-compile").because(said).help(
                "`--dry-run` shows what would be written, `--no-check` writes it all the same; if the mistake is ours, please report it",
            ),
            Self::Start(error) => Explanation::failed("no-cargo")
                .because(error)
                .help("install it, or pass --no-check"),
            Self::Stopped => Explanation::interrupted().help("everything is as it was"),
        }
    }
}

impl CheckError {
    /// The event, without what was done about it.
    pub fn bare(&self) -> String {
        match self {
            Self::After(_) => "cargo says no".to_owned(),
            other => other.to_string(),
        }
    }
}

impl Cargo<'_> {
    /// Asks it. `refuse` words what it says if it says no.
    ///
    /// # Errors
    /// [`CheckError`]
    pub fn check(&self, refuse: impl FnOnce(String) -> CheckError) -> Result<(), CheckError> {
        let mut cargo = command(&self.program);
        cargo
            .args(["check", "--quiet", "--color", "never", "--package"])
            .arg(&self.package)
            .current_dir(&self.folder);
        if self.offline {
            cargo.arg("--offline");
        }
        let output = child::until(cargo, self.stop).map_err(CheckError::Start)?;
        let output = output.ok_or(CheckError::Stopped)?;
        match output.status.success() {
            true => Ok(()),
            false => Err(refuse(last_lines(&String::from_utf8_lossy(&output.stderr)))),
        }
    }
}

/// What an error says stands at the end, behind warnings.
fn last_lines(text: &str) -> String {
    let lines: Vec<_> = text.trim_end().lines().collect();
    let first = lines.len().saturating_sub(LINES);
    lines[first..].join("\n")
}
