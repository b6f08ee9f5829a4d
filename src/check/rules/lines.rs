//! Files that cannot be read, and lines that keep an app from starting.

use std::collections::HashSet;

use std::io::ErrorKind;

use crate::check::facts::Facts;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::project::dotenv::{BadLine, Dotenv, Fault};
use crate::project::names::{self, Reading};
use crate::project::packages::Role;
use crate::project::variables::Variables;

/// The most bad lines that are reported one by one.
const MOST: usize = 20;

/// Looks at every file of variables.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, file) in facts.files() {
        match &file.content {
            // To the app it is absent.
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

/// The bad lines in the files that an app reads. With one of them it does not start.
pub fn of(variables: &Variables<'_>) -> Vec<Finding> {
    let files = variables.files().iter();
    files
        .flat_map(|file| malformed(&file.name, &file.content))
        .collect()
}

/// The bad lines of a file: just one finding if the whole file has another format, and only the first of very many.
fn malformed(file: &str, content: &Dotenv) -> Vec<Finding> {
    let mut formats = HashSet::new();
    let swallowed = swallowed(content);
    let lines = swallowed.iter().filter(|(bad, _)| match bad.fault {
        Fault::Format(format) => formats.insert(format),
        _ => true,
    });
    let finding = |(bad, lines): &(BadLine, Vec<&str>)| {
        let mut detail = format!("not of the form NAME=value: {}", bad.fault);
        let last = lines.iter().rposition(|line| !line.trim().is_empty());
        if let (Fault::OpenQuote, Some(more @ 1..)) = (bad.fault, last) {
            let last = bad.line + more;
            detail.push_str(&format!(
                "; nothing is read, and nothing judged, up to line {last}"
            ));
        }
        let name = lines.iter().flat_map(|line| names(line)).next();
        Finding::new(Id::LineMalformed, Verdict::No, "line", detail)
            .place(format!("{}:{}", visible(file), bad.line))
            .help(format!(
                "write it as {}",
                form(name.as_deref().unwrap_or("NAME"), bad.fault)
            ))
    };
    let mut findings: Vec<_> = lines.map(finding).collect();
    if let Some(more) = findings.len().checked_sub(MOST).filter(|more| *more > 1) {
        findings.truncate(MOST);
        let detail = format!("{more} more lines of this file are not of the form NAME=value");
        let finding = Finding::new(Id::LineMalformed, Verdict::No, "line", detail);
        findings.push(finding.place(visible(file)));
    }
    findings
}

/// An example of a line that can be read.
fn form(name: &str, fault: Fault) -> String {
    match fault {
        Fault::TextBehindValue | Fault::OpenQuote => format!("{name}=\"value\""),
        Fault::CommentWithoutSpace => format!("{name}=value # comment"),
        Fault::UnquotedPem => format!("{name}=\"-----BEGIN PUBLIC KEY-----\\n\u{2026}\""),
        Fault::Escape(_) | Fault::Reference => format!("{name}='value'"),
        _ => format!("{name}=value"),
    }
}

/// True if a bad line may have set this name: then nobody knows whether it is set.
pub fn is_lost(variables: &Variables<'_>, name: &str) -> bool {
    lost(variables).contains(name)
}

/// The names that bad lines would have set, in the lines themselves or in the text that an open quote swallows. That
/// these are missing is not a finding of its own.
fn lost(variables: &Variables<'_>) -> HashSet<String> {
    let files = variables.files().iter();
    let swallowed = files.flat_map(|file| swallowed(&file.content));
    let lines = swallowed.flat_map(|(_, lines)| lines);
    lines.flat_map(names).collect()
}

/// Each bad line with the lines it swallows: up to the next one that is good, or bad in itself. Every line is read just
/// once, whatever a stranger's file is made of.
fn swallowed(file: &Dotenv) -> Vec<(BadLine, Vec<&str>)> {
    let starts = file.entries().iter().map(|entry| entry.line);
    let mut starts: Vec<_> = starts
        .chain(file.bad_lines().iter().map(|bad| bad.line))
        .collect();
    starts.sort_unstable();
    let all: Vec<_> = file.text().lines().collect();
    let swallowed = file.bad_lines().iter().map(|bad| {
        let next = starts.get(starts.partition_point(|line| *line <= bad.line));
        let until = next.map_or(all.len(), |line| line - 1);
        let lines = all.get(bad.line - 1..until).unwrap_or_default();
        (*bad, lines.to_vec())
    });
    swallowed.collect()
}

/// The names in a line that something reads, even if written with dashes.
fn names(line: &str) -> impl Iterator<Item = String> {
    let words = line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
    let names = words.map(|word| word.replace('-', "_"));
    names.filter(|name| matches!(names::read(name), Reading::Known { .. }))
}
