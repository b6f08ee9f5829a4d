//! Finds tokens anywhere in any text. Nearly all stand there plainly and are taken as they are. Tokens that are
//! escaped, coloured or without signature are read with care.

use std::ops::ControlFlow::{self, Continue};

use memchr::memmem;

use super::item::Item;
use super::source::{Block, Place};
use crate::inspect::carrier::is_run;
use crate::inspect::header;
use crate::inspect::paste::Found;
use crate::inspect::piece::is_of_token;
use crate::inspect::wrapped::{Lines, read};

/// The beginning of a JWT's header: `{"` in base64.
pub const BEGINNING: &[u8] = b"eyJ";

/// The most tries for a word that touches something like a header.
const MOST_TRIES: u32 = 8;

/// The shortest signature that any algorithm makes.
const SHORTEST_SIGNATURE: usize = 43;

/// A word that may contain beginnings of tokens: its end, and the number of beginnings that were tried.
#[derive(Clone, Copy, Default)]
struct Word {
    end: usize,
    tries: u32,
}

/// Gives everything that looks like a token to `take`, until that says stop.
pub fn scan(
    block: &Block,
    mut take: impl FnMut(Place, Item<'_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let (bytes, mut place) = (block.bytes(), block.place);
    let (mut seen, mut placed, mut word) = (0, 0, Word::default());
    for start in memmem::find_iter(bytes, BEGINNING) {
        if start < seen || !can_begin(bytes, start, &mut word) {
            continue;
        }
        let (item, end) = match plain(bytes, start) {
            Some(end) => (Item::Token(&bytes[start..end]), end),
            None => {
                let read = read(bytes, start, Lines::One);
                seen = read.end;
                if !read.is_whole {
                    continue;
                }
                let found = Found {
                    token: read.token,
                    hidden: read.hidden,
                    ..Found::default()
                };
                (Item::Read(found), read.end)
            }
        };
        place = place.behind(&bytes[placed..start]);
        (placed, seen) = (start, end);
        take(place, item)?;
    }
    Continue(())
}

/// True if a token can begin here: nothing before it could belong to it, or its header can be nothing else.
fn can_begin(bytes: &[u8], start: usize, word: &mut Word) -> bool {
    let before = start.checked_sub(1).map(|before| bytes[before]);
    if !before.is_some_and(is_of_token) {
        return true;
    }
    if start >= word.end {
        let is_of_word = |byte: &&u8| is_of_token(**byte) && **byte != b'.';
        let length = bytes[start..].iter().take_while(is_of_word).count();
        *word = Word {
            end: start + length,
            tries: 0,
        };
    }
    word.tries += 1;
    word.tries <= MOST_TRIES && header::is_whole(&bytes[start..word.end])
}

/// The end of a plain token: three parts, a signature, and after it a character that ends any token.
fn plain(bytes: &[u8], start: usize) -> Option<usize> {
    let part_end = |at: usize| {
        let rest = bytes[at..].iter();
        at + rest.take_while(|byte| is_run(**byte)).count()
    };
    let is_dot = |at: usize| bytes.get(at) == Some(&b'.');
    let first = part_end(start);
    let second = is_dot(first).then(|| part_end(first + 1))?;
    let third = is_dot(second).then(|| part_end(second + 1))?;
    // A full stop ends the sentence, not the token.
    let next = third + usize::from(is_dot(third));
    let goes_on = bytes.get(next).is_some_and(|byte| {
        !byte.is_ascii() || is_of_token(*byte) || b"\x1b*[{<(%\\&#$=".contains(byte)
    });
    (third - second > SHORTEST_SIGNATURE && !goes_on).then_some(third)
}
