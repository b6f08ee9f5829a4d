//! Reasons why the app or the emulator does not run.

use std::io;
use std::path::PathBuf;

use crate::emulator::StartError;
use crate::emulator::keys::KeysError;
use crate::emulator::seed::SeedError;
use crate::emulator::store::StateError;
use crate::emulator::webhooks::TargetError;
use crate::error::{Explain, Explanation};
use crate::escape::visible;

#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error("the event loop cannot be started")]
    Runtime(#[source] io::Error),
    #[error("interrupted")]
    Interrupted,
    #[error("cargo is not installed")]
    NoCargo,
    /// It is there but does not start.
    #[error("cargo cannot be started")]
    Cargo(#[source] io::Error),
    #[error("npm is not installed")]
    NoNpm,
    /// It is there but does not start.
    #[error("npm cannot be started")]
    Npm(#[source] io::Error),
    #[error("there is no front end in {}", .0.display())]
    NoFrontEnd(PathBuf),
    #[error("the front end's packages could not be fetched")]
    NotInstalled {
        folder: PathBuf,
        /// The word for npm.
        verb: &'static str,
    },
    /// The system does not let us wait for the app's end.
    #[error("the app cannot be watched")]
    Lost(#[source] io::Error),
    /// The system gives no socket between browsers and the app.
    #[error("the app's ports cannot be used")]
    Ports(#[source] io::Error),
    /// Somebody else has the requested port.
    #[error("port {port} is taken")]
    PortTaken {
        port: u16,
        /// How to ask for another one.
        help: &'static str,
    },
    /// The requested interface does not exist, or we may not use it.
    #[error("{address} cannot be listened on")]
    Listen {
        address: String,
        #[source]
        error: io::Error,
    },
    #[error("no port from {first} to {last} is free")]
    NoFreePort {
        /// The first that was tried.
        first: u16,
        last: u16,
    },
    #[error("the emulator's state in {} cannot be used", file.display())]
    State {
        file: PathBuf,
        #[source]
        error: KeysError,
    },
    /// The file with users and sessions.
    #[error("the emulator's state in {} cannot be used", file.display())]
    Kept {
        file: PathBuf,
        #[source]
        error: StateError,
    },
    #[error("the seed {} cannot be applied", file.display())]
    Seed {
        file: PathBuf,
        #[source]
        error: SeedFileError,
    },
    #[error("no webhook can be sent to {}", visible(url))]
    Webhooks {
        url: String,
        #[source]
        error: TargetError,
    },
    #[error("the emulator cannot be started")]
    Emulator(#[source] StartError),
}

/// The fault of a seed's file.
#[derive(Debug, thiserror::Error)]
pub enum SeedFileError {
    #[error("it cannot be read")]
    Unreadable(#[source] io::Error),
    #[error(transparent)]
    Wrong(SeedError),
    #[error("the file of its `signing_key` cannot be read")]
    SigningKey(#[source] io::Error),
    #[error("its `signing_key` is no file in the seed's folder, or below it")]
    KeyElsewhere,
    #[error("the file of its `signing_key` has no RSA key in PEM")]
    NoKey,
}

impl SeedFileError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Unreadable(error) => Explanation::failed("seed-unreadable")
                .because(error)
                .help("name a file with --seed; docs/emulator.md shows one"),
            Self::Wrong(error) => Explanation::failed("seed-invalid")
                .because(visible(&error.to_string()))
                .help("correct that line; until then nothing of the seed is applied"),
            Self::SigningKey(error) => Explanation::failed("seed-key-unreadable")
                .because(error)
                .help("its path is seen from the folder of the seed"),
            Self::KeyElsewhere => Explanation::failed("seed-key-elsewhere")
                .because(self)
                .help("a seed may be somebody else's: copy the key beside it"),
            Self::NoKey => Explanation::failed("seed-key-invalid")
                .because(self)
                .help("make one with `openssl genpkey -algorithm RSA -out signing.pem`"),
        }
    }
}

impl Explain for RunError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Runtime(error) => Explanation::failed("no-event-loop").because(error),
            Self::Interrupted => Explanation::interrupted(),
            Self::NoCargo => Explanation::failed("cargo-not-installed")
                .because("it is not in PATH")
                .help("install Rust from https://rustup.rs"),
            Self::Cargo(error) => Explanation::failed("cargo-failed").because(error),
            Self::NoNpm => Explanation::failed("npm-not-installed")
                .because("it is not in PATH")
                .help("install Node from https://nodejs.org; the front end is built with it"),
            Self::Npm(error) => Explanation::failed("npm-failed").because(error),
            Self::NoFrontEnd(_) => Explanation::failed("no-front-end")
                .because(
                    "`front-end` in Cargo.toml, [package.metadata.clerk-rs-dev], names that folder",
                )
                .help("correct it there, or take the table out"),
            Self::NotInstalled { folder, verb } => Explanation::failed("packages-not-fetched")
                .because(format!("`npm {verb}` failed in {}", folder.display()))
                .help("what it printed says why; run it there yourself, then start again"),
            Self::Lost(error) => Explanation::failed("app-lost").because(error),
            Self::Ports(error) => Explanation::failed("cannot-listen").because(error),
            Self::PortTaken { help, .. } => Explanation::failed("port-taken")
                .because("another program listens on it")
                .help(*help),
            Self::Listen { error, .. } => Explanation::failed("cannot-listen")
                .because(error)
                .help("HOST names the interface, as in `HOST=127.0.0.1`"),
            Self::NoFreePort { .. } => {
                Explanation::failed("port-taken").help("end some of the programs that listen there")
            }
            Self::State { error, .. } => {
                let explanation = Explanation::failed("emulator-state-unreadable");
                let explanation = match error {
                    KeysError::Io(error) => explanation.because(error),
                    error => explanation.because(error),
                };
                explanation.help(match error {
                    KeysError::Malformed => {
                        "put the file back, or move it away: a new one is made, and whoever was signed in signs in again"
                    }
                    _ => "its folder must be readable and writable for you",
                })
            }
            Self::Kept { error, .. } => explain_state(error),
            Self::Seed { error, .. } => error.explain(),
            Self::Webhooks { error, .. } => Explanation::usage("bad-webhook-address")
                .because(error)
                .help(
                    "name the app's route, as in --webhooks http://localhost:3000/webhooks/clerk",
                ),
            Self::Emulator(error) => Explanation::failed("emulator-failed").because(error),
        }
    }
}

pub(super) fn explain_state(error: &StateError) -> Explanation {
    let (code, help) = match error {
        StateError::InUse(_) => (
            "emulator-state-in-use",
            "end that one, or give this one another file with --state",
        ),
        StateError::Foreign => (
            "emulator-state-unreadable",
            "name another file with --state; this one stays as it is",
        ),
        StateError::Version(_) => (
            "emulator-state-unreadable",
            "start it with the clerk-rs that wrote it, or with --fresh, which forgets all users and sessions",
        ),
        StateError::Line { .. } => (
            "emulator-state-unreadable",
            "mend the line or take it out, or start with --fresh, which forgets all users and sessions",
        ),
        StateError::TooLarge | StateError::TooMany { .. } => (
            "emulator-state-too-large",
            "say in a seed what is needed of it (--seed FILE)",
        ),
        StateError::Io(_) => (
            "emulator-state-unreadable",
            "it and its folder must be readable and writable for you; --state names another file",
        ),
    };
    let explanation = Explanation::failed(code);
    let explanation = match error {
        StateError::Io(error) => explanation.because(error),
        error => explanation.because(error),
    };
    explanation.help(help)
}
