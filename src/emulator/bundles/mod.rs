//! Clerk's browser libraries: fetched once into a cache that all projects share, served from memory
//! (`frontend-api.md` section 4).

use std::collections::HashMap;
use std::io;
use std::path::Path;

use bytes::Bytes;

/// A package of browser scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name without `@clerk/`.
    pub name: &'static str,
    /// The version that the emulator was made for.
    pub version: &'static str,
    /// The script that a page names.
    pub entry: &'static str,
}

/// The packages that a page needs.
pub const PACKAGES: [Package; 2] = [
    Package {
        name: "clerk-js",
        version: "6.40.0",
        entry: "clerk.browser.js",
    },
    Package {
        name: "ui",
        version: "1.36.0",
        entry: "ui.browser.js",
    },
];

const STUB: &str = include_str!("stub.js");

/// The scripts at hand.
#[derive(Clone, Default)]
pub struct Bundles {
    packages: Vec<Loaded>,
}

#[derive(Clone)]
struct Loaded {
    package: Package,
    files: HashMap<String, Bytes>,
}

/// What there is for a request of a script.
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

    /// Whether all packages are at hand.
    pub fn are_complete(&self) -> bool {
        self.packages.len() == PACKAGES.len()
    }

    /// Reads what the cache folder holds of the pinned versions.
    ///
    /// # Errors
    /// [`io::Error`] when a file is there and cannot be read.
    pub fn open(cache: &Path) -> io::Result<Self> {
        let mut packages = Vec::new();
        for package in PACKAGES {
            let folder = cache.join(format!("{}-{}", package.name, package.version));
            if !folder.is_dir() {
                continue;
            }
            let mut files = HashMap::new();
            for entry in std::fs::read_dir(&folder)? {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                if name.ends_with(".js") {
                    files.insert(name, Bytes::from(std::fs::read(entry.path())?));
                }
            }
            packages.push(Loaded { package, files });
        }
        Ok(Self { packages })
    }

    /// The file for `<name>@<range>` and a file name.
    pub fn find(&self, package: &str, file: &str) -> Found {
        let (name, range) = package.split_once('@').unwrap_or((package, "latest"));
        let Some(loaded) = self
            .packages
            .iter()
            .find(|loaded| loaded.package.name == name)
        else {
            return Found::Missing("the emulator has no such package in its cache\n".to_owned());
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

/// Whether a version is the one asked for: in full, by its first numbers, or as the latest.
fn satisfies(version: &str, range: &str) -> bool {
    let by_first_numbers = version
        .strip_prefix(range)
        .is_some_and(|rest| rest.starts_with('.'));
    range == "latest" || range == version || by_first_numbers
}
