//! Everything the rules look at, each thing read once: packages and their files, the environment, git, Rust sources.

use std::cell::OnceCell;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::escape::visible;
use crate::keyring::sources::{Given, Origin, Sources};
use crate::project::dotenv::{Entry, Lookup};
use crate::project::git::Git;
use crate::project::manifest::{self, Secret};
use crate::project::packages::{self, EnvFile, Kind, Role};
use crate::project::variables::{self, File, Found, Place, Variables};

/// Limits: sources to read, and folders below the root to go down.
const MOST_SOURCES: usize = 2000;
const DEEPEST_SOURCE: usize = 8;

/// A project and the packages below it.
pub struct Facts<'a> {
    /// The project's folder.
    pub root: &'a Path,
    /// The root first, then the packages below it that have variables.
    pub packages: Vec<Package<'a>>,
    /// True if there were too many folders to look into all of them.
    pub is_cut_short: bool,
    /// The variables of the process environment.
    pub process: Vec<(String, String)>,
    git: OnceCell<Git>,
    sources: OnceCell<Vec<Source>>,
}

/// A folder with variables.
pub struct Package<'a> {
    /// Its files, and the tools that read them.
    pub found: packages::Package,
    /// The variables its app reads; `None` if a file cannot be read.
    pub variables: Option<Variables<'a>>,
    /// Says if its app needs a secret key.
    pub need: Secret,
}

/// One file of Rust.
pub struct Source {
    /// Its path below the root, fit for a screen.
    pub shown: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// The Rust sources of a project, sorted by path.
    pub fn all(root: &Path) -> Vec<Self> {
        let mut found = Vec::new();
        collect(root, "", 0, &mut found);
        found.sort();
        let read = |(shown, path): (String, PathBuf)| {
            Some(Self {
                shown: visible(&shown).into_owned(),
                text: variables::read(&path).ok()?,
            })
        };
        found.into_iter().filter_map(read).collect()
    }

    /// True if it has this name in quotes.
    pub fn names(&self, name: &str) -> bool {
        let bytes = self.text.as_bytes();
        let is_quoted = |(start, _): (usize, &str)| {
            let before = start.checked_sub(1).and_then(|at| bytes.get(at));
            before == Some(&b'"') && bytes.get(start + name.len()) == Some(&b'"')
        };
        self.text.match_indices(name).any(is_quoted)
    }
}

impl<'a> Facts<'a> {
    /// Reads the variables of a project and of the packages below it.
    pub fn read(root: &'a Path, process: Vec<String>, lookup: &'a Lookup<'a>) -> Self {
        let found = packages::find(root, lookup);
        let value = |name: String| {
            let value = lookup(&name).unwrap_or_default();
            (name, value)
        };
        Self {
            root,
            packages: found
                .packages
                .into_iter()
                .map(|found| Package::new(found, lookup))
                .collect(),
            is_cut_short: found.is_cut_short,
            process: process.into_iter().map(value).collect(),
            git: OnceCell::new(),
            sources: OnceCell::new(),
        }
    }

    /// The repository that the project lies in.
    pub fn git(&self) -> &Git {
        self.git.get_or_init(|| Git::find(self.root))
    }

    /// The Rust sources of the project, sorted by path.
    pub fn sources(&self) -> &[Source] {
        self.sources.get_or_init(|| Source::all(self.root))
    }

    /// Every file of variables, with its package.
    pub fn files(&self) -> impl Iterator<Item = (&Package<'a>, &EnvFile)> {
        let packages = self.packages.iter();
        packages.flat_map(|package| package.found.files.iter().map(move |file| (package, file)))
    }

    /// Every package whose variables could be read, with them.
    pub fn readable(&self) -> impl Iterator<Item = (&Package<'a>, &Variables<'a>)> {
        let packages = self.packages.iter();
        packages.filter_map(|package| Some((package, package.variables.as_ref()?)))
    }
}

impl<'a> Package<'a> {
    fn new(found: packages::Package, lookup: &'a Lookup<'a>) -> Self {
        let is_absent = |file: &EnvFile| {
            let error = file.content.as_ref().err();
            error.is_some_and(|error| error.kind() == ErrorKind::NotFound)
        };
        let read = found.files.iter();
        let read = read.filter(|file| file.role == Role::Always && !is_absent(file));
        let files: Option<Vec<_>> = read
            .map(|file| {
                let content = file.content.as_ref().ok()?.clone();
                let name = file.name.clone();
                Some(File { name, content })
            })
            .collect();
        Self {
            variables: files.map(|files| Variables::of(files, lookup)),
            need: manifest::secret(&found.folder),
            found,
        }
    }

    /// Its path below the root with a `/` at the end, fit for a screen; empty for the root itself.
    pub fn below(&self) -> String {
        visible(&self.found.below).into_owned()
    }

    /// True for the project's own folder. The environment's variables belong to it, not to packages below.
    pub fn is_root(&self) -> bool {
        self.found.below.is_empty()
    }

    /// True if a program in Rust reads its variables.
    pub fn has_rust(&self) -> bool {
        self.found.kinds.contains(&Kind::Rust)
    }

    /// True if this package has to answer for a place: the environment belongs to the root only.
    pub fn owns(&self, place: &Place) -> bool {
        self.is_root() || *place != Place::Process
    }

    /// A place as seen from the root.
    pub fn place(&self, place: &Place) -> String {
        match place {
            Place::Process => place.to_string(),
            Place::File { .. } => format!("{}{place}", self.below()),
        }
    }

    /// Collects the texts that should be keys.
    pub fn keys(&self, variables: &Variables<'_>) -> Sources {
        let mut keys = Sources::find(Given::default(), variables);
        let is_own = |origin: &Origin| match origin {
            Origin::Variable(place) => self.owns(place),
            Origin::Given(_) => true,
        };
        keys.publishable.retain(|found| is_own(&found.origin));
        for found in [
            &mut keys.secret,
            &mut keys.jwt,
            &mut keys.machine,
            &mut keys.old_secret,
        ] {
            found.take_if(|found| !is_own(&found.origin));
        }
        keys
    }

    /// The value its app gets for a name, if it is the package's own.
    pub fn own(&self, variables: &Variables<'_>, name: &str) -> Option<Found> {
        variables.get(name).filter(|found| self.owns(&found.place))
    }
}

/// Every assignment of a file that could be read.
pub fn entries(file: &EnvFile) -> &[Entry] {
    match &file.content {
        Ok(content) => content.entries(),
        Err(_) => &[],
    }
}

/// `web/.env:3`
pub fn line_of(file: &EnvFile, line: usize) -> String {
    format!("{}:{line}", visible(&file.path))
}

/// Passes by links, hidden folders and the output of builds.
fn collect(folder: &Path, below: &str, depth: usize, files: &mut Vec<(String, PathBuf)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_passed_by = name.starts_with('.') || name == "target" || name == "node_modules";
        let shown = format!("{below}{name}");
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !is_passed_by && depth < DEEPEST_SOURCE => {
                collect(&entry.path(), &format!("{shown}/"), depth + 1, files);
            }
            Ok(kind) if kind.is_file() && name.ends_with(".rs") && files.len() < MOST_SOURCES => {
                files.push((shown, entry.path()));
            }
            _ => {}
        }
    }
}
