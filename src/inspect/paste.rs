//! Pasted text, and the tokens in it: bare, behind `Bearer`, in a cookie header, a whole `curl` line, JSON or HAR, prose.
//!
//! The text is walked once, run by run of the characters that names and tokens are made of. A run is taken for a token
//! by how it starts (`eyJ…` is how base64 writes `{"…`; `ak_`, `mt_`, `oat_`, `dvb_`) or by the name in front of it
//! (`__clerk_db_jwt=`). Nothing is believed and nothing is verified here.

use super::wrapped;

/// Explained at most; a log has more, and is no paste.
const MOST: usize = 50;
/// An opaque token's prefix can start an ordinary word; a token is longer.
const SHORTEST_OPAQUE: usize = 20;
/// How far before a token its name is looked for.
const LOOK_BACK: usize = 200;

const OPAQUE_PREFIXES: [&str; 4] = ["ak_", "mt_", "oat_", "dvb_"];

/// Cookies and query parameters of Clerk whose value is a token; some carry a suffix.
const NAMES: [&str; 8] = [
    "__session",
    "__clerk_db_jwt",
    "__clerk_handshake",
    "__clerk_handshake_nonce",
    "__refresh",
    "__clerk_ticket",
    "__clerk_testing_token",
    "__client",
];

/// A token in a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Found {
    /// The token, line breaks inside taken out.
    pub token: String,
    /// Everywhere it stands, in order.
    pub places: Vec<Place>,
    /// Whether the text had to be put together from several lines.
    pub was_wrapped: bool,
}

impl Found {
    /// A text that stands alone.
    pub fn bare(text: &str) -> Self {
        Self {
            token: text.to_owned(),
            places: Vec::new(),
            was_wrapped: false,
        }
    }
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
}

/// What carries a token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Carrier {
    /// Nothing that could be told.
    Bare,
    /// An authorization header.
    Bearer,
    /// A cookie, a query parameter, or a member of JSON, by its name.
    Named(String),
}

/// What a text holds.
#[derive(Debug)]
pub struct Paste {
    /// Distinct tokens, in order.
    pub tokens: Vec<Found>,
    /// Tokens beyond those.
    pub left_out: usize,
}

/// The tokens in a text. Where there is none, what comes nearest to one, or all of the text, stands for it, so that
/// what is wrong with it can be said. An empty text has none.
pub fn find(text: &str) -> Paste {
    let mut paste = Paste {
        tokens: Vec::new(),
        left_out: 0,
    };
    let mut nearest: Option<Found> = None;
    let mut position = Position::default();
    let mut at = 0;
    while let Some(run) = next_run(text, at) {
        let (candidate, end) = look_at(text, run);
        at = end;
        let Some(candidate) = candidate else { continue };
        position.go_to(text, candidate.start);
        if candidate.is_whole {
            paste.add(candidate.found(text, position));
        } else if nearest
            .as_ref()
            .is_none_or(|found| found.token.len() < candidate.token.len())
        {
            nearest = Some(candidate.found(text, position));
        }
    }
    if paste.tokens.is_empty() {
        paste.tokens.extend(nearest.or_else(|| all_of(text)));
    }
    paste
}

/// What may be a token.
struct Candidate {
    start: usize,
    token: String,
    is_whole: bool,
    was_wrapped: bool,
}

impl Candidate {
    fn unwrapped(text: &str, start: usize, end: usize) -> Self {
        Self {
            start,
            token: text[start..end].to_owned(),
            is_whole: true,
            was_wrapped: false,
        }
    }

