//! Makes publishable keys, as the reference does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::hosts::has_legacy_suffix;
use super::{InstanceType, PublishableKey};

/// Why no key can be built for a host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildKeyError {
    /// There is no host.
    #[error("Host must not be empty.")]
    EmptyHost,
    /// A key holds one byte for each character.
    #[error("the host holds a character that a key cannot encode")]
    NotLatin1,
}

impl InstanceType {
    /// Reads the prefix of a publishable key, `test_` and `live_` of older instances included. The rest of the key may
    /// be nonsense; only [`PublishableKey::parse`] tells.
    pub fn of_publishable_key(text: &str) -> Option<Self> {
        Self::by_prefix(text.strip_prefix("pk_").unwrap_or(text))
    }
}

impl PublishableKey {
    /// The text of the key for a Frontend API host. Hosts of the shape that Clerk gives to development instances get
    /// `pk_test_`, all others `pk_live_`.
    ///
    /// # Errors
    /// [`BuildKeyError`] when the host cannot be encoded.
    pub fn build(host: &str) -> Result<String, BuildKeyError> {
        if host.is_empty() {
            return Err(BuildKeyError::EmptyHost);
        }
        let mut bytes = host
            .chars()
            .map(|c| u8::try_from(c).map_err(|_| BuildKeyError::NotLatin1))
            .collect::<Result<Vec<u8>, _>>()?;
        bytes.push(b'$');
        let prefix = if is_development_frontend_api(host) {
            "pk_test_"
        } else {
            "pk_live_"
        };
        Ok(format!("{prefix}{}", STANDARD_NO_PAD.encode(bytes)))
    }

    /// The text of a key of a local emulator. Its host is random, so that no two projects share cookies.
    #[cfg(feature = "tool")]
    pub fn of_local_emulator(random: [u8; 4]) -> String {
        let id = u32::from_be_bytes(random);
        let host = format!("emulator-{id:08x}.localhost.clerk.accounts.dev$");
        format!("pk_test_{}", STANDARD_NO_PAD.encode(host))
    }

    /// The key for the host that a request was sent to, `clerk.<host>`. A development key as fallback is returned as it
    /// is.
    ///
    /// # Errors
    /// [`BuildKeyError`] when the host is empty or cannot be encoded.
    pub fn from_request_host(host: &str, fallback: Option<&str>) -> Result<String, BuildKeyError> {
        let development =
            |key: &&str| InstanceType::of_publishable_key(key) == Some(InstanceType::Development);
        if let Some(key) = fallback.filter(development) {
            return Ok(key.to_owned());
        }
        let name = host.split(':').next().unwrap_or_default();
        if name.is_empty() {
            return Err(BuildKeyError::EmptyHost);
        }
        Self::build(&format!("clerk.{}", name.to_lowercase()))
    }
}

/// True if a key built for this host gets the prefix `pk_test_`.
fn is_development_frontend_api(host: &str) -> bool {
    let legacy = host.starts_with("clerk.")
        && has_legacy_suffix(host)
        && !host.ends_with(".prod.lclclerk.com");
    legacy || is_generated_development_host(&host.to_ascii_lowercase())
}

/// `^([a-z]+-){2}[0-9]{1,2}\.clerk\.accounts[a-z.]*(dev|com)$`, on a host in lower case.
fn is_generated_development_host(host: &str) -> bool {
    let Some((name, domain)) = host.split_once('.') else {
        return false;
    };
    let Some(zone) = domain.strip_prefix("clerk.accounts") else {
        return false;
    };
    let mut pieces = name.split('-');
    let mut word = || {
        pieces.next().is_some_and(|word| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())
        })
    };
    let words = word() && word();
    let number = pieces.next().unwrap_or_default();
    words
        && pieces.next().is_none()
        && matches!(number.len(), 1 | 2)
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && (zone.ends_with("dev") || zone.ends_with("com"))
        && zone
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'.')
}
