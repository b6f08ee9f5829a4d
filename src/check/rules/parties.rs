//! The list of authorised parties, and what it goes with.

use clerk_auth::config::{PUBLISHABLE_KEY_NAMES, is_on};
use clerk_auth::keys::PublishableKey;

use super::lines;
use crate::check::facts::{Facts, Package};
use crate::finding::{Finding, Id, Verdict};
use crate::project::variables::{Found, Variables};

const PARTIES: &str = "CLERK_AUTHORIZED_PARTIES";
const ABSENT: &str = "CLERK_ACCEPT_ABSENT_AZP";
const PROXY: &str = "CLERK_PROXY_URL";

/// Settings that are right by themselves and lock visitors out, or trust them, together.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let packages = facts.readable().filter(|(package, _)| package.has_rust());
    let findings = packages.filter_map(|(package, variables)| {
        let finding = of(package, variables)?;
        Some(finding.of(&package.below()))
    });
    findings.collect()
}

fn of(package: &Package<'_>, variables: &Variables<'_>) -> Option<Finding> {
    let set = |name| {
        package
            .own(variables, name)
            .filter(|found| !found.value.is_empty())
    };
    let proxy = set(PROXY)?;
    if [PARTIES, ABSENT]
        .iter()
        .any(|name| lines::is_lost(variables, name))
    {
        return None;
    }
    let at = |finding: Finding, found: &Found| finding.place(package.place(&found.place));
    match set(PARTIES) {
        Some(parties) if !set(ABSENT).is_some_and(|found| is_on(&found.value)) => {
            let detail = format!(
                "not set, but {PARTIES} refuses tokens without azp, and pages that reach Clerk through this app \
                 ({PROXY}) get such tokens"
            );
            let finding = Finding::new(Id::ValueMissing, Verdict::Warn, ABSENT, detail);
            let help = format!("set {ABSENT}=true; a wrong azp is refused all the same");
            Some(at(finding.help(help), &parties))
        }
        None if proxy.value.starts_with('/') && is_live(package, variables) => {
            let detail = format!(
                "not set, and {PROXY} is a path: then the Host of each request names this app to Clerk"
            );
            let finding = Finding::new(Id::ValueMissing, Verdict::Warn, PARTIES, detail);
            let help = format!("set it to the app's origin, with {ABSENT}=true beside it");
            Some(at(finding.help(help), &proxy))
        }
        _ => None,
    }
}

fn is_live(package: &Package<'_>, variables: &Variables<'_>) -> bool {
    let mut names = PUBLISHABLE_KEY_NAMES.iter();
    let key = names.find_map(|name| package.own(variables, name));
    let key = key.and_then(|found| PublishableKey::parse(&found.value).ok());
    key.is_some_and(|key| !key.is_development() && !key.is_local_emulator())
}
