//! Secrets where everybody sees them: under a public prefix, in a variable that is shown, in an example.

use super::{Scene, entries, env_files, line_of};
use crate::escape::visible;
use crate::finding::{Finding, Verdict};
use crate::project::names::{self, Kind, Reading};
use crate::project::packages::Role;
use crate::project::shown::{is_secret, masked};

/// Looks at every assignment, and at the environment.
pub fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, file) in env_files(scene) {
        for entry in entries(file) {
            let finding = match file.role {
                Role::Example => in_example(&entry.name, &entry.value),
                _ => one(&entry.name, &entry.value),
            };
            findings.extend(finding.map(|finding| finding.place(line_of(file, entry))));
        }
    }
    for name in &scene.process {
        let value = (scene.lookup)(name).unwrap_or_default();
        findings.extend(one(name, &value).map(|finding| finding.place("environment")));
    }
    findings
}

fn one(name: &str, value: &str) -> Option<Finding> {
    let reading = names::read(name);
    let kind = match reading {
        Reading::Known { known, .. } => Some(known.kind),
        _ => None,
    };
    let holds_secret = is_secret(value) || (reading.is_secret() && !value.is_empty());
    if holds_secret && names::is_sent_to_browsers(name) {
        let finding = Finding::new(
            "public-secret",
            Verdict::No,
            visible(name),
            "a secret under a prefix that sends it to every browser",
        );
        return Some(
            finding.value(masked(value)).help(
                "take it out, and make a new one in Clerk's dashboard if it was ever deployed",
            ),
        );
    }
    // The publishable key's own check says that a secret one stands in its place.
    let is_shown = kind.is_some_and(|kind| kind != Kind::Secret) && name != "CLERK_PUBLISHABLE_KEY";
    (is_secret(value) && is_shown).then(|| {
        Finding::new(
            "secret-misplaced",
            Verdict::No,
            visible(name),
            "a secret in a variable that is not kept secret",
        )
        .value(masked(value))
        .help("move it to the variable it belongs to")
    })
}

/// An example is committed; a real secret in it is published.
fn in_example(name: &str, value: &str) -> Option<Finding> {
    let body = value.rsplit('_').next().unwrap_or_default();
    let is_real = is_secret(value)
        && body.len() >= 20
        && body
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
        && body.bytes().any(|byte| byte != body.as_bytes()[0]);
    is_real.then(|| {
        Finding::new(
            "secret-in-example",
            Verdict::No,
            visible(name),
            "a secret in a file that is meant to be committed",
        )
        .value(masked(value))
        .help("leave it empty there, and make a new one in Clerk's dashboard")
    })
}
