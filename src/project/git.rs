//! Asks git about a project's files. git runs as a program; without it nothing is known.

mod search;

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{child, place};
use crate::escape::visible;
use crate::program;

/// If git needs longer it waits for something: a network folder, a helper, a lock.
const LIMIT: Duration = Duration::from_secs(5);

/// The repository that a folder lies in.
#[derive(Clone, Debug)]
pub struct Repository {
    program: PathBuf,
    folder: PathBuf,
    /// The nearest folder upward that has a `.git`.
    top: PathBuf,
    limit: Duration,
    /// Set after a time-out: git is not asked again, so that the wait happens only once.
    is_silent: Arc<AtomicBool>,
}

/// The answer to the question if git can be asked.
#[derive(Clone, Debug)]
pub enum Git {
    /// It can be asked.
    Repository(Repository),
    /// The folder lies in no repository.
    NoRepository,
    /// There is no git on this machine.
    NotInstalled,
    /// It does not answer in time.
    Silent,
    /// It refuses; its own words, which may hold anything.
    Refused(String),
}

impl Git {
    /// Looks for the repository of a folder.
    pub fn find(folder: &Path) -> Self {
        Self::find_by(Path::new("git"), folder, LIMIT)
    }

    /// The repository, or the reason why nothing of it is known.
    pub fn repository(&self) -> Result<&Repository, String> {
        Err(match self {
            Self::Repository(repository) => return Ok(repository),
            Self::NoRepository => "the project lies in no git repository".to_owned(),
            Self::NotInstalled => "git is not installed".to_owned(),
            Self::Silent => "git did not answer".to_owned(),
            Self::Refused(why) => format!("git refuses: {}", visible(why)),
        })
    }

    /// The same for another folder. One repository is asked once whether it can be.
    pub fn seen_from(&self, folder: &Path) -> Self {
        match self {
            Self::Repository(known) if top(folder) == Some(known.top.as_path()) => {
                let folder = folder.to_owned();
                Self::Repository(Repository {
                    folder,
                    ..known.clone()
                })
            }
            _ => Self::find(folder),
        }
    }

    fn find_by(program: &Path, folder: &Path, limit: Duration) -> Self {
        let Some(top) = top(folder) else {
            return Self::NoRepository;
        };
        let repository = Repository {
            program: program.to_owned(),
            folder: folder.to_owned(),
            top: top.to_owned(),
            limit,
            is_silent: Arc::default(),
        };
        match repository.run(["rev-parse", "--is-inside-work-tree"], b"") {
            Ok(output) if output.status.success() => Self::Repository(repository),
            Ok(output) => Self::Refused(refused(&output).to_string()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::NotInstalled,
            Err(error) if error.kind() == io::ErrorKind::TimedOut => Self::Silent,
            Err(error) => Self::Refused(error.to_string()),
        }
    }
}

/// The nearest folder upward that has a `.git`.
fn top(folder: &Path) -> Option<&Path> {
    let is_marked = |folder: &&Path| folder.join(".git").symlink_metadata().is_ok();
    folder.ancestors().find(is_marked)
}

/// The path of a folder below the top of its repository, with a `/` at the end; empty at the top, and without one. Nobody
/// is asked, so this is known without git.
pub fn below_top(folder: &Path) -> String {
    let below = top(folder).and_then(|top| folder.strip_prefix(top).ok());
    let parts = below.into_iter().flat_map(Path::components);
    let parts = parts.map(|part| format!("{}/", part.as_os_str().to_string_lossy()));
    parts.collect()
}

impl Repository {
    /// The target of a link below the folder, as by [`place::linked`].
    pub fn linked(&self, path: &str) -> Option<String> {
        place::linked(&self.folder, &self.top, path)
    }

    /// Those of these paths below the folder that are in the index, so that the next commit has them.
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

    /// Those of these paths whose changes git would show: in the index, and without a mark that tells it not to look.
    pub fn watched(&self, paths: &[&str]) -> io::Result<Vec<String>> {
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let fixed = [
            "--literal-pathspecs",
            "ls-files",
            "-z",
            "-v",
            "--cached",
            "--",
        ];
        let output = self.run(fixed.iter().chain(paths), b"")?;
        if !output.status.success() {
            return Err(refused(&output));
        }
        // `S` is skip-worktree, a small letter assume-unchanged.
        let found = split(&output.stdout).into_iter();
        let watched = found.filter_map(|line| line.strip_prefix("H ").map(str::to_owned));
        Ok(watched.collect())
    }

    /// Paths below the folder whose text git does not have: changed since they were added, or never added.
    pub fn unsaved(&self) -> io::Result<Vec<String>> {
        let mut arguments = self.without_filters()?;
        let fixed = [
            "ls-files",
            "-z",
            "--modified",
            "--others",
            "--exclude-standard",
        ];
        arguments.extend(fixed.map(str::to_owned));
        let output = self.run(arguments, b"")?;
        if output.status.success() {
            Ok(split(&output.stdout))
        } else {
            Err(refused(&output))
        }
    }

    /// Arguments that switch off the filters which the repository's own settings name: a filter is a program, git runs it
    /// to compare a file, and these came with the repository. The user's own, such as that of git-lfs, stay.
    fn without_filters(&self) -> io::Result<Vec<String>> {
        let pattern = r"^filter\..*\.(clean|process)$";
        let output = self.run(
            [
                "config",
                "-z",
                "--show-scope",
                "--name-only",
                "--get-regexp",
                pattern,
            ],
            b"",
        )?;
        // 1 is "none of them".
        if !matches!(output.status.code(), Some(0 | 1)) {
            return Err(refused(&output));
        }
        let mut arguments = Vec::new();
        for pair in split(&output.stdout).chunks_exact(2) {
            let [scope, key] = pair else { continue };
            if matches!(scope.as_str(), "system" | "global" | "command") {
                continue;
            }
            let name = key.rsplit_once('.').map_or("", |(name, _)| name);
            // Neither can be said in an argument.
            if name.contains(['=', char::REPLACEMENT_CHARACTER]) {
                let why = "its settings name a filter that cannot be switched off";
                return Err(io::Error::other(why));
            }
            for off in ["clean=", "process=", "required=false"] {
                arguments.extend(["-c".to_owned(), format!("{name}.{off}")]);
            }
        }
        Ok(arguments)
    }

    /// Those of these paths that an ignore rule covers, tracked or not.
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

    /// Not by `git show`, which would run a text converter that the repository's settings name.
    fn object(&self, name: &str) -> io::Result<Output> {
        self.run(["cat-file", "blob", name], b"")
    }

    /// Runs git in the folder. Just looking must not run a hook, a pager or a converter, or ask another machine.
    fn run<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
        input: &[u8],
    ) -> io::Result<Output> {
        if self.is_silent.load(Ordering::Relaxed) {
            return Err(silent());
        }
        let mut git = program::git(&self.program);
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
            .current_dir(&self.folder);
        match child::answer(git, input, self.limit)? {
            Some(output) => Ok(output),
            None => {
                self.is_silent.store(true, Ordering::Relaxed);
                Err(silent())
            }
        }
    }
}

fn split(bytes: &[u8]) -> Vec<String> {
    let parts = bytes
        .split(|byte| *byte == 0)
        .filter(|part| !part.is_empty());
    parts
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect()
}

fn silent() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "git did not answer in time")
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

#[cfg(unix)]
#[cfg(test)]
mod tests;
