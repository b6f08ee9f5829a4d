//! The journal of a change of several files. It is written before the first file is put in place, so that a change that
//! was killed half-way can be noticed and finished. It holds hashes, no values.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::file::{self, FileError};
use super::place;
use super::room::{create, is_ours};
use super::work::Work;

const NAME: &str = "journal.json";
const NEXT: &str = "journal.next";

/// All files of one change.
#[derive(Debug, Deserialize, Serialize)]
pub struct Journal {
    #[serde(default)]
    work: Work,
    files: Vec<File>,
    /// True if the change was to mend one that was half done; then it counts as begun.
    mends: bool,
}

/// One file of a change.
#[derive(Debug, Deserialize, Serialize)]
pub struct File {
    /// Its path below the project.
    pub name: String,
    /// Its name in the room.
    pub staged: String,
    /// The hash of its old text; `None` if it was not there.
    before: Option<String>,
    /// The hash of its new text.
    after: Option<String>,
}

/// The progress of a change.
#[derive(Debug, Eq, PartialEq)]
pub enum State {
    /// Nothing was put in place, or everything.
    Whole,
    /// Some files are in place. These are not yet, but can be put there.
    Half(Vec<usize>),
    /// Some files are in place. These have been changed by somebody since, or their staged text is gone.
    Torn(Vec<String>),
}

impl File {
    /// The planned change of a file.
    pub fn new(name: &str, staged: &str, before: Option<&str>, after: Option<&str>) -> Self {
        Self {
            name: name.to_owned(),
            staged: staged.to_owned(),
            before: before.map(|text| hash(text.as_bytes())),
            after: after.map(|text| hash(text.as_bytes())),
        }
    }

    /// True if the file is to go.
    pub fn is_removal(&self) -> bool {
        self.after.is_none()
    }

    fn is_done(&self, now: Option<&str>) -> bool {
        now == self.after.as_deref()
    }

    fn is_open(&self, now: Option<&str>, room: &Path) -> bool {
        if now != self.before.as_deref() || self.is_removal() {
            return now == self.before.as_deref();
        }
        let staged = room.join(&self.staged);
        is_ours(&staged) && hash_of(&staged).is_ok_and(|staged| staged == self.after)
    }
}

impl Journal {
    /// A journal for these files; `mends` if an earlier change was left half done.
    pub fn new(work: Work, files: Vec<File>, mends: bool) -> Self {
        Self { work, files, mends }
    }

    /// The work that its change is a part of.
    pub fn work(&self) -> Work {
        self.work
    }

    /// Its files.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// True if it is about files of variables alone, and so no update's.
    pub fn is_of_variables(&self) -> bool {
        let is_env = |name: &str| name.starts_with(".env") && !name.contains('/');
        let known =
            |name: &str| is_env(name) || name == ".gitignore" || name == ".clerk/keyless.json";
        self.files.iter().all(|file| known(&file.name))
    }

    /// Writes it into the room: from here on a run that ends counts as half done until the journal goes.
    pub fn write(&self, room: &Path) -> io::Result<()> {
        let next = room.join(NEXT);
        let mut file = create(&next, true)?;
        serde_json::to_writer(&mut file, self)?;
        file.sync_all()?;
        fs::rename(next, room.join(NAME))
    }

    /// Removes it: the change is complete.
    pub fn remove(room: &Path) -> io::Result<()> {
        fs::remove_file(room.join(NAME))
    }

    /// The journal in a room, if there is one that can be trusted.
    pub fn read(room: &Path) -> Option<Self> {
        let path = room.join(NAME);
        if !is_ours(&path) {
            return None;
        }
        let journal: Self = serde_json::from_slice(&fs::read(&path).ok()?).ok()?;
        let is_number = |name: &str| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'-')
        };
        let mut files = journal.files.iter();
        let is_sound = files.all(|file| is_number(&file.staged) && place::is_below(&file.name));
        is_sound.then_some(journal)
    }

    /// The progress of its change in a project.
    ///
    /// # Errors
    /// A file that cannot be looked at.
    pub fn state(&self, folder: &Path, room: &Path) -> Result<State, FileError> {
        let (mut is_begun, mut open, mut torn) = (self.mends, Vec::new(), Vec::new());
        for (index, file) in self.files.iter().enumerate() {
            let place = file::place(folder, &file.name)?;
            let now =
                hash_of(&place).map_err(|error| FileError::Write(file.name.clone(), error))?;
            if file.is_done(now.as_deref()) {
                is_begun = true;
            } else if file.is_open(now.as_deref(), room) {
                open.push(index);
            } else {
                torn.push(file.name.clone());
            }
        }
        Ok(match (is_begun, torn.is_empty(), open.is_empty()) {
            (false, ..) | (true, true, true) => State::Whole,
            (true, true, false) => State::Half(open),
            (true, false, _) => {
                let open = open.iter().map(|index| self.files[*index].name.clone());
                torn.extend(open);
                State::Torn(torn)
            }
        })
    }
}

/// `None` if it is missing. What is no file has a hash that no text has.
fn hash_of(path: &Path) -> io::Result<Option<String>> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => fs::read(path).map(|bytes| Some(hash(&bytes))),
        Ok(_) => Ok(Some(String::new())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn hash(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in digest(&SHA256, bytes).as_ref() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
