//! What keys say without anybody being asked.

use clerk_auth::keys::{MachineSecretKey, PublishableKey, SecretKey};
use clerk_auth::public_key::PublicKey;

use crate::escape::visible;
use crate::finding::{Finding, Verdict};
use crate::keyring::keys::Keys;
use crate::keyring::sources::{Candidate, SECRET_KEY, Sources};
use crate::project::keys::shape::{self, Malformed};
use crate::project::keys::{self, Slot};
use crate::project::names::PREFIXES;
use crate::project::shown::masked;
use crate::project::variables::Variables;

const PUBLISHABLE_KEY: &str = "CLERK_PUBLISHABLE_KEY";
/// Clerk's secret keys have about 50 characters; one of the emulator has 48. Nobody promises it.
const SHORT_SECRET: usize = 40;

/// Looks at each key by itself and at the pair.
pub fn check(sources: &Sources, variables: &Variables<'_>) -> (Vec<Finding>, Keys) {
    let mut findings = Vec::new();
    let mut keys = Keys::default();
    keys.publishable = publishable(sources, &mut findings);
    keys.secret = secret(sources, &keys, &mut findings);
    findings.extend(public_secrets(variables).iter().map(exposed));
    if let (Some(public), Some(private)) = (&keys.publishable, &keys.secret) {
        findings.push(pair(public, private));
    }
    keys.jwt = jwt(sources, &mut findings);
    keys.machine = machine(sources, &mut findings);
    (findings, keys)
}

fn publishable(sources: &Sources, findings: &mut Vec<Finding>) -> Option<PublishableKey> {
    let Some((first, others)) = sources.publishable.split_first() else {
        findings.push(no_publishable(sources));
        return None;
    };
    let place = first.place(PUBLISHABLE_KEY);
    let (finding, key) = match shape::publishable(&first.value) {
        Ok(key) => (describe(&key).value(masked(key.as_str())), Some(key)),
        Err(why) => (malformed(Slot::Publishable, &first.value, &why), None),
    };
    findings.push(finding.place(place.clone()));
    for other in others.iter().filter(|other| other.value != first.value) {
        let finding = match shape::publishable(&other.value) {
            Ok(_) => Finding::new(
                "publishable-keys-differ",
                Verdict::Warn,
                "publishable",
                format!("another key than the one that the app takes ({place})"),
            )
            .value(masked(&other.value))
            .help("keep one of them, or make both equal"),
            Err(why) => malformed(Slot::Publishable, &other.value, &why),
        };
        findings.push(finding.place(other.place(PUBLISHABLE_KEY)));
    }
    key
}

fn no_publishable(sources: &Sources) -> Finding {
    let is_missed = sources.jwt.is_none() && !sources.is_given;
    let verdict = if is_missed {
        Verdict::No
    } else {
        Verdict::Skipped
    };
    let detail = "not set, neither in the environment nor in .env.local or .env";
    let finding = Finding::new("publishable-key-missing", verdict, "publishable", detail);
    if is_missed {
        finding.help("`clerk-rs env set --keys local` makes a pair for the built-in emulator; those of an instance are in Clerk's dashboard, API keys")
    } else {
        finding
    }
}

/// A key that is one: of which kind, of which host, and what is odd about it.
fn describe(key: &PublishableKey) -> Finding {
    let host = key.frontend_api_host();
    let kind = if key.is_local_emulator() {
        "local emulator"
    } else {
        key.instance_type().as_str()
    };
    let is_development_host = [
        ".clerk.accounts.dev",
        ".lcl.dev",
        ".lclstage.dev",
        ".lclclerk.com",
        ".accountsstage.dev",
    ]
    .iter()
    .any(|end| host.ends_with(end));
    let what = format!("{kind}, {host}");
    let odd = |id, detail: &str, help: &str| {
        Finding::new(
            id,
            Verdict::Warn,
            "publishable",
            format!("{what}\n{detail}"),
        )
        .help(help)
    };
    if let Some(index) = key.as_str().find('=') {
        return odd(
            "publishable-key-padding",
            &format!(
                "position {}: = (padding); it works, but the cookies are called otherwise than with the key without it",
                index + 1
            ),
            "copy the key from Clerk's dashboard, API keys; front end and server must have the very same text",
        );
    }
    match (key.is_development(), is_development_host) {
        (true, false) => odd(
            "publishable-key-test-host",
            "pk_test_ is for development, but the host is none of those that Clerk gives to development instances",
            "copy the key from Clerk's dashboard, API keys",
        ),
        (false, true) => odd(
            "publishable-key-live-host",
            "pk_live_ is for production, but the host is that of a development instance",
            "copy the key from Clerk's dashboard, API keys",
        ),
        _ => Finding::new("publishable-key", Verdict::Ok, "publishable", what),
    }
}

fn secret(sources: &Sources, keys: &Keys, findings: &mut Vec<Finding>) -> Option<SecretKey> {
    let Some(candidate) = &sources.secret else {
        findings.push(no_secret(sources));
        return None;
    };
    let (finding, key) = match shape::secret(&candidate.value) {
        Ok(key) => (describe_secret(&key, keys.are_local()), Some(key)),
        Err(why @ Malformed::Legacy) => {
            let mut finding = malformed(Slot::Secret, &candidate.value, &why);
            // The API may still take it; only asking tells.
            finding.verdict = Verdict::Warn;
            (finding, SecretKey::new(candidate.value.as_str()).ok())
        }
        Err(why) => (malformed(Slot::Secret, &candidate.value, &why), None),
    };
    findings.push(finding.place(candidate.place(SECRET_KEY)));
    key
}

