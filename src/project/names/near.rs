//! Guesses what was meant by a name that nothing reads.
//!
//! Similar letters are not enough: `CLERK_JWKS_URL` is two letters from `CLERK_JS_URL` and means something else. So
//! names are compared word by word, and a word with a meaning of its own is no slip. A variable for a secret is
//! suggested only for a value of that secret's form: whoever follows the advice must not publish anything.

use super::{Kind, Known, TABLE, find, split};
use crate::project::secrets::is_secret;

/// Prefixes that people use and nothing reads.
const UNREAD_PREFIXES: [&str; 6] = ["NEXT_", "TRUNK_", "DIOXUS_", "LEPTOS_", "APP_", "RUST_"];

/// Names that people use for variables with another name.
const MEANT: [(&str, &str); 11] = [
    ("CLERK_PK", "CLERK_PUBLISHABLE_KEY"),
    ("CLERK_PUBLISHABLE", "CLERK_PUBLISHABLE_KEY"),
    ("CLERK_PUBLIC_KEY", "CLERK_PUBLISHABLE_KEY"),
    ("CLERK_PUBLIC_KEY", "CLERK_JWT_KEY"),
    ("CLERK_PUB_KEY", "CLERK_PUBLISHABLE_KEY"),
    ("CLERK_SK", "CLERK_SECRET_KEY"),
    ("CLERK_SECRET", "CLERK_SECRET_KEY"),
    ("CLERK_PRIVATE_KEY", "CLERK_SECRET_KEY"),
    ("CLERK_API_SECRET", "CLERK_SECRET_KEY"),
    ("CLERK_API_SECRET_KEY", "CLERK_SECRET_KEY"),
    ("CLERK_BACKEND_API_KEY", "CLERK_SECRET_KEY"),
];

/// Words that are not another word misspelled.
const WORDS: [&str; 37] = [
    "API", "APP", "APPS", "AUD", "AZP", "BAPI", "DEV", "FAPI", "HOST", "ID", "IDS", "IN", "ISS",
    "JS", "JWE", "JWK", "JWKS", "JWS", "JWT", "KEY", "KID", "LIVE", "OFF", "ON", "ORG", "OUT",
    "PATH", "PORT", "PROD", "PROXIES", "SIGN", "TEST", "UI", "UP", "URL", "WEB", "WEBHOOK",
];

/// The variable that was probably meant, with the prefix it needs.
pub fn suggestion(name: &str, value: &str) -> Option<String> {
    let upper = name.to_ascii_uppercase().replace('-', "_");
    let (prefix, base) = split(&upper);
    let base = without_unread_prefix(base);
    let meant = meant(base, value)?;
    let prefix = prefix.filter(|_| meant.kind == Kind::Public);
    let suggestion = format!("{}{}", prefix.map_or("", |prefix| prefix.text), meant.name);
    (suggestion != name).then_some(suggestion)
}

/// True if a name that does not mention Clerk is one slip away from one that does.
pub fn is_near(name: &str) -> bool {
    let upper = name.to_ascii_uppercase().replace('-', "_");
    let (_, base) = split(&upper);
    nearest(without_unread_prefix(base)).is_some()
}

fn without_unread_prefix(base: &str) -> &str {
    let mut prefixes = UNREAD_PREFIXES.iter();
    prefixes
        .find_map(|unread| base.strip_prefix(unread))
        .unwrap_or(base)
}

fn meant(base: &str, value: &str) -> Option<&'static Known> {
    let synonyms = MEANT.iter().filter(|(used, _)| *used == base);
    let synonym = synonyms
        .filter_map(|(_, meant)| find(meant))
        .find(|known| has_form_of(known, value));
    let near = || find(base).or_else(|| nearest(base));
    synonym.or_else(|| near().filter(|known| fits(known, value)))
}

/// True if setting this variable to the value can do no harm.
fn fits(known: &Known, value: &str) -> bool {
    match known.kind {
        Kind::Secret => has_form_of(known, value),
        Kind::Public | Kind::Server => !is_secret(value),
    }
}

/// True if the value begins as this variable's values do; most variables' values have no such beginning.
fn has_form_of(known: &Known, value: &str) -> bool {
    let starts: &[&str] = match known.name {
        "CLERK_PUBLISHABLE_KEY" => &["pk_test_", "pk_live_"],
        "CLERK_SECRET_KEY" => &["sk_test_", "sk_live_"],
        "CLERK_MACHINE_SECRET_KEY" => &["ak_"],
        "CLERK_WEBHOOK_SIGNING_SECRET" => &["whsec_"],
        "CLERK_JWT_KEY" => &["-----BEGIN PUBLIC KEY", "-----BEGIN RSA PUBLIC KEY", "MII"],
        _ => &[],
    };
    starts
        .iter()
        .any(|start| value.trim_start().starts_with(start))
}

/// The variable the fewest slips away, if that is near enough. Deprecated ones are not suggested.
fn nearest(base: &str) -> Option<&'static Known> {
    let current = TABLE.iter().filter(|known| known.instead.is_none());
    let distances = current.filter_map(|known| Some((slips(base, known.name)?, known)));
    let nearest = distances.min_by_key(|(distance, _)| *distance);
    nearest.map(|(_, known)| known)
}

