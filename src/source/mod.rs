//! Reads the source of a program and finds its routes and what protects them. Nothing of it is run.
//!
//! `load` makes a tree of modules, `eval` follows the program as far as routes are built and knows how each framework does
//! that, `judge` asks the core's own matcher what the gate makes of each path.

mod body;
mod condition;
mod define;
mod dependency;
mod depth;
mod error;
mod eval;
mod files;
mod folder;
mod head;
mod judge;
mod listens;
mod load;
mod members;
mod outline;
mod package;
mod parsed;
mod paths;
mod pattern;
mod place;
mod programs;
mod remark;
mod serving;
mod sources;
mod spot;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod value;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

pub use dependency::{Dependency, Origin, Workspace, dependencies, manifest, workspace};
pub use depth::{parsed, syntax};
pub use error::SourceError;
pub use files::{Files, plain};
pub use judge::{Protection, Route};
pub use listens::{Listens, listens};
pub use load::seen_from;
pub use members::{
    Excluded, built_with, excludes, is_pattern, listed, members, named, serving, unfit,
};
pub use package::Package;
pub use pattern::{is_mixed, meant, pattern};
pub use place::{Bytes, NO_RUST, Place, Unread};
pub use remark::Remark;
pub use sources::Sources;
pub use spot::{Doubt, Gives, Spot};
pub use text::front;
pub use value::{Framework, Kind};

use eval::Reader;
use parsed::Parsed;
use tree::Program;

/// Enough for the deepest source that is read; what is not used costs nothing.
const STACK: usize = 512 << 20;

/// The findings in a program's source.
#[derive(Debug)]
pub struct Reading {
    /// The file that it begins in, below the package's folder.
    pub root: String,
    pub routes: Vec<Route>,
    pub unread: Vec<Unread>,
    /// Those of them that no gate is known to stand before.
    pub outside: Vec<Unread>,
    /// The patterns that the only gate leaves open, if they can be read.
    pub public: Option<Vec<String>>,
    /// Where that gate is set up.
    pub public_place: Option<Place>,
    /// Where they are served.
    pub spots: Vec<Spot>,
    /// Every file that it is made of, wherever that lies: the name that places have, and the way there.
    pub files: Vec<(String, PathBuf)>,
    /// The files that those stand in, and the roots of their crates, with their texts.
    pub texts: BTreeMap<Arc<str>, String>,
}

/// Reads the routes of a package's program.
pub fn routes(files: &Files, folder: &Path, program: Option<&str>) -> Result<Reading, SourceError> {
    Sources::default().routes(files, folder, program)
}

/// Does what goes through syntax on a stack that is deep enough for it. Nothing if it panicked.
pub fn with_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    thread::scope(|scope| {
        let worker = thread::Builder::new().stack_size(STACK);
        worker.spawn_scoped(scope, work).ok()?.join().ok()
    })
}

fn read(
    files: &Files,
    parsed: &mut Parsed,
    folder: &Path,
    program: Option<&str>,
) -> Result<Reading, SourceError> {
    let package = Package::read(files, folder)?;
    let root = package.program(program)?.to_owned();
    Ok(one(files, parsed, package, &root))
}

/// Reads the routes of each program of a package. Several that begin in one file are one.
fn read_all(
    files: &Files,
    parsed: &mut Parsed,
    folder: &Path,
) -> Result<Vec<Reading>, SourceError> {
    let mut package = Package::read(files, folder)?;
    let mut roots = match package.program(None) {
        Err(SourceError::SeveralPrograms(_)) => {
            let programs = std::mem::take(&mut package.programs).into_iter();
            programs.map(|(_, root)| plain(&root)).collect()
        }
        one => vec![one?.to_owned()],
    };
    let mut known = HashSet::new();
    roots.retain(|root| known.insert(root.clone()));
    let read = |root: &PathBuf| one(files, parsed, package.clone(), root);
    Ok(roots.iter().map(read).collect())
}

fn one(files: &Files, parsed: &mut Parsed, package: Package, root: &Path) -> Reading {
    let folder = package.folder.clone();
    let name = root.strip_prefix(&folder).unwrap_or(root);
    let name = name.to_string_lossy().replace('\\', "/");
    let without_gate = package.without_gate.clone();
    let program = load::program(files, parsed, package, root);
    // `upload` includes it, and so do the features that are on by default.
    let features = program.features("clerk-auth");
    let forwards = features
        .iter()
        .any(|feature| ["proxy", "upload", "default"].contains(feature));
    let mut reader = Reader::new(program);
    let served = reader.follow();
    let (routes, unread) = judge::judge(&served, forwards, &without_gate);
    let mut outside = served.outside(&reader.program.aside);
    let is_unclear = |route: &&Route| route.protection == Protection::NotRead;
    outside.extend(routes.iter().filter(is_unclear).map(|route| {
        let why = format!("what protects `{}` is not read", route.path);
        Unread::new(&route.place, why)
    }));
    Reading {
        root: name,
        routes,
        unread,
        outside,
        public_place: served.kit.as_ref().map(|kit| kit.place.clone()),
        public: served.kit.and_then(|kit| kit.public.clone().ok()),
        texts: texts(&reader.program, &served.spots),
        files: reader.program.files.clone(),
        spots: served.spots,
    }
}

fn texts(program: &Program, spots: &[Spot]) -> BTreeMap<Arc<str>, String> {
    let named = |name: &Arc<str>| {
        let places = spots.iter().map(|spot| &spot.place.file);
        let mut names = places.chain(spots.iter().filter_map(|spot| spot.root.as_ref()));
        names.any(|known| known == name)
    };
    let root = program.texts.first().into_iter();
    let others = program.texts.iter().filter(|text| named(&text.name()));
    root.chain(others)
        .map(|text| (text.name(), text.whole().to_owned()))
        .collect()
}
