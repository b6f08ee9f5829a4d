//! Words for the text around a token. It may hold other secrets, so only harmless words are repeated.

use super::carrier::is_name;
use crate::escape::visible;

/// Longer texts are not repeated, only counted.
const LONGEST: usize = 60;

/// Words that tell nothing about anybody.
const WORDS: [&str; 22] = [
    "authorization",
    "proxy",
    "bearer",
    "cookie",
    "set",
    "session",
    "token",
    "jwt",
    "access",
    "id",
    "header",
    "headers",
    "curl",
    "h",
    "b",
    "x",
    "value",
    "name",
    "export",
    "clerk",
    "auth",
    "amp",
];

/// "`Authorization: Bearer` in front, 12 characters behind"; `None` for white space only.
pub fn words(before: &str, after: &str) -> Option<String> {
    let sides = [(before.trim(), "in front"), (after.trim(), "behind")];
    let told: Vec<_> = sides
        .into_iter()
        .filter(|(text, _)| !text.is_empty())
        .map(|(text, side)| format!("{} {side}", shown(text)))
        .collect();
    (!told.is_empty()).then(|| told.join(", "))
}

fn shown(text: &str) -> String {
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    let is_known = |word: &str| {
        let is_listed = WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
        word.is_empty() || is_listed || is_name(word)
    };
    if text.len() <= LONGEST && words.all(is_known) {
        return format!("`{}`", visible(text));
    }
    match text.chars().count() {
        1 => "1 character".to_owned(),
        count => format!("{count} characters"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_secret_is_repeated() {
        let told = |before, after| words(before, after).unwrap_or_default();
        assert_eq!(told(" \n", "\r\n"), "");
        assert_eq!(
            told("Authorization: Bearer ", ""),
            "`Authorization: Bearer` in front"
        );
        assert_eq!(told("\"", "\",\n"), "`\"` in front, `\",` behind");
        assert_eq!(
            told("Cookie: __session=", "; a=b"),
            "`Cookie: __session=` in front, 5 characters behind"
        );
        assert_eq!(
            told("Bearer hunter2 ", "?"),
            "14 characters in front, `?` behind"
        );
    }
}
