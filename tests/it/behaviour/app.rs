//! The app under test as a process: started on a free port, ended as an operator ends it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use crate::support::bare;

/// Starting takes milliseconds; this is for a machine that does something else as well.
const START: Duration = Duration::from_secs(30);
const STOP: Duration = Duration::from_secs(10);

pub struct App {
    child: Child,
    /// `127.0.0.1:PORT`
    pub address: String,
    lines: Receiver<String>,
    log: String,
}

impl App {
    /// Starts the app with this environment and nothing else, and waits for the line with its address.
    pub fn start(
        binary: &Path,
        folder: &Path,
        env: &BTreeMap<String, String>,
    ) -> Result<Self, String> {
        let (child, lines) = spawn(binary, folder, env)?;
        let mut app = Self {
            child,
            address: String::new(),
            lines,
            log: String::new(),
        };
        loop {
            match app.lines.recv_timeout(START) {
                Ok(line) => {
                    app.log += &format!("{line}\n");
                    if let Some(address) = address_in(&line) {
                        app.address = address;
                        return Ok(app);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    return Err(format!("no address in its log:\n{}", app.log));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(format!("it ended:\n{}", app.log));
                }
            }
        }
    }

    /// Waits for a line with these words.
    #[cfg(target_os = "linux")]
    pub fn says(&mut self, words: &str) -> Result<(), String> {
        loop {
            let line = self.lines.recv_timeout(START);
            let line = line.map_err(|_| format!("it does not say {words}:\n{}", self.log))?;
            self.log += &format!("{line}\n");
            if line.contains(words) {
                return Ok(());
            }
        }
    }

    /// Asks the app to end, as a container's runtime does, and returns all it printed.
    pub fn stop(mut self) -> Result<String, String> {
        interrupt(&mut self.child)?;
        loop {
            match self.lines.recv_timeout(STOP) {
                Ok(line) => self.log += &format!("{line}\n"),
                Err(RecvTimeoutError::Timeout) => {
                    return Err(format!("does not end when asked to:\n{}", self.log));
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let status = self.child.wait().map_err(|error| error.to_string())?;
        if self.log.contains("panicked at") {
            return Err(format!("it panicked:\n{}", self.log));
        }
        ended_well(status)
            .then(|| self.log.clone())
            .ok_or(format!("ended with {status}:\n{}", self.log))
    }

    /// Starts the app with an environment it must refuse; returns what it said. A wired one may have told its address by then.
    pub fn fails_to_start(
        binary: &Path,
        folder: &Path,
        env: &BTreeMap<String, String>,
        is_wired: bool,
    ) -> Result<String, String> {
        let (mut child, lines) = spawn(binary, folder, env)?;
        let mut said = String::new();
        loop {
            match lines.recv_timeout(START) {
                Ok(line) if address_in(&line).is_some() && !is_wired => {
                    let _ = child.kill();
                    return Err(format!("it started: {line}"));
                }
                Ok(line) => said += &format!("{line}\n"),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    let _ = child.kill();
                    return Err(format!("it neither starts nor ends:\n{said}"));
                }
            }
        }
        let status = child.wait().map_err(|error| error.to_string())?;
        match status.code() {
            Some(code) if code != 0 && !has_panicked(&said) => Ok(said),
            _ => Err(format!("ended with {status}:\n{said}")),
        }
    }
}

/// Rocket itself panics where `#[launch]` is given an error.
fn has_panicked(said: &str) -> bool {
    said.contains("panicked at") && !said.contains("aborting due to fairing failure(s)")
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(
    binary: &Path,
    folder: &Path,
    env: &BTreeMap<String, String>,
) -> Result<(Child, Receiver<String>), String> {
    let mut child = bare(binary)
        .current_dir(folder)
        .env("PORT", "0")
        .envs(env)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{} does not run: {error}", binary.display()))?;
    let (sender, lines) = channel();
    let outputs: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|it| Box::new(it) as _),
        child.stderr.take().map(|it| Box::new(it) as _),
    ];
    for output in outputs.into_iter().flatten() {
        let sender = sender.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
    }
    Ok((child, lines))
}

/// The address in the line an app prints when it is ready.
fn address_in(line: &str) -> Option<String> {
    let (_, address) = line.split_once("http://")?;
    let (host, port) = address.split_once(':')?;
    let port: String = port.chars().take_while(char::is_ascii_digit).collect();
    let host = if host == "localhost" {
        "127.0.0.1"
    } else {
        host
    };
    (host.starts_with("127.") && !port.is_empty()).then(|| format!("{host}:{port}"))
}

#[cfg(unix)]
fn interrupt(child: &mut Child) -> Result<(), String> {
    use rustix::process::{Pid, Signal, kill_process};
    kill_process(Pid::from_child(child), Signal::TERM).map_err(|error| error.to_string())
}

#[cfg(not(unix))]
fn interrupt(child: &mut Child) -> Result<(), String> {
    child.kill().map_err(|error| error.to_string())
}

fn ended_well(status: ExitStatus) -> bool {
    status.success() || cfg!(not(unix))
}
