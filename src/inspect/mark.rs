//! Marks that people and programs put in the place of something secret or too long: `[REDACTED]`, `****`, `xxxx`, an
//! ellipsis.

use super::header;
use super::spelled;

/// Longer remains of a signature are shown in part, since nobody reads them and they are not a mark.
pub const LONGEST_SHOWN: usize = 12;
/// The most marks in the place of one signature: an ellipsis and a remark, and both again before the end that was left.
pub const MOST_MARKS: usize = 4;

/// A longer text is not a mark.
const LONGEST_MARK: usize = 64;

/// Words that people and programs write in the place of something secret.
const WORDS: [&str; 24] = [
    "redacted",
    "redact",
    "filtered",
    "removed",
    "masked",
    "hidden",
    "omitted",
    "stripped",
    "snip",
    "snipped",
    "truncated",
    "censored",
    "scrubbed",
    "sanitized",
    "sensitive",
    "protected",
    "suppressed",
    "elided",
    "obfuscated",
    "anonymized",
    "shortened",
    "cut",
    "xxx",
    "xxxx",
];

/// Words for what was taken out.
const NAMES: [&str; 13] = [
    "signature",
    "sig",
    "secret",
    "private",
    "here",
    "your",
    "the",
    "jwt",
    "token",
    "bearer",
    "value",
    "data",
    "by",
];

/// Units for how much was taken out.
const UNITS: [&str; 7] = [
    "chars",
    "characters",
    "bytes",
    "more",
    "len",
    "length",
    "left",
];

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// True if all of this is a mark of something taken out: `[REDACTED]`, `****`, `xxxxx`.
pub fn is_redaction(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_filling = |byte: &u8| matches!(byte, b'x' | b'X' | b'*' | b'#');
    if bytes.len() > 2 && is_filling(&bytes[0]) && bytes.iter().all(|byte| *byte == bytes[0]) {
        return true;
    }
    if is_said(text) {
        return text
            .split(['_', '-', ' '])
            .any(|word| is_one_of(word, &WORDS));
    }
    // That is a shortened token.
    if header::is_start(bytes) {
        return false;
    }
    let (mut at, mut says_so) = (0, false);
    for _ in 0..MOST_MARKS {
        let kept = given_length(&bytes[at..]);
        at += kept;
        if kept > LONGEST_SHOWN {
            return false;
        }
        let Some(end) = mark_end(bytes, at) else {
            break;
        };
        says_so |= says_taken_out(bytes, at);
        at = end;
    }
    says_so && at == bytes.len()
}

/// True if a mark is more than a name in brackets, which may be a variable's.
fn says_taken_out(bytes: &[u8], at: usize) -> bool {
    let Some((first, next)) = spelled::char_at(bytes, at) else {
        return false;
    };
    match first {
        '$' | '%' => says_taken_out(bytes, next),
        '[' | '<' | '{' | '(' | '\u{ab}' => {
            bracket(bytes, first, next).is_some_and(|(_, remark)| {
                let mut words = remark.split(|c: char| !c.is_ascii_alphabetic());
                words.any(|word| is_one_of(word, &WORDS))
                    || remark.contains("..")
                    || remark.contains(['*', '\u{2026}'])
            })
        }
        _ => true,
    }
}

/// The length of a signature's remains at the beginning.
pub fn given_length(bytes: &[u8]) -> usize {
    let is_given = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=');
    bytes.iter().take_while(is_given).count()
}

/// `xxxx`
pub fn is_filled(bytes: &[u8]) -> bool {
    let is_filling = |byte: u8| matches!(byte, b'x' | b'X' | b'0' | b'-' | b'_');
    bytes
        .first()
        .is_some_and(|first| is_filling(*first) && bytes.iter().all(|byte| byte == first))
}

/// `REDACTED`, `your_signature_here`
pub fn is_said(text: &str) -> bool {
    let is_word =
        |word: &str| word.is_empty() || is_one_of(word, &WORDS) || is_one_of(word, &NAMES);
    text.len() <= LONGEST_MARK
        && text.contains(|c: char| c.is_ascii_alphabetic())
        && text.split(['_', '-', ' ']).all(is_word)
}

/// The end of a mark at `at`: stars, an ellipsis, or a remark in brackets. After the beginning of a part the remark
/// must say that something was left out.
pub fn mark_end(bytes: &[u8], at: usize) -> Option<usize> {
    let (first, next) = spelled::char_at(bytes, at)?;
    match first {
        '\u{2026}' | '*' | '\u{2022}' | '\u{25cf}' | '\u{2588}' | '\u{d7}' => {
            Some(end_of_same(bytes, first, next))
        }
        '.' if bytes.get(next) == Some(&b'.') => Some(end_of_same(bytes, first, next)),
        '$' | '%' if spelled::char_at(bytes, next).is_some_and(|(c, _)| c == '{') => {
            mark_end(bytes, next)
        }
        '[' | '<' | '{' | '(' | '\u{ab}' => {
            let (end, remark) = bracket(bytes, first, next)?;
            let is_whole_part = at == 0 || matches!(bytes[at - 1], b'.' | b'$' | b'%');
            (is_remark(&remark) || (is_whole_part && !remark.starts_with('/'))).then_some(end)
        }
        _ => None,
    }
}

fn end_of_same(bytes: &[u8], same: char, mut at: usize) -> usize {
    while let Some((c, next)) = spelled::char_at(bytes, at)
        && c == same
    {
        at = next;
    }
    at
}

/// True if it says that something was left out.
fn is_remark(text: &str) -> bool {
    let is_word = |word: &str| {
        [&WORDS[..], &NAMES, &UNITS]
            .iter()
            .any(|words| is_one_of(word, words))
    };
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic());
    words.any(is_word) || text.contains("..") || text.contains(['*', '\u{2026}'])
}

/// The end of a bracket that opened just before `at`, together with those that close with it, and its content.
fn bracket(bytes: &[u8], open: char, start: usize) -> Option<(usize, String)> {
    let close = match open {
        '[' => ']',
        '<' => '>',
        '{' => '}',
        '(' => ')',
        _ => '\u{bb}',
    };
    let (mut at, mut depth, mut text) = (start, 1_u32, String::new());
    while let Some((c, next)) = spelled::char_at(bytes, at)
        && text.len() < LONGEST_MARK
    {
        at = next;
        match c {
            c if c == close => {
                depth -= 1;
                if depth == 0 {
                    return (!text.is_empty()).then_some((at, text));
                }
            }
            c if c == open => depth += 1,
            ' ' | ':' | '_' | '-' | '.' | '*' | '\u{2026}' | '/' | '#' | '+' => {}
            c if c.is_alphanumeric() => {}
            _ => return None,
        }
        text.push(c);
    }
    None
}
