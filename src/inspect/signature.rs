//! What stands where a JWT's signature belongs: a signature, or what a log, a manual or a limit of length put there.
//! Such a token still says who it is about, and nothing can be said about who wrote it.

use super::spelled;
use crate::escape::visible;

/// The end of a JWT.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Signature {
    /// What may be one. Also for what is no JWT.
    Given,
    /// This stands in its place: `[REDACTED]`, `***`, or its beginning and `...`. Empty when nothing does, although the
    /// header names an algorithm.
    TakenOut(String),
}

/// Marks are short; what is longer is something else.
const LONGEST_MARK: usize = 64;

/// What people and programs write in the place of something secret.
const WORDS: [&str; 22] = [
    "redacted",
    "redact",
    "filtered",
    "removed",
    "masked",
    "hidden",
    "signature",
    "sig",
    "omitted",
    "stripped",
    "secret",
    "snip",
    "snipped",
    "truncated",
    "censored",
    "scrubbed",
    "sanitized",
    "private",
    "here",
    "your",
    "the",
    "jwt",
];

/// The first two parts of a token with the dot between them, and what stands behind these.
pub fn split(token: &str) -> Option<(&str, &str)> {
    let first = token.find('.')?;
    let rest = &token[first + 1..];
    Some(match rest.find('.') {
        Some(second) => (&token[..first + 1 + second], &rest[second + 1..]),
        None => (token, ""),
    })
}

/// What is said of a token without its signature. Where nothing stands, nothing says that there was one.
pub fn told(mark: &str) -> String {
    if mark.is_empty() {
        return "there is no signature: it was taken out, or the token never had one".to_owned();
    }
    format!(
        "the signature was taken out: `{}` stands in its place",
        visible(mark)
    )
}

/// Whether this is what stands in the place of a signature that was taken out or cut.
pub fn is_taken_out(rest: &str) -> bool {
    let bytes = rest.as_bytes();
    if rest.trim_matches('.').is_empty() || is_filled(bytes) || is_said(rest) {
        return true;
    }
    let start = given_length(bytes);
    let Some(end) = mark_end(bytes, start) else {
        return false;
    };
    // The end of the signature may have been left.
    end + given_length(&bytes[end..]) == bytes.len()
}

/// How much of a signature stands at the beginning.
fn given_length(bytes: &[u8]) -> usize {
    let is_given = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=');
    bytes.iter().take_while(is_given).count()
}

/// `xxxx`
fn is_filled(bytes: &[u8]) -> bool {
    let is_filling = |byte: u8| matches!(byte, b'x' | b'X' | b'0' | b'-' | b'_');
    bytes
        .first()
        .is_some_and(|first| is_filling(*first) && bytes.iter().all(|byte| byte == first))
}

/// `REDACTED`, `your_signature_here`
fn is_said(text: &str) -> bool {
    let is_word =
        |word: &str| word.is_empty() || WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
    text.len() <= LONGEST_MARK
        && text.contains(|c: char| c.is_ascii_alphabetic())
        && text.split(['_', '-']).all(is_word)
}

/// The end of a mark that stands at `at` for something that was left out: stars, an ellipsis, or a remark in brackets.
/// Behind the beginning of a part the remark has to say so.
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

/// Whether it says that something was left out.
fn is_remark(text: &str) -> bool {
    let is_word = |word: &str| WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic());
    words.any(is_word) || text.contains("..") || text.contains(['*', '\u{2026}'])
}

/// Where a bracket ends that opened just before `at`, with those that close with it; and what is in it.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_signature_is_told_from_one() {
        for rest in [
            "",
            ".",
            "..",
            "...",
            "\u{2026}",
            "***",
            "*",
            "xxxx",
            "XXXXXXXX",
            "----",
            "[REDACTED]",
            "<redacted>",
            "[FILTERED]",
            "{signature}",
            "${SIGNATURE}",
            "{{sig}}",
            "(hidden)",
            "[REDACTED:jwt]",
            "[...]",
            "[truncated 343 chars]",
            "REDACTED",
            "redacted",
            "signature",
            "SIGNATURE_REMOVED",
            "__REDACTED__",
            "your-signature-here",
            "CB6pE7jfz...",
            "CB6pE7jfz\u{2026}",
            "CB6p...cJWw",
            "CB6p***cJWw",
            "CB6pE[REDACTED]",
            "%5BREDACTED%5D",
            "\\u003credacted\\u003e",
            "&lt;redacted&gt;",
            "\u{2022}\u{2022}\u{2022}",
            "<signature removed>",
        ] {
            assert!(is_taken_out(rest), "{rest}");
        }
        for rest in [
            "CB6pE7jfz-34uuZm9_9GHfUb",
            "ab+d",
            "ab$d",
            "a.b",
            "a.b.c",
            "[]",
            "[REDACTED] and more",
            "[REDACTED",
            "ab%",
            "\"",
            "x-y",
            "[a\"b]",
            "_a_",
            "abcd</td>",
            "</td>",
            "abcd(1)",
            "abcd[1]",
        ] {
            assert!(!is_taken_out(rest), "{rest}");
        }
    }

    #[test]
    fn a_token_is_split_behind_its_second_part() {
        assert_eq!(split("h.p.s"), Some(("h.p", "s")));
        assert_eq!(split("h.p..."), Some(("h.p", "..")));
        assert_eq!(split("h.p.s.t"), Some(("h.p", "s.t")));
        assert_eq!(split("h.p"), Some(("h.p", "")));
        assert_eq!(split("h"), None);
    }
}
