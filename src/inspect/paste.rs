//! Finds tokens in pasted text: bare, after `Bearer`, in a cookie header, a whole `curl` line, JSON or HAR, prose,
//! escaped or encoded.
//!
//! The text is walked through once, run by run of the characters of names and tokens. A run is taken for a token
//! because of its start (`eyJ…` is `{"…` in base64; `ak_`, `mt_`, `oat_`, `dvb_`), a header in it, or the name before
//! it (`__clerk_db_jwt=`). Nothing is verified here.

use std::ops::Range;

use super::breaks::Breaks;
use super::carrier::{self, is_name, is_run, unescaped, value_start};
use super::hidden::Hidden;
use super::wrapped::{self, Lines};
use super::{absent, around, encoded, header};

pub use super::carrier::Carrier;

/// The most tokens to explain. A log has more, but nobody pastes a log.
const MOST: usize = 50;
/// An ordinary word can start with an opaque token's prefix, but tokens are longer.
const SHORTEST_OPAQUE: usize = 20;
/// The most encodings to take off.
const MOST_ENCODINGS: u32 = 2;

const OPAQUE_PREFIXES: [&str; 4] = ["ak_", "mt_", "oat_", "dvb_"];

/// The beginnings of keys, which are not tokens.
const KEY_PREFIXES: [&str; 5] = ["sk_test_", "sk_live_", "pk_test_", "pk_live_", "whsec_"];

/// A token in a text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Found {
    /// The token, without line breaks and other things that do not belong to it.
    pub token: String,
    /// All its places, in order.
    pub places: Vec<Place>,
    /// Breaks that were left out to join it from several lines or words.
    pub breaks: Breaks,
    /// Hidden things that were in it.
    pub hidden: Hidden,
    /// True if it was encoded in base64 once more.
    pub was_encoded: bool,
}

/// The place of a token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    /// The carrier: a header, a cookie, a parameter.
    pub carrier: Carrier,
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// In bytes of the text, counted from 0.
    pub offset: usize,
}

/// The tokens in a text.
#[derive(Debug, Default)]
pub struct Paste {
    /// Distinct tokens, in order.
    pub tokens: Vec<Found>,
    /// The number of further tokens.
    pub left_out: usize,
    /// For a single token: words for the text around it.
    pub around: Option<String>,
}

/// The tokens in a text. If there is none, the text that comes nearest to one, or all of it, is taken, so that its
/// fault can be explained. An empty text has none.
pub fn find(text: &str) -> Paste {
    find_most(text, MOST)
}

/// The same with at most `most` tokens.
pub fn find_most(text: &str, most: usize) -> Paste {
    let Search {
        mut paste,
        nearest,
        span,
        ..
    } = Search::through(text, most);
    if paste.tokens.is_empty() {
        paste.tokens = inside(text, most, MOST_ENCODINGS);
    }
    if paste.tokens.is_empty() {
        paste.tokens.extend(nearest.or_else(|| all_of(text)));
    } else if let ([token], Some(span)) = (&paste.tokens[..], span)
        && token.places.len() == 1
    {
        paste.around = around::words(&text[..span.start], &text[span.end..]);
    }
    paste
}

impl Paste {
    /// Words for what was left out around and inside a single token.
    pub fn beside(&self) -> Option<String> {
        let [token] = &self.tokens[..] else {
            return None;
        };
        let told: Vec<_> = self
            .around
            .clone()
            .into_iter()
            .chain(token.inside())
            .collect();
        (!told.is_empty()).then(|| told.join(", "))
    }

    fn add(&mut self, found: Found, most: usize) {
        let known = self.tokens.iter_mut().take(MOST);
        if let Some(known) = known.into_iter().find(|known| known.token == found.token) {
            if known.places.len() < most {
                known.places.extend(found.places);
            }
        } else if self.tokens.len() < most {
            self.tokens.push(found);
        } else {
            self.left_out += 1;
        }
    }
}

impl Found {
    /// A text that stands alone.
    pub fn bare(text: &str) -> Self {
        Self {
            token: text.to_owned(),
            ..Self::default()
        }
    }

    /// Words for what was left out inside it.
    pub fn inside(&self) -> Vec<String> {
        let mut told = Vec::new();
        if self.was_encoded {
            told.push("the base64 around it".to_owned());
        }
        if !self.breaks.is_empty() {
            told.push(format!("{} in it", self.breaks));
        }
        if self.hidden.count > 0 {
            told.push(self.hidden.to_string());
        }
        told
    }
}

/// A walk through a text.
struct Search {
    paste: Paste,
    nearest: Option<Found>,
    /// The place of the last token.
    span: Option<Range<usize>>,
}

impl Search {
    fn through(text: &str, most: usize) -> Self {
        let mut search = Self {
            paste: Paste::default(),
            nearest: None,
            span: None,
        };
        let mut position = Position::default();
        let mut at = 0;
        while let Some(run) = next_run(text, at) {
            let (candidate, end) = look_at(text, run);
            at = end;
            let Some(candidate) = candidate else { continue };
            position.go_to(text, candidate.start);
            if candidate.is_whole {
                search.span = Some(candidate.start..end);
                search.paste.add(candidate.found(text, position), most);
            } else if search
                .nearest
                .as_ref()
                .is_none_or(|found| found.token.len() < candidate.found.token.len())
            {
                search.nearest = Some(candidate.found(text, position));
            }
        }
        search
    }
}

