//! The folder in which files wait until they are put in place: `.clerk-rs-env-set`, in the project's own folder.
//!
//! It is on the same file system as the files, so that only renames are left to do, and there is one place to look for
//! the leftovers of a killed run. `.clerk` would do for projects that ignore it, but many do not, and there it may be a
//! link or belong to the administrator. Its first file tells git to ignore all of it, that file too, in any project;
//! our own projects name it in their `.gitignore` and `.dockerignore`.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::git::Git;

pub const NAME: &str = ".clerk-rs-env-set";

const IGNORE: &str = ".gitignore";

/// Its path in a project.
pub fn path(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

/// True if there is one and it is ours.
///
/// # Errors
/// Something else has its name.
pub fn exists(room: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(room) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Ok(found) if found.is_dir() && is_mine(&found) => Ok(true),
        Ok(found) if found.is_dir() => Err(io::Error::other(
            "it is there already and belongs to another user, whose run was stopped: remove it",
        )),
        Ok(_) => Err(io::Error::other("something else has its name")),
        Err(error) => Err(error),
    }
}

/// Makes it.
pub fn make(room: &Path) -> io::Result<()> {
    let builder = DirBuilder::new();
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::DirBuilderExt as _;
        let mut builder = builder;
        builder.mode(0o700);
        builder
    };
    builder.create(room)?;
    create(&room.join(IGNORE), true)?.write_all(b"*\n")
}

/// True if one of our runs put this file there: it is no link and nobody else's.
pub fn is_ours(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_file() && is_single(&found))
}

/// Refuses a room that came with the project.
///
/// # Errors
/// git tracks the room, or something in it.
pub fn must_be_untracked(folder: &Path) -> io::Result<()> {
    let tracked = match Git::find(folder) {
        Git::Repository(repository) => repository.tracked(&[NAME]),
        _ => return Ok(()),
    };
    match tracked {
        Ok(tracked) if !tracked.is_empty() => Err(io::Error::other(format!(
            "git tracks it, so no run of ours made it: look what is in it, and delete it (`git rm -r {NAME}`)"
        ))),
        _ => Ok(()),
    }
}

/// Makes a new file, for its owner only or with the usual mode.
pub fn create(path: &Path, is_private: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if is_private {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = is_private;
    options.open(path)
}

/// Makes sure that its content survives a power cut.
pub fn sync(room: &Path) {
    // Not every system opens folders.
    let _ = File::open(room).and_then(|room| room.sync_all());
}

/// Removes it; the file that hides the others from git goes last.
pub fn remove(room: &Path) -> io::Result<()> {
    let cannot = |error| {
        let why =
            format!("{error}; what a run that was stopped left there cannot be removed: delete it");
        io::Error::other(why)
    };
    for entry in fs::read_dir(room).map_err(cannot)? {
        let entry = entry?;
        if entry.file_name() != IGNORE {
            remove_one(&entry.path()).map_err(cannot)?;
        }
    }
    remove_one(&room.join(IGNORE)).map_err(cannot)?;
    fs::remove_dir(room).map_err(cannot)
}

fn remove_one(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// True if nobody else could have put anything there. A repository, for one, cannot bring along a closed folder.
#[cfg(unix)]
pub fn is_closed(room: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::symlink_metadata(room).is_ok_and(|found| found.permissions().mode() & 0o077 == 0)
}

#[cfg(not(unix))]
pub fn is_closed(_: &Path) -> bool {
    true
}

#[cfg(unix)]
fn is_mine(found: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    found.uid() == rustix::process::geteuid().as_raw()
}

/// A file with one name that only we may read.
#[cfg(unix)]
pub fn is_private(found: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = found.permissions().mode() & 0o777;
    found.is_file() && is_single(found) && mode == 0o600
}

#[cfg(not(unix))]
pub fn is_private(found: &Metadata) -> bool {
    found.is_file()
}

/// The administrator gives what is staged to the owner of the old file.
#[cfg(unix)]
fn is_single(found: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    found.nlink() == 1 && (is_mine(found) || rustix::process::geteuid().is_root())
}

#[cfg(not(unix))]
fn is_single(_: &Metadata) -> bool {
    true
}

#[cfg(not(unix))]
fn is_mine(_: &Metadata) -> bool {
    true
}
