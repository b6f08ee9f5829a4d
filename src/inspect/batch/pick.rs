//! Where the tokens are in a block of the input.

use std::borrow::Cow;
use std::ops::ControlFlow::{self, Continue};

use memchr::{memchr, memmem};

use super::field::Field;
use super::result::{Answer, reason};
use super::source::{Block, Cut, Place, is_of_token};

/// In which form tokens come.
#[derive(Clone, Debug)]
pub enum Form {
    /// One in each line.
    Lines,
    /// A JSON document in each line, the token in this field of it.
    Field(Field),
    /// Anywhere in any text.
    Scan,
}

/// A token, or why there is none. Nobody has looked yet whether it is text.
pub type Item<'a> = Result<Cow<'a, [u8]>, Answer>;

/// How the header of a JWT begins: `{"` in base64.
const BEGINNING: &[u8] = b"eyJ";

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

impl Form {
    /// Where a block may end.
    pub fn cut(&self) -> Cut {
        match self {
            Self::Scan => Cut::Words,
            Self::Lines | Self::Field(_) => Cut::Lines,
        }
    }

    /// Hands each token of a block, and each line that should have one and has none, to `take`, until that says stop.
    pub fn pick(
        &self,
        block: &Block,
        mut take: impl FnMut(Place, Item<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if !block.is_too_long {
            return match self {
                Self::Scan => scan(block, take),
                Self::Lines => lines(block, |line| Ok(Cow::Borrowed(line)), take),
                Self::Field(field) => lines(block, |line| field.of(line), take),
            };
        }
        // In a scan an endless run of letters is nothing to speak of, unless it began as a token.
        if self.cut() == Cut::Words && !block.bytes().starts_with(BEGINNING) {
            return Continue(());
        }
        take(block.place, Err(Answer::none(reason::LINE_TOO_LONG)))
    }
}

fn lines<'b>(
    block: &'b Block,
    item: impl Fn(&'b [u8]) -> Item<'b>,
    mut take: impl FnMut(Place, Item<'b>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let (mut rest, mut place) = (block.bytes(), block.place);
    while !rest.is_empty() {
        let end = memchr(b'\n', rest).unwrap_or(rest.len());
        let line = &rest[..end];
        let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        let item = match line.trim_ascii() {
            b"" => Err(Answer::none(reason::EMPTY_LINE)),
            line => item(line).map(bare),
        };
        take(place, item)?;
        place.line += 1;
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    Continue(())
}

/// A token without quotes and without the word `Bearer`.
fn bare(text: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(without_quotes(text)),
        Cow::Owned(text) => Cow::Owned(without_quotes(&text).to_vec()),
    }
}

fn without_quotes(mut text: &[u8]) -> &[u8] {
    let is_wrapping = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'');
    while let [first, rest @ ..] = text
        && is_wrapping(first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && is_wrapping(last)
    {
        text = rest;
    }
    match text.split_at_checked(b"Bearer ".len()) {
        Some((word, token)) if word.eq_ignore_ascii_case(b"Bearer ") => token.trim_ascii_start(),
        _ => text,
    }
}

fn scan(
    block: &Block,
    mut take: impl FnMut(Place, Item<'_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let (bytes, mut place, mut seen) = (block.bytes(), block.place, 0);
    for start in memmem::find_iter(bytes, BEGINNING) {
        if start < seen || !begins_a_word(bytes, start) {
            continue;
        }
        let run = &bytes[start..];
        let length = run.iter().position(|byte| !is_of_token(*byte));
        let run = &run[..length.unwrap_or(run.len())];
        // A full stop ends the sentence, not the token.
        let token = run.strip_suffix(b".").unwrap_or(run);
        if memchr::memchr_iter(b'.', token).count() == 2 {
            place = place.behind(&bytes[seen..start]);
            take(place, Ok(Cow::Borrowed(token)))?;
            seen = start;
        }
    }
    Continue(())
}

/// Whether a token can begin here: behind nothing that could belong to it, or behind a percent-encoded character.
fn begins_a_word(bytes: &[u8], start: usize) -> bool {
    let before = &bytes[..start];
    let is_behind = |byte: &u8| !is_of_token(*byte);
    before.last().is_none_or(is_behind) || before.iter().nth_back(2) == Some(&b'%')
}
