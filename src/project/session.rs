//! The time in which a run writes to a project: nobody else does, all files are replaced or none, and nothing is left
//! over.
//!
//! Everything is staged in a room of its own first, so that only renames are left. If we are asked to end before the
//! first rename, we do; after it, we finish first. A run that is killed between two renames leaves a journal, and the
//! next one finishes its work.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process;

use super::emptied::Emptied;
use super::file::{FileError, Replacement, Target};
use super::journal::{self, Journal, State};
use super::leftover::{self, Leftover};
use super::lock::{self, Stop};
use super::note::Note;
use super::{place, room};

pub use super::work::Work;

/// The place a file goes to, and the place it waits in.
type Staged = (Target, PathBuf);

/// For a dry run: the changes besides the text.
///
/// # Errors
/// [`FileError`] if a file could not be put there.
pub fn look(folder: &Path, files: &[Replacement<'_>]) -> Result<Vec<Note>, FileError> {
    let mut notes = Vec::new();
    for file in files {
        notes.extend(file.notes(&file.target(folder)?));
    }
    Ok(notes)
}

/// For a dry run: see [`Session::must_be_whole`].
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

/// Such a time. It is over when this is dropped.
#[derive(Debug)]
pub struct Session {
    folder: PathBuf,
    work: Work,
    room: PathBuf,
    /// Files that an earlier run did not get to, now put in place.
    finished: Vec<String>,
    /// Leftovers of a run of an old version, now removed.
    removed: Vec<String>,
    /// Files that an earlier run did not get to and that have been changed since.
    torn: Vec<String>,
    /// Half of a change stands, so its journal must stay.
    is_half: bool,
    staged: usize,
    emptied: Emptied,
    _lock: Option<File>,
}

impl Session {
    /// Waits until no other run is at work, and removes or finishes what a killed one left.
    ///
    /// # Errors
    /// [`FileError`]
    pub fn enter(folder: &Path, stop: &Stop<'_>) -> Result<Self, FileError> {
        Self::enter_within(folder, Work::Variables, lock::TRIES, stop)
    }

    /// The same for work on more than variables, which also finishes such work that was stopped. Nobody else does: a
    /// journal that came with the project could name any file of it.
    ///
    /// # Errors
    /// [`FileError`]
    pub fn enter_for(work: Work, folder: &Path, stop: &Stop<'_>) -> Result<Self, FileError> {
        Self::enter_within(folder, work, lock::TRIES, stop)
    }

    fn enter_within(
        folder: &Path,
        work: Work,
        tries: u32,
        stop: &Stop<'_>,
    ) -> Result<Self, FileError> {
        let lock = lock::take(folder, tries, stop)?;
        let mut session = Self {
            room: room::path(folder),
            folder: folder.to_owned(),
            work,
            finished: Vec::new(),
            removed: Vec::new(),
            torn: Vec::new(),
            // True until we know: an error on the way must not remove the journal.
            is_half: true,
            staged: 0,
            emptied: Emptied::default(),
            _lock: lock,
        };
        session.removed = leftover::remove_old(folder);
        session.is_half = session.recover()?;
        Ok(session)
    }

    /// Files that an earlier run did not get to and that are in place now.
    pub fn finished(&self) -> &[String] {
        &self.finished
    }

    /// Leftovers of a run of an old version that are gone now.
    pub fn removed(&self) -> &[String] {
        &self.removed
    }

    /// Refuses if a change of several files is half done and could not be finished.
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
    /// [`FileError`]; files that were already in place are put back.
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
        // A session may go on for long, and what somebody edits in that time is no half of this change.
        if files.len() > 1 && !self.is_half {
            Journal::remove(&self.room).map_err(|error| self.failed(error))?;
        }
        Ok(notes)
    }

    /// Everything is as it should be, even what an earlier run left half done.
    pub fn end(mut self) {
        self.is_half = false;
    }

    fn stage(
        &mut self,
        files: &[Replacement<'_>],
        stop: &Stop<'_>,
    ) -> Result<(Vec<Staged>, Vec<Note>), FileError> {
        let (mut staged, mut notes) = (Vec::new(), Vec::new());
        self.note_folders(files)?;
        for file in files {
            if stop() {
                return Err(FileError::Stopped);
            }
            if file.after.is_some() {
                let failed = |error| FileError::Write(file.name.to_owned(), error);
                place::make_folders(&self.folder, file.name).map_err(failed)?;
            }
            let target = file.target(&self.folder)?;
            let path = self.next()?;
            notes.extend(file.stage(&self.folder, &target, &path)?);
            staged.push((target, path));
        }
        Ok((staged, notes))
    }

    /// What may be empty in the end, here or after a failure, goes again with the session, or with the next one.
    fn note_folders(&mut self, files: &[Replacement<'_>]) -> Result<(), FileError> {
        for file in files {
            match file.after {
                Some(_) => self.emptied.add_missing(&self.folder, file.name),
                None => self.emptied.add(file.name),
            }
        }
        if self.emptied.is_none() {
            return Ok(());
        }
        self.open_room()?;
        let noted = self.emptied.note_down(&self.room);
        noted.map_err(|error| self.failed(error))
    }

    /// Folders around a file that is gone, or that the next [`Session::write`] removes, may be empty, and then they go as
    /// well.
    pub fn may_empty(&mut self, name: &str) {
        self.emptied.add(name);
    }

    fn open_room(&self) -> Result<(), FileError> {
        let made = match room::exists(&self.room) {
            Ok(false) => room::make(&self.room),
            found => found.map(drop),
        };
        made.map_err(|error| self.failed(error))
    }

    /// An unused name in the room.
    fn next(&mut self) -> Result<PathBuf, FileError> {
        self.open_room()?;
        loop {
            self.staged += 1;
            // In a container, an earlier run may have had the same process id.
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
        Journal::new(self.work, entries.collect(), self.is_half).write(&self.room)
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
                before: file.after,
                after: Some(before),
                is_private: false,
            };
            let path = self.next()?;
            old.stage(&self.folder, target, &path)?;
            old.put(target, &path)?;
        }
        Ok(())
    }

    /// Forgets a change that had not begun and finishes one that was half done. Returns true if half of one stays.
    fn recover(&mut self) -> Result<bool, FileError> {
        if !room::exists(&self.room).map_err(|error| self.failed(error))? {
            return Ok(false);
        }
        room::must_be_untracked(&self.folder).map_err(|error| self.failed(error))?;
        self.emptied.add_noted(&self.room);
        if let Some((journal, state)) = leftover::half_done(&self.folder, &self.room)? {
            if self.work == Work::Variables && !journal.is_of_variables() && state != State::Whole {
                return Err(FileError::Unfinished(journal.work()));
            }
            match state {
                State::Torn(files) => {
                    self.torn = files;
                    return Ok(true);
                }
                State::Half(open) => self.finish(&journal, &open)?,
                State::Whole => {}
            }
        }
        self.emptied.remove(&self.folder);
        let removed = room::remove(&self.room).map_err(|error| self.failed(error));
        removed.map(|()| false)
    }

    fn finish(&mut self, journal: &Journal, open: &[usize]) -> Result<(), FileError> {
        for index in open {
            let file = &journal.files()[*index];
            let place = super::file::place(&self.folder, &file.name)?;
            let put = match file.is_removal() {
                true => fs::remove_file(place),
                false => fs::rename(self.room.join(&file.staged), place),
            };
            put.map_err(|error| FileError::Write(file.name.clone(), error))?;
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
        if self.is_half {
            return;
        }
        // The room goes last: it says which folders are to go. If something fails, the next run will try.
        self.emptied.remove(&self.folder);
        if room::exists(&self.room).unwrap_or(false) {
            let _ = room::remove(&self.room);
        }
    }
}

#[cfg(test)]
mod tests;
