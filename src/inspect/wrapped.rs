//! A JWT in a text, read on over the line breaks that terminals, mail programs and PDFs put into it.
//!
//! Whether a line goes on in the next one is not written down anywhere. It does when two dots are not there yet, when
//! lines are cut at one width, or when a signature gets its right length that way; otherwise the next line is prose.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use memchr::memrchr_iter;
use serde_json::{Map, Value};

/// Lines that are looked at for one token. Real ones end after some dozens.
const MOST_LINES: usize = 512;
/// A line that is longer is not one that something wrapped.
const LONGEST_LINE: usize = 4096;

/// What was read.
pub struct Read {
    /// The token, breaks taken out.
    pub token: String,
    /// Where in the text it ends.
    pub end: usize,
    /// Whether it has three parts and a header; otherwise it only looks as if it should.
    pub is_whole: bool,
    /// Whether there was a break in it.
    pub was_wrapped: bool,
}

/// How a JWT's header starts: `{"`, `{` and white space, or `{}`, in base64.
pub fn is_jwt_start(run: &[u8]) -> bool {
    matches!(
        run,
        [b'e', b'y', b'I'..=b'L' | b'A'..=b'D', ..]
            | [b'e', b'w', b'k'..=b'r' | b'0'..=b'3', ..]
            | [b'e', b'3', b'0'..=b'3', ..]
    )
}

/// Whether a whole header stands at the start of a line. The claims of one token can look like the start of another.
fn starts_jwt(piece: &str) -> bool {
    let is_object = |header: Vec<u8>| serde_json::from_slice::<Map<String, Value>>(&header).is_ok();
    is_jwt_start(piece.as_bytes()) && header(piece).is_some_and(is_object)
}

fn holds(bytes: &[u8], name: &[u8]) -> bool {
    bytes.windows(name.len()).any(|window| window == name)
}

/// What cannot be part of a token, not even of a damaged one.
pub fn ends_token(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '"' | '\''
                | '`'
                | ';'
                | ','
                | '&'
                | ')'
                | '('
                | ']'
                | '['
                | '}'
                | '{'
                | '<'
                | '>'
                | '|'
                | '\\'
                | '%'
        )
        || (!c.is_ascii() && c != '\u{2026}')
}

/// Reads the token that starts at `start`.
pub fn read(text: &str, start: usize) -> Read {
    let first = piece_end(text, start);
    // Nearly always a token stands in one piece.
    if is_settled(&text[start..first]) && !continues(text, first) {
        return Read {
            token: text[start..first].to_owned(),
            end: first,
            is_whole: true,
            was_wrapped: false,
        };
    }
    let mut joined = Joined::new(text, start, first);
    if !is_settled(&joined.token) {
        joined.read_on();
    }
    let (kept, prose_end) = (joined.kept, joined.prose_end);
    let mut token = joined.token;
    token.truncate(kept.length);
    let mut end = kept.end;
    // A token in front of a character that ends none is damaged, unless it is whole already, as in a URL's path.
    if continues(text, end) && !is_settled(&token) {
        let rest = &text[end..];
        let length = rest.find(ends_token).unwrap_or(rest.len());
        token.push_str(&rest[..length]);
        end += length;
    }
    let token = without_full_stop(token);
    Read {
        is_whole: dots(&token) >= 2
            && header(&token).is_some_and(|header| header.starts_with(b"{")),
        was_wrapped: kept.end > first,
        token,
        end: end.max(prose_end),
    }
}

/// Whether something stands there that does not end a token.
fn continues(text: &str, at: usize) -> bool {
    text[at..].chars().next().is_some_and(|c| !ends_token(c))
}

#[derive(Clone, Copy)]
struct Kept {
    length: usize,
    end: usize,
}

/// A token on its way over the lines of a text.
struct Joined<'a> {
    text: &'a str,
    token: String,
    dots: usize,
    kept: Kept,
    end: usize,
    /// The end of what was read in vain.
    prose_end: usize,
    /// The first line's, and how wide that is, once somebody asked.
    first: Range<usize>,
    first_width: Option<usize>,
}

impl<'a> Joined<'a> {
    fn new(text: &'a str, start: usize, end: usize) -> Self {
        let token = text[start..end].to_owned();
        Self {
            dots: dots(&token),
            kept: Kept {
                length: token.len(),
                end,
            },
            token,
            end,
            prose_end: end,
            first: start..end,
            first_width: None,
            text,
        }
    }

    fn keep(&mut self) {
        self.kept = Kept {
            length: self.token.len(),
            end: self.end,
        };
    }

