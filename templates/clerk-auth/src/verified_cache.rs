//! A bounded memory of verified session tokens, so that a token seen before costs neither a signature check nor a parse.
//!
//! One cache belongs to one instance with one policy. A hit is never more than verification would have allowed: the
//! dates are compared every time, the whole token is compared, and a change of keys empties it.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::{Arc, PoisonError, RwLock};

use crate::time::UnixMillis;
use crate::verify::Verified;

/// How much of a token's end is hashed. The end is the signature, which nobody but the key's owner can choose; and whoever
/// could learn something from how long the comparison behind the hash takes would have to know this much already.
const HASHED_LENGTH: usize = 64;

/// Verified tokens with what the app made of them.
pub struct VerifiedCache<T> {
    /// Half of the capacity: a half is filled while the other still answers.
    half: usize,
    clock_skew_ms: i64,
    hasher: RandomState,
    state: RwLock<State<T>>,
}

struct State<T> {
    /// Which set of keys the entries were verified with.
    generation: u64,
    young: HashMap<u64, Entry<T>>,
    old: HashMap<u64, Entry<T>>,
}

struct Entry<T> {
    token: Verified,
    value: Arc<T>,
}

impl<T> VerifiedCache<T> {
    /// A cache for `capacity` tokens at most, rounded up to an even number; 0 switches it off. The skew is that of the policy that tokens are
    /// verified with, in milliseconds.
    pub fn new(capacity: usize, clock_skew_ms: i64) -> Self {
        Self {
            half: capacity.div_ceil(2),
            clock_skew_ms,
            hasher: RandomState::new(),
            state: RwLock::new(State::new(0)),
        }
    }

    /// What was remembered for this very token, if it still holds at `now` and the keys are still those of
    /// `generation`.
    pub fn get(&self, token: &str, generation: u64, now: UnixMillis) -> Option<Arc<T>> {
        if self.half == 0 {
            return None;
        }
        let hash = self.hash(token);
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        if state.generation != generation {
            return None;
        }
        let entry = state.young.get(&hash).or_else(|| state.old.get(&hash))?;
        // Verification forgives an expiry within the skew. A memory need not: such a token is simply verified again.
        let holds = entry.token.raw() == token
            && entry.token.expires().is_some_and(|expires| now < expires)
            && entry.token.is_current(self.clock_skew_ms, now);
        holds.then(|| Arc::clone(&entry.value))
    }

    /// Remembers a token that was verified with the keys of `generation`. Entries of other generations are dropped.
    ///
    /// A token with padding behind its signature is not remembered: the padding is not signed, so one good token could
    /// be spelled in endless ways, as long as a header may be, and fill the memory. Clerk's tokens have none.
    pub fn insert(&self, token: Verified, generation: u64, value: Arc<T>) {
        if self.half == 0 || token.raw().ends_with('=') {
            return;
        }
        let hash = self.hash(token.raw());
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.generation != generation {
            *state = State::new(generation);
        }
        if state.young.len() >= self.half && !state.young.contains_key(&hash) {
            state.old = std::mem::take(&mut state.young);
        }
        state.young.insert(hash, Entry { token, value });
    }

    /// Forgets everything.
    pub fn clear(&self) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        *state = State::new(state.generation);
    }

    /// How many tokens are remembered, current or not.
    pub fn len(&self) -> usize {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.young.len() + state.old.len()
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn hash(&self, token: &str) -> u64 {
        let bytes = token.as_bytes();
        let end = &bytes[bytes.len().saturating_sub(HASHED_LENGTH)..];
        self.hasher.hash_one(end)
    }
}

impl<T> State<T> {
    fn new(generation: u64) -> Self {
        Self {
            generation,
            young: HashMap::new(),
            old: HashMap::new(),
        }
    }
}

impl<T> fmt::Debug for VerifiedCache<T> {
    /// No entries: they hold credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedCache")
            .field("capacity", &(self.half * 2))
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
