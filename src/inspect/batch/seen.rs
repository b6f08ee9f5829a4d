//! What was said of tokens that came before. Logs repeat them: a session's token comes with each request of a minute.
//!
//! Bounded in bytes. The whole token is compared, so nothing is ever said of one because of another; and what was said
//! is only repeated while the dates would have it said again.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use clerk_auth::time::UnixMillis;
use clerk_auth::verify::Dates;

use super::result::Answer;

/// Each part has a lock of its own, so that workers seldom meet.
const PARTS: usize = 16;

/// The bytes of a part: tokens, and the lines that were made of them. The newest take the place of the oldest.
const RING: u64 = 1024 * 1024;

/// A token's hash says in which of so many rows of its part it is looked for. A row has so many places.
const ROWS: usize = 512;
const PLACES: usize = 4;

/// What takes more room is not remembered.
const LONGEST: usize = 8 * 1024;

/// So much of a token's end is hashed: of its signature, which tells tokens apart.
const HASHED: usize = 64;

/// How long an answer holds.
#[derive(Clone, Copy, Debug)]
pub enum Holds {
    /// Always: no date had a say in it.
    Always,
    /// From this moment on: the token was over then.
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

/// The memory.
pub struct Seen {
    hasher: RandomState,
    parts: Vec<Mutex<Part>>,
}

/// The bytes are a ring: what is written last takes the place of what was written first.
#[derive(Default)]
struct Part {
    /// Empty until there is something to remember.
    ring: Vec<u8>,
    /// Bytes that were ever written, and passed over at the ring's end.
    written: u64,
    rows: Vec<[Mark; PLACES]>,
    /// For each mark.
    said: Vec<[Option<Said>; PLACES]>,
}

/// Where something may stand: apart from the rest and small, since most marks that are looked at are not the right
/// ones.
#[derive(Clone, Copy, Default)]
struct Mark {
    hash: u64,
    /// What `written` was before it.
    start: u64,
}

#[derive(Clone, Copy)]
struct Said {
    token: usize,
    details: usize,
    answer: Answer,
    holds: Holds,
}

impl Seen {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            hasher: RandomState::new(),
            parts: (0..PARTS).map(|_| Mutex::default()).collect(),
        }
    }

    /// What was said of this very token, if it still holds; the end of its line goes into `details`.
    pub fn get(&self, token: &str, now: UnixMillis, details: &mut Vec<u8>) -> Option<Answer> {
        let hash = self.hash(token);
        let part = self.part(hash)?;
        let part = part.lock().unwrap_or_else(PoisonError::into_inner);
        let (said, line) = part.find(hash, token)?;
        if !said.holds.at(now) {
            return None;
        }
        details.extend_from_slice(line);
        Some(said.answer)
    }

    /// Remembers what is said of a token.
    pub fn put(&self, token: &str, answer: Answer, holds: Holds, details: &[u8]) {
        if token.len() + details.len() > LONGEST {
            return;
        }
        let hash = self.hash(token);
        if let Some(part) = self.part(hash) {
            let said = Said {
                token: token.len(),
                details: details.len(),
                answer,
                holds,
            };
            let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
            part.put(hash, said, token.as_bytes(), details);
        }
    }

    fn hash(&self, token: &str) -> u64 {
        let bytes = token.as_bytes();
        let end = &bytes[bytes.len().saturating_sub(HASHED)..];
        self.hasher.hash_one(end)
    }

    fn part(&self, hash: u64) -> Option<&Mutex<Part>> {
        self.parts.get(hash as usize % PARTS)
    }
}

fn row(hash: u64) -> usize {
    (hash >> 32) as usize % ROWS
}

impl Part {
    fn find(&self, hash: u64, token: &str) -> Option<(&Said, &[u8])> {
        let row = row(hash);
        let marks = self.rows.get(row)?.iter().enumerate();
        let mut same = marks.filter(|(_, mark)| mark.hash == hash);
        same.find_map(|(place, mark)| {
            let said = self.said[row][place].as_ref()?;
            let (known, line) = self.bytes(mark.start, said)?;
            (known == token.as_bytes()).then_some((said, line))
        })
    }

    /// The token and the end of its line; nothing when something newer stands there.
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
        self.rows[row][oldest] = Mark { hash, start };
        self.said[row][oldest] = Some(said);
    }
}
