//! The lock file, which cargo writes while it checks what was wired.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::project::file::Replacement;
use crate::project::regular;
use crate::scaffold::stamp::hash;

const LOCK: &str = "Cargo.lock";

/// The lock file of the workspace, which cargo wrote meanwhile.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Lock {
    /// So many folders above the package's.
    pub above: usize,
    pub before: Option<String>,
    /// The hash of what cargo made of it.
    pub after: Option<String>,
    /// True if somebody else changed it between two runs: what stood before the first does not come back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub was_changed: bool,
}

impl Lock {
    /// The lock file of a workspace as it is.
    pub fn read(folder: &Path, workspace: &Path) -> Option<Self> {
        Some(Self {
            above: folder.ancestors().position(|above| above == workspace)?,
            before: text(&workspace.join(LOCK)),
            after: None,
            was_changed: false,
        })
    }

    /// If an earlier run had it written as it was found now, its text before that run is the one that goes back.
    pub fn over(mut self, older: Option<&Self>) -> Self {
        let found = self.before.as_ref().map(|text| hash(text.as_bytes()));
        self.was_changed = older.is_some_and(|older| {
            older.was_changed || (older.after != found && older.before != self.before)
        });
        if let Some(older) = older.filter(|older| older.after == found) {
            self.before.clone_from(&older.before);
            // A run that did not ask cargo left it as that one found it.
            self.after = self.after.or_else(|| older.after.clone());
        }
        self
    }

    /// The folder that it lies in.
    pub fn folder(&self, package: &Path) -> PathBuf {
        let folder = package.ancestors().nth(self.above);
        folder.unwrap_or(package).to_owned()
    }

    /// Remembers what cargo made of it.
    pub fn was_written(&mut self, package: &Path) {
        self.after = text(&self.path(package)).map(|now| hash(now.as_bytes()));
    }

    fn path(&self, package: &Path) -> PathBuf {
        self.folder(package).join(LOCK)
    }

    /// True if it lies in the folder of this workspace. The number in a record is no reason to write anywhere else.
    pub fn is_of(&self, package: &Path, workspace: &Path) -> bool {
        package.ancestors().nth(self.above) == Some(workspace)
    }

    /// Its path seen from the package, if it stays though it is not as it was: somebody else changed it since.
    pub fn left(&self, package: &Path) -> Option<String> {
        let path = self.path(package);
        let is_there = path.symlink_metadata().is_ok();
        let now = text(&path);
        let is_as_before = now.is_some() && now == self.before;
        let stays = self.was_changed || !is_as_before && self.is_to_go_back(package).is_none();
        (is_there && stays).then(|| "../".repeat(self.above) + LOCK)
    }

    /// Its text now, if that is cargo's and another one stood there before.
    pub fn is_to_go_back(&self, package: &Path) -> Option<String> {
        let now = text(&self.path(package))?;
        let is_cargos = self.after.as_ref() == Some(&hash(now.as_bytes()));
        (is_cargos && self.before.as_ref() != Some(&now)).then_some(now)
    }

    /// The file to write.
    pub fn replacement<'a>(&'a self, now: &'a str) -> Replacement<'a> {
        Replacement {
            name: LOCK,
            before: Some(now),
            after: self.before.as_deref(),
            is_private: false,
        }
    }
}

fn text(path: &Path) -> Option<String> {
    regular::text(path, regular::LONGEST_OF_CARGO).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_run_without_cargo_between_keeps_the_lock_file_of_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let read = || Lock::read(path, path).unwrap();
        fs::write(path.join(LOCK), "before").unwrap();
        let mut first = read();
        fs::write(path.join(LOCK), "of cargo").unwrap();
        first.was_written(path);
        let second = read().over(Some(&first));
        assert_eq!(second.is_to_go_back(path).as_deref(), Some("of cargo"));
        assert_eq!(second.replacement("of cargo").after, Some("before"));
        fs::write(path.join(LOCK), "of somebody").unwrap();
        let third = read().over(Some(&second));
        assert_eq!(third.is_to_go_back(path), None);
    }

    /// The text of before the last run came back, which was not that of before the first, and nothing was said.
    #[test]
    fn a_lock_file_that_was_changed_between_two_runs_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let write = |text: &str| fs::write(path.join(LOCK), text).unwrap();
        let run = |older: Option<&Lock>| {
            let mut lock = Lock::read(path, path).unwrap().over(older);
            lock.was_written(path);
            lock
        };
        write("before");
        let mut first = Lock::read(path, path).unwrap();
        write("of cargo");
        first.was_written(path);
        assert_eq!(run(Some(&first)).left(path), None);
        write("updated");
        let second = run(Some(&first));
        assert_eq!(second.left(path).as_deref(), Some(LOCK));
        assert_eq!(run(Some(&second)).left(path).as_deref(), Some(LOCK));
    }
}
