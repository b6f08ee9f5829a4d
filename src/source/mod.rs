//! Reads the source of a program and finds its routes and what protects them. Nothing of it is run.
//!
//! `load` makes a tree of modules, `eval` follows the program as far as routes are built and knows how each framework does
//! that, `judge` asks the core's own matcher what the gate makes of each path.

mod body;
mod condition;
mod error;
mod eval;
mod files;
mod folder;
mod judge;
mod load;
mod outline;
mod package;
mod paths;
mod place;
mod programs;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod value;

use std::path::Path;
use std::thread;

pub use error::SourceError;
pub use files::Files;
pub use judge::{Protection, Route};
pub use place::Unread;

use eval::Reader;
use package::Package;

/// Enough for the deepest source that is read; what is not used costs nothing.
const STACK: usize = 512 << 20;

/// What a program's source says.
#[derive(Debug)]
pub struct Reading {
    /// The file that it begins in, below the package's folder.
    pub root: String,
    pub routes: Vec<Route>,
    pub unread: Vec<Unread>,
}

/// Reads the routes of a package's program.
pub fn routes(files: &Files, folder: &Path, program: Option<&str>) -> Result<Reading, SourceError> {
    thread::scope(|scope| {
        let reader = thread::Builder::new().stack_size(STACK);
        let reader = reader.spawn_scoped(scope, || read(files, folder, program));
        let reading = reader.map_err(|_| SourceError::Broken)?.join();
        reading.map_err(|_| SourceError::Broken)?
    })
}

fn read(files: &Files, folder: &Path, program: Option<&str>) -> Result<Reading, SourceError> {
    let package = Package::read(files, folder)?;
    let root = package.program(program)?.to_owned();
    let name = root.strip_prefix(folder).unwrap_or(&root);
    let name = name.to_string_lossy().replace('\\', "/");
    let program = load::program(files, package, &root)?;
    // `upload` includes it, and so do the features that are on by default.
    let features = program.features("clerk-auth");
    let forwards = features
        .iter()
        .any(|feature| ["proxy", "upload", "default"].contains(feature));
    let served = Reader::new(program).follow();
    let (routes, unread) = judge::judge(&served, forwards);
    Ok(Reading {
        root: name,
        routes,
        unread,
    })
}
