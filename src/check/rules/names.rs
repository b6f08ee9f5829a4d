//! Names: misspelled, deprecated, or with a prefix that nobody here reads.

use std::collections::HashSet;

use super::{Package, Scene, entries, env_files, line_of};
use crate::escape::visible;
use crate::finding::{Finding, Verdict};
use crate::project::names::{self, Prefix, Reading};
use crate::project::packages::Role;

/// Looks at every name of every file, and of the environment.
pub fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let all: HashSet<&str> = env_files(scene)
        .flat_map(|(_, file)| entries(file).iter().map(|entry| entry.name.as_str()))
        .chain(scene.process.iter().map(String::as_str))
        .collect();
    for (package, file) in env_files(scene) {
        for entry in entries(file) {
            let finding = one(&entry.name, Some(package), &all);
            findings.extend(finding.map(|mut finding| {
                if file.role == Role::Example {
                    finding.verdict = Verdict::Warn;
                }
                finding.place(line_of(file, entry))
            }));
        }
    }
    for name in &scene.process {
        findings.extend(one(name, None, &all).map(|finding| finding.place("environment")));
    }
    findings
}

fn one(name: &str, package: Option<&Package>, all: &HashSet<&str>) -> Option<Finding> {
    let finding = |id, verdict, detail: String| Finding::new(id, verdict, visible(name), detail);
    match names::read(name) {
        Reading::Foreign => None,
        Reading::Unknown => Some(finding(
            "name-unknown",
            Verdict::Warn,
            "neither the app nor one of Clerk's kits reads it".to_owned(),
        )),
        Reading::Mistaken(meant) => {
            // Beside the right one it is a leftover.
            let is_leftover = all.contains(meant.as_str());
            let verdict = if is_leftover {
                Verdict::Warn
            } else {
                Verdict::No
            };
            let detail = format!("nothing reads it; did you mean {meant}?");
            Some(finding("name-misspelled", verdict, detail))
        }
        Reading::Known { known, prefix } => match (known.instead, prefix) {
            (Some(instead), prefix) => {
                let prefix = prefix.map_or("", |prefix| prefix.text);
                let detail = "deprecated".to_owned();
                let help = format!("use {prefix}{instead}");
                Some(finding("name-deprecated", Verdict::Warn, detail).help(help))
            }
            (None, Some(prefix)) => unread_prefix(name, prefix, package?),
            (None, None) => None,
        },
    }
}

/// In a package that another tool builds, a prefix of this one is not read.
fn unread_prefix(name: &str, prefix: &Prefix, package: &Package) -> Option<Finding> {
    let readers: Vec<_> = package.kinds.iter().map(|kind| kind.name()).collect();
    if !package.has_javascript() || readers.contains(&prefix.reader) {
        return None;
    }
    let detail = format!(
        "{} reads names with {}, and this package is made with {}",
        prefix.reader,
        prefix.text,
        readers.join(" and ")
    );
    Some(Finding::new(
        "prefix-unread",
        Verdict::Warn,
        visible(name),
        detail,
    ))
}
