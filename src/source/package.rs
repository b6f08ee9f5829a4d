//! A package as its manifest describes it: where its programs begin, and which crates its source may name.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::dependency::{Dependency, Origin, dependencies, manifest, text};
use super::error::SourceError;
use super::files::Files;

/// A package.
#[derive(Clone, Debug, Default)]
pub struct Package {
    pub folder: PathBuf,
    pub name: String,
    /// The root of its library.
    library: Option<PathBuf>,
    library_name: String,
    /// Its programs: name and root.
    pub programs: Vec<(String, PathBuf)>,
    default_run: Option<String>,
    /// Paths of routes that are to have no gate, as `[package.metadata.clerk-rs]` names them.
    pub without_gate: Vec<String>,
    /// The crates that its source may name.
    pub crates: BTreeMap<String, Crate>,
}

/// A crate that a source may name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Crate {
    /// One whose source is beside this one: the package's folder.
    Beside(PathBuf),
    /// One from elsewhere, by the name of its package.
    Foreign {
        package: String,
        features: Vec<String>,
    },
}

impl Package {
    /// Reads the manifest in a folder.
    pub fn read(files: &Files, folder: &Path) -> Result<Self, SourceError> {
        let manifest = manifest(files, folder)?;
        let own = manifest.get("package").and_then(Value::as_table);
        let own = own.ok_or_else(|| SourceError::NoPackage(folder.to_owned()))?;
        let name = text(own, "name").unwrap_or_default();
        let mut package = Self {
            folder: folder.to_owned(),
            library_name: name.replace('-', "_"),
            default_run: text(own, "default-run"),
            without_gate: without_gate(own),
            crates: crates(&dependencies(files, folder, &manifest)),
            ..Self::default()
        };
        package.read_targets(files, &manifest, &name);
        package.name = name;
        Ok(package)
    }

    fn read_targets(&mut self, files: &Files, manifest: &Table, name: &str) {
        let library = manifest.get("lib").and_then(Value::as_table);
        let named = library.and_then(|library| text(library, "path"));
        let path = named.unwrap_or_else(|| "src/lib.rs".to_owned());
        self.library = Some(self.folder.join(path)).filter(|path| files.is_file(path));
        if let Some(own) = library.and_then(|library| text(library, "name")) {
            self.library_name = own;
        }
        let main = self.folder.join("src/main.rs");
        let listed = manifest.get("bin").and_then(Value::as_array);
        for program in listed.into_iter().flatten().filter_map(Value::as_table) {
            let Some(name_of) = text(program, "name") else {
                continue;
            };
            let usual = || match name_of == name && files.is_file(&main) {
                true => main.clone(),
                false => self.folder.join(format!("src/bin/{name_of}.rs")),
            };
            let path = text(program, "path").map_or_else(usual, |path| self.folder.join(path));
            self.programs.push((name_of, path));
        }
        self.add_found(files, name, main);
    }

    /// Programs that the manifest need not list.
    fn add_found(&mut self, files: &Files, name: &str, main: PathBuf) {
        let mut found = vec![(name.to_owned(), main)];
        for path in files.within(&self.folder.join("src/bin")) {
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            match stem.map(str::to_owned) {
                Some(stem) if !files.is_file(&path) => found.push((stem, path.join("main.rs"))),
                Some(stem) if path.extension().is_some_and(|end| end == "rs") => {
                    found.push((stem, path));
                }
                _ => {}
            }
        }
        found.sort();
        for (name, path) in found {
            let is_known = |known: &(String, PathBuf)| known.0 == name || known.1 == path;
            if files.is_file(&path) && !self.programs.iter().any(is_known) {
                self.programs.push((name, path));
            }
        }
    }

    /// The program of this name, or the one that `cargo run` would start.
    pub fn program(&self, name: Option<&str>) -> Result<&Path, SourceError> {
        let names = || self.programs.iter().map(|(name, _)| name.clone()).collect();
        let wanted = name.or(self.default_run.as_deref());
        let mut fitting = self.programs.iter();
        let found = match (wanted, self.programs.as_slice()) {
            (Some(wanted), _) => fitting.find(|(name, _)| name == wanted),
            (None, [only]) => Some(only),
            (None, []) => return Err(self.no_program()),
            (None, _) => return Err(SourceError::SeveralPrograms(names())),
        };
        match found {
            Some((_, path)) => Ok(path),
            None => Err(SourceError::UnknownProgram {
                name: wanted.unwrap_or_default().to_owned(),
                known: names(),
            }),
        }
    }

    /// A folder that nobody may look into has no programs to be seen.
    fn no_program(&self) -> SourceError {
        let source = self.folder.join("src");
        let main = fs::metadata(source.join("main.rs"));
        match main
            .err()
            .filter(|error| error.kind() == ErrorKind::PermissionDenied)
        {
            Some(error) => SourceError::Closed(source, error.to_string()),
            None => SourceError::NoProgram(self.name.clone()),
        }
    }

    /// Its library: the name by which its own programs know it, and its root.
    pub fn library(&self) -> Option<(&str, &Path)> {
        Some((self.library_name.as_str(), self.library.as_deref()?))
    }
}

fn without_gate(own: &Table) -> Vec<String> {
    let made = own
        .get("metadata")
        .and_then(|all| all.get("clerk-rs")?.get("without-gate"));
    let paths = made.and_then(Value::as_array).into_iter().flatten();
    paths
        .filter_map(|path| Some(path.as_str()?.to_owned()))
        .collect()
}

/// The crates whose names routes and gates are built with. What is in them is known, and not read.
pub fn is_known(package: &str) -> bool {
    const KNOWN: [&str; 9] = [
        "axum",
        "actix-web",
        "rocket",
        "poem",
        "salvo",
        "leptos",
        "leptos_axum",
        "leptos_router",
        "clerk-auth",
    ];
    KNOWN.contains(&package)
}

fn crates(dependencies: &[Dependency]) -> BTreeMap<String, Crate> {
    let crates = dependencies.iter().map(|of| {
        let found = match &of.origin {
            Origin::Beside(folder) if !is_known(&of.package) => Crate::Beside(folder.clone()),
            _ => Crate::Foreign {
                package: of.package.clone(),
                features: of.features.clone(),
            },
        };
        (of.crate_name(), found)
    });
    crates.collect()
}
