//! Takes the files of a package out of its archive, and nothing else: no link, no path that leads elsewhere, no
//! more than a package can sensibly hold.

use std::collections::HashMap;
use std::io::{self, Read};
use std::path::{Component, Path};

use flate2::read::GzDecoder;
use tar::EntryType;

/// All entries together, unpacked.
const MAX_UNPACKED: u64 = 64 * 1024 * 1024;

/// The reason why an archive is refused.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// It is not a gzipped tar, or it broke off.
    #[error("it cannot be read as a packed package")]
    Unreadable(#[from] io::Error),
    /// An entry is a link, or leads out of the package.
    #[error("it holds an entry that no package may have: {0}")]
    Entry(String),
    /// It unpacks to more than 64 MiB.
    #[error("it unpacks to more than 64 MiB")]
    TooLarge,
}

/// The files of the archive that `is_wanted` names, by their path within the package.
///
/// # Errors
/// [`UnpackError`] when the archive is broken, or holds anything that a package has no business to hold.
pub fn unpack(
    archive: impl Read,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<HashMap<String, Vec<u8>>, UnpackError> {
    // One byte more than is allowed tells "full" from "too large", whatever the headers claim.
    let mut limited = GzDecoder::new(archive).take(MAX_UNPACKED + 1);
    let files = read_entries(&mut limited, is_wanted);
    if limited.limit() == 0 {
        Err(UnpackError::TooLarge)
    } else {
        files
    }
}

fn read_entries(
    tar: impl Read,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<HashMap<String, Vec<u8>>, UnpackError> {
    let mut files = HashMap::new();
    for entry in tar::Archive::new(tar).entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        let name = checked_name(entry.header().entry_type(), &path)?;
        let Some(name) = name.filter(|name| is_wanted(name)) else {
            continue;
        };
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        files.insert(name, bytes);
    }
    Ok(files)
}

/// The path within the package, which stands under one folder in the archive; nothing for what is no file.
fn checked_name(kind: EntryType, path: &Path) -> Result<Option<String>, UnpackError> {
    let refused = || UnpackError::Entry(path.display().to_string());
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str().ok_or_else(refused)?),
            _ => return Err(refused()),
        }
    }
    match kind {
        EntryType::Regular => Ok(Some(parts.get(1..).unwrap_or_default().join("/"))),
        EntryType::Directory | EntryType::XHeader | EntryType::XGlobalHeader => Ok(None),
        _ => Err(refused()),
    }
}
