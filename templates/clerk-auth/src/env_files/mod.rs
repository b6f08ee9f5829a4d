//! Reads configuration: the process environment wins over `.env.local`, and that over `.env`. Tool and app share this
//! rule. Nothing here changes the process environment.

mod assignments;
mod entry;
#[cfg(feature = "tool")]
mod explain;
mod lines;
mod name;
mod value;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

pub use assignments::Assignments;
pub use entry::{BadLine, Entry, Fault, Lookup, Lost, Reference};
#[cfg(feature = "tool")]
pub use name::is_name;

/// The files that are read, the strongest first.
pub const FILES: [&str; 2] = [".env.local", ".env"];

/// The place a value was found in. Shown as `environment` or `.env:3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The process environment.
    Process,
    /// A line of one of [`FILES`].
    File {
        /// The file's name.
        name: &'static str,
        /// The line, counted from 1.
        line: usize,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process => f.write_str("environment"),
            Self::File { name, line } => write!(f, "{name}:{line}"),
        }
    }
}

/// A file that is there but cannot be used. The text of its lines is left out: it may be a secret.
#[derive(Debug, thiserror::Error)]
pub enum EnvFileError {
    /// The file could not be read.
    #[error("{} cannot be read: {cause}", path.display())]
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// The cause.
        cause: io::Error,
    },
    /// A line is not `NAME=value`.
    #[error("{}: line {line} is not of the form NAME=value: {fault}", path.display())]
    Malformed {
        /// Its path.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// Its fault.
        fault: Fault,
    },
}

/// The variables of one folder's files, and those of the process, which win.
pub struct Variables<P> {
    process: P,
    files: Vec<(&'static str, Assignments)>,
}

impl<P> fmt::Debug for Variables<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.files.iter().map(|(name, _)| name);
        f.debug_list().entries(names).finish()
    }
}

impl<P: Fn(&str) -> Option<String>> Variables<P> {
    /// Reads the files of `folder` that exist; `process` looks a name up in the process environment.
    ///
    /// # Errors
    /// A file that exists and cannot be read or understood.
    pub fn read(folder: &Path, process: P) -> Result<Self, EnvFileError> {
        let mut files = Vec::new();
        for name in FILES {
            let path = folder.join(name);
            let text = match std::fs::read_to_string(&path) {
                Ok(text) => text,
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => continue,
                Err(cause) => return Err(EnvFileError::Unreadable { path, cause }),
            };
            let content = Assignments::parse(&text, &process);
            if let Some(BadLine { line, fault }) = content.bad_lines.first().copied() {
                return Err(EnvFileError::Malformed { path, line, fault });
            }
            files.push((name, content));
        }
        Ok(Self { process, files })
    }

    /// The value of `name`. A variable that is set but empty hides the weaker places and counts as absent.
    pub fn get(&self, name: &str) -> Option<String> {
        let value = (self.process)(name);
        let value = value.or_else(|| self.entry(name).map(|(_, entry)| entry.value.clone()));
        value.filter(|value| !value.is_empty())
    }

    /// The place where `name` is set, be it to nothing.
    pub fn origin(&self, name: &str) -> Option<Origin> {
        if (self.process)(name).is_some() {
            return Some(Origin::Process);
        }
        let (file, entry) = self.entry(name)?;
        Some(Origin::File {
            name: file,
            line: entry.line,
        })
    }

    /// The names that the value of `name` refers to in vain.
    pub fn empty_references(&self, name: &str) -> Vec<String> {
        if (self.process)(name).is_some() {
            return Vec::new();
        }
        let references = self
            .entry(name)
            .into_iter()
            .flat_map(|(_, entry)| &entry.references);
        references.map(|reference| reference.name.clone()).collect()
    }

    fn entry(&self, name: &str) -> Option<(&'static str, &Entry)> {
        let mut files = self.files.iter();
        files.find_map(|(file, content)| Some((*file, content.get(name)?)))
    }
}
