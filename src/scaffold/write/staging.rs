//! The folder in which a project grows before it appears: `.clerk-rs-init-<random>`, with a locked file and the
//! project. The system releases the lock when its process dies, no matter how. So whoever gets the lock of a staging
//! folder may remove the folder.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::error::WriteError;
use super::fill;
use crate::scaffold::keys::{hex, random};
use crate::scaffold::target::STAGING;

const LOCK: &str = "lock";

/// The way in which the project will leave its staging folder. The name of the project's folder in there tells it to
/// other runs that clean up.
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

/// A staging folder of this process. Dropping it removes it.
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
            // A file system without locks has none for others either, and they leave the folder alone.
            let is_free = |lock: &File| !matches!(lock.try_lock(), Err(TryLockError::WouldBlock));
            let taken = lock.map(|lock| (is_free(&lock), lock));
            match taken {
                // Before it was locked, another run may have removed it as a dead one's. If the file is still there,
                // nobody will.
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

    /// The project's folder in there.
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

/// Makes a folder that nobody else may look into: the umask does not know of the secret key in it.
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

/// Removes the staging folders of dead runs. While another run is alive in this folder nothing is touched, because the
/// files may be its own.
pub fn sweep(folder: &Path, own: Option<&Staging>) {
    let own_path = own.map(|own| own.path.as_path());
    let mut dead = Vec::new();
    for path in candidates(folder).filter(|path| Some(path.as_path()) != own_path) {
        match Finding::of(&path) {
            Finding::Alive => return,
            Finding::Unlocked => sweep_unlocked(&path),
            // Its run had not begun, and makes another folder if it is alive. Nobody but us would remove this one.
            Finding::Dead(lock) if !has_project(&path) => take_away(&path, lock),
            Finding::Dead(lock) => dead.push((path, lock)),
        }
    }
    for (path, lock) in dead {
        fill::take_back(&path.join(Kind::Fill.folder()), folder);
        take_away(&path, lock);
    }
}

/// A living owner makes the lock before anything else, and may be about to. So an empty folder is removed only while
/// it is empty, and a folder with a project only with its lock.
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

/// The lock goes last. If a sweep is killed half-way, the next one still recognises the folder of a dead run. It also
/// tries again what cannot be removed now.
fn take_away(path: &Path, lock: File) {
    for kind in [Kind::Whole, Kind::Fill] {
        let _ = fs::remove_dir_all(path.join(kind.folder()));
    }
    if has_project(path) {
        return;
    }
    // Windows does not remove open files. Elsewhere the lock is held until the file is gone, so that an owner who is
    // about to lock it cannot get it in between.
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
        // In a folder that everybody may write to, others may have theirs, or pretend to.
        .filter(|path| {
            fs::symlink_metadata(path).is_ok_and(|found| found.is_dir() && is_mine(&found))
        })
}

/// The state of a staging folder's run.
enum Finding {
    /// It is at work, or we cannot judge.
    Alive,
    /// It is dead, or has made the folder and not yet the lock.
    Unlocked,
    /// It is dead, and we have its lock now.
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
