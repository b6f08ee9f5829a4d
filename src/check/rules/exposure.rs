//! Secrets that everybody can see: under a public prefix, in a variable that is shown, in an example.

use crate::check::facts::{Facts, entries, line_of};
use crate::check::owner::Owner;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::project::names::{self, Kind, PREFIXES, Reading};
use crate::project::packages::Role;
use crate::project::secrets::{in_use, is_secret};
use crate::project::shown::masked;
use crate::project::variables::Variables;

/// Looks at every assignment, and at the environment.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (package, file) in facts.files() {
        for entry in entries(file) {
            let finding = match file.role {
                Role::Example => in_example(&entry.name, &entry.value),
                _ => one(&entry.name, &entry.value),
            };
            findings.extend(finding.map(|finding| {
                finding
                    .place(line_of(file, entry.line))
                    .of(&package.below())
            }));
        }
    }
    for (name, value) in &facts.process {
        findings.extend(one(name, value).map(|finding| finding.place("environment")));
    }
    findings
}

/// The keys of an app under names that send them to browsers.
pub fn public_keys(variables: &Variables<'_>) -> Vec<Finding> {
    let names = PREFIXES.iter().flat_map(|prefix| {
        let names = [
            "CLERK_SECRET_KEY",
            "CLERK_MACHINE_SECRET_KEY",
            "CLERK_API_KEY",
        ];
        names.map(|name| format!("{}{name}", prefix.text))
    });
    let found = names.filter_map(|name| variables.get(&name));
    let findings = found.filter_map(|found| {
        let finding = one(&found.name, &found.value)?;
        Some(finding.place(found.place.to_string()))
    });
    findings.collect()
}

/// A secret in a variable that others see.
pub fn one(name: &str, value: &str) -> Option<Finding> {
    let reading = names::read(name);
    let owner = Owner::of(name, value);
    let holds_secret = is_secret(value) || (reading.is_secret() && !value.is_empty());
    if holds_secret && names::is_sent_to_browsers(name) {
        let detail = format!(
            "{} under a prefix that sends it to every browser",
            owner.secret()
        );
        let finding = Finding::new(Id::PublicSecret, Verdict::No, visible(name), detail);
        return Some(finding.value(masked(value)).help(format!(
            "take it out; if it was ever deployed, make a new one in {}",
            owner.dashboard()
        )));
    }
    let Reading::Known { known, .. } = reading else {
        return None;
    };
    // These two have checks of their own, which notice a secret in their place.
    let is_shown =
        known.kind != Kind::Secret && !["CLERK_PUBLISHABLE_KEY", "CLERK_JWT_KEY"].contains(&name);
    (is_secret(value) && is_shown).then(|| {
        let detail = "a secret in a variable that is not kept secret";
        Finding::new(Id::SecretMisplaced, Verdict::No, visible(name), detail)
            .value(masked(value))
            .help("move it to the variable it belongs to")
    })
}

/// An example is committed; a real secret in it is published.
fn in_example(name: &str, value: &str) -> Option<Finding> {
    in_use(value).is_some().then(|| {
        let owner = Owner::of(name, value);
        let detail = format!("{} in a file that is meant to be committed", owner.secret());
        Finding::new(Id::SecretInExample, Verdict::No, visible(name), detail)
            .value(masked(value))
            .help(format!(
                "leave it empty there, and make a new one in {}",
                owner.dashboard()
            ))
    })
}
