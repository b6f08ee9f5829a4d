//! Where in the text of a seed something stands.

use std::ops::Range;

/// The line of a place, from 1.
pub(super) fn line(text: &str, at: usize) -> usize {
    let before = text.as_bytes().iter().take(at);
    1 + before.filter(|byte| **byte == b'\n').count()
}

/// The key on the line of a place, if it has one.
pub(super) fn key_on_line(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let (key, _) = text.get(start..)?.lines().next()?.split_once('=')?;
    let key = key.trim();
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    (!key.is_empty() && key.chars().all(is_bare)).then_some(key)
}

/// The first line in an entry whose key is this one, or its plural.
pub(super) fn of_key(text: &str, entry: Range<usize>, key: &str) -> Option<usize> {
    let mut at = entry.start;
    for (number, line) in text.get(at..)?.split_inclusive('\n').enumerate() {
        // A table's own range is that of its header; its lines go on until the next one.
        if number > 0 && at >= entry.end && line.trim_start().starts_with('[') {
            return None;
        }
        let name = line.split_once('=').map(|(name, _)| stem(name.trim()));
        if name == Some(stem(key)) {
            return Some(at);
        }
        at += line.len();
    }
    None
}

fn stem(key: &str) -> &str {
    key.trim_end_matches("es").trim_end_matches('s')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "a = 1\n[[users]]\nemail_addresses = [\"x\"]\npassword = \"é\"\n[b]\nc = 1\n";

    #[test]
    fn a_place_is_told_by_its_line_and_its_key() {
        assert_eq!((line(TEXT, 0), line(TEXT, 6), line(TEXT, 9_999)), (1, 2, 7));
        let entry = 6..15;
        let found = of_key(TEXT, entry.clone(), "email_address");
        assert_eq!(found.map(|at| line(TEXT, at)), Some(3));
        let found = of_key(TEXT, entry.clone(), "password");
        assert_eq!(found.map(|at| line(TEXT, at)), Some(4));
        assert_eq!(of_key(TEXT, entry.clone(), "a"), None);
        assert_eq!(of_key(TEXT, entry, "c"), None);
        assert_eq!(key_on_line(TEXT, 35), Some("email_addresses"));
        assert_eq!(key_on_line(TEXT, 8), None);
    }
}
