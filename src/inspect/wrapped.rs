//! Reads a JWT in a text, across the line breaks that terminals, mail programs and PDFs put into it, across invisible
//! things, and up to a mark in the place of its signature.
//!
//! Nothing says if a token goes on in the next line. We assume it if there are not two dots yet, if all lines are cut
//! at one width, or if the signature gets its right length that way; otherwise the next line is prose.

use std::ops::Range;

use super::breaks::Breaks;
use super::header;
use super::hidden::{self, Hidden};
use super::mark::mark_end;
use super::piece::{self, is_of_token, piece_end};
use super::settled::{decoded_header, is_settled};
use super::spelled::plain;

/// The most lines for one token. Real ones end after a few dozen.
const MOST_LINES: usize = 512;
/// Nothing wraps lines at a greater length.
const LONGEST_LINE: usize = 4096;
/// The most marks in one token: one for each part.
const MOST_MARKS: usize = 3;

/// The lines to read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Lines {
    /// To the end of the line.
    One,
    /// Into the next lines as well.
    Many,
}

/// A token as read.
pub struct Read {
    /// The token, without anything that does not belong to it.
    pub token: String,
    /// Its end in the text.
    pub end: usize,
    /// True if it has a header and the other parts; otherwise it only looks like a token.
    pub is_whole: bool,
    /// Breaks that were left out.
    pub breaks: Breaks,
    /// Hidden things that were in it.
    pub hidden: Hidden,
}

/// True if a line starts with a whole header. The claims of one token can look like the start of another.
fn starts_jwt(piece: &str) -> bool {
    let word = piece.split('.').next().unwrap_or_default();
    header::is_start(word.as_bytes())
        && piece.contains('.')
        && header::object(word.as_bytes()).is_some()
}

/// True for characters that cannot be part of a token, not even of a damaged one.
pub fn ends_token(c: char) -> bool {
    const ENDS: &str = "\"'`;,&#)(][}{<>|\\%";
    c.is_whitespace() || c.is_control() || ENDS.contains(c) || (!c.is_ascii() && !is_look_alike(c))
}

/// Characters that people put around a token, or between it and the next word.
const QUOTES: &str = "\u{2018}\u{2019}\u{201a}\u{201c}\u{201d}\u{201e}\u{ab}\u{bb}\u{2039}\u{203a}\u{300c}\u{300d}\u{3001}\u{3002}\u{2192}\u{2190}\u{21a9}\u{b7}";

/// Word processors' versions of `-` and `...`, and letters of other alphabets that look like ours.
const fn is_look_alike(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2026}' | '\u{370}'..='\u{52f}' | '\u{ff01}'..='\u{ff5e}')
}

/// Reads the token that starts at `start`.
pub fn read(bytes: &[u8], start: usize, lines: Lines) -> Read {
    let first = piece_end(bytes, start);
    let text = String::from_utf8_lossy(&bytes[start..first]);
    // Nearly always a token is in one piece.
    if is_settled(&text) && !continues(bytes, first) {
        return Read {
            token: text.into_owned(),
            end: first,
            is_whole: true,
            breaks: Breaks::default(),
            hidden: Hidden::default(),
        };
    }
    let mut joined = Joined::new(bytes, start);
    let first = joined.end;
    if lines == Lines::Many && !is_settled(&joined.token) {
        joined.read_on();
    }
    joined.token.truncate(joined.kept.length);
    joined.end = joined.kept.end;
    let was_wrapped = joined.end > first;
    joined.read_marks();
    joined.read_damage();
    if !was_wrapped && joined.hidden.count == 0 {
        joined.cut_at_next(start);
    }
    joined.leave_out_full_stop();
    Read {
        is_whole: is_whole(&joined.token),
        breaks: joined.kept.breaks,
        end: joined.end.max(joined.prose_end),
        token: joined.token,
        hidden: joined.hidden,
    }
}

/// True if all parts are there. The signature may be missing if the other two are certain.
fn is_whole(token: &str) -> bool {
    if dots(token) >= 2 {
        return decoded_header(token).is_some_and(|header| header.starts_with(b"{"));
    }
    token.split_once('.').is_some_and(|(first, second)| {
        header::is_whole(first.as_bytes()) && header::object(second.as_bytes()).is_some()
    })
}

