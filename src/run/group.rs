//! A program in a process group of its own, so that all it starts ends with it, and a Ctrl-C at the terminal reaches it
//! only through us.

use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::leftover::Mark;
use super::signals::Asked;

/// A longer line comes in pieces.
const MAX_LINE: u64 = 64 * 1024;
/// The time for reading the last lines, when nobody is left to write any.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A running program. Dropping it kills it.
pub struct Group {
    child: Child,
    id: Option<u32>,
    readers: JoinSet<()>,
    _mark: Option<Mark>,
    /// Some programs end when nobody can type any more.
    _stdin: Option<ChildStdin>,
}

impl Group {
    /// Starts a program of this project and passes on every line it prints.
    pub fn start(
        mut command: Command,
        project: &Path,
        hear: impl Fn(&str) + Clone + Send + 'static,
    ) -> io::Result<Self> {
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        let mut readers = JoinSet::new();
        if let Some(stdout) = child.stdout.take() {
            readers.spawn(listen(stdout, hear.clone()));
        }
        if let Some(stderr) = child.stderr.take() {
            readers.spawn(listen(stderr, hear));
        }
        Ok(Self {
            id: child.id(),
            _mark: child.id().and_then(|id| Mark::set(project, id)),
            _stdin: child.stdin.take(),
            child,
            readers,
        })
    }

    /// Returns when it has ended. May be cancelled and called again.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Ends the processes it left behind, too: they would keep ports and pipes.
    pub async fn clean_up(&mut self) {
        self.kill();
        self.id = None;
        let _slow = timeout(LAST_WORDS, async {
            while self.readers.join_next().await.is_some() {}
        })
        .await;
        self.readers.abort_all();
    }

    #[cfg(unix)]
    pub fn ask(&self, asked: Asked) {
        self.signal(match asked {
            Asked::Interrupt => rustix::process::Signal::INT,
            Asked::Terminate => rustix::process::Signal::TERM,
        });
    }

    #[cfg(unix)]
    pub fn kill(&mut self) {
        self.signal(rustix::process::Signal::KILL);
    }

    /// A group that is gone is as good as one that obeyed.
    #[cfg(unix)]
    fn signal(&self, signal: rustix::process::Signal) {
        let group = self.id.and_then(|id| i32::try_from(id).ok());
        if let Some(group) = group.and_then(rustix::process::Pid::from_raw) {
            let _gone = rustix::process::kill_process_group(group, signal);
        }
    }

    /// The console hands a Ctrl-C to every program on it.
    #[cfg(not(unix))]
    pub fn ask(&self, _: Asked) {}

    /// Cargo's job object ends the app with it.
    #[cfg(not(unix))]
    pub fn kill(&mut self) {
        let _gone = self.child.start_kill();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn listen(stream: impl AsyncRead + Unpin, hear: impl Fn(&str)) {
    let mut stream = BufReader::new(stream);
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut piece = (&mut stream).take(MAX_LINE);
        if matches!(piece.read_until(b'\n', &mut line).await, Ok(0) | Err(_)) {
            return;
        }
        let text = String::from_utf8_lossy(&line);
        hear(text.trim_end_matches(['\r', '\n']));
    }
}
