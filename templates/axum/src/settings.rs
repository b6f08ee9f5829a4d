//! What the program is told at start: the environment wins over `.env.local`, that over `.env`.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;

use clerk_auth::config::{Listen, Source};
use clerk_auth::env_files::{EnvFileError, Variables};
use clerk_auth::{Config, ConfigProblem};

/// Everything that is known before the first request.
pub struct Settings {
    /// Where to listen.
    pub listen: Listen,
    /// What Clerk needs.
    pub config: Config,
}

impl Settings {
    /// Reads the settings and reports all problems at once.
    pub fn read(variables: &dyn Source) -> Result<Self, StartError> {
        let config = crate::app::config(variables);
        match (config, Listen::from_variables(variables)) {
            (Ok(config), Ok(listen)) => Ok(Self { listen, config }),
            (config, listen) => {
                let mut problems = config.err().unwrap_or_default();
                problems.extend(listen.err().unwrap_or_default());
                Err(StartError::Variables(problems))
            }
        }
    }
}

/// The variables of this process and of the files beside it.
pub fn variables() -> Result<impl Source, StartError> {
    Variables::read(Path::new("."), |name: &str| std::env::var(name).ok()).map_err(StartError::File)
}

/// Why the app cannot start, and what to do.
#[derive(Debug)]
pub enum StartError {
    /// A file with variables cannot be read.
    File(EnvFileError),
    /// Variables are missing or malformed.
    Variables(Vec<ConfigProblem>),
    /// The settings do not fit together, or a pattern in `clerk::PATHS` cannot be used.
    Setup(Box<dyn Error>),
    /// The address (host and port) cannot be listened on.
    Listen(String, io::Error),
}

impl StartError {
    /// A mistake in the set-up.
    pub fn setup(error: impl Error + 'static) -> Self {
        Self::Setup(Box::new(error))
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("error: ")?;
        match self {
            Self::File(error) => error.fmt(f),
            Self::Setup(error) => error.fmt(f),
            Self::Variables(problems) => {
                f.write_str("the settings are not complete\n")?;
                for problem in problems {
                    writeln!(f, "  {problem}")?;
                }
                f.write_str("  help: `clerk-rs env set --keys local` writes keys that need no account, --keys paste yours; .env.example lists the rest")
            }
            Self::Listen(address, error) => write!(
                f,
                "cannot listen on {address}: {error}\n  help: HOST and PORT say where; PORT=0 takes any free port"
            ),
        }
    }
}

impl Error for StartError {}
