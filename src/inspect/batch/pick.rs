//! Finds the tokens in a block of the input.

use std::borrow::Cow;
use std::ops::ControlFlow::{self, Continue};

use memchr::memchr;

use super::field::Field;
use super::item::Item;
use super::result::{Answer, reason};
use super::scan::{BEGINNING, scan};
use super::source::{Block, Cut, Place};

/// The form in which tokens come.
#[derive(Clone, Debug)]
pub enum Form {
    /// One token in each line.
    Lines,
    /// A JSON document in each line, with the token in this field.
    Field(Field),
    /// Anywhere in any text.
    Scan,
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

impl Form {
    /// The places where a block may end.
    pub fn cut(&self) -> Cut {
        match self {
            Self::Scan => Cut::Words,
            Self::Lines | Self::Field(_) => Cut::Lines,
        }
    }

    /// Gives each token of a block, and each line that should have one and does not, to `take`, until that says stop.
    pub fn pick(
        &self,
        block: &Block,
        mut take: impl FnMut(Place, Item<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if !block.is_too_long {
            return match self {
                Self::Scan => scan(block, take),
                Self::Lines => lines(block, |line| Item::Text(Cow::Borrowed(line)), true, take),
                Self::Field(field) => {
                    let text = |line| {
                        let nothing = |(answer, help)| Item::Nothing(answer, help);
                        field.of(line).map_or_else(nothing, Item::Text)
                    };
                    lines(block, text, false, take)
                }
            };
        }
        // In a scan nobody cares for an endless run of letters, unless it began like a token.
        if self.cut() == Cut::Words && !block.bytes().starts_with(BEGINNING) {
            return Continue(());
        }
        take(
            block.place,
            Item::Nothing(Answer::none(reason::LINE_TOO_LONG), ""),
        )
    }
}

fn lines<'b>(
    block: &'b Block,
    item: impl Fn(&'b [u8]) -> Item<'b>,
    has_columns: bool,
    mut take: impl FnMut(Place, Item<'b>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let (mut rest, mut place) = (block.bytes(), block.place);
    while !rest.is_empty() {
        let end = memchr(b'\n', rest).unwrap_or(rest.len());
        let whole = &rest[..end];
        let line = whole.strip_prefix(BYTE_ORDER_MARK).unwrap_or(whole);
        let start = whole.len() - line.trim_ascii_start().len();
        let (column, item) = match line.trim_ascii() {
            b"" => (None, Item::Nothing(Answer::none(reason::EMPTY_LINE), "")),
            line => (has_columns.then_some(start as u64), item(line)),
        };
        take(Place { column, ..place }, item)?;
        place.line += 1;
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    Continue(())
}

/// A token without quotes and without the word `Bearer`.
pub fn bare(mut text: &[u8]) -> &[u8] {
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
