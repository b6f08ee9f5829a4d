//! Recognises and masks secrets.

use std::borrow::Cow;
use std::ops::Range;

use crate::escape::{is_unseen, visible};

/// True if a secret key stands anywhere in a value, whatever the variable's name.
pub fn is_secret(value: &str) -> bool {
    let bare = value.trim_start_matches(|c: char| !c.is_alphanumeric());
    let keys = &STARTS[..4];
    keys.iter()
        .any(|start| bare.starts_with(start.0) || key(value, 0, *start).is_some())
}

/// The beginnings of secrets that may be shown; the rest may not.
const SHOWN_PREFIXES: [&str; 10] = [
    "sk_test_", "sk_live_", "whsec_", "ak_", "mt_", "oat_", "test_", "live_", "pk_test_",
    "pk_live_",
];
/// From this length on the last four characters are only a small part.
const LONG_ENOUGH: usize = 16;

/// `sk_test_…x9Qf`
pub fn masked(value: &str) -> String {
    let prefix = SHOWN_PREFIXES
        .iter()
        .find(|prefix| value.starts_with(**prefix));
    let prefix = prefix.copied().unwrap_or_default();
    let characters: Vec<char> = value[prefix.len()..].chars().collect();
    let end: String = match characters.len() {
        length if length >= LONG_ENOUGH => characters[length - 4..].iter().collect(),
        _ => String::new(),
    };
    format!("{prefix}\u{2026}{}", visible(&end))
}

/// The beginnings of keys and machine tokens, and if a few more letters are enough to tell: plain names begin with
/// `ak_`, too.
const STARTS: [(&str, bool); 8] = [
    ("sk_test_", true),
    ("sk_live_", true),
    ("whsec_", true),
    ("ak_", false),
    ("mt_", false),
    ("oat_", false),
    ("test_", false),
    ("live_", false),
];
/// Nobody gives a file a name with so many characters after the prefix.
const LONG: usize = 20;

/// True if a secret or a signed token stands anywhere in a text, even with invisible characters in it.
pub fn holds_secret(text: &str) -> bool {
    first(text, 0).is_some()
        || (text.contains(is_unseen) && first(&text.replace(is_unseen, ""), 0).is_some())
}

/// The text with every secret and token in it masked.
pub fn without_secrets(text: &str) -> Cow<'_, str> {
    let (mut shown, mut end) = (String::new(), 0);
    while let Some(found) = first(text, end) {
        shown.push_str(&text[end..found.start]);
        shown.push_str(&masked(&text[found.clone()]));
        end = found.end;
    }
    if end == 0 {
        return Cow::Borrowed(text);
    }
    Cow::Owned(shown + &text[end..])
}

/// The same, and every long word of letters and digits as well: a value that is refused may be any secret that was meant
/// for another variable, and not all have a beginning that tells.
pub fn without_words(text: &str) -> String {
    let text = without_secrets(text);
    let (mut shown, mut rest) = (String::new(), &*text);
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        let (before, word) = rest.split_at(start);
        let length = word.find(|c: char| !c.is_ascii_alphanumeric());
        let (word, behind) = word.split_at(length.unwrap_or(word.len()));
        let has = |is: fn(&u8) -> bool| word.as_bytes().iter().any(is);
        let is_long = word.len() >= LONG && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
        shown.push_str(before);
        shown.push_str(&if is_long {
            masked(word)
        } else {
            word.to_owned()
        });
        rest = behind;
    }
    shown + rest
}

/// The place of the first one at or after `from`.
fn first(text: &str, from: usize) -> Option<Range<usize>> {
    let keys = STARTS.iter().filter_map(|start| key(text, from, *start));
    keys.chain(token(text, from))
        .min_by_key(|found| found.start)
}

