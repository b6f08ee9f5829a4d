//! Files that cannot be read, and lines with which no app starts.

use std::collections::HashSet;

use std::io::ErrorKind;

use crate::check::facts::Facts;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::project::dotenv::{BadLine, Dotenv, is_name};
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
                let malformed = content
                    .bad_lines()
                    .iter()
                    .map(|bad| malformed(&file.path, bad));
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
    let lines = variables.bad_lines();
    lines.map(|(file, bad)| malformed(file, &bad)).collect()
}

fn malformed(file: &str, bad: &BadLine) -> Finding {
    let detail = format!("not of the form NAME=value: {}", bad.fault);
    Finding::new(Id::LineMalformed, Verdict::No, "line", detail)
        .place(format!("{}:{}", visible(file), bad.line))
        .help("no app starts with such a line")
}

/// The names that malformed lines would have set, themselves or in what an open quote swallows: that these are not set
/// is no finding of its own.
pub fn lost(variables: &Variables<'_>) -> HashSet<String> {
    variables
        .files()
        .iter()
        .flat_map(|file| lost_in(&file.content))
        .collect()
}

fn lost_in(file: &Dotenv) -> HashSet<String> {
    let mut names = HashSet::new();
    for bad in file.bad_lines() {
        let next = file.entries().iter().map(|entry| entry.line);
        let next = next.filter(|line| *line > bad.line).min();
        let lines = file
            .text()
            .lines()
            .take(next.map_or(usize::MAX, |line| line - 1));
        names.extend(lines.skip(bad.line - 1).filter_map(name).map(str::to_owned));
    }
    names
}

/// The name that a line begins with.
fn name(line: &str) -> Option<&str> {
    let line = line.trim_start_matches('\u{feff}').trim_start();
    let line = line.strip_prefix("export ").map_or(line, str::trim_start);
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let name = &line[..end.unwrap_or(line.len())];
    is_name(name).then_some(name)
}
