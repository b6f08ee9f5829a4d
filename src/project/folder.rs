//! Finds the project's folder and its name.

use std::path::{Path, PathBuf};

use super::manifest::Manifest;

/// The nearest folder upward that has a `Cargo.toml`.
pub fn find(start: &Path) -> Option<PathBuf> {
    let has_manifest = |folder: &&Path| folder.join("Cargo.toml").is_file();
    start.ancestors().find(has_manifest).map(Path::to_owned)
}

/// The package's name, or the folder's if there is no package or no readable manifest.
pub fn name(folder: &Path) -> String {
    let (manifest, _) = Manifest::read_anyway(folder);
    manifest.name.unwrap_or_else(|| {
        let last = folder.file_name().unwrap_or(folder.as_os_str());
        last.to_string_lossy().into_owned()
    })
}
