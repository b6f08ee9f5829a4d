//! The server of a front end while it is developed: `npm run dev` in its folder, with the bundler's own way to show
//! changes. It runs as long as `dev` does, and the front hands requests on to it.

use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anstream::adapter::strip_str;
use tokio::process::Command;
use tokio::time::timeout;

use super::group::Group;
use super::ports::Inner;
use super::signals::Asked;
use super::{Notice, RunError, Tell};
use crate::program;

const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };
/// It has nothing to finish.
const GRACE: Duration = Duration::from_secs(2);

/// How to run npm.
#[derive(Debug)]
pub struct NpmRun {
    /// The project's folder.
    pub project: PathBuf,
    /// The front end's folder, in the project's.
    pub folder: PathBuf,
    /// The port for its server.
    pub port: Inner,
    /// True if nothing may be fetched.
    pub is_offline: bool,
    /// True if a terminal shows what is printed.
    pub has_color: bool,
}

/// The running server. Dropping it kills it.
pub struct DevServer {
    group: Group,
    _port: Inner,
}

impl NpmRun {
    /// Fetches the front end's packages, unless that was done before.
    ///
    /// # Errors
    /// [`RunError`] if there is no such folder, or no npm, or if that fails.
    pub async fn install(&self, tell: &Tell) -> Result<(), RunError> {
        if !self.folder.is_dir() {
            return Err(RunError::NoFrontEnd(self.folder.clone()));
        }
        if self.folder.join("node_modules").is_dir() {
            return Ok(());
        }
        let has_lock = self.folder.join("package-lock.json").is_file();
        let verb = if has_lock { "ci" } else { "install" };
        tell(Notice::Installing(verb));
        let mut arguments = vec![verb, "--no-audit", "--no-fund"];
        if self.is_offline {
            arguments.push("--offline");
        }
        let hear = tell.clone();
        let mut npm = self.start(arguments, move |line| hear(Notice::FrontEnd(line)))?;
        let status = npm.wait().await.map_err(RunError::Lost)?;
        npm.clean_up().await;
        if status.success() {
            return Ok(());
        }
        Err(RunError::NotInstalled {
            folder: self.folder.clone(),
            verb,
        })
    }

    /// Starts the server.
    ///
    /// # Errors
    /// [`RunError`] if npm cannot be started.
    pub fn serve(self, tell: &Tell) -> Result<DevServer, RunError> {
        let number = self.port.port.to_string();
        let arguments = ["run", "dev", "--", "--strictPort", "--port", &number];
        let address = format!("127.0.0.1:{number}");
        let tell = tell.clone();
        // Vite tells where it listens, but who opens that gets pages without their API.
        let hear = move |line: &str| {
            if !strip_str(line).to_string().contains(&address) {
                tell(Notice::FrontEnd(line));
            }
        };
        let group = self.start(arguments.into_iter().chain(["--host", "127.0.0.1"]), hear)?;
        Ok(DevServer {
            group,
            _port: self.port,
        })
    }

    fn start<'a>(
        &self,
        arguments: impl IntoIterator<Item = &'a str>,
        hear: impl Fn(&str) + Clone + Send + 'static,
    ) -> Result<Group, RunError> {
        let mut command = Command::from(program::command(NPM));
        command
            .args(arguments)
            .current_dir(&self.folder)
            // Vite ends when its standard input does.
            .stdin(Stdio::piped());
        if self.has_color {
            command.env("FORCE_COLOR", "1");
        }
        Group::start(command, &self.project, hear).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => RunError::NoNpm,
            _ => RunError::Npm(error),
        })
    }
}

impl DevServer {
    /// Returns when it has ended by itself. May be cancelled and called again.
    pub async fn ended(&mut self) -> Result<ExitStatus, RunError> {
        let status = self.group.wait().await.map_err(RunError::Lost)?;
        self.group.clean_up().await;
        Ok(status)
    }

    /// Ends it.
    pub async fn end(mut self) {
        self.group.ask(Asked::Terminate);
        let _slow = timeout(GRACE, self.group.wait()).await;
        self.group.clean_up().await;
    }
}
