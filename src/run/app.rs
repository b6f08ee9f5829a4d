//! The app: `cargo run` and everything it starts.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anstream::adapter::strip_str;
use tokio::process::Command;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use super::group::Group;
use super::ports::Inner;
use super::signals::Asked;
use super::words::Words;
use super::{Notice, RunError, Signals, Tell, ready};
use crate::program;

/// A generated app gives its last requests less time than this.
const GRACE: Duration = Duration::from_secs(12);
/// The same while a new version waits.
const GRACE_FOR_RESTART: Duration = Duration::from_secs(2);
/// Whoever was started and has not answered after this time listens elsewhere, or works long before it does.
const PATIENCE: Duration = Duration::from_secs(10);

/// How to start it.
#[derive(Debug)]
pub struct CargoRun {
    /// The project's folder.
    pub folder: PathBuf,
    /// More arguments for `cargo run`.
    pub arguments: Vec<OsString>,
    /// More variables for its environment.
    pub variables: Vec<(&'static str, String)>,
    /// The port on which it listens by itself, whatever `PORT` says.
    pub own_port: Option<u16>,
}

/// A running app, or one that is being built. Dropping it kills it.
pub struct App {
    group: Group,
    ear: Ear,
    port: Inner,
    started: Instant,
    was_silent: bool,
}

/// The result of a start.
pub enum Start {
    /// It answers on this port.
    Ready(u16),
    Ended(ExitStatus),
}

/// Listens to its two pipes.
#[derive(Clone)]
struct Ear {
    tell: Tell,
    words: Words,
    /// The port it named when it said it was ready, or 0 if it named none.
    ready: Arc<watch::Sender<Option<u16>>>,
    /// When cargo said that it runs.
    runs: Arc<watch::Sender<Option<Instant>>>,
}

impl App {
    /// Starts it and passes on every line it prints.
    pub fn start(run: &CargoRun, tell: &Tell) -> Result<Self, RunError> {
        let port = match run.own_port {
            Some(port) => Inner::known(port),
            None => Inner::find()?,
        };
        let mut command = Command::from(program::command("cargo"));
        command
            .arg("run")
            .args(&run.arguments)
            .current_dir(&run.folder)
            .envs(run.variables.iter().map(|(name, value)| (name, value)))
            .env("PORT", port.port.to_string())
            // What Rocket asks instead, where an app is launched without the core.
            .env("ROCKET_PORT", port.port.to_string())
            .stdin(Stdio::null());
        let ear = Ear {
            tell: tell.clone(),
            words: Words::default(),
            ready: Arc::new(watch::Sender::new(None)),
            runs: Arc::new(watch::Sender::new(None)),
        };
        let heard = ear.clone();
        let group = Group::start(command, &run.folder, move |line| heard.hear(line));
        let group = group.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => RunError::NoCargo,
            _ => RunError::Cargo(error),
        })?;
        Ok(Self {
            group,
            ear,
            port,
            started: Instant::now(),
            was_silent: false,
        })
    }

    /// Returns once it answers or has ended. May be cancelled and called again.
    pub async fn start_up(&mut self) -> Result<Start, RunError> {
        let mut said = self.ear.ready.subscribe();
        let own = self.port.port;
        let mut runs = self.ear.runs.subscribe();
        let silent = async {
            let since = runs.wait_for(Option::is_some).await;
            let since = since.ok().and_then(|since| *since);
            sleep_until(since.unwrap_or_else(Instant::now) + PATIENCE).await;
        };
        let answers = ready::answers(own);
        tokio::pin!(silent, answers);
        let status = loop {
            tokio::select! {
                biased;
                said = said.wait_for(Option::is_some) => {
                    let named = said.ok().and_then(|port| *port).filter(|port| *port != 0);
                    return Ok(Start::Ready(named.unwrap_or(own)));
                }
                status = self.group.wait() => break status.map_err(RunError::Lost)?,
                () = &mut answers => return Ok(Start::Ready(own)),
                () = &mut silent, if !self.was_silent => {
                    self.was_silent = true;
                    (self.ear.tell)(Notice::Silent(own));
                }
            }
        };
        self.group.clean_up().await;
        Ok(Start::Ended(status))
    }

    /// The time since its start.
    pub fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// The last lines it printed.
    pub fn words(&self) -> String {
        self.ear.words.text()
    }

    /// Returns when it has ended by itself. May be cancelled and called again.
    pub async fn ended(&mut self) -> Result<ExitStatus, RunError> {
        let status = self.group.wait().await.map_err(RunError::Lost)?;
        self.group.clean_up().await;
        Ok(status)
    }

    /// Asks it to end, in the way we were asked. Kills it if it takes too long or if we are asked again.
    pub async fn end(
        &mut self,
        asked: Asked,
        signals: &mut Signals,
    ) -> Result<ExitStatus, RunError> {
        self.group.ask(asked);
        let is_over = tokio::select! {
            ended = timeout(GRACE, self.group.wait()) => ended.is_ok(),
            _ = signals.next() => false,
        };
        if !is_over {
            self.group.kill();
        }
        self.ended().await
    }

    /// Ends it because a new version waits. May be cancelled in favour of [`App::end`].
    pub async fn end_for_restart(&mut self) -> Result<ExitStatus, RunError> {
        self.group.ask(Asked::Terminate);
        // Windows cannot ask a program that has no window.
        if cfg!(windows) || timeout(GRACE_FOR_RESTART, self.group.wait()).await.is_err() {
            self.group.kill();
        }
        self.ended().await
    }
}

impl Ear {
    /// Passes a line on, but not its `Ready:` line: ours says the same, with the host name that fits the cookies.
    fn hear(&self, line: &str) {
        let Some(address) = line.strip_prefix("Ready: http") else {
            self.words.add(line);
            if strip_str(line)
                .to_string()
                .trim_start()
                .starts_with("Running `")
            {
                self.runs.send_replace(Some(Instant::now()));
            }
            (self.tell)(Notice::App(line));
            return;
        };
        let port = address.trim_end_matches('/').rsplit(':').next();
        let port = port.and_then(|port| port.parse().ok()).unwrap_or(0);
        self.ready.send_replace(Some(port));
    }
}
