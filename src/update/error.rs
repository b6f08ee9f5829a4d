//! The reasons why a project is not updated.

use clap::ValueEnum as _;

use super::bases::{self, BaseError};
use super::text::ReadError;
use crate::error::{Explain, Explanation};
use crate::project::manifest::ManifestError;
use crate::scaffold::Extra;
use crate::scaffold::catalog::CatalogError;
use crate::scaffold::choices::word;
use crate::scaffold::dependency::Source;
use crate::scaffold::keys::RandomError;
use crate::scaffold::plan::PlanError;
use crate::scaffold::stamp::StampError;

/// The reason why nobody can say what a project began as, or why it is not to be changed.
#[derive(Debug, thiserror::Error)]
pub enum OriginError {
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error("this project has no clerk-auth folder that `clerk-rs init` made")]
    NoCore,
    #[error("this project has no copy of the core: its Cargo.toml takes it {}", whence(.0))]
    NotCopied(Source),
    #[error("nothing in Cargo.toml depends on clerk-auth")]
    NoDependency,
    #[error(
        "Cargo.toml has no [package.metadata.clerk-rs], which says what this project is made of"
    )]
    NoMetadata { core: String },
    #[error("the core of this project is {0}, but `clerk-rs init` did not make the rest of it")]
    NotOurs(String),
    #[error("the core of this project is {found}, and this is clerk-rs {own}")]
    Newer { found: String, own: String },
    /// Nothing is added to an older project before it is up to date.
    #[error(
        "the core of this project is {found}, and what this clerk-rs adds is written for {own}"
    )]
    OtherVersion { found: String, own: String },
    #[error("the core of this project is {0}, which this clerk-rs does not know")]
    Unknown(String),
    #[error("{what} in [package.metadata.clerk-rs] is {word:?}, which this clerk-rs does not know")]
    Word { what: &'static str, word: String },
    #[error("clerk-auth/.stamp cannot be believed")]
    Stamp(#[from] StampError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Base(#[from] BaseError),
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl Explain for OriginError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Manifest(error) => error.explain(),
            Self::NoCore => Explanation::failed("no-core").help(
                "run it in the folder of a project that `clerk-rs init` made, or name it: `clerk-rs update PATH`",
            ),
            Self::NotCopied(source) => Explanation::failed("core-not-copied").help(renewal(source)),
            Self::NoDependency => Explanation::failed("no-dependency")
                .because("the copy is cut to the features that are asked for there")
                .help("put the line back, or delete the folder clerk-auth if the app does without it"),
            Self::NoMetadata { core } => Explanation::failed("no-metadata").help(metadata(core)),
            Self::NotOurs(_) => Explanation::failed("not-ours").help(
                "only you know the rest: let `clerk-rs init` make a project beside it, take clerk-auth/ from there, and \
                 use it as that project's src/ does",
            ),
            Self::Newer { .. } => Explanation::failed("core-newer")
                .because("a project is never taken back to an older core")
                .help("install the clerk-rs that goes with it, or a newer one"),
            Self::OtherVersion { .. } => Explanation::failed("core-older")
                .help("run `clerk-rs update` first; nothing was changed"),
            Self::Unknown(_) => Explanation::failed("core-unknown").help(format!(
                "it knows {}; is the version in clerk-auth/.stamp the one that was written there?",
                bases::versions().collect::<Vec<_>>().join(", ")
            )),
            Self::Word { .. } => Explanation::failed("metadata-unknown")
                .help("put back what was written there, or install a newer clerk-rs"),
            Self::Stamp(error) => Explanation::failed("stamp-broken").because(error).help(
                "put it back as it was (`git checkout clerk-auth/.stamp`), or delete it: files are then compared with \
                 those of the version in Cargo.toml",
            ),
            Self::Read(error) => error.explain(),
            Self::Base(_) | Self::Catalog(_) => Explanation::failed("broken-template")
                .help("this is a mistake in clerk-rs itself; please report it"),
            Self::Plan(error) => error.explain(),
            Self::Random(error) => error.explain(),
        }
    }
}

/// The origin of a core, as the end of a sentence.
fn whence(source: &Source) -> String {
    match source {
        Source::Path(path) => format!("from the folder {path:?}"),
        Source::Git(_) => "from a git repository".to_owned(),
        Source::Version(version) => format!("from a registry, {version:?}"),
    }
}

/// What brings a core from elsewhere up to date.
fn renewal(source: &Source) -> String {
    let everywhere = "in every line of Cargo.toml that names clerk-auth";
    match source {
        Source::Path(path) => format!(
            "every project that names this folder gets what lies there: renew it where it comes from; if it is a clone, \
             with `git -C {path:?} pull`"
        ),
        Source::Git(None) => "`cargo update -p clerk-auth` fetches its newest commit".to_owned(),
        Source::Git(Some((key, fixed))) => format!(
            "write another {key} in place of {fixed:?}, {everywhere}: `cargo update` never leaves that one"
        ),
        Source::Version(version) if version.trim_start().starts_with('=') => format!(
            "write a newer version in place of {version:?}, {everywhere}: `cargo update` never leaves that one"
        ),
        Source::Version(version) => format!(
            "`cargo update -p clerk-auth` takes the newest that {version:?} allows; for a later line of versions write that, \
             {everywhere}"
        ),
    }
}

/// The way to a table of metadata for a project with this core.
fn metadata(core: &str) -> String {
    let extras = Extra::value_variants().iter();
    let extras: Vec<_> = extras.map(|extra| format!("{:?}", word(*extra))).collect();
    let extras = extras.join(", ");
    format!(
        "if `clerk-rs init` made the project, put the table back; if you wired it yourself, write what is true of it:\n\
         [package.metadata.clerk-rs]\n\
         version = \"{core}\"\n\
         framework = \"axum\"\n\
         template = \"web\"  # \"api\" if it has no pages\n\
         extras = []  # of {extras}\n\
         core = \"{core}\"\n\
         core-mode = \"copy\""
    )
}
