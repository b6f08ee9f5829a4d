//! Randomness, handed in like the clock, and what is made from it: ids and codes.

/// A source of random bytes. The emulator uses [`SystemRandom`], tests bring their own.
pub trait Random: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's generator.
///
/// # Panics
/// Filling panics when the system gives no random bytes: nothing that needs them may then be answered.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        assert!(
            aws_lc_rs::rand::fill(bytes).is_ok(),
            "the operating system gives no random bytes"
        );
    }
}

const ALPHANUMERIC: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `length` random characters of `[0-9A-Za-z]`.
pub fn alphanumeric(random: &dyn Random, length: usize) -> String {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let mut bytes = [0; 32];
        random.fill(&mut bytes);
        // 248 is the largest multiple of 62 in a byte: what lies above would make some characters likelier.
        let usable = bytes.iter().filter(|byte| **byte < 248);
        let missing = length - text.len();
        text.extend(
            usable
                .take(missing)
                .map(|byte| char::from(ALPHANUMERIC[usize::from(byte % 62)])),
        );
    }
    text
}

/// An id as Clerk's: a prefix and 27 characters.
pub fn id(random: &dyn Random, prefix: &str) -> String {
    format!("{prefix}_{}", alphanumeric(random, 27))
}

pub fn six_digits(random: &dyn Random) -> String {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    format!("{:06}", u64::from_le_bytes(bytes) % 1_000_000)
}
