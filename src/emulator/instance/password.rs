//! Passwords are kept as PBKDF2 hashes. The setting is a cheap one: the users are made up, and tests make many.

use std::num::NonZeroU32;

use aws_lc_rs::{digest, pbkdf2};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::random::{Random, alphanumeric};
use super::{Instance, Refusal};

const ALGORITHM: &str = "pbkdf2_sha256";
const ROUNDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(9_999);
const MOST_ROUNDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(999_999);
/// The shortest password that is accepted, in characters.
const MIN_PASSWORD_LENGTH: usize = 8;
/// In characters.
const SALT_LENGTH: usize = 22;

/// Passwords that everybody knows. Clerk's instances look a password up among those that leaked; these are the most
/// frequent ones there that have eight characters and more.
const KNOWN: [&str; 20] = [
    "00000000",
    "11111111",
    "12345678",
    "123456789",
    "1234567890",
    "1q2w3e4r",
    "1qaz2wsx",
    "87654321",
    "abcd1234",
    "baseball",
    "football",
    "iloveyou",
    "password",
    "password1",
    "password123",
    "princess",
    "qwerty123",
    "qwertyuiop",
    "sunshine",
    "superman",
];

/// True for a password that attackers try first.
fn is_known_to_all(password: &str) -> bool {
    KNOWN.contains(&password.to_lowercase().as_str())
}

/// A hash as many frameworks and Clerk itself write it: `pbkdf2_sha256$ROUNDS$SALT$HASH`, the hash in base64.
#[derive(Clone, Deserialize, Serialize)]
#[serde(transparent)]
pub struct PasswordHash(Box<str>);

impl PasswordHash {
    /// Hashes `password` with a fresh salt.
    pub fn new(password: &str, random: &dyn Random) -> Self {
        let salt = alphanumeric(random, SALT_LENGTH);
        let mut hash = [0; digest::SHA256_OUTPUT_LEN];
        let algorithm = pbkdf2::PBKDF2_HMAC_SHA256;
        let text = password.as_bytes();
        pbkdf2::derive(algorithm, ROUNDS, salt.as_bytes(), text, &mut hash);
        let hash = STANDARD.encode(hash);
        Self(format!("{ALGORITHM}${ROUNDS}${salt}${hash}").into())
    }

    /// A hash that another system made.
    ///
    /// # Errors
    /// [`Refusal::Hasher`] when it is none of the one kind that the emulator checks passwords with.
    pub fn imported(digest: &str, hasher: &str) -> Result<Self, Refusal> {
        let hash = Self(digest.into());
        if hasher == ALGORITHM && hash.parts().is_some() {
            Ok(hash)
        } else {
            Err(Refusal::Hasher)
        }
    }

    /// True if this is the hash of `password`.
    pub fn matches(&self, password: &str) -> bool {
        self.parts().is_some_and(|(rounds, salt, hash)| {
            let algorithm = pbkdf2::PBKDF2_HMAC_SHA256;
            let text = password.as_bytes();
            pbkdf2::verify(algorithm, rounds, salt.as_bytes(), text, &hash).is_ok()
        })
    }

    /// Rounds, salt and hash; none if a file says something else, or asks for more work than any sign-in is worth.
    fn parts(&self) -> Option<(NonZeroU32, &str, Vec<u8>)> {
        let mut parts = self.0.split('$');
        let mut next = || parts.next();
        let (algorithm, rounds, salt, hash) = (next()?, next()?, next()?, next()?);
        let rounds: NonZeroU32 = rounds.parse().ok()?;
        let fits = algorithm == ALGORITHM && rounds <= MOST_ROUNDS && next().is_none();
        fits.then_some((rounds, salt, STANDARD.decode(hash).ok()?))
    }
}

impl Instance {
    /// The hash of a password, from the field `field`, that is long enough.
    pub(super) fn checked_password(
        &self,
        password: &str,
        field: &'static str,
    ) -> Result<PasswordHash, Refusal> {
        if password.chars().count() < MIN_PASSWORD_LENGTH {
            return Err(Refusal::PasswordTooShort(field));
        }
        if is_known_to_all(password) {
            return Err(Refusal::PasswordKnown(field));
        }
        Ok(PasswordHash::new(password, &*self.random))
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}
