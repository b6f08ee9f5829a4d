//! Lets one run at a time write to a project. The system drops the lock when its process dies, however it dies, and
//! nothing is left in the folder.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::file::FileError;

const PAUSE: Duration = Duration::from_millis(20);
/// Five seconds; a run needs a hundredth of one.
pub const TRIES: u32 = 250;

/// True once we were asked to end.
pub type Stop<'a> = dyn Fn() -> bool + 'a;

/// Waits for the project's lock; `None` if the file system has no locks.
///
/// # Errors
/// [`FileError::Busy`] after so many tries, [`FileError::Stopped`]
pub fn take(folder: &Path, tries: u32, stop: &Stop<'_>) -> Result<Option<File>, FileError> {
    for _ in 0..tries {
        match try_take(folder) {
            Ok(lock) => return Ok(Some(lock)),
            Err(TryLockError::Error(_)) => return Ok(None),
            Err(TryLockError::WouldBlock) if stop() => return Err(FileError::Stopped),
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
        }
    }
    Err(FileError::Busy(holder(folder)))
}

/// True if a run is at work.
pub fn is_taken(folder: &Path) -> bool {
    matches!(try_take(folder), Err(TryLockError::WouldBlock))
}

/// The folder itself is locked.
#[cfg(unix)]
fn try_take(folder: &Path) -> Result<File, TryLockError> {
    let folder = File::open(folder).map_err(TryLockError::Error)?;
    folder.try_lock()?;
    Ok(folder)
}

/// Folders cannot be locked here. So it is a file that nobody else can open and that disappears when it is closed.
#[cfg(windows)]
fn try_take(folder: &Path) -> Result<File, TryLockError> {
    use std::os::windows::fs::OpenOptionsExt as _;
    const DELETE_ON_CLOSE: u32 = 0x0400_0000;
    const SHARING_VIOLATION: i32 = 32;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).share_mode(0);
    let lock = options.custom_flags(DELETE_ON_CLOSE);
    lock.open(folder.join(".clerk-rs-lock"))
        .map_err(|error: std::io::Error| match error.raw_os_error() {
            Some(SHARING_VIOLATION) => TryLockError::WouldBlock,
            _ => TryLockError::Error(error),
        })
}

/// The process that holds the lock, if the system tells.
#[cfg(target_os = "linux")]
fn holder(folder: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    let inode = format!(":{}", std::fs::metadata(folder).ok()?.ino());
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
    let words = |line: &str| {
        line.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let mut locks = locks.lines().map(words);
    locks.find_map(|words| match words.as_slice() {
        [_, kind, _, _, process, place, ..] if kind == "FLOCK" && place.ends_with(&inode) => {
            // Zero, if it is in another container.
            process.parse().ok().filter(|process| *process > 0)
        }
        _ => None,
    })
}

#[cfg(not(target_os = "linux"))]
fn holder(_: &Path) -> Option<u32> {
    None
}
