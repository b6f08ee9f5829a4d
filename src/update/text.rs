//! Reads the files of a project.

use std::fs;
use std::io;
use std::path::Path;

use crate::error::{Explain, Explanation};
use crate::project::file::{self, FileError};
use crate::project::regular;

/// No file of ours is longer.
const LONGEST: u64 = 4 << 20;

/// A file of the project.
#[derive(Debug)]
pub enum Text {
    /// Text. Its lines end in line feeds alone.
    Lines {
        text: String,
        /// The same with the line ends of the file.
        raw: String,
    },
    /// Something else, such as a picture.
    Opaque,
}

impl Text {
    /// Gives a text the line ends of this file.
    pub fn written_like(&self, text: &str) -> String {
        match self {
            Self::Lines { text: own, raw } if own != raw => text.replace('\n', "\r\n"),
            _ => text.to_owned(),
        }
    }
}

/// A file that cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error(transparent)]
    Place(#[from] FileError),
    #[error("{path} cannot be read")]
    Unreadable {
        path: String,
        #[source]
        error: io::Error,
    },
}

impl Explain for ReadError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Place(error) => error.explain(),
            Self::Unreadable { error, .. } => Explanation::failed("file-unreadable")
                .because(error)
                .help("nothing was changed"),
        }
    }
}

/// Reads a file below the project's folder; `None` if there is no such file.
///
/// # Errors
/// [`ReadError`], also where a link leads out of the project.
pub fn read(folder: &Path, path: &str) -> Result<Option<Text>, ReadError> {
    let unreadable = |error| ReadError::Unreadable {
        path: path.to_owned(),
        error,
    };
    match fs::symlink_metadata(folder.join(path)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
        Ok(_) => {}
    }
    let place = file::place(folder, path)?;
    let bytes = regular::bytes(&place, LONGEST).map_err(unreadable)?;
    Ok(Some(match String::from_utf8(bytes) {
        Ok(raw) => Text::Lines {
            text: unix(&raw),
            raw,
        },
        Err(_) => Text::Opaque,
    }))
}

/// Replaces the line ends of Windows, if all lines have them.
fn unix(raw: &str) -> String {
    let is_windows = raw.contains("\r\n")
        && raw
            .split_inclusive('\n')
            .all(|line| !line.ends_with('\n') || line.ends_with("\r\n"));
    if is_windows {
        raw.replace("\r\n", "\n")
    } else {
        raw.to_owned()
    }
}
