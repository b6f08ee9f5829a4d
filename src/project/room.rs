//! The folder in which files wait until they are put in place: `.clerk-rs-env-set`, in the project's own folder.
//!
//! It is on the file system of the files, so that a rename is all that is left to do, and there is one place to look
//! for what a killed run left. `.clerk` would do for projects that ignore it; many do not, and there it may be a link,
//! or the administrator's. Its first file tells git to ignore all of it, itself too, in whatever project; the
//! projects that we make name it in their `.gitignore` and `.dockerignore`.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Its name.
pub const NAME: &str = ".clerk-rs-env-set";

const IGNORE: &str = ".gitignore";

/// Where it is in a project.
pub fn path(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

/// Whether there is one, and it is ours.
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

/// A new file: for its owner only, or as any program makes one.
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

/// Makes sure that what is in it survives a power cut.
pub fn sync(room: &Path) {
    // Not every system opens folders.
    let _ = File::open(room).and_then(|room| room.sync_all());
}

/// Takes it away; last the file that hides the others from git.
pub fn remove(room: &Path) -> io::Result<()> {
    for entry in fs::read_dir(room)? {
        let entry = entry?;
        if entry.file_name() == IGNORE {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    match fs::remove_file(room.join(IGNORE)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::remove_dir(room)
}

/// What somebody else could have put there is not believed: a repository, for one, makes no folder that is closed.
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

#[cfg(not(unix))]
fn is_mine(_: &Metadata) -> bool {
    true
}
