//! The templates and the core of each older version, packed by `bases/make`: projects of that version began as these.

use std::collections::BTreeMap;
use std::io::{self, Read as _};

use flate2::read::GzDecoder;
use semver::Version;
use tar::Archive;

use crate::scaffold::catalog::{Catalog, CatalogError};
use crate::scaffold::stock::Stock;

/// Every released version but this one, oldest first.
const ARCHIVES: &[(&str, &[u8])] = &[("0.1.0", include_bytes!("../../bases/0.1.0.tar.gz"))];

/// The newest version whose projects have gate, extractors and server among the app's own files.
const LAST_WITH_PLUMBING: Version = Version::new(0, 1, 0);

/// An archive inside this binary is broken, which is our mistake and caught by a test.
#[derive(Debug, thiserror::Error)]
pub enum BaseError {
    #[error("the archive of version {0} cannot be read")]
    Archive(String, #[source] io::Error),
    #[error("the archive of version {0} has no catalog that can be read")]
    Catalog(String, #[source] CatalogError),
}

/// The versions that have an archive.
pub fn versions() -> impl Iterator<Item = &'static str> {
    ARCHIVES.iter().map(|(version, _)| *version)
}

/// The templates and the core of a version; `None` if it is not known.
///
/// # Errors
/// The archive inside this binary is broken.
pub fn of(version: &str) -> Result<Option<Catalog>, BaseError> {
    let Some((_, packed)) = ARCHIVES.iter().find(|(known, _)| *known == version) else {
        return Ok(None);
    };
    let files = unpack(packed).map_err(|error| BaseError::Archive(version.to_owned(), error))?;
    let text = files.get("catalog.toml").cloned().unwrap_or_default();
    let text = String::from_utf8(text).unwrap_or_default();
    let broken = |error| BaseError::Catalog(version.to_owned(), error);
    Catalog::of(&text, Stock::archived(version, files))
        .map(Some)
        .map_err(broken)
}

/// True if projects of a version have plumbing that is the core's now, so that an update changes their own files too.
pub fn has_plumbing(version: &Version) -> bool {
    *version <= LAST_WITH_PLUMBING
}

/// The files below `templates/`.
fn unpack(packed: &[u8]) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in Archive::new(GzDecoder::new(packed)).entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        let Some(path) = path.strip_prefix("templates/") else {
            continue;
        };
        if entry.header().entry_type().is_file() {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            files.insert(path.to_owned(), bytes);
        }
    }
    Ok(files)
}
