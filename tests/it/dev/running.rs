//! A tool that runs until somebody ends it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Child;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::support::Sandbox;

/// `emulator-01234567.localhost.clerk.accounts.dev$`
pub const LOCAL_KEYS: &str =
    "CLERK_PUBLISHABLE_KEY=pk_test_ZW11bGF0b3ItMDEyMzQ1NjcubG9jYWxob3N0LmNsZXJrLmFjY291bnRzLmRldiQ
CLERK_SECRET_KEY=sk_test_0123456789abcdefghijABCDEFGHIJ0123456789
CLERK_API_URL=http://127.0.0.1:4400
CLERK_FAPI_URL=http://127.0.0.1:4400
";
pub const REAL_KEYS: &str =
    "CLERK_PUBLISHABLE_KEY=pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk
CLERK_SECRET_KEY=sk_test_2q7OrchardOrchardOrchard4711
";
/// Nothing here takes longer; a test that waits longer has hung.
const LIMIT: Duration = Duration::from_secs(30);

/// A project whose `cargo run` is a script.
pub fn project(keys: &str, cargo: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    let manifest = "[package]\nname = \"orchard\"\n";
    fs::write(sandbox.path("Cargo.toml"), manifest).unwrap();
    fs::create_dir(sandbox.path("src")).unwrap();
    fs::write(sandbox.path("src/main.rs"), "good").unwrap();
    fs::write(sandbox.path(".env"), keys).unwrap();
    sandbox.program("cargo", cargo);
    sandbox
}

pub fn with_local_keys(cargo: &str) -> Sandbox {
    project(LOCAL_KEYS, cargo)
}

pub fn with_real_keys(cargo: &str) -> Sandbox {
    project(REAL_KEYS, cargo)
}

pub struct Running {
    child: Child,
    lines: Receiver<String>,
    /// What standard error said so far.
    pub said: String,
}

impl Running {
    pub fn start(sandbox: &Sandbox, words: &str) -> Self {
        let cli = sandbox.cli(words).with_programs_behind();
        Self::of(cli.var("PORT", "0").spawn())
    }

    pub fn of(mut child: Child) -> Self {
        drop(child.stdin.take());
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in stderr.lines() {
                let _ = sender.send(line.unwrap());
            }
        });
        Self {
            child,
            lines,
            said: String::new(),
        }
    }

    /// Waits for a line with these words.
    #[track_caller]
    pub fn until(&mut self, words: &str) -> String {
        loop {
            let Ok(line) = self.lines.recv_timeout(LIMIT) else {
                panic!("`{words}` was not said:\n{}", self.said);
            };
            self.said.push_str(&line);
            self.said.push('\n');
            if line.contains(words) {
                return line;
            }
        }
    }

    /// Waits until the app is ready; its address as `localhost:PORT`.
    #[track_caller]
    pub fn address(&mut self) -> String {
        let line = self.until("ready in");
        let rest = line.split("http://").nth(1).unwrap();
        rest.split(' ').next().unwrap().to_owned()
    }

    /// Whether it has ended.
    pub fn is_over(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Standard output and the exit code.
    pub fn end(self) -> (String, i32) {
        self.end_in(|_| ())
    }

    /// The same, with a look at all that was said.
    pub fn end_in(mut self, look: impl FnOnce(&str)) -> (String, i32) {
        while let Ok(line) = self.lines.recv_timeout(LIMIT) {
            self.said.push_str(&line);
            self.said.push('\n');
        }
        look(&self.said);
        let mut stdout = String::new();
        // A test may read it itself.
        if let Some(mut pipe) = self.child.stdout.take() {
            pipe.read_to_string(&mut stdout).unwrap();
        }
        let status = self.child.wait().unwrap();
        (stdout, status.code().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The process whose number the script has written.
pub fn pid(sandbox: &Sandbox, file: &str) -> Pid {
    Pid::from_raw(sandbox.read(file).trim().parse().unwrap()).unwrap()
}

/// Looks again and again until it is so.
#[track_caller]
pub fn until(is_so: impl Fn() -> bool) {
    let looks = (0..3000).any(|_| {
        let so = is_so();
        if !so {
            std::thread::sleep(Duration::from_millis(10));
        }
        so
    });
    assert!(looks, "it did not come to be so");
}

/// Neither running nor waiting to be reaped.
pub fn is_gone(pid: Pid) -> bool {
    test_kill_process(pid).is_err()
}