fn key(text: &str, from: usize, (prefix, is_telling): (&str, bool)) -> Option<Range<usize>> {
    let places = text[from..].match_indices(prefix);
    places.map(|(at, _)| from + at).find_map(|start| {
        let rest = &text[start + prefix.len()..];
        let is_of_key =
            |c: char| c.is_ascii_alphanumeric() || (prefix == "whsec_" && "+/=".contains(c));
        let length = rest.find(|c| !is_of_key(c)).unwrap_or(rest.len());
        let before = text[..start].chars().next_back();
        // `task_test_runner`, `keys/sk_live_old` and `sk_test_key.txt` are names.
        // `%3D` is the sign that it stands for.
        let last = text.as_bytes()[..start].last_chunk::<3>();
        let is_escape =
            last.is_some_and(|last| last[0] == b'%' && last[1..].iter().all(u8::is_ascii_hexdigit));
        let is_inside = !is_escape && before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        let is_named = before == Some('/') || rest[length..].starts_with(['.', '_', '-']);
        let is_short_key = is_telling && length > 0 && !is_inside && !is_named;
        let is_long_key = length >= LONG && (is_telling || !is_inside);
        (is_short_key || is_long_key).then(|| start..start + prefix.len() + length)
    })
}

/// Header, claims and signature; the first letters are those of `{"`.
fn token(text: &str, from: usize) -> Option<Range<usize>> {
    let places = text[from..].match_indices("eyJ");
    places.map(|(at, _)| from + at).find_map(|start| {
        let is_of_token = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let rest = &text[start..];
        let length = rest.find(|c| !is_of_token(c)).unwrap_or(rest.len());
        let mut parts = rest[..length].split('.');
        let mut has = |least| parts.next().is_some_and(|part| part.len() >= least);
        (has(12) && has(2) && has(0)).then_some(start..start + length)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "2q7OrchardOrchardOrchardx9Qf";

    #[test]
    fn secrets_are_found_and_masked_inside_longer_words() {
        for (text, shown) in [
            (format!("sk_test_{KEY}"), "sk_test_\u{2026}x9Qf"),
            (format!("NAME=sk_live_{KEY}"), "NAME=sk_live_\u{2026}x9Qf"),
            (format!("@sk_test_{KEY}"), "@sk_test_\u{2026}x9Qf"),
            (
                format!("xsk_test_{KEY}, ak_{KEY}!"),
                "xsk_test_\u{2026}x9Qf, ak_\u{2026}x9Qf!",
            ),
            (format!("sk_test_{KEY}.txt"), "sk_test_\u{2026}x9Qf.txt"),
            ("'sk_test_short'".to_owned(), "'sk_test_\u{2026}'"),
            ("--x=whsec_a+/b=".to_owned(), "--x=whsec_\u{2026}"),
            (
                "'eyJhbGciOiJub25lIn0.e30.abcd'".to_owned(),
                "'\u{2026}abcd'",
            ),
        ] {
            assert!(holds_secret(&text), "{text}");
            assert_eq!(without_secrets(&text), shown, "{text}");
        }
        assert!(holds_secret("sk_te\u{200b}st_\u{200b}2q7Orchard"));
    }

    #[test]
    fn long_words_of_a_refused_value_are_masked() {
        for (text, shown) in [
            (
                "\"ghp_16C7e42F292c6912E7710c838347Ae178B4a\" is no port",
                "\"ghp_\u{2026}8B4a\" is no port",
            ),
            (
                "https://h/MIIBIjANBgkqhkiG9w0BAQEF/",
                "https://h/\u{2026}AQEF/",
            ),
            (
                "sk_test_short, https://my-app-12.example",
                "sk_test_\u{2026}, https://my-app-12.example",
            ),
            ("aLongWordThatHasNoDigitInIt", "aLongWordThatHasNoDigitInIt"),
            ("", ""),
        ] {
            assert_eq!(without_words(text), shown);
        }
    }

    #[test]
    fn names_and_public_keys_are_no_secrets() {
        for text in [
            "",
            "sk_test_",
            "sk_test_\u{2026}",
            "sk_test_key.txt",
            "keys/sk_live_old",
            "task_test_runner",
            "ak_project",
            "boat_aaaaaaaaaaaaaaaaaaaaaaaa",
            "pk_test_YWJj",
            "eyJ",
            "eyJson.e30.x",
            "eyJhbGciOiJub25lIn0.har",
            "eyJhbGciOiJub25lIn0",
            "CLERK_SECRET_KEY",
        ] {
            assert!(!holds_secret(text), "{text}");
            assert_eq!(without_secrets(text), text);
        }
    }
}
