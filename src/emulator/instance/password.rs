//! Passwords are kept as PBKDF2 hashes. The setting is a cheap one: the users are made up, and tests make many.

use std::num::NonZeroU32;

use aws_lc_rs::{digest, pbkdf2};

use super::random::Random;

const ROUNDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(9_999);
const SALT_LENGTH: usize = 16;

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
pub fn is_known_to_all(password: &str) -> bool {
    KNOWN.contains(&password.to_lowercase().as_str())
}

#[derive(Clone)]
pub struct PasswordHash {
    salt: [u8; SALT_LENGTH],
    hash: [u8; digest::SHA256_OUTPUT_LEN],
}

impl PasswordHash {
    /// Hashes `password` with a fresh salt.
    pub fn new(password: &str, random: &dyn Random) -> Self {
        let mut salt = [0; SALT_LENGTH];
        random.fill(&mut salt);
        let mut hash = [0; digest::SHA256_OUTPUT_LEN];
        pbkdf2::derive(
            pbkdf2::PBKDF2_HMAC_SHA256,
            ROUNDS,
            &salt,
            password.as_bytes(),
            &mut hash,
        );
        Self { salt, hash }
    }

    /// True if this is the hash of `password`.
    pub fn matches(&self, password: &str) -> bool {
        let bytes = password.as_bytes();
        pbkdf2::verify(
            pbkdf2::PBKDF2_HMAC_SHA256,
            ROUNDS,
            &self.salt,
            bytes,
            &self.hash,
        )
        .is_ok()
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}
