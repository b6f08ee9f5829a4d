//! Clerk's browser libraries: fetched once into a cache that all projects share (`frontend-api.md` section 4). A file is
//! read and checked when it is first asked for: a page needs few of them, and a start waits for none.

pub mod fetch;
mod list;
pub mod unpack;

use std::collections::HashMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

pub use list::{PACKAGES, Package};

const STUB: &str = include_str!("stub.js");

/// The scripts at hand.
#[derive(Clone, Default)]
pub struct Bundles {
    packages: Arc<[Cached]>,
}

/// A package of which all files are there.
struct Cached {
    package: Package,
    folder: PathBuf,
    scripts: HashMap<&'static str, Script>,
}

struct Script {
    path: &'static str,
    hash: &'static str,
    body: OnceLock<Bytes>,
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
    /// The file in the cache is another than the pinned one, or is gone.
    Damaged,
}

/// The variable that says where [`cache_folder`] is, if nothing else does.
pub const CACHE_VARIABLE: &str = if cfg!(windows) {
    "LOCALAPPDATA"
} else {
    "HOME"
};

/// The cache that all projects of a user share, by the conventions of the system. `variable` reads the environment.
pub fn cache_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name| {
        variable(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let home = |below: &str| folder(CACHE_VARIABLE).map(|home| home.join(below));
    let base = if cfg!(windows) {
        folder(CACHE_VARIABLE)
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

    /// The packages of which the cache folder has all files; others count as not at hand.
    ///
    /// # Errors
    /// [`io::Error`] when the folder cannot be looked into.
    pub fn open(cache: &Path) -> io::Result<Self> {
        let mut packages = Vec::new();
        for package in PACKAGES {
            packages.extend(Cached::open(cache, package)?);
        }
        Ok(Self {
            packages: packages.into(),
        })
    }

    /// The file for `<name>@<range>` and a file name.
    pub fn find(&self, package: &str, file: &str) -> Found {
        let (name, range) = package.split_once('@').unwrap_or((package, "latest"));
        let mut packages = self.packages.iter();
        let Some(cached) = packages.find(|cached| cached.package.name == name) else {
            return Found::NotAtHand;
        };
        let version = cached.package.version;
        if !satisfies(version, range) {
            return Found::Missing(format!(
                "the emulator serves @clerk/{name}@{version} only\n"
            ));
        }
        let Some(script) = cached.scripts.get(file) else {
            return Found::Missing(format!(
                "@clerk/{name}@{version} has no file of this name\n"
            ));
        };
        match script.body(&cached.folder) {
            Some(body) if version == range => Found::Exact(body),
            Some(body) => Found::InRange(body),
            None => Found::Damaged,
        }
    }
}

impl Cached {
    fn open(cache: &Path, package: Package) -> io::Result<Option<Self>> {
        let folder = cache.join(package.folder());
        let mut scripts = HashMap::new();
        for (path, hash) in package.files() {
            if !folder.join(path).try_exists()? {
                return Ok(None);
            }
            if let Some(name) = path.strip_prefix("dist/") {
                let body = OnceLock::new();
                scripts.insert(name, Script { path, hash, body });
            }
        }
        Ok(Some(Self {
            package,
            folder,
            scripts,
        }))
    }
}

impl Script {
    /// What is in the file, if it is the pinned one.
    fn body(&self, folder: &Path) -> Option<Bytes> {
        if let Some(body) = self.body.get() {
            return Some(body.clone());
        }
        let bytes = std::fs::read(folder.join(self.path)).ok()?;
        let is_pinned = list::sha512(&bytes) == self.hash;
        is_pinned.then(|| self.body.get_or_init(|| Bytes::from(bytes)).clone())
    }
}

/// True if all files of the package are in the cache as they should be.
///
/// # Errors
/// [`io::Error`] when a file is there and cannot be read.
fn is_whole(cache: &Path, package: &Package) -> io::Result<bool> {
    let folder = cache.join(package.folder());
    for (path, hash) in package.files() {
        match std::fs::read(folder.join(path)) {
            Ok(bytes) if list::sha512(&bytes) == hash => {}
            Ok(_) => return Ok(false),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// True if a version is the one asked for: in full, by its first numbers, or as the latest.
fn satisfies(version: &str, range: &str) -> bool {
    let by_first_numbers = version
        .strip_prefix(range)
        .is_some_and(|rest| rest.starts_with('.'));
    range == "latest" || range == version || by_first_numbers
}
