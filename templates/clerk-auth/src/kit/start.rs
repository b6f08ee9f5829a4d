//! The reason why an app cannot start.

use std::error::Error;
use std::fmt;
use std::io;

use crate::config::ConfigError;
use crate::env_files::EnvFileError;

/// The reason why the app cannot start, and advice. `{}` prints all problems of the settings at once, and so
/// does `{:?}`, because `fn main() -> Result<(), StartError>` prints with that.
pub enum StartError {
    /// A file with variables cannot be read.
    File(EnvFileError),
    /// Variables are missing or malformed.
    Variables(Vec<ConfigError>),
    /// The settings do not fit together, or a path pattern cannot be used.
    Setup(Box<dyn Error + Send + Sync>),
    /// The app cannot listen on this address (host and port).
    Listen(String, io::Error),
}

impl StartError {
    /// Says it on standard error.
    #[allow(clippy::print_stderr, reason = "called for that")]
    pub fn report(&self) {
        eprintln!("error: {self}");
    }

    /// Says it and ends the program, for an app whose `main` is not the place to hand it on.
    #[allow(clippy::exit, reason = "called for that")]
    pub fn exit(&self) -> ! {
        self.report();
        std::process::exit(1)
    }

    /// A mistake in the set-up.
    pub fn setup(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Setup(error.into())
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(f),
            Self::Setup(error) => error.fmt(f),
            Self::Variables(problems) => {
                f.write_str("the settings are not complete\n")?;
                for problem in problems {
                    writeln!(f, "  {problem}")?;
                }
                f.write_str(
                    "  help: `clerk-rs env check` says more; `clerk-rs env set --keys local` writes \
                     keys that need no account, --keys paste yours; .env.example lists the rest",
                )
            }
            Self::Listen(address, error) => write!(
                f,
                "cannot listen on {address}: {error}\n  help: HOST and PORT say where; PORT=0 takes any free port"
            ),
        }
    }
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for StartError {}
