//! Clerk's browser libraries: fetched once into a cache that all projects share, served from memory
//! (`frontend-api.md` section 4).

pub mod fetch;
mod list;
pub mod unpack;

use std::collections::HashMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;

pub use list::{PACKAGES, Package};

const STUB: &str = include_str!("stub.js");

/// The scripts at hand.
#[derive(Clone, Default)]
pub struct Bundles {
    packages: Arc<[Loaded]>,
}

struct Loaded {
    package: Package,
    files: HashMap<String, Bytes>,
}

/// The answer to a request for a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The file of exactly the version asked for.
    Exact(Bytes),
    /// The file of a version in the range asked for.
    InRange(Bytes),
    /// The package is not in the cache, or no such package is served.
    NotAtHand,
    /// The package is there and has no such file or version, and why.
    Missing(String),
}

/// The cache that all projects of a user share, by the conventions of the system. `variable` reads the environment.
pub fn cache_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name| {
        variable(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let home = |below: &str| folder("HOME").map(|home| home.join(below));
    let base = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        home("Library/Caches")
    } else {
        folder("XDG_CACHE_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| home(".cache"))
    };
    Some(base?.join("clerk-rs").join("browser"))
}

/// The script that stands in for the entry of a package that is not at hand; the names of the cookies of one instance
/// end in `cookie_suffix`.
pub fn stand_in(package: &str, file: &str, cookie_suffix: &str) -> Option<String> {
    let name = package.split('@').next().unwrap_or_default();
    let package = PACKAGES
        .iter()
        .find(|package| package.name == name && package.entry == file)?;
    Some(match package.name {
        "ui" => "window.__internal_ClerkUICtor = class {};\n".to_owned(),
        _ => STUB.replace("$SUFFIX$", cookie_suffix),
    })
}

impl Bundles {
    /// No scripts.
    pub fn none() -> Self {
        Self::default()
    }

    /// True if all packages are at hand.
    pub fn are_complete(&self) -> bool {
        self.packages.len() == PACKAGES.len()
    }

    /// Reads the packages that the cache folder holds complete and unchanged; others count as not at hand.
    ///
    /// # Errors
    /// [`io::Error`] when a file is there and cannot be read.
    pub fn open(cache: &Path) -> io::Result<Self> {
        let mut packages = Vec::new();
        for package in PACKAGES {
            if let Some(files) = read_package(cache, &package)? {
                packages.push(Loaded { package, files });
            }
        }
        Ok(Self {
            packages: packages.into(),
        })
    }

    /// The file for `<name>@<range>` and a file name.
    pub fn find(&self, package: &str, file: &str) -> Found {
        let (name, range) = package.split_once('@').unwrap_or((package, "latest"));
        let Some(loaded) = self
            .packages
            .iter()
            .find(|loaded| loaded.package.name == name)
        else {
            return Found::NotAtHand;
        };
        let version = loaded.package.version;
        if !satisfies(version, range) {
            return Found::Missing(format!(
                "the emulator serves @clerk/{name}@{version} only\n"
            ));
        }
        match loaded.files.get(file) {
            Some(body) if version == range => Found::Exact(body.clone()),
            Some(body) => Found::InRange(body.clone()),
            None => Found::Missing(format!(
                "@clerk/{name}@{version} has no file of this name\n"
            )),
        }
    }
}

/// The scripts of a package by file name, if all files of its list are in the cache as they should be.
fn read_package(cache: &Path, package: &Package) -> io::Result<Option<HashMap<String, Bytes>>> {
    let folder = cache.join(package.folder());
    let mut files = HashMap::new();
    for (path, hash) in package.files() {
        let bytes = match std::fs::read(folder.join(path)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if list::sha512(&bytes) != hash {
            return Ok(None);
        }
        if let Some(name) = path.strip_prefix("dist/") {
            files.insert(name.to_owned(), Bytes::from(bytes));
        }
    }
    Ok(Some(files))
}

/// True if a version is the one asked for: in full, by its first numbers, or as the latest.
fn satisfies(version: &str, range: &str) -> bool {
    let by_first_numbers = version
        .strip_prefix(range)
        .is_some_and(|rest| rest.starts_with('.'));
    range == "latest" || range == version || by_first_numbers
}
