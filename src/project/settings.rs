//! What the project's app will read at start, by the rule that it shares with us: the process environment, then
//! `.env.local`, then `.env`.

use std::fmt;
use std::path::Path;

use clerk_auth::env_files::{EnvFileError, Origin, Variables};
use clerk_auth::keys::{PublishableKey, SecretKey};

use super::keys;
use crate::error::{Exit, Explain, Explanation};

const PUBLISHABLE: &str = "CLERK_PUBLISHABLE_KEY";
const SECRET: &str = "CLERK_SECRET_KEY";

/// Looks a name up in the environment of the process.
type Process<'a> = Box<dyn Fn(&str) -> Option<String> + 'a>;

/// The variables of one project.
pub struct Settings<'a> {
    variables: Variables<Process<'a>>,
}

/// Whose keys the project has.
#[derive(Debug)]
pub enum Instance {
    /// Those of a local emulator.
    Local {
        /// Its host is the emulator's.
        publishable: PublishableKey,
        /// The one credential that the emulator's Backend API takes.
        secret: SecretKey,
    },
    /// Those of a Clerk instance.
    Real(PublishableKey),
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A file that cannot be read or understood.
    #[error("the project's settings cannot be read")]
    File(#[source] EnvFileError),
    /// A key that is nowhere.
    #[error("{0} is not set")]
    Missing(&'static str),
    /// A value that is none.
    #[error("{name} ({place}) cannot be used")]
    Bad {
        /// The variable.
        name: &'static str,
        /// Where it was found.
        place: Origin,
        /// What is wrong.
        why: String,
    },
    /// Local and live in one pair.
    #[error("the project's two keys do not belong together")]
    Mixed(#[source] keys::KeyError),
}

impl Explain for SettingsError {
    fn explain(&self) -> Explanation {
        match self {
            Self::File(error) => Explanation::failed("settings-unreadable").because(error),
            Self::Missing(_) => Explanation::failed("key-missing")
                .because("it is neither in the environment nor in .env.local or .env")
                .help(
                    "`clerk-rs env set --keys local` makes a pair for the emulator, --keys paste takes yours",
                ),
            Self::Bad { name, why, .. } => Explanation::failed("bad-setting").because(why).help(
                match *name {
                    PUBLISHABLE => {
                        "it is pk_test_ or pk_live_ and what Clerk's dashboard shows behind it"
                    }
                    SECRET => "it is sk_test_ or sk_live_ and what Clerk's dashboard shows behind it",
                    _ => "write a number from 0 to 65535",
                },
            ),
            Self::Mixed(error) => Explanation {
                exit: Exit::Failed,
                ..error.explain()
            },
        }
    }
}

impl fmt::Debug for Settings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.variables.fmt(f)
    }
}

impl<'a> Settings<'a> {
    /// Reads the files of a folder; `process` looks a name up in the environment of the process, empty values too.
    pub fn read(
        folder: &Path,
        process: impl Fn(&str) -> Option<String> + 'a,
    ) -> Result<Self, SettingsError> {
        let process: Process<'a> = Box::new(process);
        let variables = Variables::read(folder, process).map_err(SettingsError::File)?;
        Ok(Self { variables })
    }

    /// The port that the app is to listen on, if anybody says so.
    pub fn port(&self) -> Result<Option<u16>, SettingsError> {
        let Some((text, place)) = self.variables.get_with_origin("PORT") else {
            return Ok(None);
        };
        let bad = |_| SettingsError::Bad {
            name: "PORT",
            place,
            why: "it is not a port number".to_owned(),
        };
        text.parse().map(Some).map_err(bad)
    }

    /// The interface that the app is to listen on, if anybody says so.
    pub fn host(&self) -> Option<String> {
        self.variables.get("HOST")
    }

    /// Whose keys these are; the host in the publishable key decides.
    pub fn instance(&self) -> Result<Instance, SettingsError> {
        let missing = || SettingsError::Missing(PUBLISHABLE);
        let (text, place) = self
            .variables
            .get_with_origin(PUBLISHABLE)
            .ok_or_else(missing)?;
        let publishable = PublishableKey::parse(&text).map_err(|error| {
            let fault = error.fault().map(ToString::to_string);
            let why = fault.unwrap_or_else(|| error.to_string());
            SettingsError::Bad {
                name: PUBLISHABLE,
                place,
                why,
            }
        })?;
        if !publishable.is_local_emulator() {
            return Ok(Instance::Real(publishable));
        }
        let missing = || SettingsError::Missing(SECRET);
        let (text, place) = self.variables.get_with_origin(SECRET).ok_or_else(missing)?;
        let secret = SecretKey::new(text).map_err(|error| SettingsError::Bad {
            name: SECRET,
            place,
            why: error.to_string(),
        })?;
        keys::pair(&publishable, &secret).map_err(SettingsError::Mixed)?;
        Ok(Instance::Local {
            publishable,
            secret,
        })
    }
}
