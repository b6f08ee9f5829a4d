//! The values of all variables but the keys: some the core refuses, some refer to something that brings nothing.

use clerk_auth::config::{PUBLISHABLE_KEY_NAMES, ProblemKind};

use super::{lines, references};
use crate::check::facts::{Facts, Package};
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::project::judge::{self, Problem};
use crate::project::manifest;
use crate::project::names::{self, Kind, Reading};
use crate::project::secrets::is_secret;
use crate::project::shown;
use crate::project::variables::{Found, Variables};

/// Values that apps would refuse or misunderstand.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let packages = facts.readable();
    let findings = packages.flat_map(|(package, variables)| {
        let own = of(facts, package, variables).into_iter();
        own.map(|finding| finding.of(&package.below()))
    });
    findings.collect()
}

fn of(facts: &Facts<'_>, package: &Package<'_>, variables: &Variables<'_>) -> Vec<Finding> {
    // A program in Rust judges all its variables together, so this does, too. Others are judged one by one.
    let mut problems = match package.has_rust() {
        true => judge::problems(variables, package.need),
        false => Vec::new(),
    };
    let has_own_server = manifest::has_own_server(&package.found.folder);
    let is_apps_own = |name: &str| has_own_server && matches!(name, "HOST" | "PORT");
    problems.retain(|problem| {
        let is_own = problem
            .place
            .as_ref()
            .is_none_or(|place| package.owns(place));
        let is_lost = problem.place.is_none() && lines::is_lost(variables, &problem.name);
        is_own && !is_lost && !is_key(&problem.name) && !is_apps_own(&problem.name)
    });
    let mut findings = Vec::new();
    for found in set(facts, package, variables) {
        let own = problems
            .iter()
            .position(|problem| problem.name == found.name);
        let problem = own.map(|index| problems.remove(index));
        let reading = names::read(&found.name);
        let is_misplaced = !reading.is_secret() && is_secret(&found.value);
        if is_key(&found.name) || is_misplaced || is_apps_own(&found.name) {
            continue;
        }
        let problem = problem.or_else(|| judge::found(&found, variables));
        let finding = match problem {
            Some(problem) => Some(spoilt(&problem, &found, variables)),
            None => {
                references::warning(&found, variables).or_else(|| unfit_prefix(&found, &reading))
            }
        };
        findings.extend(finding.map(|finding| {
            match found.value.is_empty() {
                true => finding.place(package.place(&found.place)),
                false => finding
                    .value(shown::found(&found))
                    .place(package.place(&found.place)),
            }
        }));
    }
    // A problem without a place is a variable that another one demands, such as a satellite's domain.
    findings.extend(problems.iter().map(|problem| match &problem.place {
        Some(place) => refused(problem).place(package.place(place)),
        None => refused(problem),
    }));
    findings
}

/// The keys have a rule of their own.
fn is_key(name: &str) -> bool {
    let others = [
        "CLERK_SECRET_KEY",
        "CLERK_MACHINE_SECRET_KEY",
        "CLERK_JWT_KEY",
    ];
    PUBLISHABLE_KEY_NAMES.contains(&name) || others.contains(&name)
}

/// Every variable of Clerk's that a package sets, even to an empty text, in the place that counts.
fn set(facts: &Facts<'_>, package: &Package<'_>, variables: &Variables<'_>) -> Vec<Found> {
    let mut names = variables.names();
    if package.is_root() {
        // Variables of the environment belong to the root.
        let process = facts.process.iter().map(|(name, _)| name.as_str());
        let more: Vec<_> = process.filter(|name| !names.contains(name)).collect();
        names.extend(more);
    }
    let known = names
        .into_iter()
        .filter(|name| matches!(names::read(name), Reading::Known { .. }));
    let first = known.filter_map(|name| variables.all(name).into_iter().next());
    first.filter(|found| package.owns(&found.place)).collect()
}

/// If a reference spoilt a value, the finding is about the reference.
fn spoilt(problem: &Problem, found: &Found, variables: &Variables<'_>) -> Finding {
    let reference = references::warning(found, variables);
    match reference.filter(|_| problem.kind == ProblemKind::Malformed) {
        Some(finding) => Finding {
            verdict: Verdict::No,
            ..finding
        },
        None => refused(problem),
    }
}

fn refused(problem: &Problem) -> Finding {
    let id = match problem.kind {
        ProblemKind::Missing => Id::ValueMissing,
        ProblemKind::UnsetByReference => Id::ReferenceUnset,
        _ => Id::ValueMalformed,
    };
    Finding::new(
        id,
        Verdict::No,
        visible(&problem.name),
        problem.detail.as_str(),
    )
    .help(problem.help.as_str())
}

/// A prefix for browsers on a variable that only servers read.
fn unfit_prefix(found: &Found, reading: &Reading) -> Option<Finding> {
    let Reading::Known {
        known,
        prefix: Some(prefix),
    } = reading
    else {
        return None;
    };
    (known.kind == Kind::Server && prefix.text != "NUXT_").then(|| {
        let detail = format!(
            "{} is read without {}, and by servers only",
            known.name, prefix.text
        );
        Finding::new(Id::PrefixUnfit, Verdict::Warn, visible(&found.name), detail)
            .help(format!("call it {}", known.name))
    })
}
