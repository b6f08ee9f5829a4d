//! Recognises and masks secrets.

use std::borrow::Cow;
use std::iter;
use std::ops::Range;

use clerk_auth::config::is_placeholder;

use super::made_up::is_made_up;
use crate::escape::{is_unseen, visible};

/// True if a secret stands anywhere in a value, whatever the variable's name.
pub fn is_secret(value: &str) -> bool {
    let bare = value.trim_start_matches(|c: char| !c.is_alphanumeric());
    let is_there = |start: &(&str, bool)| keys(value, *start).next().is_some();
    starts_as_secret(bare) || SEARCHED.iter().any(is_there)
}

/// True if a value begins as a secret does.
pub fn starts_as_secret(value: &str) -> bool {
    SEARCHED.iter().any(|(start, _)| value.starts_with(start))
}

/// The first secret of a text that looks like one in use: no part of a longer word, no placeholder, and as random as keys
/// are. This is the rule for whatever is searched for secrets.
pub fn in_use(text: &str) -> Option<Range<usize>> {
    SEARCHED.iter().find_map(|(start, is_telling)| {
        let places = text.match_indices(start).map(|(at, _)| at);
        let found = places.map(|at| at..at + start.len() + body(&text[at..], start));
        let mut real = found.filter(|range| {
            let (body, whole) = (
                &text[range.start + start.len()..range.end],
                &text[range.clone()],
            );
            let is_random = *is_telling || body.bytes().any(|byte| byte.is_ascii_digit());
            let is_long = body.len() >= LONG && !is_made_up(body);
            // `prod_sk_live_…` is one, and the last word of a name; `my_ak_…` is a name.
            let is_last = *is_telling && text[..range.start].ends_with('_');
            let is_word = is_last || !is_inside(text, range.start);
            is_long && is_random && is_word && !is_placeholder(whole)
        });
        real.next()
    })
}

