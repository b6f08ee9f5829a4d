//! The local emulator of Clerk as a child of the tests, for what identities alone cannot show: an app that asks Clerk,
//! sign-ins, the passing of time. It needs the tool `clerk-rs`, and neither network nor account.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::exchange::{EmulatorError, post};
use super::world::World;
use crate::http_client::HyperFetch;

/// Much longer than a start takes, because a machine that runs tests is busy.
const START: Duration = Duration::from_secs(60);
const ARGUMENTS: [&str; 9] = [
    "emulator",
    "--for-tests",
    "--port",
    "0",
    "--backend-port",
    "0",
    "--offline",
    "--quiet",
    "--json",
];

/// A running emulator. It ends when this is dropped, and with the process of the tests, however that ends; so it may
/// stand in a `static` that all tests share.
#[derive(Debug)]
pub struct Emulator {
    child: Child,
    url: String,
}

impl Emulator {
    /// Starts the program that `CLERK_RS` names, else the first `clerk-rs` in `PATH`.
    ///
    /// # Errors
    /// [`EmulatorError`] when it is not there, or does not start.
    #[allow(
        clippy::disallowed_methods,
        reason = "tests have no settings of their own"
    )]
    pub fn start() -> Result<Self, EmulatorError> {
        let named = env::var_os("CLERK_RS").filter(|named| !named.is_empty());
        Self::start_program(&named.unwrap_or_else(|| OsString::from("clerk-rs")))
    }

    /// Starts this program.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_program(program: &OsStr) -> Result<Self, EmulatorError> {
        let name = || program.to_string_lossy().into_owned();
        let child = Command::new(program)
            .args(ARGUMENTS)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let child = child.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => EmulatorError::NoProgram(name()),
            _ => EmulatorError::NotStarted(name(), error),
        })?;
        // From here on the child ends with this, also when it says nothing.
        let mut emulator = Self {
            child,
            url: String::new(),
        };
        let line = emulator.first_line()?;
        let said: Value = serde_json::from_str(&line).unwrap_or_default();
        match said["emulator"]["frontend_url"].as_str() {
            Some(url) => url.clone_into(&mut emulator.url),
            None => return Err(EmulatorError::Refused(why(&said, &line))),
        }
        Ok(emulator)
    }

    /// The first of the documents that it tells; nobody reads the others.
    fn first_line(&mut self) -> Result<String, EmulatorError> {
        let (told, line) = mpsc::channel();
        if let Some(stdout) = self.child.stdout.take() {
            thread::spawn(move || {
                let mut line = String::new();
                if BufReader::new(stdout).read_line(&mut line).is_ok() {
                    let _nobody_waits = told.send(line);
                }
            });
        }
        line.recv_timeout(START).map_err(|_| EmulatorError::Silent)
    }

    /// An instance for one test alone, with nobody in it.
    ///
    /// # Errors
    /// [`EmulatorError`].
    pub async fn world(&self) -> Result<World, EmulatorError> {
        let fetch = HyperFetch::default();
        let url = format!("{}/__emulator/worlds", self.url);
        let made = post(&fetch, &url, None, &[]).await?;
        World::read(fetch, &made)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It keeps nothing, so there is nothing to wait for.
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// The reason that it gave, or else what it said in its place.
fn why(said: &Value, line: &str) -> String {
    match said["error"]["message"].as_str() {
        Some(message) => message.to_owned(),
        None if line.trim().is_empty() => "it ended at once".to_owned(),
        None => format!("it said `{}`, as an older version may", line.trim()),
    }
}
