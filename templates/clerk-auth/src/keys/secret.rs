//! Secret keys. Only one method hands them out, and every printed form is masked.

use std::fmt;

use super::InstanceType;

/// The secret key of an instance: the credential of the Backend API.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SecretKey(String);

/// The secret key of a machine: a credential for the check of machine-to-machine tokens only.
#[cfg(feature = "machines")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MachineSecretKey(String);

/// Why a text cannot be a secret key. The text itself is never repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretKeyError {
    /// The text is empty.
    #[error("the key is empty")]
    Empty,
    /// It cannot be sent: only printable ASCII may stand in a header.
    #[error(
        "the key holds a space, a line break or a character outside ASCII at position {position}"
    )]
    Unsendable {
        /// The place of the character, counted from 1.
        position: usize,
    },
}

impl SecretKey {
    /// Takes any text that can be sent; Clerk promises no more than that about the form.
    ///
    /// # Errors
    /// [`SecretKeyError`] when it is empty or could not stand in a header.
    pub fn new(text: impl Into<String>) -> Result<Self, SecretKeyError> {
        checked(text.into()).map(Self)
    }

    /// The key itself, for the one header that carries it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// True for the key of a development instance (`sk_test_`; older ones `test_`).
    pub fn is_development(&self) -> bool {
        InstanceType::of_secret_key(&self.0) == Some(InstanceType::Development)
    }

    /// True for the key of a production instance (`sk_live_`; older ones `live_`).
    pub fn is_production(&self) -> bool {
        InstanceType::of_secret_key(&self.0) == Some(InstanceType::Production)
    }
}

#[cfg(feature = "machines")]
impl MachineSecretKey {
    /// Takes any text that can be sent.
    ///
    /// # Errors
    /// [`SecretKeyError`] when it is empty or could not stand in a header.
    pub fn new(text: impl Into<String>) -> Result<Self, SecretKeyError> {
        checked(text.into()).map(Self)
    }

    /// The key itself, for the one header that carries it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&masked(&self.0))
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({self})")
    }
}

#[cfg(feature = "machines")]
impl fmt::Display for MachineSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&masked(&self.0))
    }
}

#[cfg(feature = "machines")]
impl fmt::Debug for MachineSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MachineSecretKey({self})")
    }
}

fn checked(text: String) -> Result<String, SecretKeyError> {
    if text.is_empty() {
        return Err(SecretKeyError::Empty);
    }
    match text.chars().position(|c| !c.is_ascii_graphic()) {
        Some(index) => Err(SecretKeyError::Unsendable {
            position: index + 1,
        }),
        None => Ok(text),
    }
}

/// `sk_test_...x9Qf`. The last four characters are shown only of a long secret, the first ones only if they are a known
/// prefix.
fn masked(text: &str) -> String {
    const PREFIXES: [&str; 5] = ["sk_test_", "sk_live_", "test_", "live_", "ak_"];
    let prefix = PREFIXES
        .into_iter()
        .find(|prefix| text.starts_with(prefix))
        .unwrap_or_default();
    let secret = &text[prefix.len()..];
    let end = if secret.len() >= 16 {
        &secret[secret.len() - 4..]
    } else {
        ""
    };
    format!("{prefix}...{end}")
}
