//! The facts in a project's `Cargo.toml`: the parts that `clerk-rs` made the project of, and its dependency on the core.

use std::io;
use std::path::Path;

use serde::Deserialize;

use super::names::are_near;
use super::regular;
use crate::error::{Explain, Explanation, InToml};

/// As long as a source may be: what reads one reads the other.
const LONGEST: u64 = 2 << 20;

/// The manifest, as far as it concerns us.
#[derive(Debug, Default)]
pub struct Manifest {
    /// The notes of `clerk-rs init`; none in projects of version 0.1.0, or made by hand.
    pub made: Option<Made>,
    /// The name of the package.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// True for that of a workspace which is no package itself.
    pub is_virtual: bool,
    /// The keys of the notes that nothing reads.
    pub unread_notes: Vec<String>,
    /// Tables that were meant for the notes: `package.metadata.clerk_rs`.
    pub misplaced_notes: Vec<String>,
    core: Option<Dependency>,
}

/// `[package.metadata.clerk-rs]`
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub struct Made {
    /// The version of the tool.
    pub version: String,
    /// As `--framework` spells it.
    pub framework: String,
    /// As `--template` spells it.
    pub template: String,
    /// As `--with` spells them.
    #[serde(default)]
    pub extras: Vec<String>,
    /// The version of the core.
    pub core: String,
    /// The first word of `--core`.
    pub core_mode: String,
    /// True for an app that was there before: only the core, one module and one line in it are ours.
    #[serde(default)]
    pub wired: bool,
    /// The name of that module, if it is not `clerk`.
    #[serde(default)]
    pub module: Option<String>,
    /// Paths of routes that no gate is before, on purpose: another server of the app's own.
    #[serde(default)]
    pub without_gate: Vec<String>,
    /// Findings of doctor that are no mistakes here: `handler-asks-nobody src/api.rs`.
    #[serde(default)]
    pub meant: Vec<String>,
}

/// Its keys.
const NOTES: [&str; 10] = [
    "version",
    "framework",
    "template",
    "extras",
    "core",
    "core-mode",
    "wired",
    "module",
    "without-gate",
    "meant",
];
/// Their table.
const TABLE: &str = "clerk-rs";

/// How the app depends on the core.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Dependency {
    default_features: Option<bool>,
    features: Vec<String>,
}

/// Why a manifest says nothing.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error("Cargo.toml cannot be read")]
    Unreadable(#[from] io::Error),
    #[error("Cargo.toml is not valid TOML")]
    NoToml(InToml),
    #[error("Cargo.toml has neither a [package] nor a [workspace]")]
    Empty,
    /// Somebody edited the table.
    #[error("[package.metadata.clerk-rs] in Cargo.toml is not as `clerk-rs` writes it")]
    Metadata(InToml),
}

impl Explain for ManifestError {
    fn explain(&self) -> Explanation {
        let explained = Explanation::failed("manifest-unreadable")
            .help("nothing was changed; put Cargo.toml right first");
        match self {
            Self::Unreadable(error) => explained.because(error),
            Self::NoToml(error) | Self::Metadata(error) => explained.because(error),
            Self::Empty => explained,
        }
    }
}

/// An app's need for a secret key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Secret {
    /// It has pages, or hands requests on to Clerk.
    Needed,
    /// It only checks session tokens.
    Optional,
    /// Nothing says so.
    Unknown,
}

impl Manifest {
    /// Reads the manifest of a package.
    ///
    /// # Errors
    /// [`ManifestError`]
    pub fn read(folder: &Path) -> Result<Self, ManifestError> {
        match Self::read_anyway(folder) {
            (manifest, None | Some(ManifestError::Empty)) => Ok(manifest),
            (_, Some(error)) => Err(error),
        }
    }

    /// What can be read of the manifest of a package, and what is wrong with the rest of it.
    pub fn read_anyway(folder: &Path) -> (Self, Option<ManifestError>) {
        let text = regular::text(&folder.join("Cargo.toml"), LONGEST).map_err(ManifestError::from);
        let parsed = |text: String| toml::from_str::<toml::Table>(&text);
        let table = text.and_then(|text| {
            parsed(text).map_err(|error| ManifestError::NoToml(InToml::of(&error)))
        });
        let table = match table {
            Ok(table) => table,
            Err(error) => return (Self::default(), Some(error)),
        };
        let package = table.get("package");
        let notes = package.and_then(|package| package.get("metadata")?.get(TABLE));
        let made = notes.cloned().map(toml::Value::try_into).transpose();
        let (made, mut fault) = match made {
            Ok(made) => (made, None),
            Err(error) => (None, Some(ManifestError::Metadata(InToml::of(&error)))),
        };
        if package.is_none() && !table.contains_key("workspace") {
            fault = Some(ManifestError::Empty);
        }
        let notes = notes.and_then(toml::Value::as_table);
        let unread_notes = notes.into_iter().flat_map(toml::Table::keys);
        let unread_notes = unread_notes.filter(|key| !NOTES.contains(&key.as_str()));
        let said = |key: &str| package.and_then(|package| package.get(key)?.as_str());
        let (name, version) = (said("name"), said("version"));
        let core = table
            .get("dependencies")
            .and_then(|all| all.get("clerk-auth"));
        let manifest = Self {
            made,
            name: name.map(str::to_owned),
            version: version.map(str::to_owned),
            is_virtual: package.is_none() && table.contains_key("workspace"),
            misplaced_notes: misplaced(&table),
            unread_notes: unread_notes.cloned().collect(),
            core: core.map(|core| core.clone().try_into().unwrap_or_default()),
        };
        (manifest, fault)
    }

