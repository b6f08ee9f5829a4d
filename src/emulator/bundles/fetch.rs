//! Fills the cache: from a place the user names, else through the user's own `npm`, else file by file from a public
//! server. Each file is checked against the list, and a package is in the cache whole or not at all.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use bytes::Bytes;
use clerk_auth::fetch::{Fetch, FetchError};
use tokio::process::Command;

use super::unpack::{UnpackError, unpack};
use super::{PACKAGES, Package, is_whole, list};
use crate::program;

/// Carries the files of all packages of the npm registry, by version.
const PUBLIC_FILES: &str = "https://cdn.jsdelivr.net/npm/";

/// Nothing of a package runs; and without a network npm would go on trying for more than a minute.
const NPM_OPTIONS: [&str; 5] = [
    "--ignore-scripts",
    "--loglevel=error",
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=1000",
    "--fetch-retry-maxtimeout=1000",
];

/// A place to take the packages from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A folder with the archives as `npm pack` names them, or with the packages unpacked as the cache has them.
    Folder(PathBuf),
    Archive(PathBuf),
    /// An address to which `@clerk/<name>@<version>/<path>` can be appended.
    Address(String),
    /// `npm pack`, with the user's registry, credentials and proxy.
    Npm,
}

impl Source {
    /// The source the user named: an address, a folder, or else an archive.
    pub fn named(text: &str) -> Self {
        let path = PathBuf::from(text);
        if text.starts_with("https://") || text.starts_with("http://") {
            Self::Address(text.to_owned())
        } else if path.is_dir() {
            Self::Folder(path)
        } else {
            Self::Archive(path)
        }
    }

    /// The sources to try when the user names none, in order.
    pub fn defaults() -> Vec<Self> {
        vec![Self::Npm, Self::Address(PUBLIC_FILES.to_owned())]
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub package: Package,
    /// Files that are there.
    pub done: usize,
    /// Files that are needed.
    pub total: usize,
}

/// The reason why a source did not give a package.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A file could not be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("npm is not installed")]
    NoNpm,
    #[error("npm pack failed: {0}")]
    Npm(String),
    #[error("the archive is refused: {0}")]
    Unpack(#[from] UnpackError),
    /// The archive is another than the pinned one.
    #[error("the archive is not that of the pinned version")]
    OtherArchive,
    #[error(transparent)]
    Network(#[from] FetchError),
    #[error("{path}: the server answered {status}")]
    Status {
        /// The file asked for.
        path: &'static str,
        status: u16,
    },
    #[error("this is no address that can be asked")]
    Address,
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A file is another than the pinned one.
    #[error("{0} is not the file of the pinned version")]
    OtherFile(&'static str),
}

/// A package that no source gave, with the failure of each.
#[derive(Debug, thiserror::Error)]
#[error("{} could not be fetched", package.specifier())]
pub struct NotFetched {
    pub package: Package,
    /// Each source that was tried, and why it failed.
    pub tried: Vec<(Source, SourceError)>,
}

/// Puts every package that the cache lacks into it, and answers those that were put.
///
/// # Errors
/// [`NotFetched`] for the first package that no source gives. Packages before it are in the cache.
pub async fn fetch(
    cache: &Path,
    sources: &[Source],
    network: &dyn Fetch,
    progress: &dyn Fn(Progress),
) -> Result<Vec<Package>, NotFetched> {
    let mut fetched = Vec::new();
    for package in PACKAGES {
        if matches!(is_whole(cache, &package), Ok(true)) {
            continue;
        }
        let mut tried = Vec::new();
        for source in sources {
            match fetch_package(cache, package, source, network, progress).await {
                Ok(()) => break,
                Err(error) => tried.push((source.clone(), error)),
            }
        }
        if tried.len() == sources.len() {
            return Err(NotFetched { package, tried });
        }
        fetched.push(package);
    }
    Ok(fetched)
}

async fn fetch_package(
    cache: &Path,
    package: Package,
    source: &Source,
    network: &dyn Fetch,
    progress: &dyn Fn(Progress),
) -> Result<(), SourceError> {
    let total = package.files().count();
    let told = |done| {
        progress(Progress {
            package,
            done,
            total,
        })
    };
    told(0);
    let files = match source {
        Source::Folder(folder) => from_folder(package, folder)?,
        Source::Archive(file) => from_archive(package, &std::fs::read(file)?)?,
        Source::Npm => from_npm(package).await?,
        Source::Address(base) => from_address(package, base, network, &told).await?,
    };
    store(cache, package, &files)?;
    told(total);
    Ok(())
}

type Files = HashMap<String, Vec<u8>>;

fn from_archive(package: Package, archive: &[u8]) -> Result<Files, SourceError> {
    if !package.is_archive(archive) {
        return Err(SourceError::OtherArchive);
    }
    Ok(unpack(archive, |path| {
        package.files().any(|(wanted, _)| wanted == path)
    })?)
}

fn from_folder(package: Package, folder: &Path) -> Result<Files, SourceError> {
    let archive = folder.join(format!("clerk-{}.tgz", package.folder()));
    if archive.is_file() {
        return from_archive(package, &std::fs::read(archive)?);
    }
    let unpacked = folder.join(package.folder());
    let read = |(path, _): (&str, _)| Ok((path.to_owned(), std::fs::read(unpacked.join(path))?));
    package.files().map(read).collect()
}

async fn from_npm(package: Package) -> Result<Files, SourceError> {
    // A folder of its own: the settings of a project that happens to be here have no say.
    let folder = tempfile::tempdir()?;
    let name = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output = Command::from(program::command(name))
        .args(["pack", &package.specifier()])
        .args(NPM_OPTIONS)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => SourceError::NoNpm,
            _ => SourceError::Io(error),
        })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(SourceError::Npm(reason(&said)));
    }
    from_folder(package, folder.path())
}

