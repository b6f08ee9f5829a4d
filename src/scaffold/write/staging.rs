//! The folder in which a project grows before it is seen: `.clerk-rs-init-<random>`, holding a
//! locked file and the project. The system drops the lock when its process dies, however it
//! dies, so whoever gets the lock of a staging folder may take the folder away.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::error::WriteError;
use super::fill;
use crate::scaffold::keys::{hex, random};
use crate::scaffold::target::STAGING;

const LOCK: &str = "lock";

/// How the project will leave its staging folder. The name of the project's folder in there
/// says it to those who clean up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// By one rename, to a folder beside this one.
    Whole,
    /// File by file, into the folder around this one.
    Fill,
}

impl Kind {
    fn folder(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Fill => "fill",
        }
    }
}

/// A staging folder of this process; gone when dropped.
#[derive(Debug)]
pub struct Staging {
    path: PathBuf,
    kind: Kind,
    lock: Option<File>,
}

impl Staging {
    /// Makes and locks one.
    pub fn create(parent: &Path, kind: Kind) -> Result<Self, WriteError> {
        loop {
            let path = parent.join(format!("{STAGING}{}", hex(&random::<8>()?)));
            let failed = |error| WriteError::io("make a folder in", parent, error);
            private_folder(&path).map_err(failed)?;
            let lock = OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(path.join(LOCK));
            // A file system without locks gives none to others either: they leave it alone.
            let is_free = |lock: &File| !matches!(lock.try_lock(), Err(TryLockError::WouldBlock));
            let taken = lock.map(|lock| (is_free(&lock), lock));
            match taken {
                // Between making and locking it, a run that cleans up may have taken it for a
                // dead one's. If the file is still there now, nobody will.
                Ok((true, lock)) if path.join(LOCK).exists() => {
                    let staging = Self {
                        path,
                        kind,
                        lock: Some(lock),
                    };
                    fs::create_dir(staging.project()).map_err(failed)?;
                    return Ok(staging);
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    let _ = fs::remove_dir(&path);
                    return Err(failed(error));
                }
            }
        }
    }

    /// Where the project grows.
    pub fn project(&self) -> PathBuf {
        self.path.join(self.kind.folder())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if let Some(lock) = self.lock.take() {
            take_away(&self.path, lock);
        }
    }
}

/// Nobody else may look into it: the umask knows nothing of the secret key in there.
fn private_folder(path: &Path) -> io::Result<()> {
    let builder = DirBuilder::new();
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::DirBuilderExt as _;
        let mut builder = builder;
        builder.mode(0o700);
        builder
    };
    builder.create(path)
}

/// Takes away the staging folders of dead runs. While another run is alive in this folder
/// nothing is touched: what lies here may be its.
pub fn sweep(folder: &Path, own: Option<&Staging>) {
    let own_path = own.map(|own| own.path.as_path());
    let mut dead = Vec::new();
    for path in candidates(folder).filter(|path| Some(path.as_path()) != own_path) {
        match Finding::of(&path) {
            Finding::Alive => return,
            Finding::Unlocked => sweep_unlocked(&path),
            // Its run had not begun, and makes another if it lives: nobody but us would take this one away.
            Finding::Dead(lock) if !has_project(&path) => take_away(&path, lock),
            Finding::Dead(lock) => dead.push((path, lock)),
        }
    }
    for (path, lock) in dead {
        fill::take_back(&path.join(Kind::Fill.folder()), folder);
        take_away(&path, lock);
    }
}

/// A living owner makes its lock before it puts anything else in, and may be about to. So an empty folder is only
/// removed as long as it is empty, and one that holds a project is taken like its owner would take it: by its lock.
fn sweep_unlocked(path: &Path) {
    if !has_project(path) {
        let _ = fs::remove_dir(path);
        return;
    }
    let mut options = OpenOptions::new();
    if let Ok(lock) = options.write(true).create_new(true).open(path.join(LOCK)) {
        take_away(path, lock);
    }
}

/// The lock goes last: a sweep that is killed half-way leaves a folder that the next one knows for a dead run's. What
/// cannot be removed now is left to that one, too.
fn take_away(path: &Path, lock: File) {
    for kind in [Kind::Whole, Kind::Fill] {
        let _ = fs::remove_dir_all(path.join(kind.folder()));
    }
    if has_project(path) {
        return;
    }
    // Windows removes no open file. Elsewhere the lock is held until the file is gone: its owner, who may be about to
    // lock it, must not take it for his in between.
    let lock = (!cfg!(windows)).then_some(lock);
    let _ = fs::remove_file(path.join(LOCK));
    drop(lock);
    let _ = fs::remove_dir(path);
}

fn has_project(path: &Path) -> bool {
    let kinds = [Kind::Whole, Kind::Fill].into_iter();
    kinds
        .map(|kind| path.join(kind.folder()))
        .any(|project| project.symlink_metadata().is_ok())
}

fn candidates(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| {
            let name = entry.file_name();
            let random = name.to_str().and_then(|name| name.strip_prefix(STAGING));
            let is_ours =
                |random: &str| random.len() == 16 && random.bytes().all(|b| b.is_ascii_hexdigit());
            random.is_some_and(is_ours)
        })
        .map(|entry| entry.path())
        // In a folder that everybody may write to, others have theirs, or pretend to.
        .filter(|path| {
            fs::symlink_metadata(path).is_ok_and(|found| found.is_dir() && is_mine(&found))
        })
}

/// What a staging folder tells about its run.
enum Finding {
    /// At work, or not ours to judge.
    Alive,
    /// Between making the folder and its lock, or dead.
    Unlocked,
    /// Dead: its lock is ours now.
    Dead(File),
}

impl Finding {
    fn of(path: &Path) -> Self {
        let path = path.join(LOCK);
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::Unlocked,
            Ok(found) if found.is_file() => match OpenOptions::new().write(true).open(path) {
                Ok(lock) if lock.try_lock().is_ok() => Self::Dead(lock),
                _ => Self::Alive,
            },
            _ => Self::Alive,
        }
    }
}

#[cfg(unix)]
fn is_mine(found: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    found.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_mine(_: &Metadata) -> bool {
    true
}
