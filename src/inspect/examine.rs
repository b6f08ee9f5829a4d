//! Examines a text that should be a JWT: its fault, the part, the place.
//!
//! Like the reference, the core only says that a token cannot be decoded. This goes through the same rules again with a
//! finger on the text; a test makes sure that both agree.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_auth::token::decode;
use serde_json::{Map, Value};

use super::absent::Absent;
use super::fault::{Cause, Fault, Part};
use super::mistaken::Mistaken;
use super::{header, mark, signature};

/// The fault of a text as a JWT; `None` exactly if the core decodes it.
pub fn jwt(text: &str) -> Option<Fault> {
    if decode(text).is_ok() {
        return None;
    }
    if let Some(absent) = Absent::of(text) {
        return Some(fault(Cause::Absent(absent), None, None));
    }
    if let Some(mistaken) = Mistaken::of(text) {
        return Some(fault(Cause::Mistaken(mistaken), None, None));
    }
    if let Some(fault) = taken_out(text) {
        return Some(fault);
    }
    if let Some(at) = text.find('\u{2026}').or_else(|| text.find("...")) {
        return Some(fault(Cause::Ellipsis, None, Some(position(text, at))));
    }
    let parts = text.split('.').count();
    if parts != 3 {
        return Some(by_parts(text, parts));
    }
    let mut start = 0;
    for (part, piece) in Part::ALL.into_iter().zip(text.split('.')) {
        let found = match base64(piece) {
            Ok(_) if part == Part::Signature => None,
            Ok(bytes) => json(&bytes).map(|cause| (cause, None)),
            Err(found) => Some(found),
        };
        if let Some((cause, at)) = found {
            let place = at.map(|at| position(text, start + at));
            return Some(measured(text, part).unwrap_or_else(|| fault(cause, Some(part), place)));
        }
        start += piece.len() + 1;
    }
    None
}

/// A mark in the place of a part, or inside one.
fn taken_out(text: &str) -> Option<Fault> {
    if let Some((signed, rest)) = signature::split(text)
        && !rest.is_empty()
        && signature::is_taken_out(rest)
        && decode(&format!("{signed}.")).is_ok()
    {
        let cause = Cause::TakenOut(rest.to_owned());
        return Some(fault(cause, Some(Part::Signature), None));
    }
    let bytes = text.as_bytes();
    if !header::is_start(bytes) {
        return None;
    }
    let opens = |(_, c): &(usize, char)| {
        matches!(c, '[' | '<' | '{' | '(' | '*' | '%' | '\\' | '&' | '$') || !c.is_ascii()
    };
    let is_ellipsis = |at: usize| text[at..].starts_with('\u{2026}');
    let found = text.char_indices().filter(opens).find_map(|(at, _)| {
        let end = mark::mark_end(bytes, at).filter(|_| !is_ellipsis(at))?;
        Some((at, text.get(at..end)?))
    });
    let (at, mark) = found?;
    // Without a dot the whole token was taken out.
    let part = Part::ALL.get(text[..at].matches('.').count()).copied();
    let part = part.filter(|_| text.contains('.'));
    Some(fault(
        Cause::TakenOut(mark.to_owned()),
        part,
        Some(position(text, at)),
    ))
}

/// The fault of a text with another number of parts than three.
fn by_parts(text: &str, parts: usize) -> Fault {
    if parts < 3 && text.contains(char::is_whitespace) {
        return fault(Cause::Prose, None, None);
    }
    let first = text.split('.').next().unwrap_or_default();
    let names =
        |name| header::object(first.as_bytes()).is_some_and(|first| first.contains_key(name));
    // A stray character says more than the number of dots around it.
    let stray = text
        .char_indices()
        .find(|(_, c)| *c != '.' && !in_alphabet(*c));
    match (stray, parts) {
        (Some((at, c)), 1) => fault(cause_of(c), None, Some(position(text, at))),
        (_, 5) if names("enc") => fault(Cause::Encrypted, None, None),
        (_, 2) if !names("alg") && ["sub", "iss", "exp", "iat"].into_iter().any(names) => {
            fault(Cause::NoHeader, None, None)
        }
        _ => fault(Cause::Parts(parts), None, None),
    }
}

/// The number of characters cut off at the start, if it can be measured.
fn measured(text: &str, part: Part) -> Option<Fault> {
    let mut parts = text.split('.');
    let (first, second) = (parts.next()?, parts.next()?);
    match part {
        Part::Header => {
            header::object(second.as_bytes())?;
            let missing = header::missing(first)?;
            Some(fault(Cause::Start(missing), Some(part), None))
        }
        Part::Payload | Part::Signature => None,
    }
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
    // Read as the core reads it: a reader of any value accepts some that no object may have.
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
