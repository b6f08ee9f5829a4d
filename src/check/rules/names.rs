//! Names that are misspelled, deprecated, not read by this project, or have a prefix that nothing here reads.

use crate::check::facts::{Facts, Package, entries, line_of};
use crate::check::unread;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::project::names::{self, Prefix, Reading};

/// Looks at every name of every file, and of the environment.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (package, file) in facts.files() {
        let is_known = unread::is_known(&package.found.folder);
        for entry in entries(file) {
            let finding = match is_known {
                true => unread::finding(&entry.name, facts.sources()),
                false => None,
            };
            let one = || one(&entry.name, &entry.value, Some(package));
            let finding = finding.or_else(one);
            let place = || line_of(file, entry.line);
            findings.extend(finding.map(|finding| finding.place(place()).of(&package.below())));
        }
    }
    for (name, value) in &facts.process {
        findings.extend(one(name, value, None).map(|finding| finding.place("environment")));
    }
    // If a program of the project names a variable, it reads it.
    findings.retain(|finding| {
        !matches!(finding.id, Id::NameUnknown | Id::NameOfAnotherKit)
            || !facts
                .sources()
                .iter()
                .any(|source| source.names(&finding.subject))
    });
    findings
}

fn one(name: &str, value: &str, package: Option<&Package<'_>>) -> Option<Finding> {
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

/// Finding about a name, whatever the package. It is never a failure, because the app starts all the same.
pub fn about(name: &str, value: &str) -> Option<Finding> {
    let finding =
        |id, detail: String| Finding::new(id, Verdict::Warn, visible(name).into_owned(), detail);
    match names::read(name) {
        Reading::Foreign => None,
        Reading::Unknown => Some(match names::suggestion(name, value) {
            Some(meant) => finding(
                Id::NameMisspelled,
                format!("nothing reads it; did you mean {meant}?"),
            ),
            None => finding(
                Id::NameUnknown,
                "neither the app nor one of Clerk's kits reads it".to_owned(),
            ),
        }),
        Reading::Elsewhere(elsewhere) => {
            let detail = format!("not read by this app; it is for {}", elsewhere.reader);
            let finding = finding(Id::NameOfAnotherKit, detail);
            Some(match elsewhere.here {
                Some(here) => finding.help(here),
                None => finding,
            })
        }
        Reading::Known { known, prefix } => {
            let prefix = prefix.map_or("", |prefix| prefix.text);
            let help = format!("use {prefix}{}", known.instead?);
            Some(finding(Id::NameDeprecated, "deprecated".to_owned()).help(help))
        }
    }
}

/// In a package that another tool builds, a prefix of this one is not read.
fn unread_prefix(name: &str, prefix: &Prefix, package: &Package<'_>) -> Option<Finding> {
    let readers: Vec<_> = package.found.kinds.iter().map(|kind| kind.name()).collect();
    if !package.found.has_javascript() || readers.contains(&prefix.reader) {
        return None;
    }
    let detail = format!(
        "{} reads names with {}, and this package is made with {}",
        prefix.reader,
        prefix.text,
        readers.join(" and ")
    );
    Some(Finding::new(
        Id::PrefixUnread,
        Verdict::Warn,
        visible(name),
        detail,
    ))
}