/// The tokens in the encoded parts of a text.
fn inside(text: &str, most: usize, encodings: u32) -> Vec<Found> {
    let mut position = Position::default();
    for (start, inner) in encoded::texts(text) {
        let mut found = Search::through(&inner, most).paste.tokens;
        if found.is_empty() && encodings > 1 {
            found = self::inside(&inner, most, encodings - 1);
        }
        if start >= position.at {
            position.go_to(text, start);
        }
        for token in &mut found {
            token.was_encoded = true;
            token.places = vec![position.place(carrier::before(&text[..start]))];
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// Something that may be a token.
struct Candidate {
    start: usize,
    is_whole: bool,
    found: Found,
}

impl Candidate {
    fn unwrapped(text: &str, start: usize, end: usize) -> Self {
        Self {
            start,
            is_whole: true,
            found: Found::bare(&text[start..end]),
        }
    }

    fn found(mut self, text: &str, position: Position) -> Found {
        let carrier = carrier::before(&text[..self.start]);
        self.found.places.push(position.place(carrier));
        self.found
    }
}

/// A place in a text that only moves forward, so that the text is counted once, however many tokens it has.
#[derive(Clone, Copy)]
struct Position {
    at: usize,
    line: usize,
    column: usize,
}

impl Default for Position {
    fn default() -> Self {
        Self {
            at: 0,
            line: 1,
            column: 1,
        }
    }
}

impl Position {
    fn go_to(&mut self, text: &str, at: usize) {
        for c in text[self.at..at].chars() {
            self.column += 1;
            if c == '\n' {
                (self.line, self.column) = (self.line + 1, 1);
            }
        }
        self.at = at;
    }

    const fn place(self, carrier: Carrier) -> Place {
        Place {
            carrier,
            line: self.line,
            column: self.column,
            offset: self.at,
        }
    }
}

/// Start and end of the next run from `at` on.
fn next_run(text: &str, at: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let start = at + bytes.get(at..)?.iter().position(|byte| is_run(*byte))?;
    let length = bytes[start..]
        .iter()
        .take_while(|byte| is_run(**byte))
        .count();
    Some((unescaped(bytes, start, start + length), start + length))
}

/// The token in a run, if there is one, and the place to go on.
fn look_at(text: &str, (start, end): (usize, usize)) -> (Option<Candidate>, usize) {
    let run = &text[start..end];
    // After a dot comes the rest of a host name, or of something that does not start like a token.
    let is_first = !text[..start].ends_with('.');
    let at = match header::is_start(run.as_bytes()) && is_first {
        true => Some(0),
        false if text[end..].starts_with('.') => header::start_in(run.as_bytes()),
        false => None,
    };
    if let Some(at) = at {
        let read = wrapped::read(text.as_bytes(), start + at, Lines::Many);
        let end = text.ceil_char_boundary(read.end);
        return (Some(Candidate::read(start + at, read)), end);
    }
    let is_opaque = OPAQUE_PREFIXES.iter().any(|prefix| run.starts_with(prefix));
    if is_opaque && run.len() >= SHORTEST_OPAQUE {
        return whole(text, start, end);
    }
    if is_name(run)
        && let Some(start) = value_start(text, end)
        && let Some(end) = opaque_end(text, start)
    {
        return whole(text, start, end);
    }
    (None, end)
}

impl Candidate {
    fn read(start: usize, read: wrapped::Read) -> Self {
        Self {
            start,
            is_whole: read.is_whole,
            found: Found {
                token: read.token,
                breaks: read.breaks,
                hidden: read.hidden,
                ..Found::default()
            },
        }
    }
}

fn whole(text: &str, start: usize, end: usize) -> (Option<Candidate>, usize) {
    (Some(Candidate::unwrapped(text, start, end)), end)
}

/// The end of an opaque value; `None` if there is none, or if it is a JWT, which is found by itself.
fn opaque_end(text: &str, start: usize) -> Option<usize> {
    let value = &text[start..];
    if header::is_start(value.as_bytes()) {
        return None;
    }
    let length = value.find(wrapped::ends_token).unwrap_or(value.len());
    (length > 0).then_some(start + length)
}

/// The whole text as the only candidate, without the things that people wrap around a token. If nothing is left, there
/// was no token.
fn all_of(text: &str) -> Option<Found> {
    if text.trim().is_empty() {
        return None;
    }
    let rest = key_in(text).unwrap_or_else(|| absent::without_wrapping(text));
    let start = rest.as_ptr().addr() - text.as_ptr().addr();
    let mut position = Position::default();
    position.go_to(text, start);
    Some(Candidate::unwrapped(text, start, start + rest.len()).found(text, position))
}

/// The key in a line of an `.env` file.
fn key_in(text: &str) -> Option<&str> {
    let is_key = |value: &&str| KEY_PREFIXES.iter().any(|prefix| value.starts_with(prefix));
    let value = |line| {
        let (_, value) = str::split_once(line, '=')?;
        let value = value.trim().trim_matches(['"', '\'', ';']);
        Some(value).filter(|value| !value.contains(char::is_whitespace))
    };
    text.lines().filter_map(value).find(is_key)
}