/// An extended regular expression for every line that may have a secret [`in_use`], for programs that search faster than
/// we do. `but` are beginnings that are left out.
pub fn pattern(but: &[&str]) -> String {
    let starts = SEARCHED.iter().map(|(start, _)| *start);
    let starts: Vec<_> = starts.filter(|start| !but.contains(start)).collect();
    format!("({})[A-Za-z0-9+/=]{{{LONG},}}", starts.join("|"))
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

/// The beginnings of keys, secrets of webhooks and tokens of programs, and if a few more letters are enough to tell: plain
/// names begin with `ak_`, too. Live keys come first, because they matter most.
const SEARCHED: [(&str, bool); 6] = [
    ("sk_live_", true),
    ("sk_test_", true),
    ("whsec_", true),
    ("ak_", false),
    ("mt_", false),
    ("oat_", false),
];
/// Keys of the oldest instances; other texts begin so, too.
const OLD: [(&str, bool); 2] = [("test_", false), ("live_", false)];
/// Nobody gives a file a name with so many characters after the prefix.
const LONG: usize = 20;

/// True if a secret or a signed token stands anywhere in a text, even with invisible characters in it.
pub fn holds_secret(text: &str) -> bool {
    all(text).next().is_some()
        || (text.contains(is_unseen) && all(&text.replace(is_unseen, "")).next().is_some())
}

/// The text with every secret and token in it masked.
pub fn without_secrets(text: &str) -> Cow<'_, str> {
    let mut found: Vec<_> = all(text).collect();
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    found.sort_by_key(|found| found.start);
    // A token behind the beginning of a key is in both.
    found.dedup_by(|next, last| {
        let is_part = next.start < last.end;
        last.end = if is_part {
            last.end.max(next.end)
        } else {
            last.end
        };
        is_part
    });
    let (mut shown, mut end) = (String::new(), 0);
    for found in found {
        shown.push_str(&text[end..found.start]);
        shown.push_str(&masked(&text[found.clone()]));
        end = found.end;
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

/// The places of all, those of each kind in order.
fn all(text: &str) -> impl Iterator<Item = Range<usize>> {
    let starts = SEARCHED.iter().chain(&OLD);
    let keys = starts.flat_map(|start| keys(text, *start));
    keys.chain(iter::successors(token(text, 0), |last| {
        token(text, last.end)
    }))
}

fn keys(text: &str, (prefix, is_telling): (&str, bool)) -> impl Iterator<Item = Range<usize>> {
    let places = text.match_indices(prefix);
    places.filter_map(move |(start, _)| {
        let length = body(&text[start..], prefix);
        let rest = &text[start + prefix.len()..];
        // `task_test_runner`, `keys/sk_live_old` and `sk_test_key.txt` are names.
        let is_inside = is_inside(text, start);
        let is_named = text[..start].ends_with('/') || rest[length..].starts_with(['.', '_', '-']);
        let is_short_key = is_telling && length > 0 && !is_inside && !is_named;
        let is_long_key = length >= LONG && (is_telling || !is_inside);
        (is_short_key || is_long_key).then(|| start..start + prefix.len() + length)
    })
}

/// The length of what follows the prefix.
fn body(text: &str, prefix: &str) -> usize {
    let is_of_key =
        |c: char| c.is_ascii_alphanumeric() || (prefix == "whsec_" && "+/=".contains(c));
    let rest = &text[prefix.len()..];
    rest.find(|c| !is_of_key(c)).unwrap_or(rest.len())
}

/// True if this is within a word.
fn is_inside(text: &str, at: usize) -> bool {
    let before = &text[..at];
    let last = before.chars().next_back();
    last.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') && !ends_with_sign(before)
}

/// True behind what stands for a sign, not for letters: `%3D`, `\n`, `\u003d`, and a colour of a terminal.
fn ends_with_sign(text: &str) -> bool {
    let is_hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    let is_code = match text.as_bytes() {
        [.., b'%', a, b] => is_hex(&[*a, *b]),
        [.., b'\\', b'n' | b'r' | b't'] => true,
        _ => false,
    };
    let last = text.as_bytes().last_chunk::<6>();
    let is_unicode = last.is_some_and(|last| last.starts_with(b"\\u") && is_hex(&last[2..]));
    let colour = text.strip_suffix('m').unwrap_or_default();
    let colour = colour.trim_end_matches(|c: char| c.is_ascii_digit() || c == ';');
    is_code || is_unicode || colour.ends_with('[')
}

/// Header, claims and signature; the first letters are those of `{"`.
fn token(text: &str, from: usize) -> Option<Range<usize>> {
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let (mut next, mut end) = (from, from);
    while let Some(at) = text[next..].find("eyJ") {
        let start = next + at;
        if start >= end {
            let length = text[start..].find(|c| !is_of_token(c));
            end = length.map_or(text.len(), |length| start + length);
        }
        let mut parts = text[start..end].split('.');
        let header = parts.next().unwrap_or_default().len();
        let mut has = |least| parts.next().is_some_and(|part| part.len() >= least);
        if header >= 12 && has(2) && has(0) {
            return Some(start..end);
        }
        // What begins further on in the header has no more behind it.
        next = start + header;
    }
    None
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
    fn a_token_behind_the_beginning_of_a_key_is_masked_whole() {
        let text = "a sk_test_eyJhbGciOiJub25lIn0.e30.abcdefgh z";
        assert_eq!(without_secrets(text), "a sk_test_\u{2026}efgh z");
    }

    #[test]
    fn many_secrets_are_no_work() {
        let text = "ak_abcdefghijklmnopqrstuv mt_x ".repeat(30_000);
        assert_eq!(without_secrets(&text).matches('\u{2026}').count(), 30_000);
    }

    #[test]
    fn many_beginnings_of_tokens_are_no_work() {
        let text = "eyJ".repeat(100_000);
        assert!(!holds_secret(&text));
        assert!(holds_secret(&format!("{text}.e30.abcd")));
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
    fn a_secret_in_use_is_a_word_of_its_own_and_no_placeholder() {
        for (text, found) in [
            (format!("a sk_test_{KEY}, b"), format!("sk_test_{KEY}")),
            (format!("%3Dak_{KEY}"), format!("ak_{KEY}")),
            (format!(r"first\nsk_live_{KEY}\n"), format!("sk_live_{KEY}")),
            (format!(r"key\u003dsk_live_{KEY}"), format!("sk_live_{KEY}")),
            (format!("\u{1b}[32msk_live_{KEY}"), format!("sk_live_{KEY}")),
            (format!("prod_sk_live_{KEY}"), format!("sk_live_{KEY}")),
            (
                format!("sk_live_xxxxxxxxxxxxxxxxxxxxxxxx or mt_{KEY}"),
                format!("mt_{KEY}"),
            ),
            (
                format!("sk_test_{KEY} oat_{KEY} sk_live_{KEY}"),
                format!("sk_live_{KEY}"),
            ),
            (
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2La/LaSw=.".to_owned(),
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2La/LaSw=".to_owned(),
            ),
        ] {
            assert_eq!(in_use(&text).map(|range| &text[range]), Some(&*found));
        }
        for text in [
            "",
            "ak_",
            "kayak_reservationsAreHandledHere2024",
            "break_circuitAfterManyFailures12345",
            "risk_test_abcdefghijklmnopqrstuvwxyz1",
            "ak_reservationsAreHandledSomewhere",
            "sk_live_xxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "sk_live_YOURSECRETKEYGOESHERE",
            "CLERK_SECRET_KEY=sk_live_1234567890abcdefghijklmnop",
            "whsec_REPLACE0ME0REPLACE0ME0000",
            "sk_test_thisIsNotARealSecret0123",
            "# whsec_xxxxxxxxxxxxxxxxxxxxxxxxxx",
            "sk_test_2q7Orchard",
        ] {
            assert_eq!(in_use(text), None, "{text}");
        }
        assert_eq!(
            pattern(&["sk_test_", "mt_"]),
            "(sk_live_|whsec_|ak_|oat_)[A-Za-z0-9+/=]{20,}"
        );
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
