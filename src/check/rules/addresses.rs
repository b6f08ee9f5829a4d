//! Addresses that do not fit the keys: the emulator's with keys of an instance, none with local ones, or one for both APIs.

use clerk_auth::keys::PublishableKey;

use super::lines;
use crate::backend::is_loopback;
use crate::check::facts::{Facts, Package};
use crate::finding::{Finding, Id, Verdict};
use crate::project::keys::shape;
use crate::project::shown;
use crate::project::variables::Variables;

/// Looks at each package in Rust that has a publishable key.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let packages = facts.readable().filter(|(package, _)| package.has_rust());
    let found = packages.flat_map(|(package, variables)| {
        let key = variables.publishable_keys().into_iter().next();
        let key = key.filter(|key| package.owns(&key.place));
        let key = key.and_then(|key| shape::publishable(&key.value).ok());
        let is_local = key.as_ref().map(PublishableKey::is_local_emulator);
        is_local.map_or_else(Vec::new, |is_local| one(package, variables, is_local))
    });
    found.collect()
}

const API: &str = "CLERK_API_URL";
const FRONTEND: &str = "CLERK_FAPI_URL";

fn one(package: &Package<'_>, variables: &Variables<'_>, is_local: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in [API, FRONTEND] {
        let found = package.own(variables, name);
        let leads_here = found
            .as_ref()
            .is_some_and(|found| port_here(&found.value).is_some());
        match (found, is_local) {
            (None, true) if lines::is_lost(variables, name) => {}
            (None, true) => findings.push(
                Finding::new(
                    Id::EmulatorAddressMissing,
                    Verdict::Warn,
                    name,
                    "not set, and the keys are local: without `clerk-rs dev` the app looks for Clerk elsewhere",
                )
                .of(&package.below())
                .help("clerk-rs env set --keys local"),
            ),
            // The app accepts it, and somebody may serve the Backend API here on purpose.
            (Some(found), false) if leads_here => findings.push(
                Finding::new(
                    Id::EmulatorAddressLeft,
                    Verdict::Warn,
                    name,
                    "leads to this machine, and the keys are not those of the emulator",
                )
                .value(shown::found(&found))
                .place(package.place(&found.place))
                .of(&package.below())
                .help("take it out; `clerk-rs env set --keys` switches keys and addresses together"),
            ),
            _ => {}
        }
    }
    if is_local {
        findings.extend(equal(package, variables));
    }
    findings
}

/// Both APIs at one address, as in projects from the time when the emulator had only one.
fn equal(package: &Package<'_>, variables: &Variables<'_>) -> Option<Finding> {
    let api = package.own(variables, API)?;
    let frontend = package.own(variables, FRONTEND)?;
    let port = port_here(&api.value)?;
    if port_here(&frontend.value) != Some(port) {
        return None;
    }
    let finding = Finding::new(
        Id::EmulatorAddressesEqual,
        Verdict::Warn,
        API,
        "the same address as in CLERK_FAPI_URL, but the emulator has two: without `clerk-rs dev`, which knows both, the \
         app finds no Backend API",
    );
    Some(
        finding
            .value(shown::found(&api))
            .place(package.place(&api.place))
            .of(&package.below())
            .help("clerk-rs env set --keys local"),
    )
}

/// The port of an address on this machine.
fn port_here(address: &str) -> Option<u16> {
    let url = url::Url::parse(address).ok()?;
    let is_here = url.host_str().is_some_and(is_loopback);
    is_here.then(|| url.port_or_known_default())?
}
