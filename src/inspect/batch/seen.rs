//! Remembers answers about tokens that came before. Logs repeat tokens: one comes with each request of a minute.
//!
//! It is bounded in bytes. The whole token is compared, so no token gets the answer of another; and an answer is
//! repeated only as long as the dates allow it.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use clerk_auth::time::UnixMillis;
use clerk_auth::verify::Dates;

use super::result::Answer;

/// Each part has a lock of its own, so that workers seldom meet.
const PARTS: usize = 16;

/// The bytes of a part: tokens, and the lines made of them. The newest replace the oldest.
const RING: u64 = 1024 * 1024;

/// A token's hash names one of these rows in its part. Each row has a few places.
const ROWS: usize = 512;
const PLACES: usize = 4;

/// Longer entries are not remembered.
const LONGEST: usize = 8 * 1024;

/// The bytes of a token's end that are hashed: the signature tells tokens apart.
const HASHED: usize = 64;

/// The marks for seen tokens in each part; a newer mark replaces an older one.
const MARKS: usize = 4096;

/// Once a token has come again, new ones are remembered at first sight, until this many in a row did not come again. If
/// nothing repeats, writing a kilobyte for each token would cost a tenth of its verification.
const HOPE: u16 = 100;

/// The time for which an answer holds.
#[derive(Clone, Copy, Debug)]
pub enum Holds {
    /// Always: no date mattered.
    Always,
    /// From this moment on: the token had expired by then.
    Since(UnixMillis),
    /// While these dates allow the token, with this skew in milliseconds.
    While(Dates, i64),
}

impl Holds {
    fn at(self, now: UnixMillis) -> bool {
        match self {
            Self::Always => true,
            Self::Since(then) => then <= now,
            Self::While(dates, skew) => dates.are_current(skew, now),
        }
    }
}

/// The knowledge about a token.
pub enum Sight {
    /// The answer from before.
    Known(Answer),
    /// Nothing is known.
    New {
        /// True if the coming answer should be remembered.
        is_worth_keeping: bool,
    },
}

/// The memory.
pub struct Seen {
    hasher: RandomState,
    parts: Vec<Mutex<Part>>,
}

/// The bytes are a ring: the newest replace the oldest.
#[derive(Default)]
struct Part {
    /// Empty until there is something to remember.
    ring: Vec<u8>,
    /// All bytes ever written, and those skipped at the ring's end.
    written: u64,
    rows: Vec<[Place; PLACES]>,
    /// One entry for each place.
    said: Vec<[Option<Said>; PLACES]>,
    /// Marks of tokens that came, each at the place its hash names.
    marks: Vec<u32>,
    hope: u16,
}

/// A place for an entry. It is kept apart from the bytes and small, since most places we look at are the wrong ones.
#[derive(Clone, Copy, Default)]
struct Place {
    hash: u64,
    /// The value of `written` before it.
    start: u64,
}

#[derive(Clone, Copy)]
struct Said {
    token: usize,
    details: usize,
    answer: Answer,
    holds: Holds,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            hasher: RandomState::new(),
            parts: (0..PARTS).map(|_| Mutex::default()).collect(),
        }
    }
}

impl Seen {
    /// The answer for this very token, if it still holds; the end of its line goes into `details`.
    pub fn get(&self, token: &[u8], now: UnixMillis, details: &mut Vec<u8>) -> Sight {
        let hash = self.hash(token);
        let mut part = self.part(hash);
        if part.is_first_sight(hash) {
            return Sight::New {
                is_worth_keeping: part.hope > 0,
            };
        }
        match part.find(hash, token) {
            Some((said, line)) if said.holds.at(now) => {
                details.extend_from_slice(line);
                Sight::Known(said.answer)
            }
            _ => Sight::New {
                is_worth_keeping: true,
            },
        }
    }

    /// Remembers the answer about a token.
    pub fn put(&self, token: &[u8], answer: Answer, holds: Holds, details: &[u8]) {
        if token.len() + details.len() > LONGEST {
            return;
        }
        let said = Said {
            token: token.len(),
            details: details.len(),
            answer,
            holds,
        };
        let hash = self.hash(token);
        self.part(hash).put(hash, said, token, details);
    }

    fn hash(&self, token: &[u8]) -> u64 {
        let end = &token[token.len().saturating_sub(HASHED)..];
        self.hasher.hash_one(end)
    }

    fn part(&self, hash: u64) -> MutexGuard<'_, Part> {
        let part = &self.parts[hash as usize % PARTS];
        part.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn row(hash: u64) -> usize {
    (hash >> 32) as usize % ROWS
}

impl Part {
    /// True if this token comes for the first time, as far as we know.
    fn is_first_sight(&mut self, hash: u64) -> bool {
        if self.marks.is_empty() {
            self.marks.resize(MARKS, 0);
        }
        // Two ends of the hash, so that the place says nothing about the mark; 0 is no mark.
        let (place, mark) = ((hash >> 32) as usize % MARKS, hash as u32 | 1);
        let is_first = self.marks[place] != mark;
        self.marks[place] = mark;
        self.hope = if is_first {
            self.hope.saturating_sub(1)
        } else {
            HOPE
        };
        is_first
    }

    fn find(&self, hash: u64, token: &[u8]) -> Option<(&Said, &[u8])> {
        let row = row(hash);
        let places = self.rows.get(row)?.iter().enumerate();
        let mut same = places.filter(|(_, place)| place.hash == hash);
        same.find_map(|(at, place)| {
            let said = self.said[row][at].as_ref()?;
            let (known, line) = self.bytes(place.start, said)?;
            (known == token).then_some((said, line))
        })
    }

    /// The token and the end of its line; `None` if something newer stands there.
    fn bytes(&self, start: u64, said: &Said) -> Option<(&[u8], &[u8])> {
        if self.written - start > RING {
            return None;
        }
        let bytes = self.ring.get((start % RING) as usize..)?;
        let bytes = bytes.get(..said.token + said.details)?;
        bytes.split_at_checked(said.token)
    }

    fn put(&mut self, hash: u64, said: Said, token: &[u8], details: &[u8]) {
        if self.ring.is_empty() {
            self.ring.resize(RING as usize, 0);
            self.rows.resize(ROWS, Default::default());
            self.said.resize(ROWS, Default::default());
        }
        let length = (token.len() + details.len()) as u64;
        // An entry stands in one piece.
        if self.written % RING + length > RING {
            self.written = self.written.next_multiple_of(RING);
        }
        let start = self.written;
        let place = &mut self.ring[(start % RING) as usize..];
        place[..token.len()].copy_from_slice(token);
        place[token.len()..][..details.len()].copy_from_slice(details);
        self.written += length;
        let row = row(hash);
        let oldest = (0..PLACES).min_by_key(|place| self.rows[row][*place].start);
        let oldest = oldest.unwrap_or_default();
        self.rows[row][oldest] = Place { hash, start };
        self.said[row][oldest] = Some(said);
    }
}
