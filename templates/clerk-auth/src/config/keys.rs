//! Keys as the configuration takes them. This is stricter than their types, which take whatever may work somewhere: a
//! key that was spoilt on its way from the dashboard should be noticed at start, not by the first request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::host::is_host;
use super::placeholder::is_filler;
use super::problem::{ProblemKind, Refusal};
#[cfg(feature = "machines")]
use crate::keys::MachineSecretKey;
use crate::keys::{PublishableKey, SecretKey};
use crate::public_key::PublicKey;
#[cfg(feature = "webhooks")]
use crate::webhooks::WebhookSecret;

pub(super) const IN_API_KEYS: &str = "copy it from the Clerk Dashboard, page API keys";
pub(super) const IN_MACHINES: &str = "copy it from the Clerk Dashboard, page Machines";
pub(super) const IN_WEBHOOKS: &str =
    "copy it from the Clerk Dashboard, page Webhooks, the endpoint's signing secret";
pub(super) const AS_PEM: &str =
    "copy the PEM public key from the Clerk Dashboard, page API keys, or remove the variable";
pub(super) const PASTE_AGAIN: &str =
    "paste it again: the whole key, without quotes, spaces or line breaks";

/// The last two are of the oldest instances.
const SECRET_PREFIXES: [&str; 4] = ["sk_test_", "sk_live_", "test_", "live_"];
/// Clerk's keys have about 42 characters after the prefix, but nobody promises it.
const SHORTEST_SECRET: usize = 20;

/// The publishable key.
///
/// # Errors
/// The reason why the configuration refuses it.
pub fn read_publishable_key(text: &str) -> Result<PublishableKey, Refusal> {
    let is_blank = |c: char| c.is_whitespace() || c.is_control();
    let problem = match PublishableKey::parse(text) {
        Err(_) if is_filler(text) => return Err(filler(IN_API_KEYS)),
        _ if text.contains(is_blank) => "has white space in it",
        Ok(key) if is_host(key.frontend_api_host()) => return Ok(key),
        Ok(_) => "is not a publishable key: what it encodes is no host name",
        Err(_) if text.starts_with("sk_") => {
            return Err(Refusal::malformed(
                "holds a secret key",
                "the publishable key starts with pk_test_ or pk_live_; are the two swapped?",
            ));
        }
        Err(_) => "is not a publishable key",
    };
    Err(Refusal::malformed(problem, PASTE_AGAIN))
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
    let length = body(text, &SECRET_PREFIXES, "secret key", IN_API_KEYS)?.len();
    if length < SHORTEST_SECRET {
        let problem = format!(
            "has only {length} characters behind its prefix; secret keys have at least {SHORTEST_SECRET}"
        );
        return Err(Refusal::malformed(problem, PASTE_AGAIN));
    }
    SecretKey::new(text).map_err(|error| Refusal::malformed(error.to_string(), PASTE_AGAIN))
}

/// Checks the secret key of a machine. Apps without machines refuse a spoilt one as well, so that settings are right or
/// wrong whatever an app was built with.
pub(super) fn check_machine_secret_key(text: &str) -> Result<(), Refusal> {
    let body = body(text, &["ak_"], "machine secret key", IN_MACHINES)?;
    if body.len() == 32 && body.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let problem =
            "is the id of a key (ak_ and 32 hexadecimal digits), not a machine secret key";
        return Err(Refusal::new(ProblemKind::Other, problem, IN_MACHINES));
    }
    Ok(())
}

/// The secret key of a machine.
///
/// # Errors
/// The reason why the configuration refuses it.
#[cfg(feature = "machines")]
pub fn read_machine_secret_key(text: &str) -> Result<MachineSecretKey, Refusal> {
    check_machine_secret_key(text)?;
    MachineSecretKey::new(text).map_err(|error| Refusal::malformed(error.to_string(), PASTE_AGAIN))
}

/// The id of the machine that an app is. The tool checks it for every app.
#[cfg(feature = "machines")]
pub(super) fn read_machine_id(text: &str) -> Result<String, Refusal> {
    let rest = text.strip_prefix("mch_").unwrap_or_default();
    if !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(text.to_owned());
    }
    if is_filler(text) {
        return Err(filler(IN_MACHINES));
    }
    let problem = "is not the id of a machine, which begins with mch_";
    Err(Refusal::malformed(problem, IN_MACHINES))
}

/// Checks one signing secret of a webhook endpoint, for the same reason.
pub(super) fn check_webhook_secret(text: &str) -> Result<(), Refusal> {
    let encoded = body(text, &["whsec_"], "signing secret", IN_WEBHOOKS)?;
    if STANDARD.decode(encoded).is_ok_and(|key| !key.is_empty()) {
        return Ok(());
    }
    let problem = "is cut off or mistyped: what follows whsec_ is not base64";
    Err(Refusal::malformed(problem, IN_WEBHOOKS))
}

#[cfg(feature = "webhooks")]
pub(super) fn read_webhook_secret(text: &str) -> Result<WebhookSecret, Refusal> {
    check_webhook_secret(text)?;
    WebhookSecret::parse(text).map_err(|error| Refusal::malformed(error.to_string(), IN_WEBHOOKS))
}

/// The instance's public key.
///
/// # Errors
/// The reason why the configuration refuses it.
pub fn read_jwt_key(text: &str) -> Result<PublicKey, Refusal> {
    let refused = |problem| Refusal::malformed(format!("cannot be read: {problem}"), AS_PEM);
    PublicKey::from_pem(text).map_err(refused)
}

/// The characters behind the prefix of a secret.
fn body<'t>(
    text: &'t str,
    prefixes: &[&str],
    what: &str,
    remedy: &str,
) -> Result<&'t str, Refusal> {
    if is_filler(text) {
        return Err(filler(remedy));
    }
    let Some(body) = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix)) else {
        let usual: Vec<_> = prefixes.iter().copied().take(2).collect();
        let problem = format!("does not start with {}", usual.join(" or "));
        return Err(Refusal::malformed(problem, remedy));
    };
    match text.chars().position(|c| !is_of_secret(c)) {
        None => Ok(body),
        Some(index) => {
            let at = index + 1;
            let problem = format!("holds a character that no {what} has, at position {at}");
            Err(Refusal::malformed(problem, PASTE_AGAIN))
        }
    }
}

/// Other characters could be sent, but mean something in a file or shell that the secret passed through.
pub(super) fn is_of_secret(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-.+/=".contains(c)
}

fn filler(remedy: &str) -> Refusal {
    Refusal::new(
        ProblemKind::Placeholder,
        "still holds a placeholder",
        remedy,
    )
}