/// The slips between two names, if each word is a slip of its counterpart.
fn slips(base: &str, known: &str) -> Option<usize> {
    let joined = |name: &str| name.replace('_', "");
    if base.len().abs_diff(known.len()) > 3 {
        return None;
    }
    if joined(base) == joined(known) {
        return Some(0);
    }
    let (words, meant) = (base.split('_'), known.split('_'));
    if words.clone().count() != meant.clone().count() {
        return None;
    }
    let is_clerks = base.starts_with("CLERK_");
    let mut total = 0;
    for (index, (word, meant)) in words.zip(meant).enumerate() {
        let limit = match meant.len() {
            _ if word == meant => continue,
            // Without the word CLERK nothing else may be odd.
            _ if !is_clerks && index > 0 => 0,
            0..3 => 0,
            3..8 => 1,
            _ => 2,
        };
        let distance = distance(word, meant);
        if distance > limit || WORDS.contains(&word) {
            return None;
        }
        total += distance;
    }
    (total <= 2).then_some(total)
}

/// True if one word is a slip or two away from the other. Whoever wrote the long ones made no slip.
pub fn are_near(one: &str, other: &str) -> bool {
    one.len().abs_diff(other.len()) <= 2 && distance(one, other) <= 2
}

/// The number of typing errors from one word to the other: a letter more, less, wrong, or two swapped.
pub fn distance(one: &str, other: &str) -> usize {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, &a) in one.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, &b) in other.iter().enumerate() {
            let mut least = (above[column] + usize::from(a != b))
                .min(above[column + 1] + 1)
                .min(line[column] + 1);
            let is_swap = row > 0 && column > 0 && a == other[column - 1] && b == one[row - 1];
            if is_swap {
                least = least.min(before[column - 1] + 1);
            }
            line.push(least);
        }
        before = std::mem::replace(&mut above, line);
    }
    above[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: &str = "pk_test_x";
    const SECRET: &str = "sk_test_x";

    #[test]
    fn slips_are_recognised() {
        for (name, value, meant) in [
            ("CLERK_SECRET_KEI", SECRET, "CLERK_SECRET_KEY"),
            ("CLERK_SERCET_KEY", SECRET, "CLERK_SECRET_KEY"),
            ("CLRK_SECRET_KEY", SECRET, "CLERK_SECRET_KEY"),
            ("clerk_secret_key", SECRET, "CLERK_SECRET_KEY"),
            ("CLERK-SECRET-KEY", SECRET, "CLERK_SECRET_KEY"),
            ("CLERK_SECRETKEY", SECRET, "CLERK_SECRET_KEY"),
            ("CLERK_SK", SECRET, "CLERK_SECRET_KEY"),
            ("CLERK_PUBLISHABEL_KEY", PUBLIC, "CLERK_PUBLISHABLE_KEY"),
            (
                "VITE_CLERK_PUBLISHABLE_KEYS",
                PUBLIC,
                "VITE_CLERK_PUBLISHABLE_KEY",
            ),
            (
                "NEXT_CLERK_PUBLISHABLE_KEY",
                PUBLIC,
                "CLERK_PUBLISHABLE_KEY",
            ),
            (
                "TRUNK_CLERK_PUBLISHABLE_KEY",
                PUBLIC,
                "CLERK_PUBLISHABLE_KEY",
            ),
            ("CLERK_PK", PUBLIC, "CLERK_PUBLISHABLE_KEY"),
            ("CLERK_PUBLIC_KEY", PUBLIC, "CLERK_PUBLISHABLE_KEY"),
            (
                "CLERK_PUBLIC_KEY",
                "-----BEGIN PUBLIC KEY-----",
                "CLERK_JWT_KEY",
            ),
            ("CLERK_SIGN_IN_URI", "/sign-in", "CLERK_SIGN_IN_URL"),
            ("CLERK_SIGNIN_URL", "/sign-in", "CLERK_SIGN_IN_URL"),
            ("CLERK_JWT_KEZ", "x", "CLERK_JWT_KEY"),
        ] {
            assert_eq!(suggestion(name, value).as_deref(), Some(meant), "{name}");
        }
    }

    /// A name that means something else is not a slip, however near its letters are.
    #[test]
    fn other_meanings_are_no_slips() {
        for name in [
            "CLERK_JWKS_URL",
            "CLERK_JWT_URL",
            "CLERK_APP_URL",
            "CLERK_APP_KEY",
            "CLERK_JWK_KEY",
            "CLERK_WEB_URL",
            "CLERK_API_KEYS",
            "CLERK_BAPI",
            "CLERK_TEAM",
            "CLERK_SIGN_ON_URL",
            "CLERK_SECRET_KEY_OLD",
            "CLICK_SECRET_KEY",
            "SECRET_KEY",
        ] {
            for value in ["x", "", SECRET, PUBLIC, "https://x.example"] {
                assert_eq!(suggestion(name, value), None, "{name}={value}");
            }
        }
    }

    /// Nobody is led to publish a secret, or to put something else where a secret belongs.
    #[test]
    fn a_suggestion_fits_the_value() {
        for (name, value) in [
            ("CLERK_SECRET_KEI", "x"),
            ("CLERK_SECRET_KEI", ""),
            ("CLERK_SECRET", PUBLIC),
            ("CLERK_PUBLISHABEL_KEY", SECRET),
            ("CLERK_PUBLIC_KEY", "x"),
            ("CLERK_ENCRYPTION_KEI", "0123456789abcdef"),
        ] {
            assert_eq!(suggestion(name, value), None, "{name}={value}");
        }
    }
}
