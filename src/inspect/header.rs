//! Tells the header of a JWT from other words, even if it touches one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use memchr::memmem;
use serde_json::{Map, Value};

/// The most tries for one word: text before a header rarely looks like the start of one.
const MOST_TRIES: usize = 8;

/// True for the start of a header: `{"`, `{` and white space, or `{}`, in base64.
pub fn is_start(word: &[u8]) -> bool {
    matches!(
        word,
        [b'e', b'y', b'I'..=b'L' | b'A'..=b'D', ..]
            | [b'e', b'w', b'k'..=b'r' | b'0'..=b'3', ..]
            | [b'e', b'3', b'0'..=b'3', ..]
    )
}

/// A part of a token as JSON.
pub fn object(part: &[u8]) -> Option<Map<String, Value>> {
    let part = part.trim_ascii_end();
    let length = part.iter().rposition(|byte| *byte != b'=')? + 1;
    let bytes = URL_SAFE_NO_PAD.decode(&part[..length]).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// True for a whole header: an object that names an algorithm. It can be nothing else.
pub fn is_whole(word: &[u8]) -> bool {
    is_start(word) && object(word).is_some_and(|header| header.contains_key("alg"))
}

/// The place in a word before a dot where a header begins that reaches to the dot, after letters that touch it.
pub fn start_in(word: &[u8]) -> Option<usize> {
    let starts = memmem::find_iter(word, b"eyJ").take(MOST_TRIES);
    starts.into_iter().find(|start| is_whole(&word[*start..]))
}

/// The beginnings of headers of Clerk's tokens and most others.
const BEGINNINGS: [&str; 5] = [
    "eyJhbGciOiJSUzI1NiIsImNhdCI6I",
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIs",
    "eyJraWQiOiJpbnNf",
    "eyJjYXQiOiJjbF9C",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6I",
];

/// After this many characters headers differ, so missing ones cannot be counted.
const MOST_COUNTED: usize = 16;

const ALGORITHMS: [&str; 12] = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "HS256", "HS384",
    "HS512", "EdDSA",
];

/// For a header that begins in its middle: the number of missing characters, if it is known. `None` for anything else.
pub fn missing(word: &str) -> Option<Option<usize>> {
    let is_header = |start: &str| {
        let header = object(format!("{start}{word}").as_bytes());
        let algorithm = header
            .as_ref()
            .and_then(|header| header.get("alg")?.as_str());
        algorithm.is_some_and(|name| ALGORITHMS.contains(&name))
    };
    let known = BEGINNINGS
        .iter()
        .find_map(|all| (1..=MOST_COUNTED).find(|count| is_header(&all[..*count])));
    if known.is_some() {
        return Some(known);
    }
    // True if a JSON object ends there, read from the beginning of a group of four characters.
    let is_end = |skipped: usize| {
        let bytes = word
            .get(skipped..)
            .and_then(|rest| URL_SAFE_NO_PAD.decode(rest).ok());
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        text.is_some_and(|text| {
            let text = text.trim_end();
            text.ends_with('}') && text.contains('"') && !text.chars().any(char::is_control)
        })
    };
    (!is_start(word.as_bytes()) && (0..4).any(is_end)).then_some(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_found_behind_what_touches_it() {
        let header = URL_SAFE_NO_PAD.encode(br#"{"alg":"RS256","jwk":{"a":1}}"#);
        for before in ["", "token", "x22", "32m", "eyJ", "eyJhbGci"] {
            let word = format!("{before}{header}");
            assert_eq!(start_in(word.as_bytes()), Some(before.len()), "{word}");
        }
        for word in ["", "eyJ", "eyJhbGciOiJ", "eyJhIjoxfQ"] {
            assert_eq!(start_in(word.as_bytes()), None, "{word}");
        }
    }

    #[test]
    fn what_is_missing_at_the_start_is_counted_where_that_can_be() {
        let header =
            URL_SAFE_NO_PAD.encode(br#"{"alg":"RS256","cat":"cl_B7d4PD111AAA","kid":"ins_1"}"#);
        for count in 1..=16 {
            assert_eq!(
                missing(&header[count..]),
                Some(Some(count)),
                "{}",
                &header[count..]
            );
        }
        for count in [30, 31, 32, 33] {
            assert_eq!(
                missing(&header[count..]),
                Some(None),
                "{}",
                &header[count..]
            );
        }
        let other = URL_SAFE_NO_PAD.encode(br#"{"x5t":"abc","alg":"RS256"}"#);
        assert_eq!(missing(&other[5..]), Some(Some(5)));
        for word in ["", "abc", &header, &header[..20]] {
            assert_eq!(missing(word), None, "{word}");
        }
    }
}
