//! Clerk's browser libraries at hand: from the cache, which is filled first if that is allowed.

use std::io;
use std::path::{Path, PathBuf};

use crate::backend::Network;
use crate::emulator::bundles::fetch::{NotFetched, Progress, Source, fetch};
use crate::emulator::bundles::{Bundles, Package};
use crate::error::Explain;

/// Why they are not at hand.
#[derive(Debug, thiserror::Error)]
pub enum LibrariesError {
    /// There is no place for a cache.
    #[error("there is no folder for Clerk's browser libraries")]
    NoCache,
    /// The cache lacks them, and nothing may be fetched.
    #[error("Clerk's browser libraries are not in the cache")]
    NotCached,
    /// The cache cannot be read.
    #[error("the cache of Clerk's browser libraries cannot be read: {}", .0.display())]
    Unreadable(PathBuf, #[source] io::Error),
    /// No source gave them.
    #[error("Clerk's browser libraries could not be fetched")]
    NotFetched(#[source] NotFetched),
}

impl Explain for LibrariesError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoCache => "no-cache-folder",
            Self::NotCached => "libraries-not-cached",
            Self::Unreadable(..) => "cache-unreadable",
            Self::NotFetched(_) => "libraries-not-fetched",
        }
    }

    fn because(&self) -> Option<String> {
        match self {
            Self::NoCache => Some("the environment names no home folder".to_owned()),
            Self::NotCached => None,
            Self::Unreadable(_, error) => Some(error.to_string()),
            Self::NotFetched(NotFetched { package, tried }) => {
                let each = tried
                    .iter()
                    .map(|(source, error)| format!("{}: {error}", name(source)));
                let each: Vec<_> = each.collect();
                Some(format!("{}\n{}", package.specifier(), each.join("\n")))
            }
        }
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            Self::NoCache => "set HOME".to_owned(),
            Self::Unreadable(path, _) => format!("remove {}", path.display()),
            Self::NotCached | Self::NotFetched(_) => {
                "with a network, `clerk-rs emulator fetch` fills the cache, once for all projects; `--from` names a \
                 folder, an archive or a mirror"
                    .to_owned()
            }
        })
    }
}

fn name(source: &Source) -> String {
    match source {
        Source::Folder(path) | Source::Archive(path) => path.display().to_string(),
        Source::Address(address) => address.clone(),
        Source::Npm => "npm".to_owned(),
    }
}

/// What the cache has.
pub fn cached(cache: Option<&Path>) -> Result<Bundles, LibrariesError> {
    let cache = cache.ok_or(LibrariesError::NoCache)?;
    let bundles = Bundles::open(cache)
        .map_err(|error| LibrariesError::Unreadable(cache.to_owned(), error))?;
    if bundles.are_complete() {
        Ok(bundles)
    } else {
        Err(LibrariesError::NotCached)
    }
}

/// Fills the cache from the sources in turn; the packages that were fetched, none if all were there.
pub async fn fill(
    cache: Option<&Path>,
    sources: &[Source],
    progress: &dyn Fn(Progress),
) -> Result<Vec<Package>, LibrariesError> {
    let cache = cache.ok_or(LibrariesError::NoCache)?;
    let network = Network::default();
    fetch(cache, sources, &network, progress)
        .await
        .map_err(LibrariesError::NotFetched)
}
