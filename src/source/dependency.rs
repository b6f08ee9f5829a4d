//! Manifests: the crates that an app is built of, each with what its workspace says of it, and the workspace itself.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::error::SourceError;
use super::files::{Files, plain};
use crate::error::InToml;

/// A crate that an app is built of.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Dependency {
    /// Its name in the manifest.
    pub name: String,
    /// The name of its package.
    pub package: String,
    pub origin: Origin,
    pub features: Vec<String>,
    pub is_optional: bool,
    /// Where it is one for some targets only: `cfg(unix)`.
    pub target: Option<String>,
}

/// Where cargo takes a crate from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Origin {
    /// A registry, and the versions that it may give.
    Registry(String),
    Git,
    /// The folder of its package.
    Beside(PathBuf),
}

/// A workspace: its folder, and its part of the manifest.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    pub folder: PathBuf,
    pub table: Table,
}

impl Dependency {
    /// The name by which the source knows it.
    pub fn crate_name(&self) -> String {
        self.name.replace('-', "_")
    }
}

/// The manifest in a folder.
pub fn manifest(files: &Files, folder: &Path) -> Result<Table, SourceError> {
    let path = folder.join("Cargo.toml");
    let unreadable = |why: String| SourceError::Manifest(path.clone(), why);
    let text = files.read(&path);
    let text = text.map_err(|error| unreadable(error.to_string()))?;
    text.parse()
        .map_err(|error: toml::de::Error| unreadable(InToml::of(&error).to_string()))
}

pub fn text(table: &Table, key: &str) -> Option<String> {
    table.get(key)?.as_str().map(str::to_owned)
}

/// The dependencies of all kinds of builds, those for every target last. Those of tests and build scripts are none of the
/// app's.
pub fn dependencies(files: &Files, folder: &Path, manifest: &Table) -> Vec<Dependency> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flatten();
    let targets = targets.map(|(target, table)| (Some(target.clone()), table.as_table()));
    let tables = targets.chain([(None, Some(manifest))]);
    let mut shared = None;
    let mut found = Vec::new();
    for (target, table) in tables {
        let entries = table.and_then(|table| table.get("dependencies")?.as_table());
        for (name, own) in entries.into_iter().flatten() {
            let is_shared = own.get("workspace").and_then(Value::as_bool) == Some(true);
            let one = if is_shared {
                let above = shared.get_or_insert_with(|| workspace(files, folder));
                let above = above.as_ref();
                let all = above.and_then(|above| above.table.get("dependencies")?.as_table());
                let wanted = all.and_then(|all| all.get(name));
                above
                    .zip(wanted)
                    .map(|(above, wanted)| dependency(&above.folder, name, wanted, own))
            } else {
                Some(dependency(folder, name, own, own))
            };
            found.extend(one.map(|one| Dependency {
                target: target.clone(),
                ..one
            }));
        }
    }
    found
}

/// One entry: what is `wanted` stands in the manifest of this folder, and the app adds to it by its `own`.
fn dependency(folder: &Path, name: &str, wanted: &Value, own: &Value) -> Dependency {
    let said = |key: &str| wanted.get(key).and_then(Value::as_str);
    let version = wanted.as_str().or_else(|| said("version"));
    let lists = [wanted, own]
        .into_iter()
        .filter_map(|table| table.get("features")?.as_array());
    let features = lists.flatten().filter_map(Value::as_str);
    let mut features: Vec<_> = features.map(str::to_owned).collect();
    let is_plain = |table: &&Value| {
        let said = table.get("default-features").and_then(Value::as_bool);
        said != Some(false)
    };
    if [wanted, own].iter().all(is_plain) {
        features.push("default".to_owned());
    }
    Dependency {
        name: name.to_owned(),
        package: said("package").unwrap_or(name).to_owned(),
        origin: match said("path") {
            Some(path) => Origin::Beside(plain(&folder.join(path))),
            None if said("git").is_some() => Origin::Git,
            None => Origin::Registry(version.unwrap_or("*").to_owned()),
        },
        features,
        is_optional: own.get("optional").and_then(Value::as_bool) == Some(true),
        target: None,
    }
}

/// The workspace that a folder lies in, or that its package names.
pub fn workspace(files: &Files, folder: &Path) -> Option<Workspace> {
    let own = manifest(files, folder).ok();
    let named = own
        .as_ref()
        .and_then(|own| own.get("package")?.get("workspace")?.as_str());
    let start = named.map_or_else(|| folder.to_owned(), |named| plain(&folder.join(named)));
    let mut above = start.ancestors().filter_map(|folder| {
        let manifest = manifest(files, folder).ok()?;
        let table = manifest.get("workspace")?.as_table()?.clone();
        let folder = folder.to_owned();
        Some(Workspace { folder, table })
    });
    above.next()
}
