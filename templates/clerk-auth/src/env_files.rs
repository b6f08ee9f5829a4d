//! Where configuration comes from: the process environment wins over `.env.local`, that over `.env`. Tool and app
//! share this rule. Nothing here changes the process environment.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The files that are read, the strongest first.
pub const FILES: [&str; 2] = [".env.local", ".env"];

/// Where a value was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The environment of the process.
    Process,
    /// One of [`FILES`].
    File(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Process => "environment",
            Self::File(name) => name,
        })
    }
}

/// A file that is there but cannot be used. The text of its lines is left out: it may be a secret.
#[derive(Debug, thiserror::Error)]
pub enum EnvFileError {
    /// The file could not be read.
    #[error("{} cannot be read: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// A line is not `NAME=value`.
    #[error("{}: line {line} is not of the form NAME=value (a value with spaces or quotes needs \
     quotes)", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
}

/// The variables of the files of one folder, with those of the process in front.
pub struct Variables<P> {
    process: P,
    files: Vec<(&'static str, HashMap<String, String>)>,
}

impl<P> fmt::Debug for Variables<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.files.iter().map(|(name, _)| name);
        f.debug_list().entries(names).finish()
    }
}

impl<P: Fn(&str) -> Option<String>> Variables<P> {
    /// Reads the files of `folder` that exist; `process` looks a name up in the environment of the process.
    ///
    /// # Errors
    /// A file that exists and cannot be read or understood.
    pub fn read(folder: &Path, process: P) -> Result<Self, EnvFileError> {
        let mut files = Vec::new();
        for name in FILES {
            let path = folder.join(name);
            match std::fs::read_to_string(&path) {
                Ok(text) => files.push((name, parse(&text, &path)?)),
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
                Err(cause) => return Err(EnvFileError::Unreadable { path, cause }),
            }
        }
        Ok(Self { process, files })
    }

    /// The value of `name`. A variable that is set but empty hides the weaker places and counts as absent.
    pub fn get(&self, name: &str) -> Option<String> {
        self.get_with_origin(name).map(|(value, _)| value)
    }

    /// The value of `name` and the place it came from.
    pub fn get_with_origin(&self, name: &str) -> Option<(String, Origin)> {
        let from_process = (self.process)(name).map(|value| (value, Origin::Process));
        let found = from_process.or_else(|| {
            self.files.iter().find_map(|(file, variables)| {
                let value = variables.get(name)?.clone();
                Some((value, Origin::File(file)))
            })
        });
        found.filter(|(value, _)| !value.is_empty())
    }
}

fn parse(text: &str, path: &Path) -> Result<HashMap<String, String>, EnvFileError> {
    // A byte order mark, as some editors leave it, would become part of the first name.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    dotenvy::from_read_iter(text.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|error| EnvFileError::Malformed {
            path: path.to_owned(),
            line: line_of(text, &error),
        })
}

/// The reader names the text of the bad line, not its number.
fn line_of(text: &str, error: &dotenvy::Error) -> usize {
    let dotenvy::Error::LineParse(bad, _) = error else {
        return 1;
    };
    let first = bad.lines().next().unwrap_or_default();
    let position = text.lines().position(|line| line.contains(first));
    position.map_or(1, |index| index + 1)
}
