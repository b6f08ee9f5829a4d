//! The record of what wiring changed, kept in `.clerk/undo` of the project so that it can be taken back byte for byte,
//! and so that a run which was killed before the second check is known. git does not see the folder: a file in it says so.

mod lock;

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::action::Action;
use super::paths::named;
use super::project;
use crate::error::{Explain, Explanation};
use crate::project::file::{self, FileError, Replacement};
use crate::project::git::Git;
use crate::project::place;
use crate::project::regular;
use crate::project::room;
use crate::scaffold::CORE;
use crate::scaffold::stamp::hash;
pub use lock::Lock;

const HOME: &str = ".clerk";
/// The folder `.clerk`, as it is told when something else is in it.
pub const KEPT: &str = ".clerk/";
const FOLDER: &str = ".clerk/undo";
const IGNORE: &str = ".clerk/undo/.gitignore";
const RECORD: &str = ".clerk/undo/wiring.json";
/// It holds the old text of each file, and of `Cargo.lock`.
const LONGEST: u64 = 32 << 20;

/// Cargo's word on what was written.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// It was not asked yet.
    Open,
    Passed,
    /// Nobody wanted to know.
    Skipped,
}

/// Everything that is needed to take it back.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Record {
    pub check: Check,
    pub lock: Option<Lock>,
    files: Vec<Entry>,
}

/// A file that was written.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Entry {
    path: String,
    /// Its text before; `None` if it was not there.
    before: Option<String>,
    /// Its mode before, where it had to change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mode: Option<u32>,
    /// The hash of what was written.
    after: String,
}

/// Why nothing is taken back.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    #[error("there is nothing to undo: no `clerk-rs init` wired this copy")]
    Nothing,
    #[error("{RECORD} cannot be believed: {0}")]
    Record(&'static str),
    #[error("{RECORD} cannot be read")]
    Unreadable(#[source] io::Error),
    #[error("{} been changed since, so the old text cannot be put back", has(.0))]
    Edited(Vec<String>),
    #[error("the core in {CORE} is not this package's alone, so it cannot go")]
    Shared(Vec<String>),
    #[error(transparent)]
    File(#[from] FileError),
}

impl Explain for UndoError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Nothing => Explanation::failed("nothing-to-undo"),
            Self::Record(_) => Explanation::failed("undo-record-strange")
                .help(format!("nothing was changed; `git diff` shows what stands, and {FOLDER} can go")),
            Self::Unreadable(error) => Explanation::failed("undo-record-unreadable").because(error),
            Self::Edited(files) => Explanation::failed("edited-since")
                .because(named(files))
                .help("nothing was changed; take your edits of these files out, or take ours out by hand: `git diff` shows both"),
            Self::Shared(others) => Explanation::failed("core-shared")
                .because(format!("the manifest of {} leads there", others.join(", ")))
                .help("nothing was changed; take those back first: `clerk-rs init --undo --package NAME`"),
            Self::File(error) => error.explain(),
        }
    }
}

fn has(files: &[String]) -> String {
    match files.len() {
        1 => "1 file has".to_owned(),
        many => format!("{many} files have"),
    }
}

/// The files as they will be once all is taken back.
#[derive(Debug, Default)]
pub struct Back {
    /// Path, text now, text before.
    files: Vec<(String, String, Option<String>)>,
    /// Changed since, and in nobody's way: they stay.
    pub left: Vec<String>,
    /// Files that a run which was killed had not got to, and this one did first.
    pub finished: Vec<String>,
}

