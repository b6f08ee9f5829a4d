//! What carries a token: an authorization header, a cookie, a query parameter, a member of JSON; told from the text
//! around it, which may be escaped.

use super::hidden;
use super::spelled;

/// How far before a token its name is looked for.
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

/// What names are made of, and parts of tokens.
pub fn is_run(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Whether this is the name of something of Clerk's that holds a token.
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

/// Behind quotes and white space, however they are spelled.
fn skip_blank(bytes: &[u8], mut at: usize) -> usize {
    loop {
        at = match (hidden::at(bytes, at), spelled::char_at(bytes, at)) {
            (_, Some((c, next))) if is_blank(c) => next,
            (Some((_, next)), _) => next,
            _ => return at,
        };
    }
}

/// Where the value of a name begins that ends at `at`: behind `=`, `":"` or the HAR form `","value":"`.
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

/// Where a run begins: behind `\n`, `\x22`, `%3D`, or a code for colours, if its first letters belong to such.
pub fn unescaped(bytes: &[u8], start: usize, end: usize) -> usize {
    let is_simple = matches!(bytes.get(start), Some(b'n' | b'r' | b't'));
    if start > 0 && bytes[start - 1] == b'\\' && is_simple {
        return start + 1;
    }
    // The longest beginning is ESC as `\u001b`, with a bracket behind it.
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

/// Quotes and signs as they are spelled, for reading backwards.
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

/// What carries a token, from the text before it.
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
    // The letters of an escape are no part of the name behind it.
    &text[unescaped(text.as_bytes(), text.len() - length, text.len())..]
}