/// True if a token may go on there.
fn continues(bytes: &[u8], at: usize) -> bool {
    plain(bytes, at).is_some_and(|(c, _)| !ends_token(c))
        || is_stray(bytes, at)
        || hidden::at(bytes, at).is_some()
}

/// True for a character of no alphabet in the middle of a token: an emoji, say.
fn is_stray(bytes: &[u8], mut at: usize) -> bool {
    const MOST: usize = 8;
    let is_mark = |c: char| c.is_ascii() || c.is_whitespace() || QUOTES.contains(c);
    for _ in 0..MOST {
        match plain(bytes, at) {
            Some((c, next)) if !is_mark(c) => at = next,
            _ => break,
        }
        if bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
            return true;
        }
    }
    false
}

#[derive(Clone, Copy)]
struct Kept {
    length: usize,
    end: usize,
    breaks: Breaks,
}

/// A token while it is joined across lines.
struct Joined<'a> {
    bytes: &'a [u8],
    token: String,
    hidden: Hidden,
    dots: usize,
    kept: Kept,
    breaks: Breaks,
    end: usize,
    /// The end of text that turned out to be prose.
    prose_end: usize,
    /// The first line's place, and its width once somebody asked.
    first: Range<usize>,
    first_width: Option<usize>,
}

impl<'a> Joined<'a> {
    fn new(bytes: &'a [u8], start: usize) -> Self {
        let mut hidden = Hidden::default();
        let mut token = String::new();
        let end = piece::read(bytes, start, &mut token, &mut hidden);
        Self {
            dots: dots(&token),
            kept: Kept {
                length: token.len(),
                end,
                breaks: Breaks::default(),
            },
            breaks: Breaks::default(),
            token,
            hidden,
            end,
            prose_end: end,
            first: start..end,
            first_width: None,
            bytes,
        }
    }

    fn keep(&mut self) {
        self.kept = Kept {
            length: self.token.len(),
            end: self.end,
            breaks: self.breaks,
        };
    }

    /// True if a line is as wide as the first.
    fn is_full_line(&mut self, piece: Range<usize>) -> bool {
        let (bytes, first) = (self.bytes, self.first.clone());
        let first = *self.first_width.get_or_insert_with(|| width(bytes, first));
        width(bytes, piece) == first
    }

    fn read_on(&mut self) {
        let first = self.kept;
        let (mut is_full, mut has_parts) = (false, self.dots >= 2);
        for _ in 0..MOST_LINES {
            let Some((start, is_line_break)) = after_break(self.bytes, self.end, &mut self.breaks)
            else {
                break;
            };
            let mut hidden = self.hidden.clone();
            let length = self.token.len();
            let end = piece::read(self.bytes, start, &mut self.token, &mut hidden);
            let (before, text) = self.token.split_at(length);
            let starts_anew = starts_jwt(text) && !before.ends_with('.');
            let (was_full, lacked_parts) = (is_full, self.dots < 2);
            self.dots += dots(text);
            if text.is_empty() || starts_anew || self.dots > 2 {
                break;
            }
            self.end = end;
            is_full = is_line_break && self.is_full_line(start..end);
            let is_settled = self.dots == 2 && is_settled(&self.token);
            if is_settled || (is_line_break && (lacked_parts || is_full || was_full)) {
                self.keep();
                self.hidden = hidden;
                has_parts = self.dots == 2;
            }
            if is_settled {
                return;
            }
        }
        // Without three parts it was prose. There is no token in it, so it need not be read again.
        if !has_parts {
            self.kept = first;
            self.prose_end = self.end;
        }
    }

    /// Reads marks in the place of a part, as they are written.
    fn read_marks(&mut self) {
        for _ in 0..MOST_MARKS {
            let Some(end) = mark_end(self.bytes, self.end) else {
                return;
            };
            if is_settled(&self.token) {
                return;
            }
            let end = piece_end(self.bytes, end);
            self.token
                .push_str(&String::from_utf8_lossy(&self.bytes[self.end..end]));
            self.end = end;
        }
    }

