//! How a test runs the tool: with an empty environment, a home of its own and a folder that
//! goes away. What is printed must be named exactly; nothing is the default.

pub mod clerk;
pub mod documents;
#[cfg(unix)]
pub mod killing;
mod tree;

use std::ffi::OsStr;
#[cfg(unix)]
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::{env, fs};

use tempfile::TempDir;

#[cfg(unix)]
pub use tree::mode;
pub use tree::tree;

/// A program with nothing in its environment but what Windows has no sockets without.
pub fn bare(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    #[allow(
        clippy::disallowed_methods,
        reason = "where this machine keeps its system"
    )]
    if let Some(root) = env::var_os("SystemRoot") {
        command.env("SystemRoot", root);
    }
    command
}

/// The manifest of a project that `init` made of a template.
pub fn made_of(template: &str) -> String {
    format!(
        "[package]\nname = \"orchard\"\n\n[package.metadata.clerk-rs]\nversion = \"0.2.0\"\nframework = \"axum\"\n\
         template = \"{template}\"\nextras = []\ncore = \"0.2.0\"\ncore-mode = \"copy\"\n"
    )
}

/// A folder of the test's own, with a home beside it.
pub struct Sandbox {
    root: TempDir,
}

impl Sandbox {
    pub fn new() -> Self {
        let root = tempfile::Builder::new()
            .prefix("clerk-rs-")
            .tempdir()
            .unwrap();
        for folder in ["home", "bin", "work"] {
            fs::create_dir(root.path().join(folder)).unwrap();
        }
        Self { root }
    }

    /// A path in the working folder.
    pub fn path(&self, below: &str) -> PathBuf {
        self.root.path().join("work").join(below)
    }

    /// Its text.
    #[track_caller]
    pub fn read(&self, below: &str) -> String {
        fs::read_to_string(self.path(below)).unwrap()
    }

    /// Everything in the working folder, sorted, folders with a slash.
    pub fn tree(&self) -> Vec<String> {
        tree(&self.path(""))
    }

    /// A program that the tool finds in its PATH: a shell script.
    #[cfg(unix)]
    pub fn program(&self, name: &str, script: &str) {
        use std::os::unix::fs::OpenOptionsExt as _;
        let path = self.root.path().join("bin").join(name);
        let mut options = fs::OpenOptions::new();
        let options = options.write(true).create(true).truncate(true).mode(0o755);
        let mut file = options.open(path).unwrap();
        file.write_all(format!("#!/bin/sh\n{script}\n").as_bytes())
            .unwrap();
    }

    /// A run of the tool in the working folder.
    pub fn cli(&self, words: &str) -> Cli<'_> {
        Cli {
            sandbox: self,
            words: words.split_whitespace().map(str::to_owned).collect(),
            folder: self.path(""),
            variables: vec![(
                "PATH".to_owned(),
                self.root.path().join("bin").display().to_string(),
            )],
            stdin: None,
            stdout: Some(String::new()),
            stderr: Some(String::new()),
            status: 0,
        }
    }
}

/// What to run and what to expect of it.
#[must_use = "nothing runs before `run`"]
pub struct Cli<'a> {
    sandbox: &'a Sandbox,
    words: Vec<String>,
    folder: PathBuf,
    variables: Vec<(String, String)>,
    stdin: Option<String>,
    stdout: Option<String>,
    stderr: Option<String>,
    status: i32,
}

impl Cli<'_> {
    /// One more argument, spaces and all.
    pub fn arg(mut self, word: &str) -> Self {
        self.words.push(word.to_owned());
        self
    }

    pub fn var(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The programs of this machine, git among them.
    pub fn with_programs(self) -> Self {
        #[allow(
            clippy::disallowed_methods,
            reason = "where this machine keeps its programs"
        )]
        let path = env::var("PATH").unwrap();
        self.var("PATH", &path)
    }

    /// The same, behind the sandbox's own.
    #[cfg(unix)]
    pub fn with_programs_behind(self) -> Self {
        let own = self.variables[0].1.clone();
        let all = self.with_programs();
        let behind = all.variables.last().unwrap().1.clone();
        all.var("PATH", &format!("{own}:{behind}"))
    }

    pub fn folder(mut self, folder: &Path) -> Self {
        self.folder = folder.to_owned();
        self
    }

    pub fn stdin(mut self, text: &str) -> Self {
        self.stdin = Some(text.to_owned());
        self
    }

    pub fn stdout(mut self, text: &str) -> Self {
        self.stdout = Some(text.to_owned());
        self
    }

    pub fn stderr(mut self, text: &str) -> Self {
        self.stderr = Some(text.to_owned());
        self
    }

    /// The test looks at standard output by itself.
    pub fn any_stdout(mut self) -> Self {
        self.stdout = None;
        self
    }

    /// The test is about something else than the words of the error.
    pub fn any_stderr(mut self) -> Self {
        self.stderr = None;
        self
    }

    pub fn status(mut self, status: i32) -> Self {
        self.status = status;
        self
    }

    /// The command, for tests that do more with it than wait.
    pub fn command(&self) -> Command {
        let mut command = bare(env!("CARGO_BIN_EXE_clerk-rs"));
        command
            .args(&self.words)
            .current_dir(&self.folder)
            .env("HOME", self.sandbox.root.path().join("home"))
            .env("TERM", "xterm")
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs it for a test that looks at everything by itself.
    pub fn output(&self) -> Output {
        let output = self.command().output().unwrap();
        documents::judge(&output.stdout);
        output
    }

    /// Starts it with pipes all round.
    pub fn spawn(&self) -> Child {
        let mut command = self.command();
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// Runs it and compares; standard output is handed back.
    #[track_caller]
    pub fn run(self) -> String {
        let stdin = self.stdin.clone().unwrap_or_default();
        let mut command = assert_cmd::Command::from_std(self.command());
        let output = command.write_stdin(stdin).output().unwrap();
        documents::judge(&output.stdout);
        let stdout = self.plain(&output.stdout);
        let stderr = self.plain(&output.stderr);
        let words = self.words.join(" ");
        if let Some(expected) = &self.stderr {
            assert_eq!(stderr, *expected, "standard error of `{words}`");
        }
        if let Some(expected) = &self.stdout {
            assert_eq!(stdout, *expected, "standard output of `{words}`");
        }
        assert_eq!(
            output.status.code(),
            Some(self.status),
            "exit code of `{words}`: {stdout}{stderr}"
        );
        stdout
    }

    /// The sandbox's path is another each time.
    fn plain(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        text.replace(&self.sandbox.path("").display().to_string(), "[WORK]/")
            .replace(
                self.sandbox
                    .path("")
                    .to_str()
                    .unwrap()
                    .trim_end_matches('/'),
                "[WORK]",
            )
    }
}
