//! Changes to a project's files of variables: planned as a whole before anything is touched.

use std::fmt;
use std::io;
use std::path::Path;

use super::dotenv::{Dotenv, EditError, Lookup};
use super::file::Replacement;
use super::variables::{UnreadableFile, read};
use crate::error::{Explain, Explanation};

/// One variable of one file. Its value may be a secret, so `Debug` leaves it out.
#[derive(Clone, Eq, PartialEq)]
pub struct Change {
    /// The file, such as `.env`.
    pub file: String,
    pub name: String,
    /// The new value; `None` takes the variable out.
    pub value: Option<String>,
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.name, self.file)
    }
}

/// The reason why a change is not made. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The file as it is cannot be read.
    #[error(transparent)]
    Unreadable(#[from] UnreadableFile),
    /// The file as it is cannot be changed.
    #[error("{file} cannot be changed")]
    Edit {
        file: String,
        #[source]
        error: EditError,
    },
}

impl Explain for ChangeError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Unreadable(error) => error.explain(),
            Self::Edit { error, .. } => {
                let help = match error {
                    EditError::BadLine(_) => "no app starts with such a line: mend it first",
                    _ => "change it in an editor",
                };
                Explanation::failed("file-not-changeable")
                    .because(error)
                    .help(help)
            }
        }
    }
}

/// One file with all its changes.
pub struct Edit {
    /// The file, such as `.env`.
    pub file: String,
    before: Option<Dotenv>,
    after: Dotenv,
}

impl fmt::Debug for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)
    }
}

impl Edit {
    /// The file as it was, if it was there.
    pub fn before(&self) -> Option<&Dotenv> {
        self.before.as_ref()
    }

    /// The file as it is to be.
    pub fn after(&self) -> &Dotenv {
        &self.after
    }

    fn is_needed(&self) -> bool {
        match &self.before {
            Some(before) => before.text() != self.after.text(),
            None => !self.after.text().is_empty(),
        }
    }
}

/// All files with all changes.
#[derive(Debug)]
pub struct Edits {
    edits: Vec<Edit>,
}

impl Edits {
    /// Makes the changes in memory. A missing file counts as empty.
    ///
    /// # Errors
    /// A file that cannot be read, or not changed without changing more.
    pub fn plan(
        folder: &Path,
        changes: &[Change],
        process: &Lookup<'_>,
    ) -> Result<Self, ChangeError> {
        let mut edits: Vec<Edit> = Vec::new();
        for change in changes {
            let index = match edits.iter().position(|edit| edit.file == change.file) {
                Some(index) => index,
                None => {
                    edits.push(open(folder, &change.file, process)?);
                    edits.len() - 1
                }
            };
            let after = &mut edits[index].after;
            let made = match &change.value {
                Some(value) => after.set(&change.name, value, process),
                None => after.remove(&change.name, process),
            };
            made.map_err(|error| ChangeError::Edit {
                file: change.file.clone(),
                error,
            })?;
        }
        edits.retain(Edit::is_needed);
        Ok(Self { edits })
    }

    /// The files that change.
    pub fn files(&self) -> &[Edit] {
        &self.edits
    }

    /// The files to write for them; `is_private` says which hold secrets.
    pub fn replacements(&self, is_private: impl Fn(&Dotenv) -> bool) -> Vec<Replacement<'_>> {
        let edits = self.edits.iter();
        edits
            .map(|edit| Replacement {
                name: &edit.file,
                before: edit.before.as_ref().map(Dotenv::text),
                after: Some(edit.after.text()),
                is_private: is_private(&edit.after),
            })
            .collect()
    }
}

fn open(folder: &Path, file: &str, process: &Lookup<'_>) -> Result<Edit, UnreadableFile> {
    let path = folder.join(file);
    let before = match read(&path) {
        Ok(text) => Some(Dotenv::parse(text, process)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(cause) => return Err(UnreadableFile { path, cause }),
    };
    let after = before.clone().unwrap_or_else(|| Dotenv::parse("", process));
    Ok(Edit {
        file: file.to_owned(),
        before,
        after,
    })
}
