//! Everything the rules look at, each thing read once: packages and their files, the environment, git, Rust sources.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::Path;

use super::code::Code;
use super::code::named::Named;
use super::sources::{LeftOut, Source};
use super::texts::Texts;
use crate::error::Explain as _;
use crate::escape::visible;
use crate::keyring::sources::{Given, Origin, Sources};
use crate::project::dotenv::{Entry, Lookup};
use crate::project::git::Git;
use crate::project::manifest::{self, Manifest, ManifestError, Secret};
use crate::project::packages::{self, EnvFile, Kind, Role};
use crate::project::regular;
use crate::project::variables::{File, Found, Place, Variables};
use crate::source::{Files, Reading, SourceError, Sources as Syntax};
use crate::update::{self, Update};

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
    /// The manifest of the project's own folder.
    pub manifest: Manifest,
    /// What is wrong with it, if not all of it could be read.
    pub manifest_fault: Option<ManifestError>,
    git: OnceCell<Git>,
    sources: OnceCell<(Vec<Source>, LeftOut)>,
    syntax: OnceCell<Syntax>,
    programs: OnceCell<Result<Vec<Reading>, SourceError>>,
    without_programs: OnceCell<String>,
    code: OnceCell<(Vec<Code>, LeftOut)>,
    named: RefCell<HashMap<String, Named>>,
    texts: OnceCell<Texts>,
    update: OnceCell<Result<Update, String>>,
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

impl<'a> Facts<'a> {
    /// Reads the variables of a project and of the packages below it.
    pub fn read(root: &'a Path, process: Vec<String>, lookup: &'a Lookup<'a>) -> Self {
        let found = packages::find(root, lookup);
        let value = |name: String| {
            let value = lookup(&name).unwrap_or_default();
            (name, value)
        };
        let (manifest, fault) = Manifest::read_anyway(root);
        let is_absent = |fault: &ManifestError| match fault {
            ManifestError::Unreadable(error) => error.kind() == ErrorKind::NotFound,
            _ => false,
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
            manifest,
            manifest_fault: fault.filter(|fault| !is_absent(fault)),
            git: OnceCell::new(),
            sources: OnceCell::new(),
            syntax: OnceCell::new(),
            programs: OnceCell::new(),
            without_programs: OnceCell::new(),
            code: OnceCell::new(),
            named: RefCell::default(),
            texts: OnceCell::new(),
            update: OnceCell::new(),
        }
    }

    /// The repository that the project lies in.
    pub fn git(&self) -> &Git {
        self.git.get_or_init(|| Git::find(self.root))
    }

    /// The Rust sources of the project, sorted by path.
    pub fn sources(&self) -> &[Source] {
        &self.found_sources().0
    }

    /// Those below its folder, and those of its programs that lie elsewhere.
    fn found_sources(&self) -> &(Vec<Source>, LeftOut) {
        self.sources.get_or_init(|| {
            let programs = self.served().unwrap_or_default().iter();
            let files = programs.flat_map(|program| program.files.iter().cloned());
            Source::read(self.root, &files.collect::<Vec<_>>())
        })
    }

    /// The sources of the app itself: neither the copy of the core nor what only tests have.
    pub fn own_sources(&self) -> impl Iterator<Item = &Source> {
        self.sources().iter().filter(|source| source.is_of_app())
    }

    /// True if a constant has such a value: in this source if that has one of the name, else wherever one is.
    pub fn constant_is(&self, shown: &str, name: &str, is_meant: impl Fn(&str) -> bool) -> bool {
        let own = self.own_sources().find(|source| source.shown == shown);
        let own = own.map(|source| self.values(source, name));
        let found = own.filter(|own| !own.is_empty()).unwrap_or_else(|| {
            self.own_sources()
                .flat_map(|source| self.values(source, name))
                .collect()
        });
        !found.is_empty() && found.iter().all(|value| is_meant(value))
    }

    fn values(&self, source: &Source, name: &str) -> Vec<String> {
        if !source.text.contains(&format!("{name}:")) {
            return Vec::new();
        }
        let mut named = self.named.borrow_mut();
        let named = named
            .entry(source.shown.clone())
            .or_insert_with(|| Named::of(&source.text));
        named.values(name).to_vec()
    }

    /// The routes of each program of the project, or why they are not known.
    pub fn programs(&self) -> Result<&[Reading], &str> {
        let why = |why: String| self.without_programs.get_or_init(|| why).as_str();
        match (self.without_core(), self.served()) {
            (Some(reason), _) => Err(why(reason)),
            (None, served) => {
                served.map_err(|error| why(visible(&error.with_reason()).into_owned()))
            }
        }
    }

    /// Why nothing is known of a copy of the core; `None` if the project is built on one.
    pub fn without_core(&self) -> Option<String> {
        if self.manifest.has_core() {
            return None;
        }
        let fault = self.manifest_fault.as_ref();
        let fault = fault.filter(|fault| !matches!(fault, ManifestError::Metadata(_)));
        let none = match self.manifest.is_virtual {
            true => "this Cargo.toml is that of a workspace: each package has one of its own",
            false => "nothing in Cargo.toml depends on clerk-auth",
        };
        Some(fault.map_or_else(|| none.to_owned(), ToString::to_string))
    }

    /// Reads the routes of a program. Files that say what they said before are not parsed again.
    pub fn routes(&self, files: &Files, program: Option<&str>) -> Result<Reading, SourceError> {
        let syntax = self.syntax.get_or_init(Syntax::default);
        syntax.routes(files, self.root, program)
    }

    /// What the programs serve, whatever they depend on.
    pub fn served(&self) -> Result<&[Reading], &SourceError> {
        let programs = self.programs.get_or_init(|| self.read_programs());
        programs.as_deref()
    }

    fn read_programs(&self) -> Result<Vec<Reading>, SourceError> {
        let syntax = self.syntax.get_or_init(Syntax::default);
        syntax.programs(&Files::default(), self.root)
    }

    /// The keys of the project's own folder, with its variables.
    pub fn own_keys(&self) -> Option<(Sources, &Variables<'a>)> {
        let (package, variables) = self.readable().find(|(package, _)| package.is_root())?;
        Some((package.keys(variables), variables))
    }

    /// The app's own sources, taken apart.
    pub fn code(&self) -> &[Code] {
        &self.taken_apart().0
    }

    fn taken_apart(&self) -> &(Vec<Code>, LeftOut) {
        let take = || Code::all(&self.own_sources().collect::<Vec<_>>());
        self.code.get_or_init(take)
    }

    /// The sources that were not looked at.
    pub fn left_out_sources(&self) -> impl Iterator<Item = &(String, String)> {
        let unread = self.found_sources();
        unread.1.iter().chain(&self.taken_apart().1)
    }

    /// The text of a file that need not be there, by its path below the root; or why it cannot be read.
    pub fn text(&self, path: &str) -> Result<Option<String>, String> {
        let read = regular::text_if_any(&self.root.join(path), regular::LONGEST_OF_CARGO);
        read.map_err(|error| format!("{} cannot be read: {error}", visible(path)))
    }

    /// Files that say how the project is deployed, and those that browsers get.
    pub fn texts(&self) -> &Texts {
        self.texts.get_or_init(|| Texts::read(self.root))
    }

    /// The changes of an update to the copy of the core, or the reason why nobody can say.
    pub fn update(&self) -> Result<&Update, &str> {
        let plan =
            || update::plan(self.root).map_err(|error| visible(&error.with_reason()).into_owned());
        self.update
            .get_or_init(plan)
            .as_ref()
            .map_err(String::as_str)
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
