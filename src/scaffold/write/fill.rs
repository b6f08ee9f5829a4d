//! Fills an empty folder from a staging folder, and empties it again.
//!
//! The files are linked, not moved: a link never overwrites, and if this run is killed, the staged original still says
//! which files are ours. Making `src` claims the folder: of two runs exactly one succeeds, and the other has touched
//! nothing yet. `Cargo.toml` comes last. Until it is there the folder is not a project, and everything can be undone.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::error::WriteError;
use crate::scaffold::target::Target;

const CLAIM: &str = "src";
const LAST: &str = "Cargo.toml";

/// Fills the folder, or leaves it unchanged.
pub fn fill(project: &Path, target: &Target) -> Result<(), WriteError> {
    let mut made = Vec::new();
    let filled = add_all(project, &target.path, &mut made);
    if let Err((path, error)) = filled {
        undo(&made);
        return Err(match error.kind() {
            io::ErrorKind::AlreadyExists => WriteError::overtaken(target),
            _ => WriteError::io("write", &path, error),
        });
    }
    Ok(())
}

/// Removes the files that a dead run put into `target`, unless it had finished.
pub fn take_back(project: &Path, target: &Path) {
    let Ok(entries) = listing(project) else {
        return;
    };
    if target.join(LAST).symlink_metadata().is_ok() {
        return;
    }
    let linked = entries.iter().any(|entry| is_linked(&project.join(entry)));
    let ours = entries
        .iter()
        .filter(|entry| is_ours(&project.join(entry), &target.join(entry), linked));
    let ours: Vec<_> = ours.map(|entry| target.join(entry)).collect();
    undo(&ours);
}

fn add_all(
    project: &Path,
    target: &Path,
    made: &mut Vec<PathBuf>,
) -> Result<(), (PathBuf, io::Error)> {
    let entries = listing(project).map_err(|error| (project.to_owned(), error))?;
    for entry in entries {
        let (from, to) = (project.join(&entry), target.join(&entry));
        let added = if from.is_dir() {
            fs::create_dir(&to)
        } else {
            link(&from, &to)
        };
        added.map_err(|error| (to.clone(), error))?;
        made.push(to);
    }
    Ok(())
}

/// All staged files in the order in which they are added: first the claim, then each folder before its content, and the
/// manifest last.
fn listing(project: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = Vec::new();
    collect(project, Path::new(""), &mut entries)?;
    entries.sort_by_key(|entry| {
        (
            entry == Path::new(LAST),
            entry != Path::new(CLAIM),
            entry.clone(),
        )
    });
    Ok(entries)
}

fn collect(project: &Path, below: &Path, entries: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(project.join(below))? {
        let entry = entry?;
        let path = below.join(entry.file_name());
        entries.push(path.clone());
        if entry.file_type()?.is_dir() {
            collect(project, &path, entries)?;
        }
    }
    Ok(())
}

/// Gives the file a second name, or copies it if the file system cannot do that.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => copy(from, to),
        linked => linked,
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut from = File::open(from)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        options.mode(from.metadata()?.permissions().mode() & 0o777);
    }
    let copied = io::copy(&mut from, &mut options.open(to)?);
    if copied.is_err() {
        let _ = fs::remove_file(to);
    }
    copied.map(drop)
}

/// Removes the added files, the last one first. A folder with somebody else's files stays.
fn undo(made: &[PathBuf]) {
    for path in made.iter().rev() {
        let is_folder = fs::symlink_metadata(path).is_ok_and(|found| found.is_dir());
        let _ = if is_folder {
            fs::remove_dir(path)
        } else {
            fs::remove_file(path)
        };
    }
}

/// True if the file found is the one that was staged: the same file under a second name, or the beginning of a copy.
fn is_ours(staged: &Path, found: &Path, linked: bool) -> bool {
    let (Ok(ours), Ok(theirs)) = (fs::symlink_metadata(staged), fs::symlink_metadata(found)) else {
        return false;
    };
    if ours.is_dir() || theirs.is_dir() {
        return ours.is_dir() && theirs.is_dir();
    }
    if linked {
        return is_same(&ours, &theirs);
    }
    theirs.is_file() && theirs.len() <= ours.len() && begins_alike(staged, found).unwrap_or(false)
}

/// True if a staged file has a second name. Only we can have given it one.
#[cfg(unix)]
fn is_linked(staged: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::symlink_metadata(staged).is_ok_and(|found| found.is_file() && found.nlink() > 1)
}

#[cfg(unix)]
fn is_same(ours: &Metadata, theirs: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (ours.dev(), ours.ino()) == (theirs.dev(), theirs.ino())
}

/// On other systems links cannot be told from copies, so only the bytes are compared.
#[cfg(not(unix))]
fn is_linked(_: &Path) -> bool {
    false
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    false
}

fn begins_alike(staged: &Path, found: &Path) -> io::Result<bool> {
    let found = fs::read(found)?;
    let mut staged = File::open(staged)?.take(found.len() as u64);
    let mut begin = Vec::with_capacity(found.len());
    staged.read_to_end(&mut begin)?;
    Ok(begin == found)
}
