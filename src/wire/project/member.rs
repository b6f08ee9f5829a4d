//! Which package of a workspace is meant, and what the others have.

use std::path::{Path, PathBuf};

use super::{Asked, Refusal};
use crate::scaffold::CORE;
use crate::scaffold::core::seen_from;
use crate::source::{self, Files, Package, Workspace};
use crate::wire::framework::WIRED;
use crate::wire::workspace;

/// The folder of the package that is meant: this one, or the only member of a workspace that serves something.
pub fn meant(
    files: &Files,
    folder: &Path,
    above: Option<&Workspace>,
    asked: &Asked<'_>,
) -> Result<PathBuf, Refusal> {
    let manifest = source::manifest(files, folder)?;
    let members = || above.map_or_else(|| vec![folder.to_owned()], workspace::members);
    if let Some(name) = asked.package {
        let members = members();
        let named = members
            .iter()
            .map(|folder| (name_in(files, folder), folder));
        let named: Vec<_> = named
            .filter_map(|(name, folder)| Some((name?, folder)))
            .collect();
        let found = named.iter().find(|(known, _)| known == name);
        return match found {
            Some((_, folder)) => Ok((*folder).clone()),
            None => Err(Refusal::UnknownPackage {
                name: name.to_owned(),
                known: named.into_iter().map(|(name, _)| name).collect(),
            }),
        };
    }
    let is_root = above.is_some_and(|above| above.folder == folder);
    let has_package = manifest.contains_key("package");
    if has_package && (!is_root || serves(files, folder)) {
        return Ok(folder.to_owned());
    }
    let members = members();
    let mut serving = members.iter().filter(|folder| serves(files, folder));
    let names =
        |folders: Vec<&PathBuf>| folders.iter().filter_map(|of| name_in(files, of)).collect();
    match (serving.next(), serving.next()) {
        (Some(only), None) => Ok(only.clone()),
        (Some(first), Some(second)) => {
            let all = [first, second].into_iter().chain(serving);
            Err(Refusal::SeveralPackages(names(all.collect())))
        }
        // What is wrong with it is said in detail.
        _ if has_package => Ok(folder.to_owned()),
        _ => Err(Refusal::NothingServed(names(members.iter().collect()))),
    }
}

fn name_in(files: &Files, folder: &Path) -> Option<String> {
    let manifest = source::manifest(files, folder).ok()?;
    Some(manifest.get("package")?.get("name")?.as_str()?.to_owned())
}

/// Whether a package has a program and a framework that can be wired.
fn serves(files: &Files, folder: &Path) -> bool {
    let Ok(package) = Package::read(files, folder) else {
        return false;
    };
    let manifest = source::manifest(files, folder).unwrap_or_default();
    let dependencies = source::dependencies(files, folder, &manifest);
    let mut packages = dependencies.iter().map(|of| of.package.as_str());
    !package.programs.is_empty() && packages.any(|package| WIRED.contains(&package))
}

/// The core of another package of the workspace.
pub fn core_elsewhere(folder: &Path, above: Option<&Workspace>) -> Option<String> {
    let members = workspace::members(above?);
    let mut others = members.iter().filter(|other| *other != folder);
    let found = others.find_map(|other| {
        // It may be a member by itself.
        let is_core = other.ends_with(CORE);
        let core = if is_core {
            other.clone()
        } else {
            other.join(CORE)
        };
        core.join("Cargo.toml").is_file().then_some(core)
    })?;
    if found == folder.join(CORE) {
        return None;
    }
    let path = seen_from(folder, &found);
    Some(path.to_string_lossy().replace('\\', "/"))
}
