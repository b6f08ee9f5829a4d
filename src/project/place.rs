//! Finds the real place of a file whose name is a symbolic link.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// Follows every link on the way to the file. The file may be missing, unless a link leads to it.
///
/// # Errors
/// A link leads nowhere, or the system refuses.
pub fn real(folder: &Path, name: &str) -> io::Result<PathBuf> {
    let path = folder.join(name);
    if is_link(&path) {
        return fs::canonicalize(&path);
    }
    let (Some(above), Some(last)) = (path.parent(), path.file_name()) else {
        return Err(io::ErrorKind::InvalidFilename.into());
    };
    Ok(fs::canonicalize(above)?.join(last))
}

/// The final target of a link as a path from the folder. `None` if it is not a link, or leads out of `top`, in which
/// the folder lies.
pub fn linked(folder: &Path, top: &Path, name: &str) -> Option<String> {
    if !is_link(&folder.join(name)) {
        return None;
    }
    let real = real(folder, name).ok()?;
    let (folder, top) = (fs::canonicalize(folder).ok()?, fs::canonicalize(top).ok()?);
    if !real.starts_with(top) {
        return None;
    }
    let above = folder
        .ancestors()
        .position(|above| real.starts_with(above))?;
    let below = real.strip_prefix(folder.ancestors().nth(above)?).ok()?;
    let names = below.components().map(|part| part.as_os_str().to_str());
    let parts: Option<Vec<&str>> = std::iter::repeat_n(Some(".."), above)
        .chain(names)
        .collect();
    Some(parts?.join("/"))
}

/// The reason why nobody can want to write through a link of this name: its target is not such a file.
pub fn off_limits(folder: &Path, name: &str, real: &Path) -> Option<&'static str> {
    let below = real.strip_prefix(folder).ok()?;
    let is_in = |name: &str| {
        let mut parts = below.components();
        parts.any(|part| matches!(part, Component::Normal(part) if part.eq_ignore_ascii_case(name)))
    };
    if is_in(".git") {
        Some("which is git's own")
    } else if is_in("target") {
        Some("among what cargo builds")
    } else if is_program(real) {
        Some("which is a program")
    } else if is_of_another_kind(name, real) {
        Some("which is a file of another kind")
    } else {
        None
    }
}

/// True for a source or the like behind a name that is no such thing: `.gitignore` -> `src/main.rs`.
fn is_of_another_kind(name: &str, real: &Path) -> bool {
    const KINDS: [&str; 14] = [
        "rs", "toml", "lock", "js", "ts", "jsx", "tsx", "css", "html", "sql", "md", "json", "yml",
        "yaml",
    ];
    let end = real.extension().and_then(|end| end.to_str());
    let own = Path::new(name).extension().and_then(|end| end.to_str());
    end != own && end.is_some_and(|end| KINDS.contains(&end))
}

/// True for a path as we write them: below the project, in one spelling, and not among git's own files.
pub fn is_below(name: &str) -> bool {
    let is_plain =
        |part: &str| !matches!(part, "" | "." | "..") && !part.eq_ignore_ascii_case(".git");
    !name.contains(['\\', ':', '\0']) && name.split('/').all(is_plain)
}

/// Makes the folders that a path below the project goes through. No link is followed out of the project. What the
/// administrator makes belongs to the project's owner.
///
/// # Errors
/// The system's refusal.
pub fn make_folders(folder: &Path, name: &str) -> io::Result<()> {
    let top = fs::canonicalize(folder)?;
    let mut path = folder.to_owned();
    let Some((folders, _)) = name.rsplit_once('/') else {
        return Ok(());
    };
    for part in folders.split('/') {
        path.push(part);
        match fs::create_dir(&path) {
            Ok(()) => give(&path, &top)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        if !fs::canonicalize(&path)?.starts_with(&top) {
            return Err(io::Error::other(
                "a folder on the way is a link that leads out of the project",
            ));
        }
    }
    Ok(())
}

#[cfg(unix)]
fn give(path: &Path, top: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, lchown};
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    let (new, owner) = (fs::symlink_metadata(path)?, fs::metadata(top)?);
    if (new.uid(), new.gid()) == (owner.uid(), owner.gid()) {
        return Ok(());
    }
    lchown(path, Some(owner.uid()), Some(owner.gid()))
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "as on Unix")]
fn give(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink())
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(_: &Path) -> bool {
    false
}
