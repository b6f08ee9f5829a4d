//! Why a text is not a JWT: what is wrong, in which part, at which place.
//!
//! The core says only that a token cannot be decoded, as the reference does. Here the same rules are gone through
//! again with a finger on the text; that both agree is tested.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_auth::token::decode;
use serde::Serialize;
use serde_json::{Map, Value};

use super::signature;
use crate::escape::visible;

/// One of the three parts of a JWT.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The first.
    Header,
    /// The second.
    Payload,
    /// The third.
    Signature,
}

impl Part {
    const ALL: [Self; 3] = [Self::Header, Self::Payload, Self::Signature];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        }
    }
}

/// What is wrong.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Cause {
    /// A text of words, none of which is a token.
    Prose,
    /// Shortened by whoever displayed it.
    Ellipsis,
    /// Somebody put this in its place.
    TakenOut(String),
    /// Another number of parts than three.
    Parts(usize),
    /// A character that no token has.
    Character(char),
    /// One of the two that standard base64 has and tokens have not.
    StandardBase64(char),
    /// Padding in the middle.
    Padding,
    /// No base64 text has this length.
    Length,
    /// The last character says more than the bytes before it need.
    LastCharacter,
    /// The part is empty.
    Empty,
    /// The JSON text ends too early.
    Unfinished,
    /// Nested too deeply.
    Depth,
    /// Not JSON; what the reader expected instead.
    Json(String),
    /// JSON, but of this kind.
    NotObject(&'static str),
}

/// Why a text is not a JWT.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// What is wrong.
    pub cause: Cause,
    /// In which part; nothing when it is about the whole.
    pub part: Option<Part>,
    /// The character of the text, counted from 1.
    pub position: Option<usize>,
}

impl Fault {
    /// A stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self.cause {
            Cause::Prose => "no-token",
            Cause::Ellipsis => "shortened",
            Cause::TakenOut(_) => "taken-out",
            Cause::Parts(5) => "encrypted",
            Cause::Parts(_) => "parts",
            Cause::Character(_) => "character",
            Cause::StandardBase64(_) => "standard-base64",
            Cause::Padding => "padding",
            Cause::Length => "length",
            Cause::LastCharacter => "last-character",
            Cause::Empty => "empty",
            Cause::Unfinished => "unfinished",
            Cause::Depth => "too-deep",
            Cause::Json(_) => "not-json",
            Cause::NotObject(_) => "not-an-object",
        }
    }

    /// What to do about it.
    pub const fn help(&self) -> Option<&'static str> {
        Some(match self.cause {
            Cause::Prose | Cause::Parts(0..=1) => {
                "a token is one long word; a JWT starts with `eyJ`"
            }
            Cause::Ellipsis => "copy it from where it is shown in full",
            Cause::Parts(5) => {
                "Clerk issues no encrypted tokens: this one comes from somewhere else"
            }
            Cause::Parts(2) | Cause::Length | Cause::Unfinished | Cause::Empty => {
                "it was probably cut off: copy all of it"
            }
            Cause::StandardBase64(_) => {
                "tokens use the url-safe alphabet: `-` for `+`, `_` for `/`"
            }
            Cause::LastCharacter => {
                "a character was changed, or the end was cut off: copy all of it"
            }
            _ => return None,
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            Some(part) => write!(f, "the {} ", part.name())?,
            None if self.cause == Cause::Prose => f.write_str("the text ")?,
            None => f.write_str("it ")?,
        }
        match &self.cause {
            Cause::Prose => f.write_str("holds no token")?,
            Cause::Ellipsis => f.write_str("was shortened: there is an ellipsis in it")?,
            Cause::TakenOut(text) => {
                write!(f, "was taken out: `{}` stands in its place", visible(text))?
            }
            Cause::Parts(1) => {
                f.write_str("has no dots: a JWT has three parts, separated by dots")?
            }
            Cause::Parts(2) => f.write_str("has two parts: the signature is missing")?,
            Cause::Parts(5) => f.write_str("has five parts: an encrypted token (JWE)")?,
            Cause::Parts(parts) => {
                write!(f, "has {parts} parts: a JWT has three, separated by dots")?
            }
            Cause::Character(c) => {
                let text = c.to_string();
                let shown = visible(&text);
                write!(f, "holds `{shown}`, which no token has")?;
            }
            Cause::StandardBase64(c) => {
                write!(f, "holds `{c}`, which is of the standard base64 alphabet")?
            }
            Cause::Padding => f.write_str("has `=` before its end")?,
            Cause::Length => {
                f.write_str("has an impossible length: characters are missing or too many")?
            }
            Cause::LastCharacter => {
                f.write_str("ends in a character that cannot be the last one")?
            }
            Cause::Empty => f.write_str("is empty")?,
            Cause::Unfinished => f.write_str("ends in the middle of its JSON")?,
            Cause::Depth => f.write_str("is nested deeper than 127 levels")?,
            Cause::Json(expected) => write!(f, "is not JSON: {}", visible(expected))?,
            Cause::NotObject(kind) => write!(f, "is {kind}, not a JSON object")?,
        }
        match self.position {
            Some(position) => write!(f, " (character {position})"),
            None => Ok(()),
        }
    }
}

