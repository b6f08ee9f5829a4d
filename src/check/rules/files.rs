//! The files themselves: who may read them, and whether git would publish them.

use std::fs;
use std::io;
use std::path::Path;

use super::{Scene, env_files};
use crate::escape::{visible, word};
use crate::finding::{Finding, Verdict};
use crate::project::dotenv::Dotenv;
use crate::project::git::{Git, Repository};
use crate::project::names;
use crate::project::packages::Role;
use crate::project::shown::{is_secret, masked};

/// What is tracked and looks like a secret of Clerk's.
const SECRET: &str = "(sk_(live|test)_|whsec_)[A-Za-z0-9+/=]{20,}";
const MOST_TRACKED: usize = 20;
const SILENT: &str = "git did not answer";

/// Modes and git, for every file with secrets; and secrets in any other tracked file.
pub fn check(scene: &Scene<'_>, asked: &Git) -> Vec<Finding> {
    let files = env_files(scene).filter(|(_, file)| {
        file.role != Role::Example && file.content.as_ref().is_ok_and(holds_secret)
    });
    let files: Vec<&str> = files.map(|(_, file)| file.path.as_str()).collect();
    let mut findings: Vec<_> = files
        .iter()
        .filter_map(|file| mode(scene.root, file))
        .collect();
    findings.extend(git(asked, &files));
    if let Git::Repository(repository) = asked {
        findings.extend(tracked_secrets(repository, &files));
    }
    findings
}

/// Secrets in what the next commit, or one before it, holds.
fn tracked_secrets(repository: &Repository, known: &[&str]) -> Vec<Finding> {
    let found = repository.grep(SECRET).unwrap_or_default();
    let others = found
        .into_iter()
        .filter(|(path, _, _)| !known.contains(&path.as_str()));
    let findings = others.filter_map(|(path, line, text)| {
        let start = text
            .find("sk_live_")
            .or(text.find("sk_test_"))
            .or(text.find("whsec_"))?;
        let end = text[start..].find(|c: char| !(c.is_ascii_alphanumeric() || "_+/=".contains(c)));
        let secret = &text[start..end.map_or(text.len(), |end| start + end)];
        // A test key in a test is no accident; a live one is, wherever it is.
        let verdict = if secret.starts_with("sk_live_") {
            Verdict::No
        } else {
            Verdict::Warn
        };
        let detail = "a secret in a file that git tracks: each clone has it";
        let finding = Finding::new("secret-tracked", verdict, "git", detail)
            .value(masked(secret))
            .place(format!("{}:{line}", visible(&path)));
        Some(finding.help("make a new one in Clerk's dashboard, unless it was made up for a test"))
    });
    findings.take(MOST_TRACKED).collect()
}

/// Whether a file holds a secret of Clerk's.
pub fn holds_secret(content: &Dotenv) -> bool {
    content.entries().iter().any(|entry| {
        is_secret(&entry.value) || (!entry.value.is_empty() && names::read(&entry.name).is_secret())
    })
}

/// Whether others on this machine may read a file with secrets.
#[cfg(unix)]
pub fn mode(folder: &Path, file: &str) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(folder.join(file)).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then(|| {
        Finding::new(
            "file-mode",
            Verdict::Warn,
            "file mode",
            format!("others on this machine may read it (mode {mode:03o})"),
        )
        .place(visible(file))
        .help(format!("chmod 600 {}", word(file)))
    })
}

/// Whether others on this machine may read a file with secrets: modes say nothing here.
#[cfg(not(unix))]
pub fn mode(_: &Path, _: &str) -> Option<Finding> {
    None
}

/// Whether git would publish these files, which hold secrets.
pub fn git(git: &Git, files: &[&str]) -> Vec<Finding> {
    let repository = match git {
        _ if files.is_empty() => return Vec::new(),
        Git::Repository(repository) => repository,
        Git::NoRepository => return Vec::new(),
        Git::NotInstalled => return vec![not_asked("git is not installed")],
        Git::Silent => return vec![not_asked(SILENT)],
        Git::Refused(why) => return vec![not_asked(&format!("git refuses: {}", visible(why)))],
    };
    let asked =
        || -> io::Result<_> { Ok((repository.tracked(files)?, repository.ignored(files)?)) };
    let (tracked, ignored) = match asked() {
        Ok(answers) => answers,
        Err(error) if error.kind() == io::ErrorKind::TimedOut => return vec![not_asked(SILENT)],
        Err(error) => {
            return vec![not_asked(&format!(
                "git refuses: {}",
                visible(&error.to_string())
            ))];
        }
    };
    let mut findings = Vec::new();
    for file in files {
        if tracked.iter().any(|found| found == file) {
            findings.push(is_tracked(file));
        } else if !ignored.iter().any(|found| found == file) {
            findings.push(is_not_ignored(file));
        }
    }
    if findings.is_empty() {
        let finding = Finding::new(
            "file-not-tracked",
            Verdict::Ok,
            "git",
            "ignored, and not tracked",
        );
        findings.push(finding.place(visible(&files.join(", "))));
    }
    findings
}

fn is_not_ignored(file: &str) -> Finding {
    let detail = "it holds secrets and is not ignored: the next `git add .` takes it along";
    Finding::new("file-not-ignored", Verdict::No, "git", detail)
        .place(visible(file))
        .help(format!("add {} to .gitignore", visible(file)))
}

fn is_tracked(file: &str) -> Finding {
    Finding::new(
        "file-tracked",
        Verdict::No,
        "git",
        "it holds secrets and is tracked: each clone has them",
    )
    .place(visible(file))
    .help(format!(
        "git rm --cached {}; then make new keys in Clerk's dashboard, because history keeps the old ones",
        word(file)
    ))
}

fn not_asked(why: &str) -> Finding {
    Finding::new(
        "git-not-asked",
        Verdict::Skipped,
        "git",
        format!("{why}: whether the files with secrets are ignored was not checked"),
    )
}
