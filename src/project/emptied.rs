//! Folders that a change makes or empties. Those that are empty in the end go again, also where the run was killed: what it
//! is about to make or to empty is noted down in the room first.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::{place, room};

const NOTE: &str = "folders";
const NEXT: &str = "folders.next";

/// Their paths below the project.
#[derive(Debug, Default)]
pub struct Emptied {
    names: Vec<String>,
}

impl Emptied {
    /// The folders around a file that goes.
    pub fn add(&mut self, file: &str) {
        self.names.extend(above(file).map(str::to_owned));
    }

    /// The folders around a new file that are not there yet.
    pub fn add_missing(&mut self, folder: &Path, file: &str) {
        let missing = above(file).filter(|name| folder.join(name).symlink_metadata().is_err());
        self.names.extend(missing.map(str::to_owned));
    }

    pub fn is_none(&self) -> bool {
        self.names.is_empty()
    }

    /// Writes them down.
    pub fn note_down(&self, room: &Path) -> io::Result<()> {
        let next = room.join(NEXT);
        if next.symlink_metadata().is_ok() {
            fs::remove_file(&next)?;
        }
        room::create(&next, true)?.write_all(self.names.join("\n").as_bytes())?;
        fs::rename(next, room.join(NOTE))
    }

    /// Those that a killed run wrote down.
    pub fn add_noted(&mut self, room: &Path) {
        let path = room.join(NOTE);
        if room::is_closed(room) && room::is_ours(&path) {
            let noted = fs::read_to_string(path).unwrap_or_default();
            let noted = noted.lines().filter(|name| place::is_below(name));
            self.names.extend(noted.map(str::to_owned));
        }
    }

    /// Removes those that are empty, the inner ones first.
    pub fn remove(&mut self, folder: &Path) {
        let Ok(top) = fs::canonicalize(folder) else {
            return;
        };
        self.names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        for name in std::mem::take(&mut self.names) {
            // Behind a link it may be anybody's.
            if place::real(&top, &name).is_ok_and(|real| real == top.join(&name)) {
                let _ = fs::remove_dir(top.join(&name));
            }
        }
    }
}

/// `a/b` and `a` of `a/b/c`.
fn above(file: &str) -> impl Iterator<Item = &str> {
    let ends = file.rmatch_indices('/');
    ends.filter_map(move |(end, _)| file.get(..end))
}
