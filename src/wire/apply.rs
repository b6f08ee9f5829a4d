//! Writes a plan: all of it or nothing. cargo is asked before and after; if it says no afterwards, or if we are asked to
//! end while it works, everything is put back. A run that is killed leaves a journal or a record, and the next one goes
//! on from there.

use std::fs;
use std::path::Path;

use super::action::{Action, Kind};
use super::check::{Cargo, CheckError};
use super::undo::{self, Back, Check, Lock, Record, UndoError};
use crate::error::{Error, Explain, Explanation};
use crate::project::file::{FileError, Replacement};
use crate::project::lock::Stop;
use crate::project::note::Note;
use crate::project::session::{Session, Work};

/// A step that takes long.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    CheckBefore,
    CheckAfter,
}

/// Where and how to write.
pub struct Way<'a> {
    /// The package's folder.
    pub folder: &'a Path,
    /// The folder of its lock file.
    pub workspace: &'a Path,
    /// `None` asks it neither before nor after.
    pub cargo: Option<&'a Cargo<'a>>,
    pub stop: &'a Stop<'a>,
    pub tell: &'a dyn Fn(Step),
}

/// Why half of it stands.
#[derive(Debug, thiserror::Error)]
enum ApplyError {
    #[error("{}, and what was written could not be put back", .why.bare())]
    Stuck { why: CheckError, error: FileError },
    #[error("the record of what was written cannot be made")]
    Record(#[from] serde_json::Error),
}

impl Explain for ApplyError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Stuck { why, error } => {
                let said = why.explain();
                let reason = error.with_reason();
                let because = said.because.map(|said| format!("{reason}\n{said}"));
                Explanation {
                    // Of what somebody edits meanwhile, cargo's word is no word about us.
                    code: match (why, error) {
                        (CheckError::After(_), FileError::Changed(_)) => "edited-since",
                        _ => said.code,
                    },
                    exit: said.exit,
                    because: because.or(Some(reason)),
                    help: Some("mend that and run it again: it goes on from there; `clerk-rs init --undo` takes it back".to_owned()),
                }
            }
            Self::Record(error) => Explanation::failed("undo-record-strange").because(error),
        }
    }
}

/// Looks whether every file could be written, and what of it could not stay as it is. Writes nothing.
///
/// # Errors
/// [`FileError`]: a link that leads out, a read-only file.
pub fn look(folder: &Path, actions: &[&Action]) -> Result<Vec<Note>, FileError> {
    let mut notes = Vec::new();
    for action in actions {
        let path = folder.join(&action.path);
        let mut above = path.ancestors().skip(1);
        let is_there = |above: &&Path| fs::symlink_metadata(above).is_ok();
        if path.parent().is_some_and(Path::is_dir) {
            let file = replacement(action);
            notes.extend(file.notes(&file.target(folder)?));
            continue;
        }
        // Its folder is to be made; what it would be made in must be ours.
        let shown = || action.path.clone();
        let Some(above) = above.find(is_there) else {
            continue;
        };
        let failed = |error| FileError::Write(shown(), error);
        let (real, top) = (fs::canonicalize(above), fs::canonicalize(folder));
        let (real, top) = (real.map_err(failed)?, top.map_err(failed)?);
        if !real.starts_with(top) {
            return Err(FileError::LeadsOut {
                shown: shown(),
                target: real,
            });
        }
        if !real.is_dir() {
            let error =
                std::io::Error::other("something that is no folder has the name of its folder");
            return Err(failed(error));
        }
    }
    Ok(notes)
}

/// The actions that change anything.
pub fn changes(actions: &[Action]) -> Vec<&Action> {
    actions
        .iter()
        .filter(|action| action.kind != Kind::Skip)
        .collect()
}

