//! The files themselves: who may read them, and whether git would publish them.

use std::fs;
use std::io;
use std::path::Path;

use super::names::{self, Kind, Reading};
use super::shown::is_secret;
use crate::check::finding::{Finding, Verdict};
use crate::escape::visible;
use crate::project::dotenv::Dotenv;
use crate::project::git::Git;

/// Whether a file holds a secret of Clerk's.
pub fn holds_secret(content: &Dotenv) -> bool {
    content.entries().iter().any(|entry| {
        let named = matches!(names::read(&entry.name),
            Reading::Known { known, .. } if known.kind == Kind::Secret);
        is_secret(&entry.value) || (named && !entry.value.is_empty())
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
        .place(file)
        .help(format!("chmod 600 {file}"))
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
        Git::Refused(why) => return vec![not_asked(&format!("git refuses: {}", visible(why)))],
    };
    let asked =
        || -> io::Result<_> { Ok((repository.tracked(files)?, repository.ignored(files)?)) };
    let (tracked, ignored) = match asked() {
        Ok(answers) => answers,
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
            let finding = Finding::new(
                "file-not-ignored",
                Verdict::No,
                "git",
                "it holds secrets and is not ignored: the next `git add .` takes it along",
            );
            findings.push(
                finding
                    .place(*file)
                    .help(format!("add {file} to .gitignore")),
            );
        }
    }
    if findings.is_empty() {
        let finding = Finding::new(
            "file-not-tracked",
            Verdict::Ok,
            "git",
            "ignored, and not tracked",
        );
        findings.push(finding.place(files.join(", ")));
    }
    findings
}

fn is_tracked(file: &str) -> Finding {
    Finding::new(
        "file-tracked",
        Verdict::No,
        "git",
        "it holds secrets and is tracked: each clone has them",
    )
    .place(file)
    .help(format!(
        "git rm --cached {file}; then make new keys in Clerk's dashboard, because history keeps the old ones"
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
