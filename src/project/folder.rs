//! Finds the project's folder and its name.

use std::path::{Path, PathBuf};

use super::regular::{self, LONGEST_OF_CARGO};

/// The nearest folder upward that has a `Cargo.toml`.
pub fn find(start: &Path) -> Option<PathBuf> {
    let has_manifest = |folder: &&Path| folder.join("Cargo.toml").is_file();
    start.ancestors().find(has_manifest).map(Path::to_owned)
}

/// The package's name, or the folder's if there is no package or no readable manifest.
pub fn name(folder: &Path) -> String {
    let manifest = regular::text(&folder.join("Cargo.toml"), LONGEST_OF_CARGO);
    let manifest = manifest.unwrap_or_default();
    let manifest: Option<toml::Table> = manifest.parse().ok();
    let name = manifest.and_then(|table| Some(table.get("package")?.get("name")?.as_str()?.into()));
    name.unwrap_or_else(|| {
        let last = folder.file_name().unwrap_or(folder.as_os_str());
        last.to_string_lossy().into_owned()
    })
}