impl Record {
    /// A record of these actions, over an older one: what is as that one left it goes back as far as that.
    pub fn of(
        folder: &Path,
        actions: &[&Action],
        older: Option<&Self>,
        lock: Option<Lock>,
        check: Check,
    ) -> Self {
        let mut files = older.map_or_else(Vec::new, |older| older.files.clone());
        for action in actions {
            let old = files.iter().position(|entry| entry.path == action.path);
            let old = old.map(|index| files.remove(index));
            let now = action.before.as_ref().map(|text| hash(text.as_bytes()));
            let is_ours = |old: &Entry| now.as_ref() == Some(&old.after);
            let mode = action
                .is_private
                .then(|| open_mode(&folder.join(&action.path)));
            let (before, mode) = match old.filter(is_ours) {
                Some(old) => (old.before, old.mode),
                None => (action.before.clone(), mode.flatten()),
            };
            files.push(Entry {
                path: action.path.clone(),
                before,
                mode,
                after: hash(action.after.as_bytes()),
            });
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self {
            check,
            lock: lock.map(|lock| lock.over(older.and_then(|older| older.lock.as_ref()))),
            files,
        }
    }

    /// The record of a project in a workspace, with its text. One that git tracks came with the project and could name
    /// any text.
    ///
    /// # Errors
    /// [`UndoError`]
    pub fn read(folder: &Path, workspace: &Path) -> Result<Option<(Self, String)>, UndoError> {
        let path = folder.join(RECORD);
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(None),
            Err(error) => return Err(UndoError::Unreadable(error)),
            Ok(found) if room::is_private(&found) => {}
            Ok(_) => return Err(UndoError::Record("it is not a file that only you can read")),
        }
        // git looks behind no link, so it could not say that one came with the project.
        let folders = [HOME, FOLDER].map(|name| folder.join(name));
        if folders.iter().any(|folder| folder.is_symlink()) {
            return Err(UndoError::Record("its folder is a symbolic link"));
        }
        if let Git::Repository(repository) = Git::find(folder)
            && repository
                .tracked(&[HOME, RECORD])
                .is_ok_and(|found| found.iter().any(|path| leads_to(path, RECORD)))
        {
            return Err(UndoError::Record(
                "git tracks it, so no run of ours made it",
            ));
        }
        file::place(folder, RECORD)?;
        let text = regular::text(&path, LONGEST).map_err(UndoError::Unreadable)?;
        let record: Self = serde_json::from_str(&text)
            .map_err(|_| UndoError::Record("it is not as `clerk-rs` writes it"))?;
        let is_known = |entry: &Entry| place::is_below(&entry.path);
        if !record.files.iter().all(is_known) {
            return Err(UndoError::Record("it names a path outside the project"));
        }
        let mut lock = record.lock.iter();
        if !lock.all(|lock| lock.is_of(folder, workspace)) {
            return Err(UndoError::Record(
                "its Cargo.lock is not the one of this workspace",
            ));
        }
        Ok(Some((record, text)))
    }

    /// The files that keep it: name and text.
    pub fn files(&self) -> serde_json::Result<[(&'static str, String); 2]> {
        let text = serde_json::to_string_pretty(self)?;
        Ok([(IGNORE, "*\n".to_owned()), (RECORD, text + "\n")])
    }

    /// The work of taking it back, as things are now.
    ///
    /// # Errors
    /// [`UndoError::Edited`], with all such files; [`UndoError::Shared`]; and a file that cannot be looked at.
    pub fn back(&self, folder: &Path) -> Result<Back, UndoError> {
        let (mut back, mut edited) = (Back::default(), Vec::new());
        for entry in &self.files {
            let now = now(folder, &entry.path)?;
            if now == entry.before {
                continue;
            }
            match now.filter(|now| hash(now.as_bytes()) == entry.after) {
                Some(now) => {
                    back.files
                        .push((entry.path.clone(), now, entry.before.clone()));
                }
                None if is_in_nobodys_way(&entry.path) => back.left.push(entry.path.clone()),
                None => edited.push(entry.path.clone()),
            }
        }
        if !edited.is_empty() {
            return Err(UndoError::Edited(edited));
        }
        if back.takes_core() {
            let others = project::on_core_of(folder);
            if !others.is_empty() {
                return Err(UndoError::Shared(others));
            }
        }
        let lock = self.lock.as_ref().and_then(|lock| lock.left(folder));
        back.left.extend(lock);
        back.left
            .extend(self.keeps(folder).then(|| KEPT.to_owned()));
        Ok(back)
    }

    /// True if others keep something beside this record, as `dev` does.
    fn keeps(&self, folder: &Path) -> bool {
        let found = fs::read_dir(folder.join(HOME)).into_iter().flatten();
        let mut paths = found.flatten().map(|entry| {
            let name = entry.file_name();
            format!("{KEPT}{}", name.to_string_lossy())
        });
        let is_ours =
            |path: &str| path == FOLDER || self.files.iter().any(|entry| entry.path == path);
        paths.any(|path| !is_ours(&path))
    }

    /// The files that were not there before.
    pub fn made(&self) -> impl Iterator<Item = &str> {
        let made = self.files.iter().filter(|entry| entry.before.is_none());
        made.map(|entry| entry.path.as_str())
    }

    /// Gives files the modes that they had, where their old text stands again.
    pub fn set_modes(&self, folder: &Path) {
        #[cfg(unix)]
        for entry in &self.files {
            use std::os::unix::fs::PermissionsExt as _;
            let is_back = || now(folder, &entry.path).is_ok_and(|now| now == entry.before);
            if let Some(mode) = entry.mode.filter(|_| is_back())
                && let Ok(place) = file::place(folder, &entry.path)
            {
                // If it fails the file stays closed, which harms nobody.
                let _ = fs::set_permissions(place, fs::Permissions::from_mode(mode));
            }
        }
        #[cfg(not(unix))]
        let _ = folder;
    }
}

impl Back {
    /// The files to write.
    pub fn replacements(&self) -> Vec<Replacement<'_>> {
        let files = self.files.iter();
        let replaced = files.map(|(path, now, before)| Replacement {
            name: path,
            before: Some(now),
            after: before.as_deref(),
            is_private: false,
        });
        replaced.collect()
    }

