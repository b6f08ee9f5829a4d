//! The files themselves: other users may read them, or git would publish them.

use std::io;
use std::path::Path;

use crate::check::facts::{Facts, entries};
use crate::check::owner::Owner;
use crate::escape::{visible, word};
use crate::finding::{Finding, Id, Verdict};
use crate::project::dotenv::Dotenv;
use crate::project::git::{Git, Repository};
use crate::project::names;
use crate::project::packages::Role;
use crate::project::secrets::{in_use, is_secret, pattern};
use crate::project::shown::masked;

/// A pattern for private keys of whomever: the line that a key begins with. What only names that line, such as a parser, has no
/// key behind it.
const PRIVATE: &str = "-----BEGIN ([A-Z]+ )*PRIVATE KEY-----([[:space:]]*$|\\\\n[A-Za-z0-9+/])";
/// Of these the text says that they are for a test, so they matter only once they are committed.
const OF_TESTS: &str = "sk_test_";
const PRIVATE_KEY: &str = "PRIVATE KEY-----";
const MOST_TRACKED: usize = 20;
/// Checks that only git makes possible.
pub const BY_GIT: [Id; 3] = [Id::FileNotIgnored, Id::SecretTracked, Id::SecretNotIgnored];
const SILENT: &str = "git did not answer";

/// Looks at the mode of every file with secrets, asks git about it, and looks for secrets in all other tracked files.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let files = facts.files().filter(|(_, file)| {
        file.role != Role::Example && file.content.as_ref().is_ok_and(holds_secret)
    });
    let files: Vec<&str> = files.map(|(_, file)| file.path.as_str()).collect();
    let mut findings = modes(facts.root, &files);
    findings.extend(git(facts.git(), &files));
    findings.extend(match facts.git().repository() {
        Ok(repository) => tracked_secrets(facts, repository, &files),
        Err(why) => not_looked_at(facts.git(), &why),
    });
    findings
}

/// What git was not asked, and why. That it did not answer about files of variables is a finding of its own.
fn not_looked_at(git: &Git, why: &str) -> Vec<Finding> {
    let ids = match git {
        Git::NoRepository => &BY_GIT[..],
        _ => &BY_GIT[1..],
    };
    let findings = ids.iter();
    findings
        .map(|id| Finding::new(*id, Verdict::Skipped, "git", why))
        .collect()
}

/// Secrets in the next commit or an earlier one, and live ones that would be in it after a `git add`. Secrets in an example are
/// reported as that.
fn tracked_secrets(facts: &Facts<'_>, repository: &Repository, known: &[&str]) -> Vec<Finding> {
    let patterns = [&[][..], &[OF_TESTS]].map(|but| format!("{}|{PRIVATE}", pattern(but)));
    let [all, live] = &patterns;
    let (tracked, unsaved) = (repository.grep(all), repository.grep_unsaved(live));
    let is_told = |path: &str, line: usize| {
        let mut examples = facts.files().filter(|(_, file)| file.role == Role::Example);
        known.iter().any(|known| real(repository, known) == path)
            || examples.any(|(_, file)| {
                file.path == path && entries(file).iter().any(|entry| entry.line == line)
            })
    };
    let in_git = |path: &str, text: &str| {
        let mut tracked = tracked.found.iter();
        tracked.any(|(known, _, line)| known == path && line == text)
    };
    let only_there = unsaved
        .found
        .iter()
        .filter(|(path, _, text)| !in_git(path, text));
    let only_there = only_there.map(|found| (Id::SecretNotIgnored, found));
    let found = tracked.found.iter();
    let found = found
        .map(|found| (Id::SecretTracked, found))
        .chain(only_there);
    let others = found.filter(|(_, (path, line, _))| !is_told(path, *line));
    let findings = others.filter_map(|(id, (path, line, text))| {
        let finding = in_line(id, text)?;
        Some(finding.place(format!("{}:{line}", visible(path))))
    });
    let faults = [
        (Id::SecretTracked, &tracked.fault),
        (Id::SecretNotIgnored, &unsaved.fault),
    ];
    let skipped = faults.into_iter().filter_map(|(id, fault)| {
        let why = visible(&fault.as_ref()?.to_string()).into_owned();
        Some(Finding::new(id, Verdict::Skipped, "git", why))
    });
    findings.take(MOST_TRACKED).chain(skipped).collect()
}

/// A secret in a line that git has, or would take along.
fn in_line(id: Id, text: &str) -> Option<Finding> {
    if text.contains(PRIVATE_KEY) {
        let (detail, help) = told(id, "a private key", "the place that it comes from");
        return Some(Finding::new(id, Verdict::Warn, "git", detail).help(help));
    }
    let found = in_use(text)?;
    let (before, secret) = (&text[..found.start], &text[found]);
    if id == Id::SecretNotIgnored && secret.starts_with(OF_TESTS) {
        return None;
    }
    // A test key in a test is no accident; a live key always is.
    let verdict = match id == Id::SecretTracked && secret.starts_with("sk_live_") {
        true => Verdict::No,
        false => Verdict::Warn,
    };
    let owner = Owner::of(before, secret);
    let (detail, help) = told(id, &owner.secret(), &owner.dashboard());
    let finding = Finding::new(id, verdict, "git", detail).value(masked(secret));
    Some(finding.help(help))
}

