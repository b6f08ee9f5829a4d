//! Reads the place of a JWT's signature: there is a signature, or something that a log, a manual or a length limit put
//! there. Such a token still says who it is about, but nobody can tell who wrote it.

use super::mark::{LONGEST_SHOWN, MOST_MARKS, given_length, is_filled, is_said, mark_end};
use super::settled::is_settled;
use crate::escape::visible;

/// The end of a JWT.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Signature {
    /// Something that may be a signature. Also for texts that are not a JWT.
    Given,
    /// Its beginning: its characters, and the number it should have.
    Cut(usize, usize),
    /// This mark stands in its place: `[REDACTED]`, `***`, or its beginning and `...`. Empty if nothing stands there
    /// although the header names an algorithm.
    TakenOut(String),
}

/// The first two parts of a token with the dot between them, and the text after them.
pub fn split(token: &str) -> Option<(&str, &str)> {
    let first = token.find('.')?;
    let rest = &token[first + 1..];
    Some(match rest.find('.') {
        Some(second) => (&token[..first + 1 + second], &rest[second + 1..]),
        None => (token, ""),
    })
}

/// The shortest signature of this algorithm, in base64.
pub fn shortest(alg: &str) -> Option<usize> {
    Some(match alg {
        "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" => 342,
        "ES256" | "HS512" | "EdDSA" => 86,
        "ES384" => 128,
        "ES512" => 176,
        "HS256" => 43,
        "HS384" => 64,
        _ => return None,
    })
}

/// A sentence about a token without its signature. If nothing stands there, there may never have been one.
pub fn told(mark: &str) -> String {
    if mark.is_empty() {
        return "there is no signature: it was taken out, or the token never had one".to_owned();
    }
    format!(
        "the signature was taken out: `{}` stands in its place",
        visible(&shown(mark))
    )
}

/// A sentence about a token without the end of its signature.
pub fn told_cut(has: usize, whole: usize) -> String {
    format!("the signature {}", cut(has, whole))
}

/// The same in words that follow "the signature".
pub fn cut(has: usize, whole: usize) -> String {
    format!("was cut off: it has {has} characters and one of its algorithm has {whole}")
}

/// Judges the text after the first two parts of a token whose header names this algorithm.
pub fn of(signed: &str, rest: &str, alg: &str) -> Signature {
    let given = &rest[..given_length(rest.as_bytes())];
    if alg.eq_ignore_ascii_case("none") {
        return Signature::Given;
    }
    if is_taken_out(rest) {
        // After a whole signature a mark is just the end of a sentence.
        let is_whole = !is_filled(given.as_bytes()) && is_settled(&format!("{signed}.{given}"));
        return match is_whole {
            true => Signature::Given,
            false => Signature::TakenOut(rest.to_owned()),
        };
    }
    let has = given.trim_end_matches('=').len();
    match shortest(alg) {
        Some(whole) if given.len() == rest.len() && has < whole => Signature::Cut(has, whole),
        _ => Signature::Given,
    }
}

/// The mark in the place of a signature, with at most a few characters of its remains.
pub fn shown(text: &str) -> String {
    if is_said(text) {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let is_given = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '=');
    let start = given_length(bytes);
    let end = text.trim_end_matches(is_given).len().max(start);
    let (first, mark, last) = (&text[..start], &text[start..end], &text[end..]);
    let first = match first.len() {
        ..=LONGEST_SHOWN => first.to_owned(),
        _ => format!("{}\u{2026}", &first[..4]),
    };
    let last = match last.len() {
        ..=LONGEST_SHOWN => last.to_owned(),
        length => format!("\u{2026}{}", &last[length - 4..]),
    };
    format!("{first}{mark}{last}")
}

/// True for a mark in the place of a signature that was taken out or cut.
pub fn is_taken_out(rest: &str) -> bool {
    let bytes = rest.as_bytes();
    if rest.trim_matches('.').is_empty() || is_filled(bytes) || is_said(rest) {
        return true;
    }
    // The beginning of the signature may have been left there, and its end.
    let mut at = given_length(bytes);
    for _ in 0..MOST_MARKS {
        let Some(end) = mark_end(bytes, at) else {
            return false;
        };
        at = end + given_length(&bytes[end..]);
        if at == bytes.len() {
            return true;
        }
    }
    false
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
