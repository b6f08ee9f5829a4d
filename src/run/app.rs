//! The app as a process: `cargo run` and everything it starts. They form a process group of their own, so that they end
//! together, and a Ctrl-C at the terminal reaches them only through us.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::leftover::Mark;
use super::ports::Inner;
use super::signals::Asked;
use super::words::Words;
use super::{Notice, RunError, Signals, Tell, ready};

/// A longer line comes in pieces.
const MAX_LINE: u64 = 64 * 1024;
/// A generated app gives its last requests less time than this.
const GRACE: Duration = Duration::from_secs(12);
/// The same while a new version waits.
const GRACE_FOR_RESTART: Duration = Duration::from_secs(2);
/// The time for reading the last lines, when nobody is left to write any.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How to start it.
#[derive(Debug)]
pub struct CargoRun {
    /// The project's folder.
    pub folder: PathBuf,
    /// More arguments for `cargo run`.
    pub arguments: Vec<OsString>,
    /// More variables for its environment.
    pub variables: Vec<(&'static str, String)>,
}

/// A running app, or one that is being built. Dropping it kills it.
pub struct App {
    child: Child,
    group: Option<u32>,
    readers: JoinSet<()>,
    ear: Ear,
    port: Inner,
    started: Instant,
    _mark: Option<Mark>,
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
}

impl App {
    /// Starts it and passes on every line it prints.
    pub fn start(run: &CargoRun, tell: &Tell) -> Result<Self, RunError> {
        let port = Inner::find()?;
        let mut command = Command::new("cargo");
        command
            .arg("run")
            .args(&run.arguments)
            .current_dir(&run.folder)
            .envs(run.variables.iter().map(|(name, value)| (name, value)))
            .env("PORT", port.port.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => RunError::NoCargo,
            _ => RunError::Cargo(error),
        })?;
        let ear = Ear {
            tell: tell.clone(),
            words: Words::default(),
            ready: Arc::new(watch::Sender::new(None)),
        };
        let mut readers = JoinSet::new();
        if let Some(stdout) = child.stdout.take() {
            readers.spawn(ear.clone().listen(stdout));
        }
        if let Some(stderr) = child.stderr.take() {
            readers.spawn(ear.clone().listen(stderr));
        }
        Ok(Self {
            group: child.id(),
            _mark: child.id().and_then(|id| Mark::set(&run.folder, id)),
            child,
            readers,
            ear,
            port,
            started: Instant::now(),
        })
    }

    /// Returns once it answers or has ended. May be cancelled and called again.
    pub async fn start_up(&mut self) -> Result<Start, RunError> {
        let mut said = self.ear.ready.subscribe();
        let own = self.port.port;
        let status = tokio::select! {
            biased;
            said = said.wait_for(Option::is_some) => {
                let named = said.ok().and_then(|port| *port).filter(|port| *port != 0);
                return Ok(Start::Ready(named.unwrap_or(own)));
            }
            status = self.child.wait() => status.map_err(RunError::Lost)?,
            () = ready::answers(own) => return Ok(Start::Ready(own)),
        };
        self.clean_up().await;
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
        let status = self.child.wait().await.map_err(RunError::Lost)?;
        self.clean_up().await;
        Ok(status)
    }

    /// Asks it to end, in the way we were asked. Kills it if it takes too long or if we are asked again.
    pub async fn end(
        &mut self,
        asked: Asked,
        signals: &mut Signals,
    ) -> Result<ExitStatus, RunError> {
        self.ask(asked);
        let is_over = tokio::select! {
            ended = timeout(GRACE, self.child.wait()) => ended.is_ok(),
            _ = signals.next() => false,
        };
        if !is_over {
            self.kill();
        }
        self.ended().await
    }

    /// Ends it because a new version waits. May be cancelled in favour of [`App::end`].
    pub async fn end_for_restart(&mut self) -> Result<ExitStatus, RunError> {
        self.ask(Asked::Terminate);
        // Windows cannot ask a program that has no window.
        if cfg!(windows) || timeout(GRACE_FOR_RESTART, self.child.wait()).await.is_err() {
            self.kill();
        }
        self.ended().await
    }

    /// Ends the processes it left behind, too: they would keep the port and the pipes.
    async fn clean_up(&mut self) {
        self.kill();
        self.group = None;
        let _slow = timeout(LAST_WORDS, async {
            while self.readers.join_next().await.is_some() {}
        })
        .await;
        self.readers.abort_all();
    }

    #[cfg(unix)]
    fn ask(&self, asked: Asked) {
        self.signal(match asked {
            Asked::Interrupt => rustix::process::Signal::INT,
            Asked::Terminate => rustix::process::Signal::TERM,
        });
    }

    #[cfg(unix)]
    fn kill(&mut self) {
        self.signal(rustix::process::Signal::KILL);
    }

    /// A group that is gone is as good as one that obeyed.
    #[cfg(unix)]
    fn signal(&self, signal: rustix::process::Signal) {
        let group = self.group.and_then(|id| i32::try_from(id).ok());
        if let Some(group) = group.and_then(rustix::process::Pid::from_raw) {
            let _gone = rustix::process::kill_process_group(group, signal);
        }
    }

    /// The console hands a Ctrl-C to every program on it.
    #[cfg(not(unix))]
    fn ask(&self, _: Asked) {}

    /// Cargo's job object ends the app with it.
    #[cfg(not(unix))]
    fn kill(&mut self) {
        let _gone = self.child.start_kill();
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Ear {
    async fn listen(self, stream: impl AsyncRead + Unpin) {
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        loop {
            line.clear();
            let mut piece = (&mut stream).take(MAX_LINE);
            if matches!(piece.read_until(b'\n', &mut line).await, Ok(0) | Err(_)) {
                return;
            }
            let text = String::from_utf8_lossy(&line);
            self.hear(text.trim_end_matches(['\r', '\n']));
        }
    }

    /// Passes a line on, but not its `Ready:` line: ours says the same, with the host name that fits the cookies.
    fn hear(&self, line: &str) {
        let Some(address) = line.strip_prefix("Ready: http") else {
            self.words.add(line);
            (self.tell)(Notice::App(line));
            return;
        };
        let port = address.trim_end_matches('/').rsplit(':').next();
        let port = port.and_then(|port| port.parse().ok()).unwrap_or(0);
        self.ready.send_replace(Some(port));
    }
}
