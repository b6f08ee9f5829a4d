//! Starts, watches and ends what `dev` runs: the emulator in this process, and the app as `cargo run` in a process
//! group of its own behind the [`front`]. It sends [`Notice`]s, and the command puts them into words.

pub mod adopt;
mod app;
mod browser;
pub mod carry;
pub mod control;
mod dev;
mod dev_server;
pub mod emulator;
mod error;
mod exit;
pub mod front;
mod group;
mod input;
pub mod leftover;
pub mod libraries;
pub mod ports;
mod ready;
mod signals;
mod watch;
mod words;

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::emulator::event::Told;
use crate::error::Explain;

pub use app::CargoRun;
pub use dev::{Dev, Fit, Outcome};
pub use dev_server::{DevServer, NpmRun};
pub use error::{RunError, SeedFileError};
pub use front::Passed;
pub use input::input_ended;
pub use signals::{Signals, Stops, expect_limits};
pub use watch::Scope;

/// Something that happened.
#[derive(Debug)]
pub enum Notice<'a> {
    /// The app printed a line, or cargo did.
    App(&'a str),
    /// The front end's server printed a line, or npm did.
    FrontEnd(&'a str),
    /// The front end's packages are fetched: by `npm ci`, or `npm install`.
    Installing(&'static str),
    /// The front end's server has ended by itself with this exit code, and so does everything.
    FrontEndEnded(u8),
    /// The emulator tells of something, in the world of this id if it is not the first.
    Emulator(Option<&'a str>, Told<'a>),
    /// The app answered a request.
    Passed(&'a Passed),
    /// The app answers, this long after `cargo run` was started.
    Ready(Duration),
    /// The app runs and does not answer on this port, which it was given.
    Silent(u16),
    /// The app ended because somebody else listens where it wants to.
    PortInUse,
    /// No browser could be opened, for this reason.
    NoBrowser(&'a std::io::Error),
    /// A source file changed: the next version is built.
    Changed,
    /// The settings changed: the app is started again.
    Settings,
    /// The keys changed: everything is started again.
    OtherKeys,
    /// The settings changed and cannot be used, for this reason.
    Unusable(&'a dyn Explain),
    /// Templates or assets changed: open pages reload.
    Pages,
    /// The app has ended with this exit code and waits for a change before it starts again.
    Waiting {
        code: u8,
        /// True if an older version goes on.
        goes_on: bool,
    },
    /// The app was asked to end.
    Stopping,
}

/// Receives notices from several tasks.
pub type Tell = Arc<dyn Fn(Notice<'_>) + Send + Sync>;

/// The runtime for everything here.
///
/// # Errors
/// [`RunError::Runtime`] when the system has no file descriptors left.
pub fn runtime() -> Result<Runtime, RunError> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(RunError::Runtime)
}

/// Runs a future to its end, unless we are asked to end first.
///
/// # Errors
/// [`RunError::Interrupted`], and what [`runtime`] says.
pub fn answer<T>(future: impl Future<Output = T>) -> Result<T, RunError> {
    let runtime = runtime()?;
    let answer = runtime.block_on(async { Signals::listen()?.unless_asked(future).await });
    // The search for a name's address cannot be stopped, and nobody should have to wait for it.
    runtime.shutdown_background();
    answer
}