/// The line of npm's complaint that says what was wrong.
fn reason(said: &str) -> String {
    let lines = said.lines().map(|line| {
        let line = line
            .trim_start_matches("npm error")
            .trim_start_matches("npm ERR!");
        line.trim()
    });
    let is_told = |line: &&str| {
        let beside = ["code ", "syscall ", "errno ", "A complete log"];
        !line.is_empty() && !beside.iter().any(|start| line.starts_with(start))
    };
    let lines: Vec<_> = lines.filter(is_told).collect();
    let cause = lines.iter().find(|line| line.contains("reason:"));
    let told = cause.or(lines.first()).copied();
    told.unwrap_or("no reason given")
        .chars()
        .take(300)
        .collect()
}

async fn from_address(
    package: Package,
    base: &str,
    network: &dyn Fetch,
    told: &dyn Fn(usize),
) -> Result<Files, SourceError> {
    let base = format!("{}/{}", base.trim_end_matches('/'), package.specifier());
    let mut files = Files::new();
    for (path, _) in package.files() {
        let request = http::Request::get(format!("{base}/{path}")).body(Bytes::new());
        let response = network
            .fetch(request.map_err(|_| SourceError::Address)?)
            .await?;
        if response.status() != http::StatusCode::OK {
            return Err(SourceError::Status {
                path,
                status: response.status().as_u16(),
            });
        }
        files.insert(path.to_owned(), response.into_body().to_vec());
        told(files.len());
    }
    Ok(files)
}

/// Checks every file, writes them beside their place and moves them there at once.
fn store(cache: &Path, package: Package, files: &Files) -> Result<(), SourceError> {
    std::fs::create_dir_all(cache)?;
    let staged = tempfile::Builder::new()
        .prefix(".incoming-")
        .tempdir_in(cache)?;
    std::fs::create_dir(staged.path().join("dist"))?;
    for (path, hash) in package.files() {
        let bytes = files.get(path).ok_or(SourceError::Missing(path))?;
        if list::sha512(bytes) != hash {
            return Err(SourceError::OtherFile(path));
        }
        std::fs::write(staged.path().join(path), bytes)?;
    }
    let place = cache.join(package.folder());
    match std::fs::remove_dir_all(&place) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    match std::fs::rename(staged.path(), place) {
        // Another process was faster: what it put there was checked as well.
        Err(_) if matches!(is_whole(cache, &package), Ok(true)) => Ok(()),
        moved => Ok(moved?),
    }
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn of_npms_complaint_the_cause_is_told() {
        for (said, told) in [
            (
                "npm error code ENOTFOUND\nnpm error errno ENOTFOUND\nnpm error network request to https://r/x \
                 failed, reason: getaddrinfo ENOTFOUND r\nnpm error A complete log of this run can be found in: /l\n",
                "network request to https://r/x failed, reason: getaddrinfo ENOTFOUND r",
            ),
            (
                "npm ERR! code ETARGET\nnpm ERR! notarget No matching version found for @clerk/ui@9.\n",
                "notarget No matching version found for @clerk/ui@9.",
            ),
            ("npm error code E1\n\n", "no reason given"),
        ] {
            assert_eq!(reason(said), told);
        }
    }
}
