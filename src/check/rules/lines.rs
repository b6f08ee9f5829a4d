//! Files that cannot be read, and lines with which no app starts.

use std::collections::HashSet;

use std::io::ErrorKind;

use crate::check::facts::Facts;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::project::dotenv::{BadLine, Dotenv, Fault};
use crate::project::names::{self, Reading};
use crate::project::packages::Role;
use crate::project::variables::Variables;

/// Looks at every file of variables.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, file) in facts.files() {
        match &file.content {
            // The app takes it as absent.
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let detail = "it is a symbolic link that leads nowhere";
                let finding = Finding::new(Id::FileNotRead, Verdict::Warn, "file", detail);
                findings.push(finding.place(visible(&file.path)));
            }
            Err(error) => {
                let detail = format!("it cannot be read: {error}");
                let finding = Finding::new(Id::FileUnreadable, Verdict::Unknown, "file", detail);
                findings.push(finding.place(visible(&file.path)));
            }
            Ok(content) => {
                let malformed = malformed(&file.path, content).into_iter();
                findings.extend(malformed.map(|mut finding| {
                    if file.role == Role::Example {
                        finding.verdict = Verdict::Warn;
                    }
                    finding
                }));
            }
        }
    }
    findings
}

/// The lines of the files that an app reads; with one of them it does not start.
pub fn of(variables: &Variables<'_>) -> Vec<Finding> {
    let files = variables.files().iter();
    files
        .flat_map(|file| malformed(&file.name, &file.content))
        .collect()
}

/// The bad lines of a file; one that is of another format as a whole is told once.
fn malformed(file: &str, content: &Dotenv) -> Vec<Finding> {
    let mut formats = HashSet::new();
    let lines = content.bad_lines().iter().filter(|bad| match bad.fault {
        Fault::Format(format) => formats.insert(format),
        _ => true,
    });
    let finding = |bad: &BadLine| {
        let detail = format!("not of the form NAME=value: {}", bad.fault);
        let name = lost_in(content, bad).into_iter().next();
        Finding::new(Id::LineMalformed, Verdict::No, "line", detail)
            .place(format!("{}:{}", visible(file), bad.line))
            .help(format!(
                "write it as {}",
                form(name.as_deref().unwrap_or("NAME"), bad.fault)
            ))
    };
    lines.map(finding).collect()
}

/// How a line is written that can be read.
fn form(name: &str, fault: Fault) -> String {
    match fault {
        Fault::TextBehindValue | Fault::OpenQuote => format!("{name}=\"value\""),
        Fault::CommentWithoutSpace => format!("{name}=value # comment"),
        Fault::UnquotedPem => format!("{name}=\"-----BEGIN PUBLIC KEY-----\\n\u{2026}\""),
        Fault::Escape(_) | Fault::Reference => format!("{name}='value'"),
        _ => format!("{name}=value"),
    }
}

/// The names that malformed lines would have set, themselves or in what an open quote swallows: that these are not set
/// is no finding of its own.
pub fn lost(variables: &Variables<'_>) -> HashSet<String> {
    variables
        .files()
        .iter()
        .flat_map(|file| {
            let bad = file.content.bad_lines().iter();
            bad.flat_map(|bad| lost_in(&file.content, bad))
        })
        .collect()
}

/// In the order in which they stand there.
fn lost_in(file: &Dotenv, bad: &BadLine) -> Vec<String> {
    let next = file.entries().iter().map(|entry| entry.line);
    let next = next.filter(|line| *line > bad.line).min();
    let until = next.map_or(usize::MAX, |line| line - 1);
    let lines = file.text().lines().take(until).skip(bad.line - 1);
    lines.flat_map(names).collect()
}

/// The names in a line that somebody reads, one with dashes as well.
fn names(line: &str) -> impl Iterator<Item = String> {
    let words = line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
    let names = words.map(|word| word.replace('-', "_"));
    names.filter(|name| matches!(names::read(name), Reading::Known { .. }))
}