    /// Whether a line is as wide as the first.
    fn is_full_line(&mut self, piece: Range<usize>) -> bool {
        let (text, first) = (self.text, self.first.clone());
        let first = *self.first_width.get_or_insert_with(|| width(text, first));
        width(text, piece) == first
    }

    fn read_on(&mut self) {
        let first = self.kept;
        let (mut is_full, mut has_parts) = (false, self.dots >= 2);
        for _ in 0..MOST_LINES {
            let Some((start, is_line_break)) = after_break(self.text, self.end) else {
                break;
            };
            let end = piece_end(self.text, start);
            let piece = &self.text[start..end];
            let starts_anew = starts_jwt(piece) && !self.token.ends_with('.');
            let (was_full, lacked_parts) = (is_full, self.dots < 2);
            self.dots += dots(piece);
            if piece.is_empty() || starts_anew || self.dots > 2 {
                break;
            }
            self.token.push_str(piece);
            self.end = end;
            is_full = is_line_break && self.is_full_line(start..end);
            let is_settled = self.dots == 2 && is_settled(&self.token);
            if is_settled || (is_line_break && (lacked_parts || is_full || was_full)) {
                self.keep();
                has_parts = self.dots == 2;
            }
            if is_settled {
                return;
            }
        }
        // Without three parts it was prose that was read. No token is in it, so it need not be read again.
        if !has_parts {
            self.kept = first;
            self.prose_end = self.end;
        }
    }
}

/// How far the line of a piece reaches, up to the end of the piece.
fn width(text: &str, piece: Range<usize>) -> usize {
    let before = text[..piece.start].bytes().rev().take(LONGEST_LINE);
    piece.len() + before.take_while(|byte| *byte != b'\n').count()
}

/// What a token is made of; a table, since every byte of a text is looked up.
const IN_TOKEN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let c = byte as u8;
        table[byte] = c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.');
        byte += 1;
    }
    table
};

/// The end of what can be part of a token without a break: its characters, dots, and `=` where a part ends.
fn piece_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    loop {
        let piece = bytes[at..].iter();
        at += piece
            .take_while(|byte| IN_TOKEN[usize::from(**byte)])
            .count();
        let signs = bytes[at..].iter().take_while(|byte| **byte == b'=').count();
        let after = bytes.get(at + signs);
        if signs == 0 || after.is_some_and(u8::is_ascii_alphanumeric) {
            return at;
        }
        at += signs;
    }
}

/// What stands behind white space, a shell's `\` at the end of a line, or a written `\n`, and whether that was the end
/// of a line.
fn after_break(text: &str, at: usize) -> Option<(usize, bool)> {
    let mut rest = &text[at..];
    let mut is_line_break = false;
    loop {
        let trimmed = rest.trim_start();
        is_line_break |= rest[..rest.len() - trimmed.len()].contains('\n');
        rest = trimmed;
        let written = rest
            .strip_prefix("\\r")
            .or_else(|| rest.strip_prefix("\\n"));
        let continued = rest
            .strip_prefix('\\')
            .filter(|rest| rest.starts_with(['\n', '\r']));
        match written.or(continued) {
            Some(after) => {
                is_line_break = true;
                rest = after;
            }
            None => break,
        }
    }
    let next = text.len() - rest.len();
    (next > at && !rest.is_empty()).then_some((next, is_line_break))
}

fn dots(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'.').count()
}

/// The end of a sentence is no part of the token.
fn without_full_stop(mut token: String) -> String {
    if dots(&token) > 2 && token.ends_with('.') && !token.ends_with("..") {
        token.pop();
    }
    token
}

fn header(token: &str) -> Option<Vec<u8>> {
    let (header, _) = token.split_once('.')?;
    URL_SAFE_NO_PAD.decode(header.trim_end_matches('=')).ok()
}

/// Whether the signature has a length that signatures of its algorithm have.
fn is_settled(token: &str) -> bool {
    let mut dots = memrchr_iter(b'.', token.as_bytes());
    let Some(last) = dots.next() else {
        return false;
    };
    let bytes = token[last + 1..].trim_end_matches('=').len() * 3 / 4;
    let (is_rsa, is_other) = (
        matches!(bytes, 256 | 384 | 512 | 1024),
        matches!(bytes, 32 | 48 | 64 | 96 | 132),
    );
    // The lengths first: they need no look at the rest.
    if !is_rsa && !is_other {
        return false;
    }
    let has_three_parts = dots.next().is_some() && dots.next().is_none();
    let Some(header) = header(token).filter(|header| has_three_parts && header.starts_with(b"{"))
    else {
        return false;
    };
    if holds(&header, b"\"RS") || holds(&header, b"\"PS") {
        is_rsa
    } else {
        is_other
    }
}
