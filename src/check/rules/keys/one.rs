//! One key by itself: what kind it is, what is odd about it, how it is spoilt.

use clerk_auth::config::PUBLISHABLE_KEY_NAMES;
use clerk_auth::keys::{PublishableKey, SecretKey};

use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::keyring::sources::{Candidate, SECRET_KEY};
use crate::project::keys::Slot;
use crate::project::keys::shape::{self, Malformed};
use crate::project::shown::{COMPOSED, masked};

/// Clerk's secret keys have about 50 characters; one of the emulator has 48. Nobody promises it.
const SHORT_SECRET: usize = 40;
const DEVELOPMENT_HOSTS: [&str; 5] = [
    ".clerk.accounts.dev",
    ".lcl.dev",
    ".lclstage.dev",
    ".lclclerk.com",
    ".accountsstage.dev",
];

/// A key that is one: of which kind, of which host, and what is odd about it.
pub fn publishable(key: &PublishableKey) -> Finding {
    let host = visible(key.frontend_api_host()).into_owned();
    let kind = match key.is_local_emulator() {
        true => "local emulator",
        false => key.instance_type().as_str(),
    };
    let what = format!("{kind}, {host}");
    let odd = |id, detail: &str, help: &str| {
        let detail = format!("{what}\n{detail}");
        Finding::new(id, Verdict::Warn, "publishable", detail).help(help)
    };
    const COPY: &str = "copy the key from Clerk's dashboard, API keys";
    if let Some(index) = key.as_str().find('=') {
        let detail = format!(
            "position {}: = (padding); it works, but the cookies have other names than with the key without it",
            index + 1
        );
        let help = format!("{COPY}; front end and server must have the very same text");
        return odd(Id::PublishableKeyPadding, &detail, &help);
    }
    let is_development_host = DEVELOPMENT_HOSTS.iter().any(|end| host.ends_with(end));
    match (key.is_development(), is_development_host) {
        (true, false) => odd(
            Id::PublishableKeyTestHost,
            "pk_test_ is for development, but the host is none of those that Clerk gives to development instances",
            COPY,
        ),
        (false, true) => odd(
            Id::PublishableKeyLiveHost,
            "pk_live_ is for production, but the host is that of a development instance",
            COPY,
        ),
        _ => Finding::new(Id::PublishableKey, Verdict::Ok, "publishable", what),
    }
}

pub fn secret(key: &SecretKey, is_local: bool) -> Finding {
    let text = key.expose();
    if !text.starts_with("sk_") {
        // The API may still take it; only asking tells.
        let mut finding = malformed(Slot::Secret, text, &Malformed::Legacy);
        finding.id = Id::SecretKeyLegacyForm;
        finding.verdict = Verdict::Warn;
        return finding;
    }
    let kind = match key.is_development() {
        true if is_local => "local emulator",
        true => "development",
        false => "production",
    };
    let length = text.len();
    let finding = if length < SHORT_SECRET {
        let detail =
            format!("{kind}\n{length} characters; Clerk's have about 50, so it may be cut off");
        Finding::new(Id::SecretKeyShort, Verdict::Warn, "secret", detail).help(
            "copy it again from Clerk's dashboard, API keys; `clerk-rs keys check --online` asks whether Clerk takes it",
        )
    } else {
        Finding::new(Id::SecretKey, Verdict::Ok, "secret", kind)
    };
    finding.value(masked(text))
}

/// The oddity of a key that is about to be written.
pub fn odd(name: &str, value: &str) -> Option<Finding> {
    let finding = match name {
        SECRET_KEY => secret(&shape::secret(value).ok()?, false),
        _ if PUBLISHABLE_KEY_NAMES.contains(&name) => {
            publishable(&shape::publishable(value).ok()?).value(masked(value))
        }
        _ => return None,
    };
    (finding.verdict == Verdict::Warn).then_some(finding)
}

/// A text that is no key of its slot. No more of it is shown than a prefix.
pub fn malformed(slot: Slot, text: &str, why: &Malformed) -> Finding {
    let id = match slot {
        Slot::Publishable => Id::PublishableKeyMalformed,
        Slot::Secret => Id::SecretKeyMalformed,
        Slot::Machine => Id::MachineSecretKeyMalformed,
    };
    let finding = Finding::new(id, Verdict::No, slot.subject(), why.to_string())
        .help(why.help(slot))
        .fault(why.id());
    let prefixes = ["pk_test_", "pk_live_", "sk_test_", "sk_live_", "ak_"];
    match prefixes.iter().find(|prefix| text.starts_with(**prefix)) {
        Some(prefix) => finding.value(format!("{prefix}\u{2026}")),
        None => finding,
    }
}

/// A finding about a key that is composed of the environment. The file's writer has no right to see that, so nothing
/// is said of what is in it.
pub fn brought(candidate: &Candidate, finding: Finding) -> Finding {
    if !candidate.is_composed {
        return finding;
    }
    let finding = finding.value(COMPOSED);
    match finding.fault.is_some() || finding.id == Id::JwtKeyMalformed {
        true => Finding {
            detail: "it is no key that can be used".to_owned(),
            fault: None,
            ..finding
        }
        .help("look at what the value refers to"),
        false => finding,
    }
}
