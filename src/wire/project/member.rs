//! The package of a workspace that is meant, and those beside it.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Asked, Refusal};
use crate::scaffold::CORE;
use crate::scaffold::core::seen_from;
use crate::scaffold::dependency::{Dependency, Source};
use crate::source::{self, Files, Package, Workspace};
use crate::wire::framework::WIRED;

/// The folder of the package that is meant: this one, or the only member of a workspace that serves something.
pub fn meant(
    files: &Files,
    folder: &Path,
    above: Option<&Workspace>,
    asked: &Asked<'_>,
) -> Result<PathBuf, Refusal> {
    let manifest = source::manifest(files, folder)?;
    if let Some(name) = asked.package {
        return named(files, &members(folder, above), name);
    }
    let is_root = above.is_some_and(|above| above.folder == folder);
    let has_package = manifest.contains_key("package");
    if has_package && (!is_root || serves(files, folder)) {
        return Ok(folder.to_owned());
    }
    let members = members(folder, above);
    match only(files, &members, &|folder| serves(files, folder))? {
        Some(only) => Ok(only),
        // What is wrong with it is said in detail.
        None if has_package => Ok(folder.to_owned()),
        None => Err(Refusal::NothingServed(names(files, members.iter()))),
    }
}

/// The folder of the package that is to be taken back: the one of that name, this one, or the only member that was
/// wired. Whether it could be wired today does not matter.
pub fn wired(
    files: &Files,
    folder: &Path,
    above: Option<&Workspace>,
    name: Option<&str>,
    is_wired: &dyn Fn(&Path) -> bool,
) -> Result<PathBuf, Refusal> {
    if let Some(name) = name {
        return named(files, &members(folder, above), name);
    }
    let is_root = above.is_some_and(|above| above.folder == folder);
    if !is_root || is_wired(folder) {
        return Ok(folder.to_owned());
    }
    let only = only(files, &members(folder, above), is_wired)?;
    Ok(only.unwrap_or_else(|| folder.to_owned()))
}

/// The other manifests of the workspace by which cargo takes the core that lies in this package's folder.
pub fn on_core_of(folder: &Path, above: Option<&Workspace>) -> Vec<String> {
    let core = fs::canonicalize(folder.join(CORE)).ok();
    let is_on_it = |other: &PathBuf| {
        let manifest = Files::default().read(&other.join("Cargo.toml"));
        let manifest = manifest.unwrap_or_default();
        match Dependency::of(&manifest).map(|core| core.source) {
            Some(Source::Path(path)) => fs::canonicalize(other.join(path)).ok() == core,
            _ => false,
        }
    };
    let others = members(folder, above).into_iter();
    let others = others.filter(|other| other != folder && is_on_it(other));
    let name = |other: &PathBuf| {
        let name = name_in(&Files::default(), other);
        name.unwrap_or_else(|| "the workspace".to_owned())
    };
    others.map(|other| name(&other)).collect()
}

fn members(folder: &Path, above: Option<&Workspace>) -> Vec<PathBuf> {
    above.map_or_else(|| vec![folder.to_owned()], source::members)
}

fn named(files: &Files, members: &[PathBuf], name: &str) -> Result<PathBuf, Refusal> {
    let mut found = members.iter();
    let found = found.find(|folder| name_in(files, folder).as_deref() == Some(name));
    found.cloned().ok_or_else(|| Refusal::UnknownPackage {
        name: name.to_owned(),
        known: names(files, members.iter()),
    })
}

/// The one of which that is true, if there is one.
fn only(
    files: &Files,
    members: &[PathBuf],
    is_meant: &dyn Fn(&Path) -> bool,
) -> Result<Option<PathBuf>, Refusal> {
    let meant: Vec<_> = members.iter().filter(|folder| is_meant(folder)).collect();
    match meant.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some((*only).clone())),
        _ => Err(Refusal::SeveralPackages(names(files, meant.into_iter()))),
    }
}

fn names<'a>(files: &Files, folders: impl Iterator<Item = &'a PathBuf>) -> Vec<String> {
    folders.filter_map(|of| name_in(files, of)).collect()
}

fn name_in(files: &Files, folder: &Path) -> Option<String> {
    let manifest = source::manifest(files, folder).ok()?;
    Some(manifest.get("package")?.get("name")?.as_str()?.to_owned())
}

/// True if a package has a program and a framework that can be wired.
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
    let members = source::members(above?);
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
