//! Writes a result as a line: columns with tabs between them, or a JSON document.

use clerk_auth::token::Unverified;

use crate::escape::{is_unseen, visible};

use super::result::Answer;
use super::source::Place;

/// The style of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Verdict, reason or kind, place, user, session, expiry, and a sentence if there is one.
    Text,
    /// A document of this schema.
    Json(&'static str),
}

/// Details of a token besides the answer. Absent ones are not shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Details<'a> {
    /// `sub`
    pub user: Option<&'a str>,
    /// `sid`
    pub session: Option<&'a str>,
    /// `exp`, in seconds since the epoch.
    pub expires: Option<i64>,
    /// The reason in a sentence.
    pub message: &'a str,
}

impl<'a> Details<'a> {
    /// The details that a token itself has.
    pub fn of(token: &'a Unverified) -> Self {
        Self {
            user: token.claim_str("sub"),
            session: token.claim_str("sid"),
            expires: token.claim_i64("exp"),
            message: "",
        }
    }
}

/// Longer texts are cut, in bytes; the input has all of them.
const LONGEST_TEXT: usize = 300;

impl Style {
    /// The line of a result; `details` come from [`Style::details`].
    pub fn line(self, out: &mut Vec<u8>, answer: Answer, place: Place, details: &[u8]) {
        match self {
            Self::Text => text_head(out, answer, place),
            Self::Json(schema) => json_head(out, schema, answer, place),
        }
        out.extend_from_slice(details);
        let end: &[u8] = if self == Self::Text { b"\n" } else { b"}\n" };
        out.extend_from_slice(end);
    }

    /// The end of a line. It does not depend on the token's place, so it can be kept for the next time.
    pub fn details(self, out: &mut Vec<u8>, details: &Details<'_>) {
        match self {
            Self::Text => text_details(out, details),
            Self::Json(_) => json_details(out, details),
        }
    }
}

fn text_head(out: &mut Vec<u8>, answer: Answer, place: Place) {
    put(out, answer.verdict.word());
    out.push(b'\t');
    put(out, answer.word);
    out.push(b'\t');
    decimal(out, place.line + 1);
    if let Some(column) = place.column {
        out.push(b':');
        decimal(out, column + 1);
    }
}

fn text_details(out: &mut Vec<u8>, details: &Details<'_>) {
    for text in [details.user, details.session] {
        out.push(b'\t');
        match text {
            Some(text) => column(out, text),
            None => out.push(b'-'),
        }
    }
    out.push(b'\t');
    match details.expires {
        Some(seconds) => signed(out, seconds),
        None => out.push(b'-'),
    }
    if !details.message.is_empty() {
        out.push(b'\t');
        column(out, details.message);
    }
}

fn json_head(out: &mut Vec<u8>, schema: &str, answer: Answer, place: Place) {
    put(out, "{\"schema\":\"");
    put(out, schema);
    let is_ok = answer.verdict.is_ok();
    put(
        out,
        if is_ok {
            "\",\"ok\":true"
        } else {
            "\",\"ok\":false"
        },
    );
    put(out, ",\"verdict\":\"");
    put(out, answer.verdict.word());
    let name = if is_ok {
        "\",\"kind\":\""
    } else {
        "\",\"reason\":\""
    };
    put(out, name);
    put(out, answer.word);
    put(out, "\",\"line\":");
    decimal(out, place.line + 1);
    if let Some(column) = place.column {
        put(out, ",\"column\":");
        decimal(out, column + 1);
    }
}

fn json_details(out: &mut Vec<u8>, details: &Details<'_>) {
    let texts = [
        (",\"sub\":\"", details.user),
        (",\"sid\":\"", details.session),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            put(out, name);
            json_text(out, text);
            out.push(b'"');
        }
    }
    if let Some(seconds) = details.expires {
        put(out, ",\"exp\":");
        signed(out, seconds);
    }
    if !details.message.is_empty() {
        put(out, ",\"message\":\"");
        json_text(out, details.message);
        out.push(b'"');
    }
}

/// A stranger's text in a column.
fn column(out: &mut Vec<u8>, text: &str) {
    match cut(text) {
        (text, None) if is_plain(text) => put(out, text),
        (text, mark) => {
            put(out, &visible(text));
            put(out, mark.unwrap_or_default());
        }
    }
}

/// A stranger's text in a JSON text. Characters that a terminal would obey are escaped, too.
fn json_text(out: &mut Vec<u8>, text: &str) {
    let (text, mark) = cut(text);
    if is_plain(text) {
        put(out, text);
    } else {
        for char in text.chars() {
            match char {
                '"' | '\\' => out.extend_from_slice(&[b'\\', char as u8]),
                _ if is_unseen(char) => {
                    for unit in char.encode_utf16(&mut [0; 2]) {
                        put(out, &format!("\\u{unit:04x}"));
                    }
                }
                _ => put(out, char.encode_utf8(&mut [0; 4])),
            }
        }
    }
    put(out, mark.unwrap_or_default());
}

fn cut(text: &str) -> (&str, Option<&'static str>) {
    if text.len() <= LONGEST_TEXT {
        return (text, None);
    }
    (&text[..text.floor_char_boundary(LONGEST_TEXT)], Some("…"))
}

fn is_plain(text: &str) -> bool {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
    text.bytes().all(is_plain)
}

fn put(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

fn signed(out: &mut Vec<u8>, number: i64) {
    if number < 0 {
        out.push(b'-');
    }
    decimal(out, number.unsigned_abs());
}

fn decimal(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}