fn describe_secret(key: &SecretKey, is_local: bool) -> Finding {
    let length = key.expose().len();
    let kind = match key.is_development() {
        true if is_local => "local emulator",
        true => "development",
        false => "production",
    };
    let finding = if length < SHORT_SECRET {
        Finding::new(
            "secret-key-short",
            Verdict::Warn,
            "secret",
            format!("{kind}\n{length} characters; Clerk's have about 50, so it may be cut off"),
        )
        .help(
            "copy it again from Clerk's dashboard, API keys; --online asks whether Clerk takes it",
        )
    } else {
        Finding::new("secret-key", Verdict::Ok, "secret", kind)
    };
    finding.value(masked(key.expose()))
}

fn no_secret(sources: &Sources) -> Finding {
    let verdict = Verdict::Skipped;
    match &sources.old_secret {
        Some(old) => Finding::new(
            "secret-key-old-name",
            Verdict::Warn,
            "secret",
            "CLERK_API_KEY is the old name of CLERK_SECRET_KEY, which is not set",
        )
        .place(old.origin.to_string())
        .help("rename it"),
        None => Finding::new(
            "secret-key-missing",
            verdict,
            "secret",
            "not set; only an API that does no more than check tokens can do without",
        ),
    }
}

/// Secrets under names that send them to browsers.
fn public_secrets(variables: &Variables<'_>) -> Vec<Candidate> {
    let names = PREFIXES.iter().flat_map(|prefix| {
        let names = [SECRET_KEY, "CLERK_MACHINE_SECRET_KEY", "CLERK_API_KEY"];
        names.map(|name| format!("{}{name}", prefix.text))
    });
    let found = names.filter_map(|name| variables.get(&name));
    found.map(Candidate::from).collect()
}

/// The worst that can happen to a secret.
fn exposed(candidate: &Candidate) -> Finding {
    let prefix = candidate
        .name
        .split_once("CLERK_")
        .map_or("", |(prefix, _)| prefix);
    Finding::new(
        "secret-key-in-public-variable",
        Verdict::No,
        "secret",
        format!("whatever begins with {prefix} is built into pages: every visitor can read this secret"),
    )
    .value(masked(&candidate.value))
    .place(candidate.place(SECRET_KEY))
    .help("remove the variable, and make a new key in Clerk's dashboard, API keys, where this one may have been in a build")
}

fn pair(publishable: &PublishableKey, secret: &SecretKey) -> Finding {
    if keys::pair(publishable, secret).is_err() {
        let (public, private) = if publishable.is_development() {
            ("pk_test_ is for development", "sk_live_ for production")
        } else {
            ("pk_live_ is for production", "sk_test_ for development")
        };
        return Finding::new(
            "keys-mixed",
            Verdict::No,
            "pair",
            format!("the two keys belong to different instances: {public}, {private}"),
        )
        .help("copy both from one page: Clerk's dashboard, API keys");
    }
    let kind = publishable.instance_type().as_str();
    Finding::new(
        "pair-not-compared",
        Verdict::Skipped,
        "pair",
        format!("both are for {kind}; --online asks whether they are of one instance"),
    )
}

fn jwt(sources: &Sources, findings: &mut Vec<Finding>) -> Option<PublicKey> {
    const SUBJECT: &str = "JWT key";
    let Some(candidate) = &sources.jwt else {
        let detail = "not set (fine: keys are fetched)";
        findings.push(Finding::new(
            "jwt-key-missing",
            Verdict::Skipped,
            SUBJECT,
            detail,
        ));
        return None;
    };
    let (finding, key) = match PublicKey::from_pem(&candidate.value) {
        Ok(key) => {
            let detail = format!("RSA, {} bits", key.bits());
            (
                Finding::new("jwt-key", Verdict::Ok, SUBJECT, detail),
                Some(key),
            )
        }
        Err(why) => {
            let detail = visible(&why.to_string()).into_owned();
            let help =
                "copy the PEM public key from Clerk's dashboard, API keys, or remove the variable";
            (
                Finding::new("jwt-key-unreadable", Verdict::No, SUBJECT, detail).help(help),
                None,
            )
        }
    };
    findings.push(finding.place(candidate.origin.to_string()));
    key
}

fn machine(sources: &Sources, findings: &mut Vec<Finding>) -> Option<MachineSecretKey> {
    let candidate = sources.machine.as_ref()?;
    let (finding, key) = match shape::machine(&candidate.value) {
        Ok(key) => {
            // The prefix has three meanings, so nothing more is certain.
            let detail = "begins like one (ak_); only using it shows more";
            let finding = Finding::new(
                "machine-secret-key",
                Verdict::Ok,
                Slot::Machine.subject(),
                detail,
            );
            (finding.value(masked(&candidate.value)), Some(key))
        }
        Err(why) => (malformed(Slot::Machine, &candidate.value, &why), None),
    };
    findings.push(finding.place(candidate.origin.to_string()));
    key
}

/// A text that is no key of its slot. No more of it is shown than a prefix.
fn malformed(slot: Slot, text: &str, why: &Malformed) -> Finding {
    let prefix = ["pk_test_", "pk_live_", "sk_test_", "sk_live_", "ak_"]
        .into_iter()
        .find(|prefix| text.starts_with(prefix));
    let finding = Finding::new(
        format!("{}-{}", slot.id(), why.id()),
        Verdict::No,
        slot.subject(),
        why.to_string(),
    )
    .help(why.help(slot));
    match prefix {
        Some(prefix) => finding.value(format!("{prefix}\u{2026}")),
        None => finding,
    }
}
