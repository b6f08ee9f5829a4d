//! What the project's sources say about the app: whether it needs a secret key.

use std::fs;
use std::path::Path;

use super::variables::read;

/// Whether an app needs a secret key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Secret {
    /// It has pages, or asks Clerk's Backend API.
    Needed,
    /// It only checks session tokens.
    Optional,
    /// The sources name neither of the core's two readers.
    Unknown,
}

/// Looks which of the core's two readers of variables the sources of a package name.
pub fn secret(folder: &Path) -> Secret {
    let entries = fs::read_dir(folder.join("src")).into_iter().flatten();
    let mut answer = Secret::Unknown;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = read(&path).unwrap_or_default();
        if text.contains("Config::api_from_variables") {
            return Secret::Optional;
        }
        if text.contains("Config::from_variables") {
            answer = Secret::Needed;
        }
    }
    answer
}
