//! The values of all other variables, by the app's own rules.

use crate::check::facts::{Facts, Package};
use crate::check::guard::{PUBLISHABLE, SECRET};
use crate::finding::{Finding, Id, Verdict};
use crate::project::app;
use crate::project::judge;
use crate::project::names::{self, Reading};
use crate::project::shown::{self, is_secret};
use crate::project::variables::{Found, Variables};

/// What the apps would refuse, or take for something else than was meant.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let packages = facts.readable();
    let findings = packages.flat_map(|(package, variables)| {
        let own = of(package, variables).into_iter();
        own.map(|finding| finding.of(&package.below()))
    });
    findings.collect()
}

fn of(package: &Package<'_>, variables: &Variables<'_>) -> Vec<Finding> {
    let mut names: Vec<&str> = variables.names();
    if package.is_root() {
        // What only the environment sets is the root's.
        for known in names::TABLE {
            if !names.contains(&known.name) {
                names.push(known.name);
            }
        }
    }
    let own = names
        .into_iter()
        .filter_map(|name| package.own(variables, name));
    let mut findings: Vec<_> = own
        .filter_map(|found| one(package, variables, &found))
        .collect();
    findings.extend(unset(package, variables));
    findings
}

/// What is not set and has to be, because something else is: a satellite's domain. The keys are told elsewhere.
fn unset(package: &Package<'_>, variables: &Variables<'_>) -> Vec<Finding> {
    if !package.has_rust() {
        return Vec::new();
    }
    let problems = judge::problems(variables, app::Secret::Optional).into_iter();
    let unset = problems.filter(|problem| {
        !matches!(problem.name.as_str(), PUBLISHABLE | SECRET)
            && variables.get(&problem.name).is_none()
    });
    unset
        .map(|problem| {
            Finding::new(Id::ValueMissing, Verdict::No, problem.name, problem.detail)
                .help(problem.help)
        })
        .collect()
}

fn one(package: &Package<'_>, variables: &Variables<'_>, found: &Found) -> Option<Finding> {
    let Reading::Known { known, prefix } = names::read(&found.name) else {
        return None;
    };
    // The keys have a file of their own; a secret in a wrong place is told there, and not repeated.
    if matches!(known.name, PUBLISHABLE | SECRET) || is_secret_misplaced(known, found) {
        return None;
    }
    let finding = |detail: String| {
        Finding::new(Id::ValueMalformed, Verdict::No, found.name.as_str(), detail)
            .value(shown::found(found))
            .place(package.place(&found.place))
    };
    if let Some(problem) = judge::found(found, variables) {
        return Some(finding(problem.detail).help(problem.help));
    }
    let is_for_servers = known.kind == names::Kind::Server;
    if let (true, Some(prefix)) = (
        is_for_servers && prefix.is_some_and(|prefix| prefix.text != "NUXT_"),
        prefix,
    ) {
        let detail = format!(
            "{} is read without {}, and by servers only",
            known.name, prefix.text
        );
        let mut finding = finding(detail);
        finding.id = Id::PrefixUnfit;
        finding.verdict = Verdict::Warn;
        return Some(finding.help(format!("call it {}", known.name)));
    }
    None
}

fn is_secret_misplaced(known: &names::Known, found: &Found) -> bool {
    known.kind != names::Kind::Secret && is_secret(&found.value)
}
