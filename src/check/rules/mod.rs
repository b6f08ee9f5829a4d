//! The variables of a project and of the packages below it: files, names, values, who wins, who may see them.
//!
//! Each file here looks at one side; all of them turn a [`Scene`] into findings and touch nothing.

mod conflicts;
mod exposure;
pub mod files;
mod keys;
pub mod names;
mod source;
mod values;

use std::path::Path;

use crate::escape::visible;
use crate::finding::{Finding, Verdict};
use crate::project::dotenv::{Entry, Lookup};
use crate::project::git::Git;
use crate::project::packages::{self, EnvFile, Package, Packages, Role};
use crate::project::variables::{Found, Place, Variables};

/// What is looked at.
pub struct Scene<'a> {
    /// The project's folder.
    root: &'a Path,
    packages: Packages,
    /// The names that the environment of the process sets.
    process: Vec<String>,
    lookup: &'a Lookup<'a>,
}

impl<'a> Scene<'a> {
    /// Reads the files of a project and of the packages below it.
    pub fn read(root: &'a Path, process: Vec<String>, lookup: &'a Lookup<'a>) -> Self {
        Self {
            root,
            packages: packages::find(root, lookup),
            process,
            lookup,
        }
    }

    fn packages(&self) -> &[Package] {
        &self.packages.packages
    }

    /// What the app of a package reads; `None` where a file keeps it from starting.
    fn variables(&self, package: &Package) -> Option<Variables<'a>> {
        let lookup = self.lookup;
        Variables::read(&package.folder, lookup).ok()
    }
}

/// Looks at everything; git is asked about the files.
pub fn check(scene: &Scene<'_>, git: &Git) -> Vec<Finding> {
    let mut findings = unreadable(scene);
    for package in scene.packages() {
        if let Some(variables) = scene.variables(package) {
            findings.extend(keys::check(package, &variables));
            findings.extend(values::check(package, &variables));
        }
    }
    findings.extend(names::check(scene));
    findings.extend(conflicts::check(scene));
    findings.extend(exposure::check(scene));
    findings.extend(source::check(scene));
    findings.extend(files::check(scene, git));
    if scene.packages.is_cut_short {
        findings.push(Finding::new(
            "folders-skipped",
            Verdict::Skipped,
            "folders",
            "there are too many: some were not looked into",
        ));
    }
    findings
}

/// Files that cannot be read, and lines with which no app starts.
fn unreadable(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, file) in env_files(scene) {
        match &file.content {
            Err(error) => findings.push(
                Finding::new(
                    "file-unreadable",
                    Verdict::Unknown,
                    "file",
                    format!("it cannot be read: {error}"),
                )
                .place(visible(&file.path)),
            ),
            Ok(content) => findings.extend(content.bad_lines().iter().map(|bad| {
                let verdict = match file.role {
                    Role::Example => Verdict::Warn,
                    _ => Verdict::No,
                };
                Finding::new(
                    "line-malformed",
                    verdict,
                    "line",
                    format!("not of the form NAME=value: {}", bad.fault),
                )
                .place(format!("{}:{}", visible(&file.path), bad.line))
                .help("no app starts with such a line")
            })),
        }
    }
    findings
}

/// Every file of every package.
fn env_files<'s>(scene: &'s Scene<'_>) -> impl Iterator<Item = (&'s Package, &'s EnvFile)> {
    let packages = scene.packages().iter();
    packages.flat_map(|package| package.files.iter().map(move |file| (package, file)))
}

/// Every assignment of a file that could be read.
fn entries(file: &EnvFile) -> &[Entry] {
    match &file.content {
        Ok(content) => content.entries(),
        Err(_) => &[],
    }
}

/// `web/.env:3`
fn line_of(file: &EnvFile, entry: &Entry) -> String {
    format!("{}:{}", visible(&file.path), entry.line)
}

/// A place as seen from the root.
fn place(package: &Package, found: &Found) -> String {
    match &found.place {
        Place::Process => found.place.to_string(),
        Place::File { .. } => format!("{}{}", visible(&package.below), found.place),
    }
}