    /// Leaves out the full stop of a sentence, and dots after a whole signature.
    fn leave_out_full_stop(&mut self) {
        let length = self.token.trim_end_matches('.').len();
        let is_full_stop = length + 1 == self.token.len() && dots(&self.token) > 2;
        if length == self.token.len() || !(is_full_stop || is_settled(&self.token[..length])) {
            return;
        }
        let end = self.end - (self.token.len() - length);
        if self.bytes[end..self.end].iter().all(|byte| *byte == b'.') {
            self.end = end;
        }
        self.prose_end = self.prose_end.min(self.end);
        self.token.truncate(length);
    }

    /// Before a character that does not end tokens, a token is damaged, unless it is whole already, as in a URL's path.
    fn read_damage(&mut self) {
        let is_long = self
            .bytes
            .get(self.end)
            .is_some_and(|byte| is_of_token(*byte));
        if is_long || !continues(self.bytes, self.end) || is_settled(&self.token) {
            return;
        }
        let (mut end, mut dots) = (self.end, dots(&self.token));
        while let Some((c, next)) = plain(self.bytes, end)
            && (!ends_token(c) || is_stray(self.bytes, end))
        {
            self.token.push(c);
            end = next;
            dots += usize::from(c == '.');
            // The next token follows right after the mark in this one's place; it is read by itself.
            let is_mark = !c.is_ascii_alphanumeric() && c != '.';
            if is_mark && dots > 1 && self.bytes[end..].starts_with(b"eyJ") {
                break;
            }
        }
        self.end = end;
    }

    /// Cuts two tokens with nothing or a dot between them: the second begins inside the signature of the first, or
    /// after it.
    fn cut_at_next(&mut self, start: usize) {
        let parts: Vec<_> = self.token.splitn(5, '.').collect();
        let [first, second, third, fourth, ..] = parts[..] else {
            return;
        };
        let is_next = header::is_whole(fourth.as_bytes());
        let next = is_next.then_some(third.len());
        if let Some(at) = next.or_else(|| header::start_in(third.as_bytes())) {
            let length = first.len() + second.len() + 2 + at;
            self.token.truncate(length);
            self.end = start + length;
            self.prose_end = self.end;
        }
    }
}

/// The width of a piece's line, up to the end of the piece.
fn width(bytes: &[u8], piece: Range<usize>) -> usize {
    let before = bytes[..piece.start].iter().rev().take(LONGEST_LINE);
    piece.len() + before.take_while(|byte| **byte != b'\n').count()
}

/// The place after white space, a shell's `\` at the end of a line, or an escaped line break; true if a line ended
/// there.
fn after_break(bytes: &[u8], at: usize, breaks: &mut Breaks) -> Option<(usize, bool)> {
    let (mut next, mut is_line_break) = (at, false);
    loop {
        let (length, is_end) = match &bytes[next..] {
            [b'>', b' ', ..] if is_line_break => (2, false),
            [b'\n', ..] => (1, true),
            [b'\\', b'r' | b'n', ..] | [b'\\' | b'=', b'\n' | b'\r', ..] => (2, true),
            [b'\\', b'\\', b'r' | b'n', ..] => (3, true),
            // The form in which the system log of Linux writes them.
            [b'#', b'0', b'1', b'2' | b'5', ..] => (4, true),
            // A quoted mail.
            [b'>', ..] if is_line_break => (1, false),
            _ => match (plain(bytes, next), joint(bytes, next)) {
                (Some((c, end)), _) if c.is_whitespace() => (end - next, false),
                (Some(('\'' | '"' | '`', _)), Some(end)) => (end - next, true),
                _ => break,
            },
        };
        breaks.add(&bytes[next..next + length]);
        next += length;
        is_line_break |= is_end;
    }
    (next > at && next < bytes.len()).then_some((next, is_line_break))
}

/// The place where a program's text goes on after it was split: `' + '`.
fn joint(bytes: &[u8], at: usize) -> Option<usize> {
    const LONGEST: usize = 200;
    let quote = bytes.get(at)?;
    let rest = &bytes[at + 1..];
    let is_between = |byte: &&u8| byte.is_ascii_whitespace() || matches!(byte, b'+' | b'\\');
    let length = rest.iter().take(LONGEST).take_while(is_between).count();
    let has_sign = rest[..length].contains(&b'+') || rest[..length].contains(&b'\n');
    (has_sign && rest.get(length) == Some(quote)).then_some(at + 1 + length + 1)
}

fn dots(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'.').count()
}
