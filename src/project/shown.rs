//! Values as they may be shown: a secret keeps its prefix and its last four characters, everything else is made
//! harmless for a terminal and cut to a width.

use clerk_auth::keys::PublishableKey;

use super::dotenv::Entry;
use super::names::{Reading, read};
use super::secrets::is_secret;
pub use super::secrets::masked;
use super::variables::Found;
use crate::escape::visible;

const WIDTH: usize = 44;
const COMPOSED: &str = "(refers to the environment)";

/// A variable's value for the screen, by what its name and its own form say it is.
pub fn value(name: &str, value: &str) -> String {
    if value.is_empty() {
        return "(empty)".to_owned();
    }
    if is_secret(value) {
        return masked(value);
    }
    match read(name) {
        reading if reading.is_secret() => masked(value),
        Reading::Known { known, .. } if known.name == "CLERK_JWT_KEY" => {
            format!("PEM, {} characters", value.chars().count())
        }
        Reading::Known { .. } if PublishableKey::parse(value).is_ok() => masked(value),
        Reading::Known { .. } | Reading::Elsewhere(_) => plain(value),
        // Nobody knows what it is, so it may be a secret.
        _ => masked(value),
    }
}

/// The same of a variable in its place. What the environment brings into it, the file's writer has no right to see.
pub fn found(found: &Found) -> String {
    if found.is_composed {
        COMPOSED.to_owned()
    } else {
        value(&found.name, &found.value)
    }
}

/// The same of a line of a file.
pub fn entry(entry: &Entry) -> String {
    if entry.is_from_process {
        COMPOSED.to_owned()
    } else {
        value(&entry.name, &entry.value)
    }
}

/// The value itself; what stands before an `@` in an address may be a password.
fn plain(value: &str) -> String {
    let value = match value.split_once("://") {
        Some((scheme, rest)) => {
            let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let start = rest[..host].rfind('@').map_or(0, |at| at + 1);
            let hidden = if start > 0 { "\u{2026}@" } else { "" };
            format!("{scheme}://{hidden}{}", &rest[start..])
        }
        None => value.to_owned(),
    };
    let value = visible(&value);
    if value.chars().count() <= WIDTH {
        return value.into_owned();
    }
    let cut: String = value.chars().take(WIDTH - 1).collect();
    format!("{cut}\u{2026}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_whatever_they_are_called() {
        for (name, text, shown) in [
            (
                "CLERK_SECRET_KEY",
                "sk_test_2q7OrchardOrchardx9Qf",
                "sk_test_\u{2026}x9Qf",
            ),
            ("CLERK_SECRET_KEY", "sk_test_short", "sk_test_\u{2026}"),
            (
                "CLERK_SECRET_KEY",
                "2q7OrchardOrchardOrchard",
                "\u{2026}hard",
            ),
            (
                "CLERK_SIGN_IN_URL",
                "sk_live_2q7OrchardOrchardx9Qf",
                "sk_live_\u{2026}x9Qf",
            ),
            ("CLERK_SIGN_IN_URL", " sk_live_x", "\u{2026}"),
            ("CLERK_TEAM", "hidden", "\u{2026}"),
            ("DATABASE_URL", "postgres://me:hidden@h/x", "\u{2026}@h/x"),
            (
                "CLERK_ENCRYPTION_KEY",
                "aaaaaaaaaaaa\u{1b}[2J",
                "\u{2026}\\u{1b}[2J",
            ),
        ] {
            assert_eq!(value(name, text), shown, "{name}");
        }
    }

    #[test]
    fn what_anybody_may_see_is_shown_harmless_and_short() {
        for (name, text, shown) in [
            ("CLERK_SIGN_IN_URL", "/sign-in", "/sign-in".to_owned()),
            ("CLERK_SIGN_IN_URL", "", "(empty)".to_owned()),
            (
                "CLERK_SIGN_IN_URL",
                "/\u{1b}[2J\n",
                "/\\u{1b}[2J\\n".to_owned(),
            ),
            (
                "CLERK_API_URL",
                "https://me:hidden@h/x@y",
                "https://\u{2026}@h/x@y".to_owned(),
            ),
            (
                "CLERK_SIGN_IN_URL",
                &"a".repeat(60),
                format!("{}\u{2026}", "a".repeat(43)),
            ),
            (
                "CLERK_JWT_KEY",
                "-----BEGIN",
                "PEM, 10 characters".to_owned(),
            ),
        ] {
            assert_eq!(value(name, text), shown, "{name}");
        }
    }
}
