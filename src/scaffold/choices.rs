//! The user's decisions. Each closed list is one enum, read by help, parsing, completions and the catalog.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::core::CoreSource;
use super::keys::Pair;
use super::{Framework, PackageName};

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
    /// A front end with React and Vite, and an API
    Spa,
}

/// An addition to the project.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Extra {
    /// Organization switcher
    Orgs,
    /// A webhook route with signature check
    Webhooks,
    /// Routes for API keys, machines and OAuth clients such as MCP
    Machines,
    /// A page with a WebSocket and an event stream
    Ws,
    /// Users in a database: SQLite or Postgres
    Db,
    /// Dockerfile
    Docker,
    /// CI workflow
    GithubActions,
    /// Tests in a browser, with Playwright
    E2e,
}

/// The keys and their source.
#[derive(Clone, Debug)]
pub enum Keys {
    /// A pair for the local emulator, made on the spot.
    Local(Pair),
    /// A pair of a Clerk instance, given by the user and checked.
    Given(Pair),
    /// The pair of a temporary application.
    Keyless {
        pair: Pair,
        /// The text for `.clerk/keyless.json`, with the link that claims the application.
        record: String,
        claim_url: String,
    },
    /// The keys are in the environment already; nothing is written.
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

/// All decisions about a new project.
#[derive(Clone, Debug)]
pub struct Choices {
    /// The package's name.
    pub name: PackageName,
    /// The web framework.
    pub framework: Framework,
    /// The kind of project.
    pub template: Template,
    /// The keys and their source.
    pub keys: Keys,
    /// The source of the core.
    pub core: CoreSource,
    /// The additions, sorted, each once.
    pub extras: Vec<Extra>,
}

/// The spelling of a value on the command line and in the catalog.
pub fn word(value: impl ValueEnum) -> String {
    value
        .to_possible_value()
        .map_or_else(String::new, |value| value.get_name().to_owned())
}
