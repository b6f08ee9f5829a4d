//! Names: misspelled, deprecated, or with a prefix that nobody here reads.

use super::{Package, Scene, entries, env_files, line_of};
use crate::escape::visible;
use crate::finding::{Finding, Verdict};
use crate::project::names::{self, Prefix, Reading};

/// Looks at every name of every file, and of the environment.
pub fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (package, file) in env_files(scene) {
        for entry in entries(file) {
            let finding = one(&entry.name, &entry.value, Some(package));
            findings.extend(finding.map(|finding| finding.place(line_of(file, entry))));
        }
    }
    for name in &scene.process {
        let value = (scene.lookup)(name).unwrap_or_default();
        findings.extend(one(name, &value, None).map(|finding| finding.place("environment")));
    }
    findings
}

fn one(name: &str, value: &str, package: Option<&Package>) -> Option<Finding> {
    match (names::read(name), package) {
        (
            Reading::Known {
                known,
                prefix: Some(prefix),
            },
            Some(package),
        ) if known.instead.is_none() => unread_prefix(name, prefix, package),
        _ => about(name, value),
    }
}

/// What is to be said of a name, whatever the package: never a failure, because the app starts all the same.
pub fn about(name: &str, value: &str) -> Option<Finding> {
    let finding =
        |id, detail: String| Finding::new(id, Verdict::Warn, visible(name).into_owned(), detail);
    match names::read(name) {
        Reading::Foreign => None,
        Reading::Unknown => Some(match names::suggestion(name, value) {
            Some(meant) => finding(
                "name-misspelled",
                format!("nothing reads it; did you mean {meant}?"),
            ),
            None => finding(
                "name-unknown",
                "neither the app nor one of Clerk's kits reads it".to_owned(),
            ),
        }),
        Reading::Elsewhere(elsewhere) => {
            let detail = format!("not read by this app; it is for {}", elsewhere.reader);
            let finding = finding("name-of-another-kit", detail);
            Some(match elsewhere.here {
                Some(here) => finding.help(here),
                None => finding,
            })
        }
        Reading::Known { known, prefix } => {
            let prefix = prefix.map_or("", |prefix| prefix.text);
            let help = format!("use {prefix}{}", known.instead?);
            Some(finding("name-deprecated", "deprecated".to_owned()).help(help))
        }
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