/// What is wrong with a text as a JWT; nothing exactly when the core decodes it.
pub fn find(text: &str) -> Option<Fault> {
    if let Some((signed, rest)) = signature::split(text)
        && !rest.is_empty()
        && signature::is_taken_out(rest)
        && decode(&format!("{signed}.")).is_ok()
        && decode(text).is_err()
    {
        let cause = Cause::TakenOut(rest.to_owned());
        return Some(fault(cause, Some(Part::Signature), None));
    }
    if let Some(at) = text.find('\u{2026}').or_else(|| text.find("...")) {
        return Some(fault(Cause::Ellipsis, None, Some(position(text, at))));
    }
    let parts = text.split('.').count();
    if parts != 3 {
        if parts < 3 && text.contains(char::is_whitespace) {
            return Some(fault(Cause::Prose, None, None));
        }
        // A stray character tells more than the number of dots around it.
        let stray = text
            .char_indices()
            .find(|(_, c)| *c != '.' && !in_alphabet(*c));
        return Some(match stray {
            Some((at, c)) if parts == 1 => fault(cause_of(c), None, Some(position(text, at))),
            _ => fault(Cause::Parts(parts), None, None),
        });
    }
    let mut start = 0;
    for (part, piece) in Part::ALL.into_iter().zip(text.split('.')) {
        let found = match base64(piece) {
            Ok(bytes) if part == Part::Signature => {
                drop(bytes);
                None
            }
            Ok(bytes) => json(&bytes).map(|cause| (cause, None)),
            Err(found) => Some(found),
        };
        if let Some((cause, at)) = found {
            let place = at.map(|at| position(text, start + at));
            return Some(fault(cause, Some(part), place));
        }
        start += piece.len() + 1;
    }
    None
}

const fn fault(cause: Cause, part: Option<Part>, position: Option<usize>) -> Fault {
    Fault {
        cause,
        part,
        position,
    }
}

fn position(text: &str, at: usize) -> usize {
    text[..at].chars().count() + 1
}

fn in_alphabet(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

fn cause_of(c: char) -> Cause {
    match c {
        '+' | '/' => Cause::StandardBase64(c),
        '=' => Cause::Padding,
        c => Cause::Character(c),
    }
}

type At = Option<usize>;

fn base64(piece: &str) -> Result<Vec<u8>, (Cause, At)> {
    let body = piece.trim_end_matches('=');
    if let Some((at, c)) = body.char_indices().find(|(_, c)| !in_alphabet(*c)) {
        return Err((cause_of(c), Some(at)));
    }
    if body.len() % 4 == 1 {
        return Err((Cause::Length, None));
    }
    let last = Some(body.len().saturating_sub(1));
    URL_SAFE_NO_PAD
        .decode(body)
        .map_err(|_| (Cause::LastCharacter, last))
}

fn json(bytes: &[u8]) -> Option<Cause> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    if text.is_empty() {
        return Some(Cause::Empty);
    }
    // Read as the core reads it: whoever reads any value takes some that are no object's.
    let Err(error) = serde_json::from_str::<Map<String, Value>>(&text) else {
        return None;
    };
    if error.is_eof() {
        return Some(Cause::Unfinished);
    }
    if let Ok(value) = serde_json::from_str::<Value>(&text) {
        return Some(Cause::NotObject(kind(&value)));
    }
    let message = error.to_string();
    if message.starts_with("recursion limit exceeded") {
        return Some(Cause::Depth);
    }
    Some(Cause::Json(message))
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
