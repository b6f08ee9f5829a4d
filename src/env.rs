//! The only reader of arguments, variables, working folder and terminal.
//!
//! Everything else gets what it needs as arguments, so that they show what a command depends on. Nothing is read before
//! somebody asks, because most commands need little of it.
#![allow(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the process's surroundings"
)]

use std::ffi::OsString;
use std::io::{self, BufRead as _, IsTerminal, Read};
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use dialoguer::console::Term;

/// The folders in which programs are, as they are written.
pub fn search_path() -> Option<OsString> {
    std::env::var_os("PATH")
}

/// The surroundings of the process.
#[derive(Debug)]
pub struct Env {
    args: Vec<OsString>,
}

impl Env {
    /// The surroundings of this process.
    pub fn from_process() -> Self {
        Self {
            args: std::env::args_os().collect(),
        }
    }

    /// The arguments, the program's own name first.
    pub fn args(&self) -> &[OsString] {
        &self.args
    }

    /// A variable that is set, not empty and readable as text.
    pub fn var(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }

    /// A variable as it is, even if empty: an empty one hides the value in a file.
    pub fn var_or_empty(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    /// The names of all variables that are readable as text.
    pub fn names(&self) -> Vec<String> {
        let all = std::env::vars_os();
        all.filter_map(|(name, _)| name.into_string().ok())
            .collect()
    }

    /// A variable that names a path, which need not be text.
    pub fn var_os(&self, name: &str) -> Option<OsString> {
        std::env::var_os(name)
    }

    /// The working folder.
    pub fn cwd(&self) -> io::Result<PathBuf> {
        std::env::current_dir()
    }

    /// Standard input up to `limit` bytes; one byte more is read, so that the caller sees "too long".
    pub fn stdin(&self, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        io::stdin()
            .lock()
            .take(limit.saturating_add(1))
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// True once standard input has a first byte or an end; false if neither came in that time.
    pub fn stdin_comes(&self, within: Duration) -> bool {
        let (told, came) = mpsc::channel();
        // A thread of its own, which ends with the process, because not every system can wait for a pipe. What it read stays
        // in the buffer that all readers share; if it failed, the next reader fails likewise.
        thread::spawn(move || {
            let _to_be_read_again = io::stdin().lock().fill_buf().map(<[u8]>::len);
            let _nobody_waits = told.send(());
        });
        came.recv_timeout(within).is_ok()
    }

    /// Standard input as it comes, for input without an end.
    pub fn stdin_stream(&self) -> io::Stdin {
        io::stdin()
    }

    /// True if somebody can answer questions here: both ends are a terminal, and nothing says that a machine is running
    /// us.
    pub fn can_ask(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal() && self.var("CI").is_none()
    }

    /// True if standard input is a terminal.
    pub fn stdin_is_terminal(&self) -> bool {
        io::stdin().is_terminal()
    }

    /// True if standard output is a terminal.
    pub fn stdout_is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// True if a terminal here shows more than ASCII. Nearly all do, unless something says otherwise.
    pub fn has_unicode(&self) -> bool {
        let names = ["LC_ALL", "LC_CTYPE", "LANG"];
        let locale = names.into_iter().find_map(|name| self.var(name));
        cfg!(windows)
            || locale.is_none_or(|locale| {
                let locale = locale.to_ascii_lowercase();
                locale.contains("utf-8") || locale.contains("utf8")
            })
    }

    /// The width of standard output, if it is a terminal.
    pub fn stdout_columns(&self) -> Option<usize> {
        columns(&Term::stdout())
    }

    /// The width of standard error, if it is a terminal.
    pub fn stderr_columns(&self) -> Option<usize> {
        columns(&Term::stderr())
    }

    /// True if standard error is a terminal.
    pub fn stderr_is_terminal(&self) -> bool {
        io::stderr().is_terminal()
    }
}

/// Some terminals do not know their width and say 0.
fn columns(terminal: &Term) -> Option<usize> {
    let (_, columns) = terminal.size_checked()?;
    Some(columns.into()).filter(|columns| *columns > 0)
}