    /// The app's need for a secret key.
    pub fn secret(&self) -> Secret {
        if let Some(made) = &self.made {
            return match made.template.as_str() {
                "web" | "spa" => Secret::Needed,
                "api" => Secret::Optional,
                _ => Secret::Unknown,
            };
        }
        // Version 0.1.0 wrote no table. Its pages came with the proxy, which sends the secret key along; its API did not.
        match &self.core {
            Some(core) if core.has("proxy") => Secret::Needed,
            Some(core) if core.default_features == Some(false) && core.has("http-client") => {
                Secret::Optional
            }
            _ => Secret::Unknown,
        }
    }

    /// True if the app is built on the core.
    pub fn has_core(&self) -> bool {
        self.made.is_some() || self.core.is_some()
    }

    /// True if the app takes its pages' templates from the disk in debug builds, so that a change of one needs no
    /// build.
    pub fn has_pages_on_disk(&self) -> bool {
        let made = self.made.as_ref();
        made.is_some_and(|made| made.template == "web")
    }
}

impl Dependency {
    fn has(&self, feature: &str) -> bool {
        self.features.iter().any(|found| found == feature)
    }
}

/// Tables whose names are a slip away from that of the notes, or which stand in another place than those.
fn misplaced(manifest: &toml::Table) -> Vec<String> {
    let places = ["package", "workspace", ""].into_iter();
    let found = places.flat_map(|place| {
        let holder = match place {
            "" => manifest.get("metadata"),
            place => manifest.get(place).and_then(|table| table.get("metadata")),
        };
        let tables = holder.and_then(toml::Value::as_table);
        let keys = tables.into_iter().flat_map(toml::Table::keys);
        let keys = keys.filter(move |key| match place {
            "package" => *key != TABLE && are_near(key, TABLE),
            _ => are_near(key, TABLE),
        });
        keys.map(move |key| format!("{place}.metadata.{key}"))
    });
    found
        .map(|name| name.trim_start_matches('.').to_owned())
        .collect()
}

/// The need of a package's app for a secret key; a manifest that cannot be read does not say.
pub fn secret(folder: &Path) -> Secret {
    Manifest::read(folder).map_or(Secret::Unknown, |manifest| manifest.secret())
}

/// True if the app of a package was there before, with a server of its own: what `HOST` and `PORT` mean is its business.
pub fn has_own_server(folder: &Path) -> bool {
    let made = Manifest::read(folder)
        .ok()
        .and_then(|manifest| manifest.made);
    made.is_some_and(|made| made.wired)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use super::*;

    fn manifest(text: &str) -> Result<Manifest, ManifestError> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("Cargo.toml"), text).unwrap();
        Manifest::read(folder.path())
    }

    fn made(template: &str) -> String {
        format!(
            "[package]\nname = \"x\"\n[package.metadata.clerk-rs]\nversion = \"0.2.0\"\nframework = \"axum\"\n\
             template = \"{template}\"\nextras = [\"orgs\"]\ncore = \"0.2.0\"\ncore-mode = \"copy\"\n"
        )
    }

    #[test]
    fn the_template_decides_whether_a_secret_key_is_needed() {
        for (template, expected) in [
            ("web", Secret::Needed),
            ("spa", Secret::Needed),
            ("api", Secret::Optional),
            ("of-tomorrow", Secret::Unknown),
        ] {
            let manifest = manifest(&made(template)).unwrap();
            assert_eq!(manifest.secret(), expected, "{template}");
            assert_eq!(manifest.has_pages_on_disk(), template == "web");
            assert_eq!(manifest.name.as_deref(), Some("x"));
            assert_eq!(manifest.made.unwrap().extras, ["orgs"]);
        }
    }

    #[test]
    fn without_the_table_the_features_of_the_core_do() {
        let pages = "{ path = \"clerk-auth\", default-features = false, features = [\"http-client\", \"proxy\"] }";
        let api =
            "{ path = \"clerk-auth\", default-features = false, features = [\"http-client\"] }";
        for (core, expected) in [
            (pages, Secret::Needed),
            (api, Secret::Optional),
            ("\"0.2.0\"", Secret::Unknown),
            (
                "{ path = \"x\", features = [\"http-client\"] }",
                Secret::Unknown,
            ),
            ("7", Secret::Unknown),
        ] {
            let manifest = manifest(&format!("[dependencies]\nclerk-auth = {core}\n")).unwrap();
            assert_eq!(manifest.secret(), expected, "{core}");
        }
        assert_eq!(manifest("").unwrap().secret(), Secret::Unknown);
    }

    #[test]
    fn a_table_of_another_shape_is_told_apart_from_no_toml() {
        let edited = made("web").replace("core-mode", "core-made");
        assert!(matches!(manifest(&edited), Err(ManifestError::Metadata(_))));
        assert!(matches!(
            manifest("[package"),
            Err(ManifestError::NoToml(_))
        ));
    }
}
