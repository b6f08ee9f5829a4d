//! Why the app or the emulator does not run.

use std::io;
use std::path::PathBuf;

use crate::emulator::StartError;
use crate::emulator::keys::KeysError;
use crate::error::{Exit, Explain};

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// No event loop.
    #[error("the event loop cannot be started")]
    Runtime(#[source] io::Error),
    /// Ctrl-C before anything ran.
    #[error("interrupted")]
    Interrupted,
    /// There is no cargo.
    #[error("cargo is not installed")]
    NoCargo,
    /// There is one, and it does not start.
    #[error("cargo cannot be started")]
    Cargo(#[source] io::Error),
    /// The app's end cannot be waited for.
    #[error("the app cannot be watched")]
    Lost(#[source] io::Error),
    /// The port that was asked for is somebody else's.
    #[error("port {port} is taken")]
    PortTaken {
        /// The port.
        port: u16,
        /// How to ask for another one.
        help: &'static str,
    },
    /// None in the whole range.
    #[error("no port from {first} to {last} is free")]
    NoFreePort {
        /// The first that was tried.
        first: u16,
        /// The last.
        last: u16,
    },
    /// The instance keys.
    #[error("the emulator's state in {} cannot be used", file.display())]
    State {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        #[source]
        error: KeysError,
    },
    /// The emulator itself.
    #[error("the emulator cannot be started")]
    Emulator(#[source] StartError),
}

impl Explain for RunError {
    fn code(&self) -> &'static str {
        match self {
            Self::Runtime(_) => "no-event-loop",
            Self::Interrupted => "interrupted",
            Self::NoCargo => "cargo-not-installed",
            Self::Cargo(_) => "cargo-failed",
            Self::Lost(_) => "app-lost",
            Self::PortTaken { .. } | Self::NoFreePort { .. } => "port-taken",
            Self::State { .. } => "emulator-state-unreadable",
            Self::Emulator(_) => "emulator-failed",
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Interrupted => Exit::Interrupted,
            _ => Exit::Failed,
        }
    }

    fn because(&self) -> Option<String> {
        match self {
            Self::State {
                error: KeysError::Io(error),
                ..
            } => Some(error.to_string()),
            Self::State { error, .. } => Some(error.to_string()),
            Self::PortTaken { .. } => Some("another program listens on it".to_owned()),
            Self::NoCargo => Some("it is not in PATH".to_owned()),
            _ => std::error::Error::source(self).map(ToString::to_string),
        }
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::NoCargo => Some("install Rust from https://rustup.rs".to_owned()),
            Self::PortTaken { help, .. } => Some((*help).to_owned()),
            Self::NoFreePort { .. } => Some("end some of the programs that listen there".to_owned()),
            Self::State { error: KeysError::Malformed, .. } => Some(
                "put the file back, or move it away: a new one is made, and whoever was signed in signs in again"
                    .to_owned(),
            ),
            Self::State { .. } => Some("its folder must be readable and writable for you".to_owned()),
            _ => None,
        }
    }
}
