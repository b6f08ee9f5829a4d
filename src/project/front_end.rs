//! The front end that a project has beside its app, and which requests are not for it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::regular::{LONGEST_OF_CARGO, text};
use crate::error::{Explain, Explanation};

/// `[package.metadata.clerk-rs-dev]`
#[derive(Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FrontEnd {
    /// The folder with its `package.json`, seen from the project's.
    #[serde(rename = "front-end")]
    pub folder: PathBuf,
    /// The paths that the app answers, with all below them.
    #[serde(default)]
    pub server_paths: Vec<String>,
}

/// The table is not as it should be.
#[derive(Debug, thiserror::Error)]
#[error("[package.metadata.clerk-rs-dev] in Cargo.toml cannot be used")]
pub struct FrontEndError(#[from] toml::de::Error);

impl Explain for FrontEndError {
    fn explain(&self) -> Explanation {
        Explanation::failed("metadata-unusable")
            .because(self.0.message())
            .help("it has two entries, such as front-end = \"web\" and server-paths = [\"/api\"]")
    }
}

/// The front end that a project's manifest names. One that cannot be read names none: cargo will complain of it.
///
/// # Errors
/// [`FrontEndError`]
pub fn of(project: &Path) -> Result<Option<FrontEnd>, FrontEndError> {
    let manifest = text(&project.join("Cargo.toml"), LONGEST_OF_CARGO).unwrap_or_default();
    let manifest: toml::Table = toml::from_str(&manifest).unwrap_or_default();
    let table = manifest
        .get("package")
        .and_then(|package| package.get("metadata")?.get("clerk-rs-dev"));
    Ok(table.cloned().map(toml::Value::try_into).transpose()?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use super::*;

    fn said(manifest: &str) -> Result<Option<FrontEnd>, FrontEndError> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
        of(folder.path())
    }

    #[test]
    fn a_project_names_its_front_end_or_has_none() {
        let table = "[package.metadata.clerk-rs-dev]\nfront-end = \"web\"\n";
        let own = said(&format!("{table}server-paths = [\"/api\"]\n")).unwrap();
        let own = own.unwrap();
        assert_eq!(
            (own.folder, own.server_paths),
            ("web".into(), vec!["/api".to_owned()])
        );
        assert!(said(table).unwrap().unwrap().server_paths.is_empty());
        for none in ["", "[package]\nname = \"x\"\n", "[package"] {
            assert_eq!(said(none).unwrap(), None, "{none}");
        }
        for wrong in [
            "front-end = 1\n",
            "frontend = \"web\"\n",
            "server-paths = []\n",
        ] {
            let error = said(&format!("[package.metadata.clerk-rs-dev]\n{wrong}")).unwrap_err();
            assert!(error.explain().help.is_some(), "{wrong}");
        }
    }
}
