//! The time in which a command writes to a project. A dry run only looks.

use std::path::{Path, PathBuf};

use crate::check::replaced;
use crate::error::Error;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::project::file::{FileError, Replacement};
use crate::project::git::Git;
use crate::project::session::{self, Session};
use crate::run::Stops;

/// While a writer exists, nobody else changes the files, so what was read still holds.
pub struct Writer {
    pub folder: PathBuf,
    /// Knows if its files are ignored.
    pub git: Git,
    open: Option<(Session, Stops)>,
    may_stop: bool,
}

impl Writer {
    /// Waits for its turn, unless it is a dry run. From here on whoever wants us to end has to wait, so no question may
    /// be asked any more.
    ///
    /// # Errors
    /// Another run does not come to an end, or we are asked to end.
    pub fn enter(folder: &Path, dry_run: bool) -> Result<Self, Error> {
        let git = Git::find(folder);
        let open = if dry_run {
            None
        } else {
            let stops = Stops::listen()?;
            Some((Session::enter(folder, &|| stops.came())?, stops))
        };
        Ok(Self {
            folder: folder.to_owned(),
            git,
            open,
            may_stop: true,
        })
    }

    /// Nothing is touched.
    pub fn is_dry(&self) -> bool {
        self.open.is_none()
    }

    /// The session, to write more than a command plans. A dry run has none.
    pub fn session(&mut self) -> Option<&mut Session> {
        self.open.as_mut().map(|(session, _)| session)
    }

    /// From now on nothing stops us: something happened elsewhere that only makes sense together with the coming
    /// changes.
    pub fn no_way_back(&mut self) {
        self.may_stop = false;
    }

    /// Refuses to change a single variable next to keys that may not belong together.
    ///
    /// # Errors
    /// [`FileError::Torn`]
    pub fn must_be_whole(&self) -> Result<(), FileError> {
        match &self.open {
            Some((session, _)) => session.must_be_whole(),
            None => session::must_be_whole(&self.folder),
        }
    }

    /// Replaces all these files or none. Returns findings about what could not stay as it was.
    ///
    /// # Errors
    /// [`FileError`]
    pub fn write(&mut self, files: &[Replacement<'_>]) -> Result<Vec<Finding>, FileError> {
        let notes = match &mut self.open {
            Some((session, stops)) => session.write(files, &|| self.may_stop && stops.came())?,
            None => session::look(&self.folder, files)?,
        };
        Ok(notes.iter().map(replaced::told).collect())
    }

    /// All is written.
    pub fn end(&mut self) {
        if let Some((session, _)) = self.open.take() {
            session.end();
        }
    }

    /// Findings about leftovers of killed runs that this one finished or removed.
    pub fn finished(&self) -> Vec<Finding> {
        let Some((session, _)) = &self.open else {
            return Vec::new();
        };
        let finished = "a run before was stopped half-way; its change is finished now";
        let removed =
            "a run of an older version was stopped and had left it behind; it is removed now";
        let told = [
            (Id::SwitchFinished, finished, session.finished()),
            (Id::Leftover, removed, session.removed()),
        ];
        let told = told.into_iter().filter(|(.., files)| !files.is_empty());
        told.map(|(id, detail, files)| {
            Finding::new(id, Verdict::Warn, "stopped run", detail).place(visible(&files.join(", ")))
        })
        .collect()
    }
}
