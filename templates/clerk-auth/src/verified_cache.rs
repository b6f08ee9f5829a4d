//! A bounded memory of verified session tokens, so that a token seen before costs neither a signature check nor a
//! parse.
//!
//! One cache belongs to one instance with one policy. A hit is never more than verification would have allowed: the
//! dates are compared every time, the whole token is compared, and a change of keys empties it.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{PoisonError, RwLock};

use crate::time::UnixMillis;
use crate::verify::Verified;

/// Only this much of a token's end is hashed. The end is the signature, which nobody but the key's owner can choose;
/// and whoever wants to learn something from the time that comparing takes must know this much already.
const HASHED_LENGTH: usize = 32;

/// The places one token may stand in; its keyed hash decides which they are. A new token takes the oldest of these, so
/// that room is made for one token at a time and never for many at once.
const PLACES: usize = 4;

/// First sights kept for each token that may be remembered.
const MARKS_PER_TOKEN: usize = 2;

/// Verified tokens with what the app made of them, which should be cheap to clone.
pub struct VerifiedCache<T> {
    /// Places in a row: [`PLACES`], or fewer in a small cache.
    places: usize,
    rows: usize,
    clock_skew_ms: i64,
    hasher: RandomState,
    /// Marks of tokens that came once, each where its hash says; a newer one takes the place of an older.
    first_sights: Box<[AtomicU32]>,
    state: RwLock<State<T>>,
}

struct State<T> {
    /// The number of the key set that the entries were verified with.
    generation: u64,
    /// One row after the other, each with its newest entry first. Empty before the first token.
    entries: Vec<Option<Entry<T>>>,
}

struct Entry<T> {
    hash: u64,
    token: Verified,
    value: T,
}

impl<T: Clone> VerifiedCache<T> {
    /// A cache for `capacity` tokens at most; 0 switches it off. The skew is that of the policy that tokens are
    /// verified with, in milliseconds.
    pub fn new(capacity: usize, clock_skew_ms: i64) -> Self {
        let places = capacity.min(PLACES);
        Self {
            places,
            rows: capacity.checked_div(places).unwrap_or_default(),
            clock_skew_ms,
            hasher: RandomState::new(),
            first_sights: std::iter::repeat_with(AtomicU32::default)
                .take(capacity * MARKS_PER_TOKEN)
                .collect(),
            state: RwLock::new(State {
                generation: 0,
                entries: Vec::new(),
            }),
        }
    }

    /// The value remembered for this very token, if it still holds at `now` and the keys are still those of
    /// `generation`.
    pub fn get(&self, token: impl AsRef<[u8]>, generation: u64, now: UnixMillis) -> Option<T> {
        let token = token.as_ref();
        if self.rows == 0 {
            return None;
        }
        let hash = self.hash(token);
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        if state.generation != generation {
            return None;
        }
        let row = state.entries.get(self.row(hash))?;
        let entry = row.iter().flatten().find(|entry| entry.is(hash, token))?;
        // Verification forgives an expiry within the skew. A memory need not: such a token is simply verified again.
        let holds = entry.token.expires().is_some_and(|expires| now < expires)
            && entry.token.is_current(self.clock_skew_ms, now);
        holds.then(|| entry.value.clone())
    }

    /// True if this token came before, lately. Ask once each time a token was verified. Only a token that comes again
    /// is worth remembering: writing down its kilobyte or two costs half as much as a signature check, and tokens that
    /// come once would crowd out those that come often.
    ///
    /// Now and then it is wrong either way; nothing but time depends on it.
    pub fn came_before(&self, token: &str) -> bool {
        let hash = self.hash(token.as_bytes());
        // Two halves of the hash, so that the place says nothing about the mark; 0 is no mark.
        let (place, mark) = ((hash >> 32) as usize, hash as u32 | 1);
        let Some(place) = place.checked_rem(self.first_sights.len()) else {
            return false;
        };
        self.first_sights[place].swap(mark, Ordering::Relaxed) == mark
    }

    /// Remembers a token that was verified with the keys of `generation`. Entries of earlier generations are dropped,
    /// and nothing of an earlier generation is remembered any more.
    ///
    /// A token with padding behind its signature is not remembered: the padding is not signed, so one good token could
    /// be spelled in endless ways, as long as a header may be, and fill the memory. Clerk's tokens have none.
    pub fn insert(&self, token: Verified, generation: u64, value: T) {
        if self.rows == 0 || token.raw().ends_with('=') {
            return;
        }
        let hash = self.hash(token.raw().as_bytes());
        let entry = Entry { hash, token, value };
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if generation < state.generation {
            return;
        }
        if generation > state.generation {
            state.entries.clear();
            state.generation = generation;
        }
        if state.entries.is_empty() {
            state.entries.resize_with(self.rows * self.places, || None);
        }
        let replaced = (state.entries.get_mut(self.row(hash))).and_then(|row| put(row, entry));
        // Freed only now, when others need not wait for it any more.
        drop(state);
        drop(replaced);
    }

    /// The number of tokens remembered, current or not.
    #[allow(clippy::len_without_is_empty, reason = "nobody asks")]
    pub fn len(&self) -> usize {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.entries.iter().flatten().count()
    }

    fn hash(&self, token: &[u8]) -> u64 {
        let end = &token[token.len().saturating_sub(HASHED_LENGTH)..];
        self.hasher.hash_one(end)
    }

    /// The row for this hash; there is at least one.
    fn row(&self, hash: u64) -> Range<usize> {
        let start = (hash % self.rows as u64) as usize * self.places;
        start..start + self.places
    }
}

impl<T> Entry<T> {
    fn is(&self, hash: u64, token: &[u8]) -> bool {
        self.hash == hash && self.token.raw().as_bytes() == token
    }
}

/// Puts an entry first and hands back the one it replaces: that of the same token, or the oldest.
fn put<T>(row: &mut [Option<Entry<T>>], new: Entry<T>) -> Option<Entry<T>> {
    let may_go = |place: &Option<Entry<T>>| match place {
        None => true,
        Some(entry) => entry.is(new.hash, new.token.raw().as_bytes()),
    };
    let at = row.iter().position(may_go).unwrap_or(row.len() - 1);
    row[..=at].rotate_right(1);
    row[0].replace(new)
}

impl<T: Clone> fmt::Debug for VerifiedCache<T> {
    /// Leaves the entries out, which hold credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedCache")
            .field("capacity", &(self.rows * self.places))
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
