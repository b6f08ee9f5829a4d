//! The folder of a new project, as found.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::name;
use crate::error::{Explain, Explanation};

/// The beginning of the names of staging folders, in which projects grow before they appear.
pub const STAGING: &str = ".clerk-rs-init-";

/// The project's folder.
#[derive(Clone, Debug)]
pub struct Target {
    /// Absolute, without a trailing slash.
    pub path: PathBuf,
    /// As the user wrote it.
    pub shown: String,
    /// True if there is an empty folder already, which will be filled.
    pub exists: bool,
}

/// The reason why a folder will not do.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// It is not empty.
    #[error("{shown} is not empty")]
    NotEmpty {
        /// As the user wrote it.
        shown: String,
        /// The number of entries.
        count: usize,
        /// The first entry by name.
        first: String,
    },
    /// It is a link.
    #[error("{0} is a symbolic link")]
    Link(String),
    /// It is a file.
    #[error("{0} is not a folder")]
    NotAFolder(String),
    /// It has no name, such as `/`.
    #[error("{0} names no folder")]
    Nameless(String),
    /// Windows has no such folder, and says so by a number only.
    #[error("{shown} cannot be a folder")]
    Unnameable {
        /// As the user wrote it.
        shown: String,
        why: String,
    },
    /// It could not be looked at.
    #[error("could not look into {0}")]
    Unreadable(String, #[source] io::Error),
}

impl Explain for TargetError {
    fn explain(&self) -> Explanation {
        const OTHER: &str = "choose another folder; nothing is ever overwritten";
        match self {
            Self::NotEmpty { count, first, .. } => Explanation::failed("folder-not-empty")
                .because(match count {
                    1 => format!("it holds {first}"),
                    _ => format!("it holds {count} entries, the first is {first}"),
                })
                .help(OTHER),
            Self::Link(_) => Explanation::failed("folder-is-link")
                .because("what is written there would land somewhere else")
                .help("name the folder it points to"),
            Self::NotAFolder(_) => Explanation::failed("not-a-folder").help(OTHER),
            Self::Nameless(_) => Explanation::usage("folder-nameless").help(OTHER),
            Self::Unnameable { why, .. } => Explanation::usage("folder-unnameable")
                .because(why)
                .help(OTHER),
            Self::Unreadable(_, error) => Explanation::failed("folder-unreadable").because(error),
        }
    }
}

impl Target {
    /// Looks at a folder and touches nothing.
    pub fn find(cwd: &Path, given: &Path) -> Result<Self, TargetError> {
        // A trailing slash or dot goes, because `link/` and `link/.` would be followed unnoticed.
        let path: PathBuf = cwd.join(given).components().collect();
        let shown = given.to_string_lossy().into_owned();
        if cfg!(windows)
            && let Some(why) = no_folder_on_windows(given)
        {
            return Err(TargetError::Unnameable { shown, why });
        }
        let exists = match fs::symlink_metadata(&path) {
            Ok(found) if found.is_symlink() => return Err(TargetError::Link(shown)),
            Ok(found) if !found.is_dir() => return Err(TargetError::NotAFolder(shown)),
            Ok(_) => true,
            // Windows says of what is below a file that it is not there.
            Err(_) if is_below_a_file(&path) => return Err(TargetError::NotAFolder(shown)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(TargetError::Unreadable(shown, error)),
        };
        let target = Self {
            path,
            shown,
            exists,
        };
        if exists {
            target.must_be_empty()?;
        }
        Ok(target)
    }

    /// The folder's own name.
    pub fn name(&self) -> Result<String, TargetError> {
        let real;
        let path = match self.path.file_name() {
            Some(_) => &self.path,
            // `..` and the like.
            None => {
                real = fs::canonicalize(&self.path);
                real.as_ref().unwrap_or(&self.path)
            }
        };
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        name.ok_or_else(|| TargetError::Nameless(self.shown.clone()))
    }

    /// A repository without files counts as empty, because people make one first and fill it then.
    fn must_be_empty(&self) -> Result<(), TargetError> {
        let unreadable = |error| TargetError::Unreadable(self.shown.clone(), error);
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(unreadable)? {
            let name = entry
                .map_err(unreadable)?
                .file_name()
                .to_string_lossy()
                .into_owned();
            // Another run may be at work in its staging folder. It is decided later who comes first.
            if name != ".git" && !name.starts_with(STAGING) {
                names.push(name);
            }
        }
        names.sort();
        match names.first() {
            None => Ok(()),
            Some(first) => Err(TargetError::NotEmpty {
                shown: self.shown.clone(),
                count: names.len(),
                first: first.clone(),
            }),
        }
    }
}

fn is_below_a_file(path: &Path) -> bool {
    let mut above = path.ancestors().skip(1);
    let nearest = above.find_map(|folder| fs::metadata(folder).ok());
    nearest.is_some_and(|nearest| !nearest.is_dir())
}

fn no_folder_on_windows(given: &Path) -> Option<String> {
    given.components().find_map(|part| match part {
        Component::Normal(part) => name::no_folder_on_windows(&part.to_string_lossy()),
        // `a:b` is what `b` means in the present folder of that drive, which nobody knows.
        Component::Prefix(drive) if !given.has_root() => Some(format!(
            "{} is a drive, and its folders begin with a backslash",
            drive.as_os_str().to_string_lossy()
        )),
        _ => None,
    })
}