    fn takes_core(&self) -> bool {
        let manifest = format!("{CORE}/Cargo.toml");
        self.paths()
            .any(|(path, is_gone)| is_gone && path == manifest)
    }

    /// Their paths, and whether they go.
    pub fn paths(&self) -> impl Iterator<Item = (&str, bool)> {
        let files = self.files.iter();
        files.map(|(path, _, before)| (path.as_str(), before.is_none()))
    }
}

/// True if a tracked path is this one or a folder on the way to it: a submodule is one path to git, whatever is in it.
fn leads_to(tracked: &str, path: &str) -> bool {
    let below = path.strip_prefix(tracked);
    below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
}

/// True if wiring left something here: its record, or a change that was stopped half-way.
pub fn is_there(folder: &Path) -> bool {
    let mut places = [folder.join(RECORD), room::path(folder)].into_iter();
    places.any(|place| fs::symlink_metadata(place).is_ok())
}

/// The files of the record as they are, to be removed with it.
///
/// # Errors
/// A file that cannot be read.
pub fn remains(folder: &Path) -> Result<Vec<(&'static str, String)>, UndoError> {
    let mut found = Vec::new();
    for name in [IGNORE, RECORD] {
        found.extend(now(folder, name)?.map(|text| (name, text)));
    }
    Ok(found)
}

/// Keeps git out of the emulator's keys and users, if there are any: the line that did is taken back with the rest.
pub fn hide_from_git(folder: &Path) {
    let home = folder.join(HOME);
    let is_folder = fs::symlink_metadata(&home).is_ok_and(|found| found.is_dir());
    let mut kept = fs::read_dir(&home).into_iter().flatten();
    if is_folder && kept.next().is_some() {
        let file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(home.join(".gitignore"));
        // One that is there is its owner's.
        let _there = file.and_then(|mut file| file.write_all(b"*\n"));
    }
}

/// The text of a file now. What is no text is as good as edited.
fn now(folder: &Path, path: &str) -> Result<Option<String>, UndoError> {
    let failed = |error| FileError::Write(path.to_owned(), error);
    match fs::symlink_metadata(folder.join(path)) {
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(failed(error).into()),
        Ok(_) => {}
    }
    let place = file::place(folder, path)?;
    let bytes = regular::bytes(&place, LONGEST).map_err(failed)?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Files that people go on writing to, and that an app without the rest of it does not mind.
fn is_in_nobodys_way(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.starts_with(".env") || name == ".gitignore" || path.starts_with(KEPT)
}

/// The mode of a file that others can read.
#[cfg(unix)]
fn open_mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o7777;
    (mode & 0o007 != 0).then_some(mode)
}

#[cfg(not(unix))]
fn open_mode(_: &Path) -> Option<u32> {
    None
}
