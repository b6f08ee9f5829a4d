//! Randomness, handed in like the clock, and what is made from it: ids and codes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::digest;

/// A source of random bytes. The emulator uses [`SystemRandom`], tests bring their own.
pub trait Random: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);

    /// What another instance draws from, the one with this number: never from here, so that one that asks more does not
    /// change what the other gets.
    fn for_another(&self, _number: u64) -> Arc<dyn Random> {
        Arc::new(SystemRandom)
    }
}

/// The operating system's generator.
///
/// # Panics
/// Filling panics when the system gives no random bytes: nothing that needs them may then be answered.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        // Not the crypto library's own generator: that gathers entropy for 25 ms of CPU before its first byte.
        assert!(
            getrandom::fill(bytes).is_ok(),
            "the operating system gives no random bytes"
        );
    }
}

/// The same bytes in each run with the same seed, and so the same ids, codes and salts: hashes of the seed with a
/// counter, which needs no other crate. Whoever knows the seed knows all of them.
pub struct SeededRandom {
    seed: u64,
    blocks: AtomicU64,
}

impl SeededRandom {
    pub const fn new(seed: u64) -> Self {
        Self {
            seed,
            blocks: AtomicU64::new(0),
        }
    }

    /// Whose seed is a name.
    pub fn of(name: &str) -> Self {
        Self::of_bytes(name.as_bytes())
    }

    fn of_bytes(name: &[u8]) -> Self {
        let hash = digest::digest(&digest::SHA256, name);
        let bytes = hash.as_ref().iter().take(8);
        Self::new(bytes.fold(0, |seed, byte| seed << 8 | u64::from(*byte)))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(digest::SHA256_OUTPUT_LEN) {
            let block = self.blocks.fetch_add(1, Ordering::Relaxed);
            let text = [self.seed.to_le_bytes(), block.to_le_bytes()].concat();
            let hash = digest::digest(&digest::SHA256, &text);
            part.copy_from_slice(&hash.as_ref()[..part.len()]);
        }
    }

    fn for_another(&self, number: u64) -> Arc<dyn Random> {
        let text = [
            b"another ",
            &self.seed.to_le_bytes()[..],
            &number.to_le_bytes(),
        ]
        .concat();
        Arc::new(Self::of_bytes(&text))
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

/// An id as Clerk's for keys and tokens: a prefix and 32 hexadecimal digits. What they open is longer, and has others.
pub fn hex_id(random: &dyn Random, prefix: &str) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    format!("{prefix}_{:032x}", u128::from_be_bytes(bytes))
}
