//! Leftovers of killed runs in a project.

use std::fs;
use std::path::Path;

use super::file::FileError;
use super::git::Git;
use super::journal::{Journal, State};
use super::{lock, room};

/// Version 0.1.0 staged each file under such a name, and `init` still does so with a whole project.
const PREFIX: &str = ".clerk-rs-";
const INIT: &str = "init-";

/// Something that should not be there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Leftover {
    /// Text that was never put in place, perhaps with a secret. The next `env set` removes it.
    Staged {
        /// Its path below the project.
        path: String,
    },
    /// A change of several files, such as a switch of keys, that was stopped between two of them: these files are
    /// still the old ones. The next `env set` finishes it.
    HalfDone {
        /// The files that are to be put in place.
        files: Vec<String>,
    },
    /// The same, but these files have been changed since: nobody can say if the keys belong together.
    Torn { files: Vec<String> },
}

/// Everything that killed runs left in a project's folder. The work of a living run is not among it.
pub fn find(folder: &Path) -> Vec<Leftover> {
    let mut found: Vec<_> = names(folder)
        .map(|path| Leftover::Staged { path })
        .collect();
    let room = room::path(folder);
    if fs::symlink_metadata(&room).is_err() || lock::is_taken(folder) {
        return found;
    }
    found.push(match half_done(folder, &room) {
        Ok(Some((journal, State::Half(open)))) => Leftover::HalfDone {
            files: open
                .iter()
                .map(|index| journal.files()[*index].name.clone())
                .collect(),
        },
        Ok(Some((_, State::Torn(files)))) => Leftover::Torn { files },
        _ => Leftover::Staged {
            path: room::NAME.to_owned(),
        },
    });
    found
}

/// The journal of a room, and the progress of its change.
///
/// # Errors
/// A file that it names cannot be read.
pub fn half_done(folder: &Path, room: &Path) -> Result<Option<(Journal, State)>, FileError> {
    if !room::is_closed(room) || room::must_be_untracked(folder).is_err() {
        return Ok(None);
    }
    let journal = Journal::read(room);
    let state = |journal: Journal| {
        let state = journal.state(folder, room)?;
        Ok((journal, state))
    };
    journal.map(state).transpose()
}

/// Removes what version 0.1.0 left beside the files, and returns its names. A file that git tracks or that others may
/// read is no leftover; if git does not answer, nothing is touched.
pub fn remove_old(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = names(folder)
        .filter(|name| !name.starts_with(&format!("{PREFIX}{INIT}")))
        .collect();
    if names.is_empty() {
        return names;
    }
    let tracked = match Git::find(folder) {
        Git::NoRepository => Ok(Vec::new()),
        Git::Repository(repository) => {
            repository.tracked(&names.iter().map(String::as_str).collect::<Vec<_>>())
        }
        _ => return Vec::new(),
    };
    let Ok(tracked) = tracked else {
        return Vec::new();
    };
    names.retain(|name| {
        let path = folder.join(name);
        let is_private = fs::symlink_metadata(&path).is_ok_and(|found| room::is_private(&found));
        is_private && !tracked.contains(name) && fs::remove_file(path).is_ok()
    });
    names
}

/// Names such as `.clerk-rs-a1B2c3`, and those of `init`.
fn names(folder: &Path) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| {
        let found = entry.metadata().ok()?;
        Some((entry.file_name().into_string().ok()?, found))
    });
    let ours = names.filter(|(name, found)| {
        let Some(rest) = name.strip_prefix(PREFIX) else {
            return false;
        };
        match rest.strip_prefix(INIT) {
            Some(random) => {
                found.is_dir()
                    && random.len() == 16
                    && random.bytes().all(|b| b.is_ascii_hexdigit())
            }
            None => found.is_file() && is_random(rest),
        }
    });
    ours.map(|(name, _)| name)
}

/// Six letters and digits, but not a word such as `config`: hardly any random name has small letters only.
fn is_random(text: &str) -> bool {
    text.len() == 6
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
        && !text.bytes().all(|b| b.is_ascii_lowercase())
}