/// Writes these actions. `confirm` says whether the plan still fits, and is asked when nobody else can write any more: while it
/// was shown, and while cargo worked, somebody may have changed what it was read from.
///
/// # Errors
/// The reason why it was not written, or cargo's no; then nothing is changed.
pub fn apply(
    actions: &[&Action],
    confirm: &dyn Fn() -> Result<(), Error>,
    way: &Way<'_>,
) -> Result<Vec<Note>, Error> {
    let mut lock = Lock::read(way.folder, way.workspace);
    if let Some(cargo) = way.cargo {
        (way.tell)(Step::CheckBefore);
        let checked = cargo.check(CheckError::Before);
        lock.iter_mut()
            .for_each(|lock| lock.was_written(way.folder));
        if let Err(error) = checked {
            way.put_lock_back(None, lock.as_ref())?;
            return Err(error.into());
        }
    }
    let written = way.write(actions, confirm, lock.clone());
    if written.is_err() && way.cargo.is_some() {
        way.put_lock_back(None, lock.as_ref())?;
    }
    written
}

/// Goes on with what a killed run left: a journal is finished, and cargo is asked if it was not. True if there was
/// something left.
///
/// # Errors
/// cargo's no; then everything was put back.
pub fn go_on(way: &Way<'_>) -> Result<bool, Error> {
    let mut session = way.enter()?;
    session.must_be_whole()?;
    let is_finished = !session.finished().is_empty();
    let open =
        Record::read(way.folder, way.workspace)?.filter(|(record, _)| record.check == Check::Open);
    let Some((record, text)) = open else {
        session.end();
        return Ok(is_finished);
    };
    if let Some(cargo) = way.cargo {
        (way.tell)(Step::CheckAfter);
        match cargo.check(CheckError::After) {
            Ok(()) => {}
            Err(CheckError::After(said)) => {
                way.back(&mut session, &record)?;
                session.end();
                return Err(CheckError::After(said).into());
            }
            Err(error) => return Err(error.into()),
        }
    }
    way.settle(&mut session, record, &text)?;
    session.end();
    Ok(true)
}

/// Takes back what the record says.
///
/// # Errors
/// [`UndoError`]; then nothing is changed.
pub fn undo(way: &Way<'_>) -> Result<Back, Error> {
    let mut session = way.enter()?;
    session.must_be_whole()?;
    let finished = session.finished().to_vec();
    let mut back = match Record::read(way.folder, way.workspace)? {
        Some((record, _)) => way.back(&mut session, &record)?,
        None if finished.is_empty() => return Err(UndoError::Nothing.into()),
        // The killed run was one that took it back.
        None => Back::default(),
    };
    back.finished = finished;
    session.end();
    undo::hide_from_git(way.folder);
    Ok(back)
}

/// The work that [`undo()`] would do.
///
/// # Errors
/// [`UndoError`]
pub fn foresee(folder: &Path, workspace: &Path) -> Result<Back, UndoError> {
    let (record, _) = Record::read(folder, workspace)?.ok_or(UndoError::Nothing)?;
    record.back(folder)
}

