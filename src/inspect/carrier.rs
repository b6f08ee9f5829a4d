//! Recognises the carrier of a token from the text around it, which may be escaped: an authorization header, a cookie,
//! a query parameter, a JSON member.

use super::hidden;
use super::spelled;

/// The bytes before a token in which to look for its name.
const LOOK_BACK: usize = 200;

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

/// The carrier of a token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Carrier {
    /// None was recognised.
    Bare,
    /// An authorization header.
    Bearer,
    /// A cookie, a query parameter or a JSON member, by its name.
    Named(String),
}

/// True for the bytes of names and of a token's parts.
pub fn is_run(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// True for the names of Clerk's things that hold a token.
pub fn is_name(run: &str) -> bool {
    let is_suffix = |rest: &str| rest.is_empty() || (rest.len() == 9 && rest.starts_with('_'));
    run.starts_with("__")
        && NAMES
            .iter()
            .any(|name| run.strip_prefix(name).is_some_and(is_suffix))
}

const fn is_blank(c: char) -> bool {
    matches!(c, '"' | '\'' | '\\' | '`' | ' ' | '\t' | '\r' | '\n')
}

/// Skips quotes and white space in any spelling.
fn skip_blank(bytes: &[u8], mut at: usize) -> usize {
    loop {
        at = match (hidden::at(bytes, at), spelled::char_at(bytes, at)) {
            (_, Some((c, next))) if is_blank(c) => next,
            (Some((_, next)), _) => next,
            _ => return at,
        };
    }
}

/// The beginning of the value whose name ends at `at`: after `=`, `":"` or the HAR form `","value":"`.
pub fn value_start(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = skip_blank(bytes, at);
    if bytes.get(at) == Some(&b',') {
        at = skip_blank(bytes, at + 1);
        let rest = bytes[at..].strip_prefix(b"value")?;
        at = skip_blank(bytes, bytes.len() - rest.len());
    }
    let (c, next) = spelled::char_at(bytes, at)?;
    let start = matches!(c, '=' | ':').then(|| skip_blank(bytes, next))?;
    text.is_char_boundary(start).then_some(start)
}

/// The beginning of a run without the letters of an escape before it: `\n`, `\x22`, `%3D`, or a colour code.
pub fn unescaped(bytes: &[u8], start: usize, end: usize) -> usize {
    let is_simple = matches!(bytes.get(start), Some(b'n' | b'r' | b't'));
    if start > 0 && bytes[start - 1] == b'\\' && is_simple {
        return start + 1;
    }
    // The longest such escape is ESC as `\u001b`, followed by a bracket.
    for before in 1..=start.min(8) {
        let from = start - before;
        let spelled = spelled::escaped(bytes, from).map(|(_, next)| next);
        let styled = hidden::at(bytes, from).map(|(_, next)| next);
        let next = [styled, spelled]
            .into_iter()
            .flatten()
            .find(|next| (start + 1..=end).contains(next));
        if let Some(next) = next {
            return next;
        }
    }
    start
}

/// Quotes and signs in all spellings, for reading backwards.
const SPELLED_BLANKS: [&str; 12] = [
    "\\x22", "\\u0022", "%22", "&quot;", "&#34;", "&#39;", "\\x27", "\\u0027", "%27", "%20", "\\n",
    "\\t",
];
const SPELLED_SIGNS: [&str; 6] = ["%3D", "%3d", "%3A", "%3a", "\\x3d", "\\u003d"];

fn trim_blank_end(mut text: &str) -> &str {
    loop {
        let trimmed = text.trim_end_matches(is_blank);
        let spelled = SPELLED_BLANKS
            .iter()
            .find_map(|blank| trimmed.strip_suffix(blank));
        match spelled {
            Some(rest) => text = rest,
            None => return trimmed,
        }
    }
}

/// The carrier of a token, from the text before it.
pub fn before(text: &str) -> Carrier {
    if text.is_empty() {
        return Carrier::Bare;
    }
    let near = &text[text.ceil_char_boundary(text.len().saturating_sub(LOOK_BACK))..];
    let near = trim_blank_end(near);
    let ends_with = |word: &str| {
        let at = near.len().checked_sub(word.len())?;
        near.get(at..).filter(|end| end.eq_ignore_ascii_case(word))
    };
    if ends_with("bearer").is_some() {
        return Carrier::Bearer;
    }
    let signed = near.strip_suffix(['=', ':']);
    let signed = signed.or_else(|| {
        SPELLED_SIGNS
            .iter()
            .find_map(|sign| near.strip_suffix(sign))
    });
    let Some(near) = signed else {
        return Carrier::Bare;
    };
    let near = trim_blank_end(near);
    let mut name = last_name(near);
    if name == "value" {
        // HAR, and cookie lists of browsers: {"name": "__session", "value": "…"}
        let pair = near
            .rfind("\"name\"")
            .map(|at| &near[at + "\"name\"".len()..]);
        let named = pair.and_then(|pair| pair.split('"').nth(1));
        name = named.map_or(name, last_name);
    }
    if name.eq_ignore_ascii_case("bearer") {
        return Carrier::Bearer;
    }
    match name {
        "" => Carrier::Bare,
        name => Carrier::Named(name.to_owned()),
    }
}

fn last_name(text: &str) -> &str {
    let bytes = text.as_bytes().iter().rev();
    let length = bytes.take_while(|byte| is_run(**byte)).count();
    // The letters of an escape are no part of the name after it.
    &text[unescaped(text.as_bytes(), text.len() - length, text.len())..]
}
