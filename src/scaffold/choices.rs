//! What the user decided. Each closed list is one enum: help, parsing, completions and the
//! catalog all read it.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::PackageName;
use super::core::CoreSource;
use super::keys::Pair;

/// The web framework.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Framework {
    /// axum 0.8
    #[default]
    Axum,
}

/// The kind of project.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Template {
    /// Pages, sign-in and an API
    #[default]
    Web,
    /// An API only
    Api,
}

/// What may come on top.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Extra {
    /// Organisation switcher
    Orgs,
    /// A webhook route with signature check
    Webhooks,
    /// Dockerfile
    Docker,
    /// CI workflow
    GithubActions,
}

/// Where the keys come from.
#[derive(Debug)]
pub enum Keys {
    /// A pair for the local emulator, made on the spot.
    Local(Pair),
    /// A pair of a Clerk instance, handed over and checked.
    Given(Pair),
    /// That of a temporary application.
    Keyless {
        pair: Pair,
        /// What `.clerk/keyless.json` holds: where it is claimed.
        record: String,
        claim_url: String,
    },
    /// Already in the environment; nothing is written.
    Environment,
}

impl Keys {
    /// The pair to write, if any.
    pub fn pair(&self) -> Option<&Pair> {
        match self {
            Self::Local(pair) | Self::Given(pair) | Self::Keyless { pair, .. } => Some(pair),
            Self::Environment => None,
        }
    }
}

/// Everything that decides what a new project looks like.
#[derive(Debug)]
pub struct Choices {
    /// The package's name.
    pub name: PackageName,
    /// The web framework.
    pub framework: Framework,
    /// The kind of project.
    pub template: Template,
    /// Where the keys come from.
    pub keys: Keys,
    /// Where the core comes from.
    pub core: CoreSource,
    /// What comes on top, sorted, each once.
    pub extras: Vec<Extra>,
}

/// The value as the command line and the catalog spell it.
pub fn word(value: impl ValueEnum) -> String {
    value
        .to_possible_value()
        .map_or_else(String::new, |value| value.get_name().to_owned())
}
