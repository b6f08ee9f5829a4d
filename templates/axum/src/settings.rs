//! What the program is told at start: the environment wins over `.env.local`, that over `.env`.

use std::fmt;
use std::io;
use std::path::Path;

use clerk_auth::config::{Config, ConfigError, ConfigProblem};
use clerk_auth::env_files::{EnvFileError, Variables};
use clerk_auth::routes::PatternError;

/// Everything that is known before the first request.
pub struct Settings {
    /// The interface to listen on.
    pub host: String,
    /// The port to listen on; 0 is any free one.
    pub port: u16,
    /// What Clerk needs.
    pub config: Config,
}

/// A value as the environment or a file has it.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Settings {
    /// Reads the settings and reports all problems at once.
    pub fn read(variable: Lookup<'_>) -> Result<Self, StartError> {
        let (config, mut problems) = match crate::clerk::config(variable) {
            Ok(config) => (Some(config), Vec::new()),
            Err(problems) => (None, problems),
        };
        let port = variable("PORT").map_or(Ok(3000), |text| text.parse());
        if port.is_err() {
            problems.push(ConfigProblem {
                variable: "PORT",
                problem: "is not a port number".to_owned(),
                remedy: "write a number from 0 to 65535".to_owned(),
            });
        }
        match (config, port) {
            (Some(config), Ok(port)) => Ok(Self {
                host: variable("HOST").unwrap_or_else(|| "127.0.0.1".to_owned()),
                port,
                config,
            }),
            _ => Err(StartError::Variables(problems)),
        }
    }
}

/// The variables of this process and of the files beside it.
pub fn variables() -> Result<impl Fn(&str) -> Option<String>, StartError> {
    let variables = Variables::read(Path::new("."), |name| std::env::var(name).ok())?;
    Ok(move |name: &str| variables.get(name))
}

/// Why the app cannot start, and what to do.
#[derive(Debug)]
pub enum StartError {
    /// A file with variables cannot be read.
    File(EnvFileError),
    /// Variables are missing or malformed.
    Variables(Vec<ConfigProblem>),
    /// The variables do not fit together.
    Config(ConfigError),
    /// A pattern of `clerk::PUBLIC_PATHS` cannot be used.
    Pattern(PatternError),
    /// The address cannot be listened on.
    Listen(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => write!(f, "error: {error}"),
            Self::Variables(problems) => {
                writeln!(f, "error: this app cannot start with these settings")?;
                for problem in problems {
                    writeln!(f, "  {problem}")?;
                }
                write!(
                    f,
                    "  help: copy `.env.example` to `.env` and fill it in, or set the variables in the environment"
                )
            }
            Self::Config(error) => write!(f, "error: {error}"),
            Self::Pattern(error) => write!(f, "error: in clerk::PUBLIC_PATHS: {error}"),
            Self::Listen(error) => write!(
                f,
                "error: cannot listen: {error}\n  help: HOST and PORT say where; PORT=0 takes any free port"
            ),
        }
    }
}

impl std::error::Error for StartError {}

impl From<EnvFileError> for StartError {
    fn from(error: EnvFileError) -> Self {
        Self::File(error)
    }
}

impl From<ConfigError> for StartError {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl From<PatternError> for StartError {
    fn from(error: PatternError) -> Self {
        Self::Pattern(error)
    }
}
