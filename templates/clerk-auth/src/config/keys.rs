//! Keys as the configuration takes them. This is stricter than their types, which take whatever may work somewhere: a
//! key that was spoilt on its way from the dashboard should be noticed at start, not by the first request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::host::is_host;
use super::instead::{Wanted, must_be_key};
use super::placeholder::is_placeholder;
use super::problem::Refusal;
use crate::keys::{KeyFault, MachineSecretKey, PublishableKey, SecretKey};
use crate::public_key::{PemError, PublicKey};

pub(super) const WHERE_KEYS_ARE: &str = Wanted::Secret.where_it_is();
const PASTE_AGAIN: &str = "paste it again: the whole key, without quotes, spaces or line breaks";
/// Clerk's keys have about 42 characters after the prefix, but nobody promises it.
const SHORTEST_SECRET: usize = 20;

/// The publishable key.
///
/// # Errors
/// The reason why the configuration refuses it.
pub fn read_publishable_key(text: &str) -> Result<PublishableKey, Refusal> {
    let is_swapped = text.trim_start().starts_with("sk_");
    if !is_swapped || is_placeholder(text) {
        must_be_key(text, Wanted::Publishable)?;
    }
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
/// The reason why the configuration refuses it.
pub fn read_secret_key(text: &str) -> Result<SecretKey, Refusal> {
    if text.starts_with("pk_") {
        return Err(Refusal::malformed(
            "holds a publishable key",
            "the secret key starts with sk_test_ or sk_live_; are the two swapped?",
        ));
    }
    must_be_key(text, Wanted::Secret)?;
    must_be_plain(text, "secret key")?;
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
/// The reason why the configuration refuses it.
pub fn read_machine_secret_key(text: &str) -> Result<MachineSecretKey, Refusal> {
    must_be_key(text, Wanted::Machine)?;
    must_be_plain(text, "machine secret key")?;
    let Some(body) = text.strip_prefix("ak_") else {
        return Err(Refusal::malformed(
            "does not start with ak_",
            Wanted::Machine.where_it_is(),
        ));
    };
    if body.len() == 32 && body.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Wanted::Machine.other("the id of a key (ak_ and 32 hexadecimal digits)"));
    }
    MachineSecretKey::new(text).map_err(|error| Refusal::malformed(error.to_string(), PASTE_AGAIN))
}

/// One signing secret of a webhook endpoint. Apps without webhooks refuse a spoilt one as well, so that settings are
/// right or wrong whatever an app was built with.
///
/// # Errors
/// The reason why the configuration refuses it.
pub fn check_webhook_secret(text: &str) -> Result<(), Refusal> {
    must_be_key(text, Wanted::Webhook)?;
    must_be_plain(text, "signing secret")?;
    let malformed = |problem| Refusal::malformed(problem, Wanted::Webhook.where_it_is());
    let Some(encoded) = text.strip_prefix("whsec_") else {
        return Err(malformed("does not start with whsec_"));
    };
    match STANDARD.decode(encoded) {
        Ok(key) if !key.is_empty() => Ok(()),
        _ => Err(malformed(
            "is cut off or mistyped: what follows whsec_ is not base64",
        )),
    }
}

/// Other characters could be sent, but mean something in a file or shell that the key passes through. They are no part
/// of a key, so they may be named.
fn must_be_plain(text: &str, what: &str) -> Result<(), Refusal> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.+/=".contains(c);
    let Some((index, c)) = text.chars().enumerate().find(|(_, c)| !is_plain(*c)) else {
        return Ok(());
    };
    let shown = match c {
        '!'..='~' => format!("\u{201c}{c}\u{201d}"),
        ' ' => "a space".to_owned(),
        _ if is_blank(c) => format!("\u{201c}{}\u{201d}", c.escape_default()),
        _ => format!("\u{201c}{c}\u{201d} (U+{:04X})", u32::from(c)),
    };
    Err(Refusal::malformed(
        format!(
            "holds {shown}, which no {what} has, at position {}",
            index + 1
        ),
        PASTE_AGAIN,
    ))
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

/// The refusal of a delivery's signature in place of the secret.
pub(super) fn signature() -> Refusal {
    Refusal::malformed(
        "is a signature of a webhook (v1,\u{2026}), not the signing secret",
        Wanted::Webhook.where_it_is(),
    )
}

/// The instance's public key.
///
/// # Errors
/// The reason why the configuration refuses it.
pub fn read_jwt_key(text: &str) -> Result<PublicKey, Refusal> {
    PublicKey::from_pem(text).map_err(|error| {
        let is_told = matches!(
            error,
            PemError::PrivateKey | PemError::Label(_) | PemError::Kind(_) | PemError::Size(_)
        );
        let other = must_be_key(text, Wanted::Jwt).err().filter(|_| !is_told);
        let problem = format!("cannot be read: {error}");
        other.unwrap_or_else(|| Refusal::malformed(problem, Wanted::Jwt.where_it_is()))
    })
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}
