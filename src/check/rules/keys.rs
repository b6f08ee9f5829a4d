//! The two keys of a package: there, well-formed, and with the addresses that belong to them.

use clerk_auth::keys::{PublishableKey, SecretKey};

use super::{Package, place};
use crate::backend::is_loopback;
use crate::check::guard::{PUBLISHABLE, SECRET};
use crate::error::Explain as _;
use crate::escape::visible;
use crate::finding::{Finding, Verdict};
use crate::project::app;
use crate::project::keys::{Slot, pair, shape};
use crate::project::packages::Kind;
use crate::project::shown;
use crate::project::variables::{Found, Place, Variables};

/// What is said of a package's keys. A folder in which nobody speaks of Clerk needs none.
pub fn check(package: &Package, variables: &Variables<'_>) -> Vec<Finding> {
    let publishable = publishable(package, variables);
    let secret = own(package, variables, SECRET);
    let app = app::secret(&package.folder);
    if publishable.is_none() && secret.is_none() && app == app::Secret::Unknown {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let key = match &publishable {
        Some(found) => {
            let (key, finding) = publishable_key(package, found);
            findings.push(finding);
            key
        }
        None => {
            findings.push(missing(package, variables, PUBLISHABLE));
            None
        }
    };
    let secret = match &secret {
        Some(found) => {
            let (key, finding) = secret_key(package, found);
            findings.push(finding);
            key
        }
        None => {
            findings.extend(no_secret(package, variables, app));
            None
        }
    };
    if let Some(key) = key {
        findings.extend(secret.and_then(|secret| mixed(&key, &secret)));
        if package.kinds.contains(&Kind::Rust) {
            findings.extend(addresses(package, variables, key.is_local_emulator()));
        }
    }
    findings
}

fn publishable_key(package: &Package, found: &Found) -> (Option<PublishableKey>, Finding) {
    let finding = |id, verdict, detail| {
        Finding::new(id, verdict, "publishable", detail)
            .value(shown::found(found))
            .place(place(package, found))
    };
    match shape::publishable(&found.value) {
        Ok(key) => {
            let kind = key.instance_type().as_str();
            let detail = format!("{kind}, {}", visible(key.frontend_api_host()));
            (Some(key), finding("publishable-key", Verdict::Ok, detail))
        }
        Err(why) => {
            let finding = finding("publishable-key-malformed", Verdict::No, why.to_string());
            (None, finding.help(why.help(Slot::Publishable)))
        }
    }
}

fn secret_key(package: &Package, found: &Found) -> (Option<SecretKey>, Finding) {
    let finding = |id, verdict, detail| {
        Finding::new(id, verdict, "secret", detail)
            .value(shown::found(found))
            .place(place(package, found))
    };
    match shape::secret(&found.value) {
        Ok(key) => (Some(key), finding("secret-key", Verdict::Ok, String::new())),
        Err(why) => {
            let finding = finding("secret-key-malformed", Verdict::No, why.to_string());
            (None, finding.help(why.help(Slot::Secret)))
        }
    }
}

fn mixed(key: &PublishableKey, secret: &SecretKey) -> Option<Finding> {
    let error = pair(key, secret).err()?;
    let detail = error.with_reason();
    let finding = Finding::new("keys-mixed", Verdict::No, "pair", detail);
    Some(finding.help("`clerk-rs env set --keys paste` takes both at once"))
}

/// Variables of the process belong to the root; a package below it has its own files.
fn own(package: &Package, variables: &Variables<'_>, name: &str) -> Option<Found> {
    let found = variables.get(name)?;
    (package.below.is_empty() || found.place != Place::Process).then_some(found)
}

fn publishable(package: &Package, variables: &Variables<'_>) -> Option<Found> {
    let found = variables.publishable_keys().into_iter().next()?;
    own(package, variables, &found.name)
}

fn no_secret(package: &Package, variables: &Variables<'_>, app: app::Secret) -> Option<Finding> {
    if app == app::Secret::Needed {
        return Some(missing(package, variables, SECRET));
    }
    let is_server = package.kinds.contains(&Kind::Rust);
    let detail = "not set (fine where only session tokens are checked)";
    is_server.then(|| Finding::new("secret-key-not-set", Verdict::Skipped, "secret", detail))
}

/// Not set, or set to nothing, which hides what weaker places say.
fn missing(package: &Package, variables: &Variables<'_>, name: &str) -> Finding {
    let (id, subject) = if name == SECRET {
        ("secret-key-missing", "secret")
    } else {
        ("publishable-key-missing", "publishable")
    };
    let places = variables.all(name);
    let detail = match places.as_slice() {
        [] => format!("{name} is not set, neither in the environment nor in .env.local or .env"),
        [_] => format!("{name} is set to nothing"),
        [_, hidden, ..] => format!(
            "{name} is set to nothing, and that hides {}",
            place(package, hidden)
        ),
    };
    let finding = Finding::new(id, Verdict::No, subject, detail);
    let finding = match places.first() {
        Some(found) => finding.place(place(package, found)),
        None => finding,
    };
    finding.help(
        "`clerk-rs env set --keys local` makes a pair for the emulator, --keys paste takes yours",
    )
}

/// The emulator's addresses with real keys, or none with local ones.
fn addresses(package: &Package, variables: &Variables<'_>, is_local: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in ["CLERK_API_URL", "CLERK_FAPI_URL"] {
        let found = own(package, variables, name);
        let leads_here = found.as_ref().is_some_and(|found| {
            let url = url::Url::parse(&found.value).ok();
            url.as_ref()
                .and_then(url::Url::host_str)
                .is_some_and(is_loopback)
        });
        match (found, is_local) {
            (None, true) => findings.push(
                Finding::new(
                    "emulator-address-missing",
                    Verdict::Warn,
                    name,
                    "not set, and the keys are local: without `clerk-rs dev` the app looks for Clerk elsewhere",
                )
                .help("clerk-rs env set --keys local"),
            ),
            (Some(found), false) if leads_here => findings.push(
                Finding::new(
                    "emulator-address-left",
                    Verdict::No,
                    name,
                    "leads to this machine, and the keys are not those of the emulator",
                )
                .value(shown::found(&found))
                .place(place(package, &found))
                .help("take it out; `clerk-rs env set --keys` switches keys and addresses together"),
            ),
            _ => {}
        }
    }
    findings
}
