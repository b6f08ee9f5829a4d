//! The time in which a run writes to a project: it alone, all files or none, and nothing of it left behind.
//!
//! Everything is staged in a room of its own first, so that only renames are left. Whoever asks us to end before the
//! first of them is obeyed; behind it, the rest is done first. A run that is killed between two of them leaves a
//! journal, and the next one finishes its work.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process;

use super::file::{FileError, Note, Replacement, Target};
use super::journal::{self, Journal, State};
use super::leftover::{self, Leftover};
use super::lock::{self, Stop};
use super::room;

/// Where a file goes, and where it waits.
type Staged = (Target, PathBuf);

/// What a dry run can say: what would change besides the text.
///
/// # Errors
/// [`FileError`] where nothing could be put.
pub fn look(folder: &Path, files: &[Replacement<'_>]) -> Result<Vec<Note>, FileError> {
    let mut notes = Vec::new();
    for file in files {
        notes.extend(file.notes(&file.target(folder)?));
    }
    Ok(notes)
}

/// What a dry run can say before: see [`Session::must_be_whole`].
///
/// # Errors
/// [`FileError::Torn`]
pub fn must_be_whole(folder: &Path) -> Result<(), FileError> {
    let torn = leftover::find(folder)
        .into_iter()
        .find_map(|left| match left {
            Leftover::Torn { files } => Some(files),
            _ => None,
        });
    torn.map_or(Ok(()), |files| Err(FileError::Torn(files)))
}

/// One such time; over when dropped.
#[derive(Debug)]
pub struct Session {
    folder: PathBuf,
    room: PathBuf,
    /// Files that a run before was stopped at, now put in place.
    finished: Vec<String>,
    /// Files that a run of an old version was stopped at, now gone.
    removed: Vec<String>,
    /// Files that it was stopped at, and that have been changed since.
    torn: Vec<String>,
    /// Half a change stands, and its journal must stay, too.
    is_half: bool,
    staged: usize,
    _lock: Option<File>,
}

impl Session {
    /// Waits until no other run is at work, and takes away or finishes what a killed one left.
    ///
    /// # Errors
    /// [`FileError`]
    pub fn enter(folder: &Path, stop: &Stop<'_>) -> Result<Self, FileError> {
        Self::enter_within(folder, lock::TRIES, stop)
    }

    fn enter_within(folder: &Path, tries: u32, stop: &Stop<'_>) -> Result<Self, FileError> {
        let lock = lock::take(folder, tries, stop)?;
        let mut session = Self {
            room: room::path(folder),
            folder: folder.to_owned(),
            finished: Vec::new(),
            removed: Vec::new(),
            torn: Vec::new(),
            // Until it is known: an error on the way must not take the journal along.
            is_half: true,
            staged: 0,
            _lock: lock,
        };
        session.removed = leftover::remove_old(folder);
        session.is_half = session.recover()?;
        Ok(session)
    }

    /// Files that a run before was stopped at and that are put in place now.
    pub fn finished(&self) -> &[String] {
        &self.finished
    }

    /// Files that a run of an old version had left, and that are gone now.
    pub fn removed(&self) -> &[String] {
        &self.removed
    }

    /// Refuses where a change of several files stands half done, and could not be finished.
    ///
    /// # Errors
    /// [`FileError::Torn`]
    pub fn must_be_whole(&self) -> Result<(), FileError> {
        match self.torn.as_slice() {
            [] => Ok(()),
            files => Err(FileError::Torn(files.to_vec())),
        }
    }

    /// Replaces all these files, or none.
    ///
    /// # Errors
    /// [`FileError`]; what was put in place already is put back.
    pub fn write(
        &mut self,
        files: &[Replacement<'_>],
        stop: &Stop<'_>,
    ) -> Result<Vec<Note>, FileError> {
        let (staged, notes) = self.stage(files, stop)?;
        for (file, (target, _)) in files.iter().zip(&staged) {
            file.must_be_unchanged(target)?;
        }
        if files.len() > 1 {
            self.note_down(files, &staged)
                .map_err(|error| self.failed(error))?;
        }
        room::sync(&self.room);
        if stop() {
            return Err(FileError::Stopped);
        }
        for (index, (file, (target, path))) in files.iter().zip(&staged).enumerate() {
            if let Err(error) = file.put(target, path) {
                self.is_half |= self.put_back(&files[..index], &staged).is_err();
                return Err(error);
            }
        }
        for (target, _) in &staged {
            target.place.parent().map(room::sync);
        }
        Ok(notes)
    }

    /// All is as it should be, also what a run before left half done.
    pub fn end(mut self) {
        self.is_half = false;
    }

    fn stage(
        &mut self,
        files: &[Replacement<'_>],
        stop: &Stop<'_>,
    ) -> Result<(Vec<Staged>, Vec<Note>), FileError> {
        let (mut staged, mut notes) = (Vec::new(), Vec::new());
        for file in files {
            if stop() {
                return Err(FileError::Stopped);
            }
            let target = file.target(&self.folder)?;
            let path = self.next()?;
            notes.extend(file.stage(&self.folder, &target, &path)?);
            staged.push((target, path));
        }
        Ok((staged, notes))
    }

    /// A name in the room that nothing has.
    fn next(&mut self) -> Result<PathBuf, FileError> {
        let made = match room::exists(&self.room) {
            Ok(false) => room::make(&self.room),
            found => found.map(drop),
        };
        made.map_err(|error| self.failed(error))?;
        loop {
            self.staged += 1;
            // In a container, the run before had the same number.
            let path = self.room.join(format!("{}-{}", process::id(), self.staged));
            if fs::symlink_metadata(&path).is_err() {
                return Ok(path);
            }
        }
    }

    fn note_down(&self, files: &[Replacement<'_>], staged: &[Staged]) -> std::io::Result<()> {
        let names = staged.iter().map(|(_, path)| path.file_name());
        let entries = files.iter().zip(names).map(|(file, staged)| {
            let staged = staged.unwrap_or_default().to_string_lossy();
            journal::File::new(file.name, &staged, file.before, file.after)
        });
        Journal::new(entries.collect(), self.is_half).write(&self.room)
    }

    fn put_back(&mut self, files: &[Replacement<'_>], staged: &[Staged]) -> Result<(), FileError> {
        for (file, (target, _)) in files.iter().zip(staged).rev() {
            let Some(before) = file.before else {
                let removed = fs::remove_file(&target.place);
                removed.map_err(|error| FileError::Write(file.name.to_owned(), error))?;
                continue;
            };
            let old = Replacement {
                name: file.name,
                before: Some(file.after),
                after: before,
                is_private: false,
            };
            let path = self.next()?;
            old.stage(&self.folder, target, &path)?;
            old.put(target, &path)?;
        }
        Ok(())
    }

    /// A change that had not begun is forgotten, one that was half done is finished. Answers whether half of one stays.
    fn recover(&mut self) -> Result<bool, FileError> {
        if !room::exists(&self.room).map_err(|error| self.failed(error))? {
            return Ok(false);
        }
        room::must_be_untracked(&self.folder).map_err(|error| self.failed(error))?;
        if let Some((journal, state)) = leftover::half_done(&self.folder, &self.room)? {
            match state {
                State::Torn(files) => {
                    self.torn = files;
                    return Ok(true);
                }
                State::Half(open) => self.finish(&journal, &open)?,
                State::Whole => {}
            }
        }
        let removed = room::remove(&self.room).map_err(|error| self.failed(error));
        removed.map(|()| false)
    }

    fn finish(&mut self, journal: &Journal, open: &[usize]) -> Result<(), FileError> {
        for index in open {
            let file = &journal.files()[*index];
            let place = super::file::place(&self.folder, &file.name)?;
            fs::rename(self.room.join(&file.staged), place)
                .map_err(|error| FileError::Write(file.name.clone(), error))?;
            self.finished.push(file.name.clone());
        }
        Ok(())
    }

    fn failed(&self, error: std::io::Error) -> FileError {
        FileError::Write(room::NAME.to_owned(), error)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // If it fails, the next run will try.
        if !self.is_half && room::exists(&self.room).unwrap_or(false) {
            let _ = room::remove(&self.room);
        }
    }
}

#[cfg(test)]
mod tests;
