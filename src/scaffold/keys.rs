//! Pairs of keys, and how to make one for the local emulator.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clerk_auth::keys::{PublishableKey, SecretKey, SecretKeyError};

use crate::error::{Explain, Explanation};

const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A publishable key and the secret key of the same instance.
#[derive(Clone, Debug)]
pub struct Pair {
    pub publishable: String,
    /// A project without pages does not need it.
    pub secret: Option<SecretKey>,
    /// The secret with which a local emulator signs webhooks; Clerk's endpoints have theirs in the dashboard.
    pub webhook_secret: Option<WebhookSecret>,
}

/// A secret that webhooks are signed with, to be written into a file.
#[derive(Clone)]
pub struct WebhookSecret(String);

impl WebhookSecret {
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(whsec_...)")
    }
}

/// The reason why no key can be made.
#[derive(Debug, thiserror::Error)]
pub enum RandomError {
    #[error("the system gave no random bytes")]
    System(#[from] getrandom::Error),
    #[error("the key that was made cannot be used")]
    Key(#[from] SecretKeyError),
}

impl Explain for RandomError {
    fn explain(&self) -> Explanation {
        let explanation = Explanation::failed("no-randomness");
        match self {
            Self::System(error) => explanation.because(error),
            Self::Key(error) => explanation.because(error),
        }
    }
}

/// Makes a pair for the local emulator. Its host is random, so that two projects never share cookies.
pub fn local() -> Result<Pair, RandomError> {
    let secret = SecretKey::new(format!("sk_test_{}", alphanumeric(40)?))?;
    Ok(Pair {
        publishable: PublishableKey::of_local_emulator(random()?),
        secret: Some(secret),
        webhook_secret: Some(webhook_secret()?),
    })
}

/// Makes a secret for webhooks, of as many bytes as Svix takes.
pub fn webhook_secret() -> Result<WebhookSecret, RandomError> {
    let encoded = STANDARD.encode(random::<24>()?);
    Ok(WebhookSecret(format!("whsec_{encoded}")))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Random bytes of the system.
pub fn random<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

fn alphanumeric(length: usize) -> Result<String, RandomError> {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        // Each byte gives six bits. 62 and 63 are thrown away; if they were used as well, two letters would be likelier
        // than the rest.
        for byte in random::<64>()? {
            let letter = ALPHANUMERIC.get(usize::from(byte & 63));
            if let Some(&letter) = letter
                && text.len() < length
            {
                text.push(char::from(letter));
            }
        }
    }
    Ok(text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD_NO_PAD;

    use super::*;

    const LOCAL_HOST: &str = ".localhost.clerk.accounts.dev";

    #[test]
    fn a_local_pair_names_its_own_host() {
        let pair = local().unwrap();
        let encoded = pair.publishable.strip_prefix("pk_test_").unwrap();
        let host = String::from_utf8(STANDARD_NO_PAD.decode(encoded).unwrap()).unwrap();
        let id = host
            .strip_prefix("emulator-")
            .unwrap()
            .strip_suffix("$")
            .unwrap();
        let id = id.strip_suffix(LOCAL_HOST).unwrap();
        assert!(
            id.len() == 8 && id.bytes().all(|b| b.is_ascii_hexdigit()),
            "{host}"
        );
        let secret = pair.secret.unwrap();
        let letters = secret.expose().strip_prefix("sk_test_").unwrap();
        assert!(letters.len() == 40 && letters.bytes().all(|b| b.is_ascii_alphanumeric()));
    }

    #[test]
    fn no_two_pairs_are_alike() {
        let (one, other) = (local().unwrap(), local().unwrap());
        assert_ne!(one.publishable, other.publishable);
        assert_ne!(one.secret.unwrap().expose(), other.secret.unwrap().expose());
    }
}
