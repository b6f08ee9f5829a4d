//! Replaces a file of the user's: whole or not at all, with its mode, and never outside the project.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::error::{Explain, Explanation};

/// A file that is not replaced. The old one stands.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A link that leads out of the project.
    #[error("{shown} is a symbolic link to {}, outside the project", target.display())]
    LeadsOut {
        /// The link.
        shown: String,
        /// Where it leads.
        target: PathBuf,
    },
    /// Nobody is to write to it.
    #[error("{0} is read-only")]
    ReadOnly(String),
    /// Somebody else wrote to it.
    #[error("{0} was changed by something else meanwhile")]
    Changed(String),
    /// The system refuses.
    #[error("could not write {0}")]
    Write(String, #[source] io::Error),
}

impl Explain for FileError {
    fn explain(&self) -> Explanation {
        match self {
            Self::LeadsOut { .. } => Explanation::failed("link-leads-out")
                .help("run it in the folder the link leads to, or replace the link by a file"),
            Self::ReadOnly(shown) => {
                Explanation::failed("file-read-only").help(format!("`chmod u+w {shown}` allows it"))
            }
            Self::Changed(_) => {
                Explanation::failed("file-changed").help("nothing was written; run it again")
            }
            Self::Write(_, error) => Explanation::failed("write-failed")
                .because(error)
                .help("nothing was changed"),
        }
    }
}

/// A file to be, in a project's folder.
#[derive(Debug)]
pub struct Replacement<'a> {
    /// The project.
    pub folder: &'a Path,
    /// The file's name in it.
    pub name: &'a str,
    /// What it held when it was read; `None` if it was not there.
    pub before: Option<&'a str>,
    /// What it is to hold.
    pub after: &'a str,
    /// Whether nobody but its owner may read it.
    pub is_private: bool,
}

impl Replacement<'_> {
    /// Puts the new file in the old one's place by one rename.
    ///
    /// # Errors
    /// [`FileError`]; the old file then stands as it was.
    pub fn write(&self) -> Result<(), FileError> {
        let failed = |error| FileError::Write(self.name.to_owned(), error);
        let place = self.place()?;
        let beside = place.parent().unwrap_or(self.folder);
        let old = match fs::metadata(&place) {
            Ok(found) => Some(found),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        if old.as_ref().is_some_and(|old| old.permissions().readonly()) {
            return Err(FileError::ReadOnly(self.name.to_owned()));
        }
        // It is made for its owner only, so a secret is never readable in between.
        let mut new = tempfile::Builder::new()
            .prefix(".clerk-rs-")
            .tempfile_in(beside)
            .map_err(failed)?;
        new.write_all(self.after.as_bytes()).map_err(failed)?;
        self.set_mode(new.as_file(), old.as_ref()).map_err(failed)?;
        new.as_file().sync_all().map_err(failed)?;
        if self.is_changed(&place) {
            return Err(FileError::Changed(self.name.to_owned()));
        }
        // Renamed over, a link that somebody put there meanwhile is replaced and not followed.
        let put = match self.before {
            Some(_) => new.persist(&place),
            None => new.persist_noclobber(&place),
        };
        match put {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                Err(FileError::Changed(self.name.to_owned()))
            }
            Err(error) => Err(failed(error.error)),
        }
    }

    /// Where the file really is: a link within the project is kept, one that leads out is not followed.
    fn place(&self) -> Result<PathBuf, FileError> {
        let path = self.folder.join(self.name);
        if !fs::symlink_metadata(&path).is_ok_and(|found| found.is_symlink()) {
            return Ok(path);
        }
        let failed = |error| FileError::Write(self.name.to_owned(), error);
        let folder = fs::canonicalize(self.folder).map_err(failed)?;
        let target = fs::canonicalize(&path).map_err(failed)?;
        if target.starts_with(&folder) {
            return Ok(target);
        }
        Err(FileError::LeadsOut {
            shown: self.name.to_owned(),
            target,
        })
    }

    fn is_changed(&self, place: &Path) -> bool {
        match (fs::read(place), self.before) {
            (Ok(now), Some(before)) => now != before.as_bytes(),
            (Err(error), None) => error.kind() != io::ErrorKind::NotFound,
            _ => true,
        }
    }

    #[cfg(unix)]
    fn set_mode(&self, file: &fs::File, old: Option<&fs::Metadata>) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = match old {
            Some(old) => old.permissions().mode() & 0o777,
            None => 0o644,
        };
        let mode = if self.is_private { mode & 0o600 } else { mode };
        file.set_permissions(fs::Permissions::from_mode(mode))
    }

    #[cfg(not(unix))]
    #[allow(clippy::unnecessary_wraps, clippy::unused_self, reason = "as on Unix")]
    fn set_mode(&self, _: &fs::File, _: Option<&fs::Metadata>) -> io::Result<()> {
        Ok(())
    }
}
