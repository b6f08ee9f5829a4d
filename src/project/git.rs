//! What git knows of a project's files. It is asked as a program; without one nothing is known.

use std::ffi::OsStr;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

const MOST_BYTES: u64 = 8 << 20;

/// The repository that a folder lies in.
#[derive(Clone, Debug)]
pub struct Repository {
    folder: PathBuf,
}

/// Whether git can be asked.
#[derive(Debug)]
pub enum Git {
    /// It can.
    Repository(Repository),
    /// The folder lies in no repository.
    NoRepository,
    /// There is no git on this machine.
    NotInstalled,
    /// It refuses; its own words, which may hold anything.
    Refused(String),
}

impl Git {
    /// Looks for the repository of a folder.
    pub fn find(folder: &Path) -> Self {
        let is_marked = |folder: &Path| folder.join(".git").symlink_metadata().is_ok();
        if !folder.ancestors().any(is_marked) {
            return Self::NoRepository;
        }
        let repository = Repository {
            folder: folder.to_owned(),
        };
        match repository.run(["rev-parse", "--is-inside-work-tree"], b"") {
            Ok(output) if output.status.success() => Self::Repository(repository),
            Ok(output) => Self::Refused(refused(&output).to_string()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::NotInstalled,
            Err(error) => Self::Refused(error.to_string()),
        }
    }
}

impl Repository {
    /// Of these paths below the folder, those that are in the index: the next commit has them.
    pub fn tracked(&self, paths: &[&str]) -> io::Result<Vec<String>> {
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let fixed = ["--literal-pathspecs", "ls-files", "-z", "--cached", "--"];
        let output = self.run(fixed.iter().chain(paths), b"")?;
        if output.status.success() {
            Ok(split(&output.stdout))
        } else {
            Err(refused(&output))
        }
    }

    /// Of these paths, those that an ignore rule covers, whether they are tracked or not.
    pub fn ignored(&self, paths: &[&str]) -> io::Result<Vec<String>> {
        let arguments = ["check-ignore", "--no-index", "-z", "--stdin"];
        let input: Vec<u8> = paths
            .iter()
            .flat_map(|path| path.bytes().chain([0]))
            .collect();
        let output = self.run(arguments, &input)?;
        // 1 is "none of them".
        match output.status.code() {
            Some(0 | 1) => Ok(split(&output.stdout)),
            _ => Err(refused(&output)),
        }
    }

    /// The text that the index has for a path below the folder.
    pub fn indexed(&self, path: &str) -> io::Result<Vec<u8>> {
        // Not `git show`, which would run a text converter that the repository's settings name.
        let object = format!(":./{path}");
        Ok(self.run(["cat-file", "blob", object.as_str()], b"")?.stdout)
    }

    /// Where tracked text matches an extended regular expression: path below the folder, line, and the line itself.
    pub fn grep(&self, pattern: &str) -> io::Result<Vec<(String, usize, String)>> {
        let output = self.run(
            [
                "-c",
                "grep.fullName=false",
                "grep",
                "--cached",
                "--no-color",
                "--no-column",
                "--no-recurse-submodules",
                "--no-textconv",
                "-I",
                "-n",
                "-z",
                "-E",
                "-e",
                pattern,
                "--",
                ".",
            ],
            b"",
        )?;
        let text = String::from_utf8_lossy(&output.stdout);
        let found = text.lines().filter_map(|line| {
            let mut parts = line.splitn(3, '\0');
            let path = parts.next()?.to_owned();
            let line = parts.next()?.parse().ok()?;
            Some((path, line, parts.next()?.to_owned()))
        });
        Ok(found.collect())
    }

    /// Runs git in the folder. No hook, pager, converter or request to another machine may come of a look.
    fn run<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
        input: &[u8],
    ) -> io::Result<Output> {
        let mut git = Command::new("git");
        // Set by a hook or a script around us, they would point at another repository.
        for name in [
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_INDEX_FILE",
            "GIT_OBJECT_DIRECTORY",
        ] {
            git.env_remove(name);
        }
        git.env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C")
            .args([
                "-c",
                "core.fsmonitor=false",
                "-c",
                "core.quotePath=false",
                "--no-pager",
            ])
            .args(arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = git.spawn()?;
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        // All three at once: whoever waits for the one while git waits for another, waits for ever.
        let (stdout, stderr) = thread::scope(|scope| {
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
            let stderr = scope.spawn(move || read(stderr));
            (read(stdout), stderr.join().unwrap_or_default())
        });
        Ok(Output {
            status: child.wait()?,
            stdout,
            stderr,
        })
    }
}

/// As much as is reasonable; git ends by itself when nobody reads on.
fn read(pipe: Option<impl io::Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        // What broke off is what was had.
        let _ = pipe.take(MOST_BYTES).read_to_end(&mut bytes);
    }
    bytes
}

fn split(bytes: &[u8]) -> Vec<String> {
    let parts = bytes
        .split(|byte| *byte == 0)
        .filter(|part| !part.is_empty());
    parts
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect()
}

/// git's own words, the first line of them.
fn refused(output: &Output) -> io::Error {
    let said = String::from_utf8_lossy(&output.stderr);
    io::Error::other(
        said.lines()
            .next()
            .unwrap_or("git gave no reason")
            .to_owned(),
    )
}
