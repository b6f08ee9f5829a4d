//! The places that set each variable of a project, in the order in which they win.
//!
//! The rule is the app's own (the core's `env_files`): process environment, `.env.local`, `.env`. The core returns the
//! value that wins; this knows all places of a name, with line numbers, for explanations.

use std::collections::HashSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use clerk_auth::config::PUBLISHABLE_KEY_NAMES;
use clerk_auth::env_files::{BadLine, FILES, Lookup, Reference};

use super::dotenv::Dotenv;
use super::regular;
use crate::error::{Explain, Explanation};

/// People write no longer files; a longer one is something else.
const LONGEST: u64 = 256 << 10;

/// A place that sets a variable. Shown as `environment` or `.env:3`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Place {
    /// The process environment.
    Process,
    /// A line of a file.
    File {
        /// Its path below the folder that was read.
        name: String,
        /// Counted from 1.
        line: usize,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process => f.write_str("environment"),
            Self::File { name, line } => write!(f, "{name}:{line}"),
        }
    }
}

/// A variable in one place. The value may be a secret, so `Debug` leaves it out.
#[derive(Clone, Eq, PartialEq)]
pub struct Found {
    pub name: String,
    /// Its value there; may be empty.
    pub value: String,
    pub place: Place,
    /// True if a `$NAME` in it brings a part from the process environment, where it may be anything.
    pub is_composed: bool,
    /// The references in it that brought nothing.
    pub references: Vec<Reference>,
}

impl Found {
    /// A value that is to be set, treated as if the environment set it.
    pub fn written(name: &str, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            place: Place::Process,
            is_composed: false,
            references: Vec::new(),
        }
    }
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.place)
    }
}

/// A file that exists and cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be read", path.display())]
pub struct UnreadableFile {
    pub path: PathBuf,
    #[source]
    pub cause: io::Error,
}

impl Explain for UnreadableFile {
    fn explain(&self) -> Explanation {
        Explanation::failed("settings-unreadable").because(&self.cause)
    }
}

/// A line that keeps an app from starting, because nobody knows what it would have set.
#[derive(Debug, thiserror::Error)]
#[error("{file}:{} is not of the form NAME=value", bad.line)]
pub struct MalformedLine {
    /// The file's path below the folder.
    pub file: String,
    pub bad: BadLine,
}

impl Explain for MalformedLine {
    fn explain(&self) -> Explanation {
        Explanation::failed("line-malformed")
            .because(self.bad.fault)
            .help("no app starts with such a line; mend it first")
    }
}

/// One file of variables.
#[derive(Debug)]
pub struct File {
    /// Its path below the folder, such as `.env`.
    pub name: String,
    /// Its content.
    pub content: Dotenv,
}

/// All variables of one folder.
pub struct Variables<'a> {
    process: Box<Lookup<'a>>,
    files: Vec<File>,
}

impl fmt::Debug for Variables<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.files.fmt(f)
    }
}

impl<'a> Variables<'a> {
    /// Reads the files of a folder that exist. `process` looks a name up in the process environment, empty values
    /// included.
    ///
    /// # Errors
    /// A file exists and cannot be read as text. Bad lines are no error: see [`bad_lines`](Self::bad_lines).
    pub fn read(
        folder: &Path,
        process: impl Fn(&str) -> Option<String> + 'a,
    ) -> Result<Self, UnreadableFile> {
        let process: Box<Lookup<'a>> = Box::new(process);
        let mut files = Vec::new();
        for name in FILES {
            let path = folder.join(name);
            match read(&path) {
                Ok(text) => files.push(File {
                    name: name.to_owned(),
                    content: Dotenv::parse(text, &*process),
                }),
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
                Err(cause) => return Err(UnreadableFile { path, cause }),
            }
        }
        Ok(Self { process, files })
    }

    /// The variables of files that were read before.
    pub fn of(mut files: Vec<File>, process: impl Fn(&str) -> Option<String> + 'a) -> Self {
        let process: Box<Lookup<'a>> = Box::new(process);
        files.sort_by_key(|file| FILES.iter().position(|name| *name == file.name));
        Self { process, files }
    }

    /// The files that exist, the strongest first.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The lines that cannot be read, each with its file. With one of them an app does not start.
    pub fn bad_lines(&self) -> impl Iterator<Item = (&str, BadLine)> {
        self.files.iter().flat_map(|file| {
            let bad = file.content.bad_lines().iter();
            bad.map(|bad| (file.name.as_str(), *bad))
        })
    }

    /// Checks that every line can be read, for callers that cannot work with a part.
    ///
    /// # Errors
    /// The first line that cannot be read.
    pub fn must_be_readable(&self) -> Result<(), MalformedLine> {
        match self.bad_lines().next() {
            None => Ok(()),
            Some((file, bad)) => {
                let file = file.to_owned();
                Err(MalformedLine { file, bad })
            }
        }
    }

    /// Every name that a file sets, in the order of the files, each once.
    pub fn names(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        let entries = self.files.iter().flat_map(|file| file.content.entries());
        let names = entries.map(|entry| entry.name.as_str());
        names.filter(|name| seen.insert(*name)).collect()
    }

    /// Every place that sets a name, the one that wins first. Of two lines of one file the later wins.
    pub fn all(&self, name: &str) -> Vec<Found> {
        let process = (self.process)(name).map(|value| Found::written(name, &value));
        let lines = self.files.iter().flat_map(|file| {
            file.content.all(name).map(|entry| Found {
                name: name.to_owned(),
                value: entry.value.clone(),
                place: Place::File {
                    name: file.name.clone(),
                    line: entry.line,
                },
                is_composed: entry.is_from_process,
                references: entry.references.clone(),
            })
        });
        process.into_iter().chain(lines).collect()
    }

    /// The value the app gets. A variable that is set but empty hides the weaker places and counts as absent.
    pub fn get(&self, name: &str) -> Option<Found> {
        let first = self.all(name).into_iter().next();
        first.filter(|found| !found.value.is_empty())
    }

    /// The publishable key under each of its names that is set; the one that the app takes comes first.
    pub fn publishable_keys(&self) -> Vec<Found> {
        let names = PUBLISHABLE_KEY_NAMES.into_iter();
        names.filter_map(|name| self.get(name)).collect()
    }
}

/// The text of a file that is no longer than those of variables.
///
/// # Errors
/// As of [`regular::text`].
pub fn read(path: &Path) -> io::Result<String> {
    regular::text(path, LONGEST)
}