impl Way<'_> {
    fn enter(&self) -> Result<Session, FileError> {
        Session::enter_for(Work::Wiring, self.folder, self.stop)
    }

    fn write(
        &self,
        actions: &[&Action],
        confirm: &dyn Fn() -> Result<(), Error>,
        lock: Option<Lock>,
    ) -> Result<Vec<Note>, Error> {
        let mut session = self.enter()?;
        session.must_be_whole()?;
        confirm()?;
        let older = Record::read(self.folder, self.workspace)?;
        let older_record = older.as_ref().map(|(record, _)| record);
        let check = match self.cargo {
            Some(_) => Check::Open,
            None => Check::Skipped,
        };
        let record = Record::of(self.folder, actions, older_record, lock, check);
        let kept = record.files().map_err(ApplyError::Record)?;
        let remains = undo::remains(self.folder)?;
        // The record comes first: whatever happens behind it can be taken back.
        let kept_files = kept.iter().map(|(name, text)| Replacement {
            name,
            before: remains
                .iter()
                .find(|(old, _)| old == name)
                .map(|(_, text)| text.as_str()),
            after: Some(text),
            is_private: true,
        });
        let files: Vec<_> = kept_files
            .filter(|file| file.before != file.after)
            .chain(actions.iter().map(|action| replacement(action)))
            .collect();
        let notes = session.write(&files, self.stop)?;
        if let Some(cargo) = self.cargo {
            (self.tell)(Step::CheckAfter);
            if let Err(why) = cargo.check(CheckError::After) {
                let why = self.put_back(&mut session, &files, &record, why)?;
                session.end();
                return Err(why);
            }
            let [_, (_, text)] = &kept;
            self.settle(&mut session, record.clone(), text)?;
        }
        session.end();
        Ok(notes)
    }

    /// The reverse of what was just written, and then why. From here on nobody stops us.
    fn put_back(
        &self,
        session: &mut Session,
        files: &[Replacement<'_>],
        record: &Record,
        why: CheckError,
    ) -> Result<Error, Error> {
        let reverse: Vec<_> = files
            .iter()
            .map(|file| Replacement {
                name: file.name,
                before: file.after,
                after: file.before,
                is_private: false,
            })
            .collect();
        if let Err(error) = session.write(&reverse, &|| false) {
            return Err(ApplyError::Stuck { why, error }.into());
        }
        record.set_modes(self.folder);
        let mut lock = record.lock.clone();
        lock.iter_mut()
            .for_each(|lock| lock.was_written(self.folder));
        self.put_lock_back(Some(session), lock.as_ref())?;
        Ok(why.into())
    }

    fn back(&self, session: &mut Session, record: &Record) -> Result<Back, Error> {
        let back = record.back(self.folder)?;
        record.made().for_each(|path| session.may_empty(path));
        session.write(&back.replacements(), self.stop)?;
        record.set_modes(self.folder);
        self.put_lock_back(Some(session), record.lock.as_ref())?;
        // The record goes last. Until then the next run would take back the rest.
        let remains = undo::remains(self.folder)?;
        let gone = remains.iter().map(|(name, text)| Replacement {
            name,
            before: Some(text),
            after: None,
            is_private: false,
        });
        session.write(&gone.collect::<Vec<_>>(), &|| false)?;
        Ok(back)
    }

    /// Notes down that cargo agreed, or that nobody wants to know.
    fn settle(&self, session: &mut Session, record: Record, text: &str) -> Result<(), Error> {
        let mut record = record;
        record.check = match self.cargo {
            Some(_) => Check::Passed,
            None => Check::Skipped,
        };
        if self.cargo.is_some() {
            record
                .lock
                .iter_mut()
                .for_each(|lock| lock.was_written(self.folder));
        }
        let [_, (name, new)] = record.files().map_err(ApplyError::Record)?;
        let file = Replacement {
            name,
            before: Some(text),
            after: Some(&new),
            is_private: true,
        };
        session.write(&[file], &|| false)?;
        Ok(())
    }

    /// Gives the lock file its old text, as long as it is as cargo left it.
    fn put_lock_back(
        &self,
        session: Option<&mut Session>,
        lock: Option<&Lock>,
    ) -> Result<(), FileError> {
        let to_go_back = |lock: &Lock| lock.is_to_go_back(self.folder);
        let Some((lock, now)) = lock.and_then(|lock| Some((lock, to_go_back(lock)?))) else {
            return Ok(());
        };
        let file = [lock.replacement(&now)];
        match session.filter(|_| lock.above == 0) {
            Some(session) => session.write(&file, &|| false).map(drop),
            None => {
                let folder = lock.folder(self.folder);
                let mut session = Session::enter_for(Work::Wiring, &folder, &|| false)?;
                session.write(&file, &|| false)?;
                session.end();
                Ok(())
            }
        }
    }
}

fn replacement(action: &Action) -> Replacement<'_> {
    Replacement {
        name: &action.path,
        before: action.before.as_deref(),
        after: Some(&action.after),
        is_private: action.is_private,
    }
}
