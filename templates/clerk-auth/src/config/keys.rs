//! Keys as the configuration takes them. Stricter than their types, which take whatever may work somewhere: what was
//! spoilt on the way from the dashboard should be told at start, not by the first request.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD_INDIFFERENT};

use super::host::is_host;
use super::placeholder::is_placeholder;
use super::problem::{ProblemKind, Refusal};
use crate::keys::{KeyFault, MachineSecretKey, PublishableKey, SecretKey};
use crate::public_key::{PemError, PublicKey};

pub(super) const WHERE_KEYS_ARE: &str = "copy it from the Clerk Dashboard, page API keys";
const WHERE_WEBHOOKS_ARE: &str =
    "copy it from the Clerk Dashboard, page Webhooks, the endpoint's signing secret";
const PASTE_AGAIN: &str = "paste it again: the whole key, without quotes, spaces or line breaks";
/// Clerk's have about 42 characters behind the prefix; nobody promises it.
const SHORTEST_SECRET: usize = 20;

/// The publishable key.
///
/// # Errors
/// Why the configuration refuses it.
pub fn read_publishable_key(text: &str) -> Result<PublishableKey, Refusal> {
    if let Some(index) = text.chars().position(is_blank) {
        return Err(Refusal::malformed(
            format!("has white space at position {}", index + 1),
            PASTE_AGAIN,
        ));
    }
    match PublishableKey::parse(text) {
        Ok(key) if is_host(key.frontend_api_host()) => Ok(key),
        Ok(_) => Err(Refusal::malformed(
            "is not a publishable key: what it encodes is no host name",
            PASTE_AGAIN,
        )),
        Err(_) if is_placeholder(text) => Err(placeholder(WHERE_KEYS_ARE)),
        Err(_) if is_encoded_key(text) => Err(encoded()),
        Err(error) => {
            let fault = error.fault().unwrap_or(&KeyFault::Prefix);
            let remedy = match fault {
                KeyFault::SecretKey => {
                    "the publishable key starts with pk_test_ or pk_live_; are the two swapped?"
                }
                _ => PASTE_AGAIN,
            };
            Err(Refusal::malformed(
                format!("is not a publishable key: {fault}"),
                remedy,
            ))
        }
    }
}

/// The secret key.
///
/// # Errors
/// Why the configuration refuses it.
pub fn read_secret_key(text: &str) -> Result<SecretKey, Refusal> {
    if text.starts_with("pk_") {
        return Err(Refusal::malformed(
            "holds a publishable key",
            "the secret key starts with sk_test_ or sk_live_; are the two swapped?",
        ));
    }
    if is_placeholder(text) {
        return Err(placeholder(WHERE_KEYS_ARE));
    }
    if is_encoded_key(text) {
        return Err(encoded());
    }
    // What else could be sent means something else in some file or shell that the key passes through.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.+/=".contains(c);
    if let Some(index) = text.chars().position(|c| !is_plain(c)) {
        return Err(Refusal::malformed(
            format!(
                "holds a character that no secret key has, at position {}",
                index + 1
            ),
            PASTE_AGAIN,
        ));
    }
    // Keys of the oldest instances lack the `sk_`.
    let bare = text.strip_prefix("sk_").unwrap_or(text);
    let body = bare.strip_prefix("test_").or(bare.strip_prefix("live_"));
    match body.map(str::len) {
        None => Err(Refusal::malformed(
            "does not start with sk_test_ or sk_live_",
            WHERE_KEYS_ARE,
        )),
        Some(length) if length < SHORTEST_SECRET => Err(Refusal::malformed(
            format!(
                "has only {length} characters behind its prefix; secret keys have at least {SHORTEST_SECRET}"
            ),
            PASTE_AGAIN,
        )),
        Some(_) => {
            SecretKey::new(text).map_err(|error| Refusal::malformed(error.to_string(), PASTE_AGAIN))
        }
    }
}

/// The secret key of a machine.
///
/// # Errors
/// Why the configuration refuses it.
pub fn read_machine_secret_key(text: &str) -> Result<MachineSecretKey, Refusal> {
    const WHERE: &str = "copy it from the Clerk Dashboard, page Machines";
    if is_placeholder(text) {
        return Err(placeholder(WHERE));
    }
    let Some(body) = text.strip_prefix("ak_") else {
        return Err(Refusal::malformed("does not start with ak_", WHERE));
    };
    if body.len() == 32 && body.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Refusal::malformed(
            "is the id of a key (ak_ and 32 hexadecimal digits), not the key",
            WHERE,
        ));
    }
    MachineSecretKey::new(text).map_err(|error| Refusal::malformed(error.to_string(), PASTE_AGAIN))
}