/// What is to be said of a secret that git has or would take, and what to do.
fn told(id: Id, secret: &str, maker: &str) -> (String, String) {
    match id {
        Id::SecretTracked => (
            format!("{secret} in a file that git tracks: each clone has it"),
            format!("make a new one in {maker}, unless it was made up for a test"),
        ),
        _ => (
            format!("{secret} in a file that is not ignored: the next `git add .` takes it along"),
            "take it out before that, unless it was made up for a test".to_owned(),
        ),
    }
}

/// True if a file holds a secret of Clerk's.
pub fn holds_secret(content: &Dotenv) -> bool {
    content.entries().iter().any(|entry| {
        is_secret(&entry.value) || (!entry.value.is_empty() && names::read(&entry.name).is_secret())
    })
}

#[cfg(unix)]
fn modes(folder: &Path, files: &[&str]) -> Vec<Finding> {
    let modes = files.iter().filter_map(|file| mode(folder, file));
    modes.collect()
}

/// Warns if other users of this machine may read a file with secrets.
#[cfg(unix)]
fn mode(folder: &Path, file: &str) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(folder.join(file))
        .ok()?
        .permissions()
        .mode()
        & 0o777;
    (mode & 0o077 != 0).then(|| {
        Finding::new(
            Id::FileMode,
            Verdict::Warn,
            "file mode",
            format!("others on this machine may read it (mode {mode:03o})"),
        )
        .place(visible(file))
        .help(format!("chmod 600 {}", word(file)))
    })
}

/// There are no modes here, and the lists of who may do what are not read.
#[cfg(not(unix))]
fn modes(_: &Path, files: &[&str]) -> Vec<Finding> {
    if files.is_empty() {
        return Vec::new();
    }
    let detail = "it is not known on this system who may read the files with secrets";
    vec![Finding::new(
        Id::FileMode,
        Verdict::Skipped,
        "file mode",
        detail,
    )]
}

/// Warns if git would publish these files, which hold secrets.
pub fn git(git: &Git, files: &[&str]) -> Vec<Finding> {
    let repository = match (git, git.repository()) {
        _ if files.is_empty() => return Vec::new(),
        (_, Ok(repository)) => repository,
        (Git::NoRepository, _) => return Vec::new(),
        (_, Err(why)) => return vec![not_asked(&why)],
    };
    let names = files;
    let files: Vec<_> = names.iter().map(|file| real(repository, file)).collect();
    let files: Vec<_> = files.iter().map(String::as_str).collect();
    let asked =
        || -> io::Result<_> { Ok((repository.tracked(&files)?, repository.ignored(&files)?)) };
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
    for (file, name) in files.iter().zip(names) {
        let link = (file != name).then_some(*name);
        if tracked.iter().any(|found| found == file) {
            findings.push(is_tracked(file, link));
        } else if !ignored.iter().any(|found| found == file) {
            findings.push(is_not_ignored(file, link));
        }
    }
    if findings.is_empty() {
        let finding = Finding::new(
            Id::FileNotTracked,
            Verdict::Ok,
            "git",
            "ignored, and not tracked",
        );
        findings.push(finding.place(visible(&files.join(", "))));
    }
    findings
}

/// The file that really has the secrets: of a link, git stores only its target.
fn real(repository: &Repository, file: &str) -> String {
    repository.linked(file).unwrap_or_else(|| file.to_owned())
}

/// Who has the secrets: the file, or what leads to it.
fn holder(link: Option<&str>) -> String {
    link.map_or("it".to_owned(), |link| {
        format!("{} leads to it: it", visible(link))
    })
}

fn is_not_ignored(file: &str, link: Option<&str>) -> Finding {
    let detail = format!(
        "{} holds secrets and is not ignored: the next `git add .` takes it along",
        holder(link)
    );
    Finding::new(Id::FileNotIgnored, Verdict::No, "git", detail)
        .place(visible(file))
        .help(format!("add {} to .gitignore", visible(file)))
}

fn is_tracked(file: &str, link: Option<&str>) -> Finding {
    let detail = format!(
        "{} holds secrets and is tracked: each clone has them",
        holder(link)
    );
    Finding::new(Id::FileTracked, Verdict::No, "git", detail)
    .place(visible(file))
    .help(format!(
        "git rm --cached {}; then make new keys in Clerk's dashboard, because history keeps the old ones",
        word(file)
    ))
}

fn not_asked(why: &str) -> Finding {
    Finding::new(
        Id::GitNotAsked,
        Verdict::Skipped,
        "git",
        format!("{why}: whether the files with secrets are ignored was not checked"),
    )
}
