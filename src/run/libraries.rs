//! Clerk's browser libraries, from a cache that is filled first if that is allowed.

use std::io;
use std::path::{Path, PathBuf};

use crate::backend::Network;
use crate::emulator::bundles::fetch::{NotFetched, Progress, Source, fetch};
use crate::emulator::bundles::{Bundles, CACHE_VARIABLE, Package};
use crate::error::{Explain, Explanation};

/// The reason why they are not at hand.
#[derive(Debug, thiserror::Error)]
pub enum LibrariesError {
    /// There is no place for a cache.
    #[error("there is no folder for Clerk's browser libraries")]
    NoCache,
    /// The cache lacks them, and nothing may be fetched.
    #[error("Clerk's browser libraries are not in the cache")]
    NotCached,
    #[error("the cache of Clerk's browser libraries cannot be read: {}", .0.display())]
    Unreadable(PathBuf, #[source] io::Error),
    #[error("Clerk's browser libraries could not be fetched")]
    NotFetched(#[source] NotFetched),
}

impl Explain for LibrariesError {
    fn explain(&self) -> Explanation {
        const FILL: &str = "with a network, `clerk-rs emulator fetch` fills the cache, once for all projects; \
                            `--from` names a folder, an archive or a mirror";
        match self {
            Self::NoCache => Explanation::failed("no-cache-folder")
                .because("the environment names no place for a cache")
                .help(format!("set {CACHE_VARIABLE}")),
            Self::NotCached => Explanation::failed("libraries-not-cached").help(FILL),
            Self::Unreadable(path, error) => Explanation::failed("cache-unreadable")
                .because(error)
                .help(format!("remove {}", path.display())),
            Self::NotFetched(NotFetched { package, tried }) => {
                let each = tried
                    .iter()
                    .map(|(source, error)| format!("{}: {error}", name(source)));
                let each: Vec<_> = each.collect();
                Explanation::failed("libraries-not-fetched")
                    .because(format!("{}\n{}", package.specifier(), each.join("\n")))
                    .help(FILL)
            }
        }
    }
}

fn name(source: &Source) -> String {
    match source {
        Source::Folder(path) | Source::Archive(path) => path.display().to_string(),
        Source::Address(address) => address.clone(),
        Source::Npm => "npm".to_owned(),
    }
}

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

/// Fills the cache, trying one source after the other, and returns the packages that were fetched.
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
