//! Variables that are set twice and differ: in two places, under two names, in two packages.

use clerk_auth::config::PUBLISHABLE_KEY_NAMES;

use super::{Package, Scene, entries, line_of, place};
use crate::escape::visible;
use crate::finding::{Finding, Verdict};
use crate::project::names::{self, Reading};
use crate::project::packages::Role;
use crate::project::variables::{Found, Place, Variables};

/// Looks at all packages, and at each.
pub fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut instances: Vec<(String, Found)> = Vec::new();
    for package in scene.packages() {
        let Some(variables) = scene.variables(package) else {
            continue;
        };
        findings.extend(places(package, &variables));
        findings.extend(twins(package, &variables));
        findings.extend(modes(package, &variables));
        let key = variables.publishable_keys().into_iter().next();
        let key = key.filter(|key| package.below.is_empty() || key.place != Place::Process);
        instances.extend(key.map(|key| (place(package, &key), key)));
    }
    findings.extend(packages(&instances));
    findings
}

fn is_clerks(name: &str) -> bool {
    !matches!(names::read(name), Reading::Foreign)
}

/// One name in two places of one package.
fn places(package: &Package, variables: &Variables<'_>) -> Vec<Finding> {
    let names = variables.names().into_iter().filter(|name| is_clerks(name));
    let conflict = |name: &str| {
        let all = variables.all(name);
        let (first, rest) = all.split_first()?;
        let others: Vec<_> = rest
            .iter()
            .filter(|found| found.value != first.value)
            .map(|found| place(package, found))
            .collect();
        if others.is_empty() {
            return None;
        }
        let what = if first.value.is_empty() {
            "is empty, and wins over"
        } else {
            "wins over"
        };
        let finding = Finding::new(
            "value-conflict",
            Verdict::Warn,
            name,
            format!(
                "{} {what} {}, and they differ",
                place(package, first),
                others.join(" and ")
            ),
        );
        Some(finding.place(place(package, first)))
    };
    names.filter_map(conflict).collect()
}

/// One variable under two names, as front end and server have it.
fn twins(package: &Package, variables: &Variables<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for known in names::TABLE
        .iter()
        .filter(|known| known.kind == names::Kind::Public)
    {
        let all = std::iter::once(String::new())
            .chain(names::PREFIXES.iter().map(|prefix| prefix.text.to_owned()))
            .map(|prefix| format!("{prefix}{}", known.name));
        let set: Vec<_> = all.filter_map(|name| variables.get(&name)).collect();
        let Some((first, rest)) = set.split_first() else {
            continue;
        };
        for other in rest.iter().filter(|other| other.value != first.value) {
            // With two keys, whoever signs in at the front end is a stranger to the server.
            let is_key = PUBLISHABLE_KEY_NAMES.contains(&other.name.as_str());
            let finding = Finding::new(
                "twins-differ",
                if is_key { Verdict::No } else { Verdict::Warn },
                visible(&other.name),
                format!("differs from {} ({})", first.name, place(package, first)),
            );
            findings.push(finding.place(place(package, other)).help("make both equal"));
        }
    }
    findings
}

/// Files for one mode: JavaScript tools read them over the others, Rust never.
fn modes(package: &Package, variables: &Variables<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in package
        .files
        .iter()
        .filter(|file| file.role == Role::OneMode)
    {
        let own = entries(file).iter().filter(|entry| is_clerks(&entry.name));
        if !package.has_javascript() {
            if let Some(entry) = own.into_iter().next() {
                findings.push(
                    Finding::new(
                        "file-not-read",
                        Verdict::Warn,
                        "file",
                        "the app reads .env.local and .env only",
                    )
                    .place(line_of(file, entry)),
                );
            }
            continue;
        }
        for entry in own {
            let other = variables.get(&entry.name);
            let Some(other) = other.filter(|other| other.value != entry.value) else {
                continue;
            };
            findings.push(
                Finding::new(
                    "mode-differs",
                    Verdict::Warn,
                    visible(&entry.name),
                    format!(
                        "in its mode it takes the place of {}, and they differ",
                        place(package, &other)
                    ),
                )
                .place(line_of(file, entry)),
            );
        }
    }
    findings
}

/// The publishable keys of the packages.
fn packages(instances: &[(String, Found)]) -> Vec<Finding> {
    let Some(((first, key), rest)) = instances.split_first() else {
        return Vec::new();
    };
    let others = rest.iter().filter(|(_, other)| other.value != key.value);
    others
        .map(|(other, found)| {
            Finding::new(
                "packages-differ",
                Verdict::Warn,
                visible(&found.name),
                format!(
                    "names another instance than {first}: sessions of one are unknown to the other"
                ),
            )
            .place(other.as_str())
        })
        .collect()
}
