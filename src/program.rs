//! Other programs, found in the absolute entries of `PATH` alone.
//!
//! A relative one, such as `.`, means the folder in which a program is started, and that is somebody's project: a `git` or
//! `cargo` that lies there is a file like any other, and nobody asked to run it.

use std::env::{join_paths, split_paths};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::env::search_path;

/// A command that runs this program, by its name or its path.
pub fn command(name: impl AsRef<OsStr>) -> Command {
    let name = name.as_ref();
    let Some((program, path)) = search_path().and_then(|path| narrowed(name, &path)) else {
        return Command::new(name);
    };
    let mut command = Command::new(program);
    // What it starts is found in the same way.
    command.env("PATH", path);
    command
}

/// The same for git, which is to look at the folder it is started in: set by a hook or a script around us, these would lead it
/// to another repository.
pub fn git(program: impl AsRef<OsStr>) -> Command {
    let mut git = command(program);
    for name in [
        "GIT_DIR",
        "GIT_COMMON_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    ] {
        git.env_remove(name);
    }
    git
}

/// The path of a program, and `PATH` without its relative entries; nothing where there are none, or a path is given. What is
/// in no absolute entry is where nothing is.
fn narrowed(name: &OsStr, path: &OsStr) -> Option<(PathBuf, OsString)> {
    let (absolute, relative): (Vec<_>, Vec<_>) =
        split_paths(path).partition(|folder| folder.is_absolute());
    if relative.is_empty() || Path::new(name).components().count() != 1 {
        return None;
    }
    let name = match Path::new(name).extension() {
        None if cfg!(windows) => Path::new(name).with_extension("exe"),
        _ => PathBuf::from(name),
    };
    let mut places = absolute.iter().map(|folder| folder.join(&name));
    let found = places.find(|place| is_program(place));
    let nowhere = || Path::new("/nowhere").join(&name);
    // An empty list would mean the working folder.
    let path = join_paths(&absolute).ok().filter(|path| !path.is_empty());
    Some((
        found.unwrap_or_else(nowhere),
        path.unwrap_or_else(|| "/nowhere".into()),
    ))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let found = path.metadata();
    found.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

#[cfg(unix)]
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn only_absolute_entries_are_looked_into() {
        let of = |name: &str, path: &str| {
            let found = narrowed(name.as_ref(), path.as_ref())?;
            let text = |text: &OsStr| text.to_str().unwrap().to_owned();
            Some((text(found.0.as_os_str()), text(&found.1)))
        };
        let found = |program: &str, path: &str| Some((program.to_owned(), path.to_owned()));
        assert_eq!(of("sh", "/usr/bin:/bin"), None);
        assert_eq!(of("/bin/sh", ".:/bin"), None);
        for path in [".:/bin", "/bin:", ":/bin", "/bin:node_modules/.bin"] {
            assert_eq!(of("sh", path), found("/bin/sh", "/bin"), "{path}");
        }
        assert_eq!(of("sh", "."), found("/nowhere/sh", "/nowhere"));
        assert_eq!(of("no-such", ".:/bin"), found("/nowhere/no-such", "/bin"));
    }
}
