//! Pasted text, and the tokens in it: bare, behind `Bearer`, in a cookie header, a whole `curl` line, JSON or HAR, prose,
//! escaped or encoded.
//!
//! The text is walked once, run by run of the characters that names and tokens are made of. A run is taken for a token
//! by how it starts (`eyJ…` is how base64 writes `{"…`; `ak_`, `mt_`, `oat_`, `dvb_`), by a header in it, or by the name
//! in front of it (`__clerk_db_jwt=`). Nothing is believed and nothing is verified here.

use std::ops::Range;

use super::breaks::Breaks;
use super::carrier::{self, is_name, is_run, unescaped, value_start};
use super::hidden::Hidden;
use super::wrapped::{self, Lines};
use super::{absent, around, encoded, header};

pub use super::carrier::Carrier;

/// Explained at most; a log has more, and is no paste.
const MOST: usize = 50;
/// An opaque token's prefix can start an ordinary word; a token is longer.
const SHORTEST_OPAQUE: usize = 20;
/// Encodings that are taken off.
const MOST_ENCODINGS: u32 = 2;

const OPAQUE_PREFIXES: [&str; 4] = ["ak_", "mt_", "oat_", "dvb_"];

/// How keys begin, which are none of the tokens.
const KEY_PREFIXES: [&str; 5] = ["sk_test_", "sk_live_", "pk_test_", "pk_live_", "whsec_"];

/// A token in a text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Found {
    /// The token, without line breaks and what else was in it that belongs to no token.
    pub token: String,
    /// Everywhere it stands, in order.
    pub places: Vec<Place>,
    /// What was left out where it was put together from several lines or words.
    pub breaks: Breaks,
    /// What was in it without being seen.
    pub hidden: Hidden,
    /// Whether it was encoded in base64 once more.
    pub was_encoded: bool,
}

/// Where a token stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    /// What carries it.
    pub carrier: Carrier,
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// In bytes of the text, counted from 0.
    pub offset: usize,
}

/// What a text holds.
#[derive(Debug, Default)]
pub struct Paste {
    /// Distinct tokens, in order.
    pub tokens: Vec<Found>,
    /// Tokens beyond those.
    pub left_out: usize,
    /// Of a single token: what stood around it, in words.
    pub around: Option<String>,
}

/// The tokens in a text. Where there is none, what comes nearest to one, or all of the text, stands for it, so that
/// what is wrong with it can be said. An empty text has none.
pub fn find(text: &str) -> Paste {
    find_most(text, MOST)
}

/// The same with so many tokens at most.
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
    /// What was left out around and inside of a single token, in words.
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

    /// What was left out inside of it, in words.
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
    /// Where the last token stands.
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

/// The tokens in what is encoded in a text.
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

/// What may be a token.
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

/// A place in a text, which only goes forward: the text is counted through once, however many tokens it has.
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

/// The next run from `at` on: where it starts and ends.
fn next_run(text: &str, at: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let start = at + bytes.get(at..)?.iter().position(|byte| is_run(*byte))?;
    let length = bytes[start..]
        .iter()
        .take_while(|byte| is_run(**byte))
        .count();
    Some((unescaped(bytes, start, start + length), start + length))
}

/// What a run is, and where to go on.
fn look_at(text: &str, (start, end): (usize, usize)) -> (Option<Candidate>, usize) {
    let run = &text[start..end];
    // Behind a dot there is the rest of a host's name, or of a token whose start is no token's.
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

/// Where an opaque value ends; nothing when there is none, or when it is a JWT and so is found by itself.
fn opaque_end(text: &str, start: usize) -> Option<usize> {
    let value = &text[start..];
    if header::is_start(value.as_bytes()) {
        return None;
    }
    let length = value.find(wrapped::ends_token).unwrap_or(value.len());
    (length > 0).then_some(start + length)
}

/// The whole text as the one candidate, without what people wrap around a token. Where nothing is left of it, there
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