    fn found(self, text: &str, position: Position) -> Found {
        Found {
            places: vec![Place {
                carrier: carrier(&text[..self.start]),
                line: position.line,
                column: position.column,
            }],
            token: self.token,
            was_wrapped: self.was_wrapped,
        }
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
}

impl Paste {
    fn add(&mut self, found: Found) {
        if let Some(known) = self
            .tokens
            .iter_mut()
            .find(|known| known.token == found.token)
        {
            if known.places.len() < MOST {
                known.places.extend(found.places);
            }
        } else if self.tokens.len() < MOST {
            self.tokens.push(found);
        } else {
            self.left_out += 1;
        }
    }
}

fn is_run(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// The next run from `at` on: where it starts and ends.
fn next_run(text: &str, at: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let start = at + bytes.get(at..)?.iter().position(|byte| is_run(*byte))?;
    let length = bytes[start..]
        .iter()
        .take_while(|byte| is_run(**byte))
        .count();
    Some((unescaped(bytes, start), start + length))
}

/// A run behind `\n`, `\t` (as JSON and shells write them) or `%3D` starts behind that.
fn unescaped(bytes: &[u8], start: usize) -> usize {
    let before = start.checked_sub(1).and_then(|before| bytes.get(before));
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    match (before, bytes.get(start)) {
        (Some(b'\\'), Some(b'n' | b'r' | b't')) => start + 1,
        (Some(b'%'), _) if is_digit(start) && is_digit(start + 1) => start + 2,
        _ => start,
    }
}

/// What a run is, and where to go on.
fn look_at(text: &str, (start, end): (usize, usize)) -> (Option<Candidate>, usize) {
    let run = &text[start..end];
    // Behind a dot there is the rest of a host's name, or of a token whose start is no token's.
    if wrapped::is_jwt_start(run.as_bytes()) && !text[..start].ends_with('.') {
        let read = wrapped::read(text, start);
        let candidate = Candidate {
            start,
            token: read.token,
            is_whole: read.is_whole,
            was_wrapped: read.was_wrapped,
        };
        return (Some(candidate), read.end);
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

fn whole(text: &str, start: usize, end: usize) -> (Option<Candidate>, usize) {
    (Some(Candidate::unwrapped(text, start, end)), end)
}

fn is_name(run: &str) -> bool {
    let is_suffix = |rest: &str| rest.is_empty() || (rest.len() == 9 && rest.starts_with('_'));
    run.starts_with("__")
        && NAMES
            .iter()
            .any(|name| run.strip_prefix(name).is_some_and(is_suffix))
}

/// Where the value of a name begins that ends at `at`: behind `=`, `":"` or the HAR form `","value":"`.
fn value_start(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let blank = |c: char| matches!(c, '"' | '\'' | '\\' | ' ' | '\t' | '\r' | '\n');
    let rest = rest.trim_start_matches(blank);
    let rest = match rest.strip_prefix(',') {
        Some(rest) => rest
            .trim_start_matches(blank)
            .strip_prefix("value")?
            .trim_start_matches(blank),
        None => rest,
    };
    let rest = rest
        .strip_prefix(['=', ':'])
        .or_else(|| rest.strip_prefix("%3D"))?;
    let rest = rest.trim_start_matches(blank);
    Some(text.len() - rest.len())
}

/// Where an opaque value ends; nothing when there is none, or when it is a JWT and so is found by itself.
fn opaque_end(text: &str, start: usize) -> Option<usize> {
    let value = &text[start..];
    if wrapped::is_jwt_start(value.as_bytes()) {
        return None;
    }
    let length = value.find(wrapped::ends_token).unwrap_or(value.len());
    (length > 0).then_some(start + length)
}

/// What carries a token, from the text before it.
fn carrier(before: &str) -> Carrier {
    if before.is_empty() {
        return Carrier::Bare;
    }
    let from = before.len().saturating_sub(LOOK_BACK);
    let from = (from..before.len()).find(|at| before.is_char_boundary(*at));
    let near = &before[from.unwrap_or(before.len())..];
    let blank = |c: char| matches!(c, '"' | '\'' | '\\' | '`' | ' ' | '\t');
    let near = near.trim_end_matches(blank);
    let ends_with = |word: &str| {
        let at = near.len().checked_sub(word.len())?;
        near.get(at..).filter(|end| end.eq_ignore_ascii_case(word))
    };
    if ends_with("bearer").is_some() {
        return Carrier::Bearer;
    }
    let Some(near) = near
        .strip_suffix(['=', ':'])
        .or_else(|| near.strip_suffix("%3D"))
    else {
        return Carrier::Bare;
    };
    let near = near.trim_end_matches(blank);
    let mut name = last_name(near);
    if name == "value" {
        // HAR, and cookie lists of browsers: {"name": "__session", "value": "…"}
        let pair = near
            .rfind("\"name\"")
            .map(|at| &near[at + "\"name\"".len()..]);
        let named = pair.and_then(|pair| pair.split('"').nth(1));
        name = named.map_or(name, last_name);
    }
    match name {
        "" => Carrier::Bare,
        name => Carrier::Named(name.to_owned()),
    }
}

fn last_name(text: &str) -> &str {
    let bytes = text.as_bytes().iter().rev();
    let length = bytes.take_while(|byte| is_run(**byte)).count();
    &text[text.len() - length..]
}

/// The whole text as the one candidate, without what people wrap around a token.
fn all_of(text: &str) -> Option<Found> {
    let quote = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`');
    let mut rest = text.trim_matches(quote);
    for word in ["authorization:", "bearer "] {
        let is_there = rest
            .get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word));
        if is_there {
            rest = rest[word.len()..].trim_matches(quote);
        }
    }
    if rest.is_empty() {
        return None;
    }
    let start = rest.as_ptr().addr() - text.as_ptr().addr();
    let mut position = Position::default();
    position.go_to(text, start);
    Some(Candidate::unwrapped(text, start, start + rest.len()).found(text, position))
}