/// One signing secret of a webhook endpoint. Apps without webhooks refuse a spoilt one as well, so that nobody need
/// know what an app was built with to say whether its settings are right.
///
/// # Errors
/// Why the configuration refuses it.
pub fn check_webhook_secret(text: &str) -> Result<(), Refusal> {
    const WHERE: &str = WHERE_WEBHOOKS_ARE;
    if is_placeholder(text) {
        return Err(placeholder(WHERE));
    }
    let Some(encoded) = text.strip_prefix("whsec_") else {
        return Err(Refusal::malformed("does not start with whsec_", WHERE));
    };
    match STANDARD.decode(encoded) {
        Ok(key) if !key.is_empty() => Ok(()),
        _ => Err(Refusal::malformed(
            "is cut off or mistyped: what follows whsec_ is not base64",
            WHERE,
        )),
    }
}

/// `v1,whsec_…`: the list of secrets is separated by commas, so the version would be taken for one.
pub(super) fn is_signature_version(text: &str) -> bool {
    let number = text.strip_prefix('v').unwrap_or_default();
    let digits = number.trim_end_matches(|c: char| c.is_ascii_lowercase());
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn signature_version(text: &str) -> Refusal {
    Refusal::malformed(
        format!("starts with {text}, which is the version in front of a signature"),
        format!("leave the {text}, out: the secret starts with whsec_"),
    )
}

/// What a webhook brings with it in place of what is configured.
pub(super) fn signature() -> Refusal {
    Refusal::malformed(
        "is a signature of a webhook (v1,\u{2026}), not the signing secret",
        WHERE_WEBHOOKS_ARE,
    )
}

/// The instance's public key.
///
/// # Errors
/// Why the configuration refuses it.
pub fn read_jwt_key(text: &str) -> Result<PublicKey, Refusal> {
    const WHERE: &str =
        "copy the PEM public key from the Clerk Dashboard, page API keys, or remove the variable";
    PublicKey::from_pem(text).map_err(|error| {
        let what = match error {
            PemError::PrivateKey | PemError::Label(_) | PemError::Size(_) => None,
            _ => other_thing(text.trim()),
        };
        match what {
            Some(what) => Refusal::malformed(format!("is {what}, not a PEM public key"), WHERE),
            None if is_placeholder(text) => placeholder(WHERE),
            None => Refusal::malformed(format!("cannot be read: {error}"), WHERE),
        }
    })
}

/// What stands in the place of a PEM, where its beginning tells.
fn other_thing(text: &str) -> Option<&'static str> {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| text.starts_with(prefix));
    let ends = |ends: &[&str]| ends.iter().any(|end| text.ends_with(end));
    Some(match () {
        () if text.starts_with('{') && text.contains("\"keys\"") => "a key set in JSON (JWKS)",
        () if text.starts_with('{') && text.contains('"') => "a key in JSON (JWK)",
        () if starts(&["pk_test_", "pk_live_"]) => "a publishable key",
        () if starts(&["sk_test_", "sk_live_"]) => "a secret key",
        () if starts(&["whsec_"]) => "the signing secret of a webhook",
        () if starts(&["ak_"]) => "an API key or a machine secret key",
        () if starts(&["eyJ"]) => "a token (JWT), or JSON in base64",
        () if starts(&["ssh-"]) => "a key for SSH",
        () if text.contains("://") => "an address",
        () if is_encoded_key(text) => "base64 of another key",
        () if text.len() < 200
            && (starts(&["/", "./", "../", "~", "@", "file:"])
                || text.get(1..3) == Some(":\\")
                || ends(&[".pem", ".pub", ".key", ".crt", ".cer", ".der", ".json"])) =>
        {
            "the path of a file"
        }
        () => return None,
    })
}

/// Whether a text is a publishable or a secret key in base64.
fn is_encoded_key(text: &str) -> bool {
    let decoded = STANDARD_NO_PAD_INDIFFERENT
        .decode(text.trim())
        .unwrap_or_default();
    [b"pk_test_", b"pk_live_", b"sk_test_", b"sk_live_"]
        .iter()
        .any(|prefix| decoded.starts_with(*prefix))
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

fn placeholder(remedy: &str) -> Refusal {
    Refusal::new(
        ProblemKind::Placeholder,
        "still holds a placeholder",
        remedy,
    )
}

fn encoded() -> Refusal {
    Refusal::new(
        ProblemKind::Encoded,
        "is base64 of a key: it was encoded once too often",
        "decode it once, or copy the key from the Clerk Dashboard, page API keys",
    )
}
