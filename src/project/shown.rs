//! Values as they may be shown. A secret keeps its prefix and its last four characters. Of a variable that is no secret is
//! shown what the app takes, and of what it refuses as much as an error would show (`docs/env-files.md`). Everything is
//! made harmless for a terminal and cut to a width.

use std::borrow::Cow;

use clerk_auth::config;
use clerk_auth::keys::PublishableKey;

use super::accepted::is_accepted;
use super::dotenv::Entry;
use super::names::{Reading, read};
pub use super::secrets::masked;
use super::secrets::{starts_as_secret, without_secrets, without_words};
use super::variables::Found;
use crate::escape::visible;

const WIDTH: usize = 44;
/// Stands for what is not shown.
const HIDDEN: &str = "\u{2026}";
/// Shown in place of a value that the environment brings into a file.
pub const COMPOSED: &str = "(refers to the environment)";

/// A variable's value for the screen. Its name and its form decide how much of it.
pub fn value(name: &str, value: &str) -> String {
    if value.is_empty() {
        return "(empty)".to_owned();
    }
    let seen = seen(name, value);
    match PublishableKey::parse(value) {
        Ok(key) if seen == value => instance(&key),
        _ if seen == value && is_pem(name) => format!("PEM, {} characters", value.chars().count()),
        _ => cut(&visible(&seen)),
    }
}

/// True if a variable's value is not shown as it is, because it is a secret or may be one.
pub fn is_hidden(name: &str, value: &str) -> bool {
    seen(name, value) != value
}

/// What may be seen of it.
fn seen<'a>(name: &str, value: &'a str) -> Cow<'a, str> {
    // Text after the key, even after a line break, may be the rest of it.
    let bare = value.trim_start_matches(|c: char| !c.is_alphanumeric());
    if starts_as_secret(bare) {
        return masked(bare).into();
    }
    match read(name) {
        reading if reading.is_secret() => masked(value).into(),
        Reading::Known { .. } if is_pem(name) || is_public(value) => value.into(),
        Reading::Known { known, .. } if is_accepted(known, value) => open(value),
        // A secret may have been set under the wrong name.
        Reading::Known { .. } => {
            let shown = |entry: &str| match entry.trim() {
                "" => entry.to_owned(),
                _ => config::shown(entry).unwrap_or_else(|| HIDDEN.to_owned()),
            };
            let entries: Vec<_> = value.split(',').map(shown).collect();
            entries.join(",").into()
        }
        Reading::Elsewhere(_) => open(value),
        // Nobody knows this variable, so its value may be a secret.
        _ => masked(value).into(),
    }
}

/// True for a key and for the id of a machine, which are long as secrets are.
fn is_public(value: &str) -> bool {
    PublishableKey::parse(value).is_ok() || value.starts_with("mch_")
}

fn is_pem(name: &str) -> bool {
    matches!(read(name), Reading::Known { known, .. } if known.name == "CLERK_JWT_KEY")
}

/// A value without what may be a secret in the best of them: users of an address, its query, words like keys.
fn open(value: &str) -> Cow<'_, str> {
    let end = value.find('?').map_or(value.len(), |at| at + 1);
    let mut shown = without_words(&without_users(&value[..end]));
    if end < value.len() {
        shown.push_str(HIDDEN);
    }
    shown.into()
}

/// All keys for development end alike; what tells them apart is the host they name.
fn instance(key: &PublishableKey) -> String {
    let kind = match key.is_development() {
        true => "pk_test_",
        false => "pk_live_",
    };
    format!(
        "{kind}\u{2026} ({})",
        cut(&visible(key.frontend_api_host()))
    )
}

/// The same for a variable in its place. The file's author has no right to see what the environment brings into it.
pub fn found(found: &Found) -> String {
    if found.is_composed {
        COMPOSED.to_owned()
    } else {
        value(&found.name, &found.value)
    }
}

/// The same for a line of a file.
pub fn entry(entry: &Entry) -> String {
    if entry.is_from_process {
        COMPOSED.to_owned()
    } else {
        value(&entry.name, &entry.value)
    }
}

/// As much of it as fits.
fn cut(value: &str) -> String {
    if value.chars().count() <= WIDTH {
        return value.to_owned();
    }
    let cut: String = value.chars().take(WIDTH - 1).collect();
    format!("{cut}\u{2026}")
}

/// A value with its secrets masked, and with everything before an `@`, which may be a password.
pub fn harmless(value: &str) -> String {
    visible(&without_secrets(&without_users(value))).into_owned()
}

/// `https://…@host` of `https://user:password@host`, also without a scheme.
fn without_users(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let before = &rest[..at];
        let start = before.rfind("://").map_or(0, |place| place + 3);
        shown.push_str(&before[..start]);
        let user = &before[start..];
        shown.push_str(if may_be_user(user) { "\u{2026}" } else { user });
        shown.push('@');
        rest = &rest[at + 1..];
    }
    shown + rest
}

/// A host with a port and a path may stand before an `@` too; any other colon may come before a password.
fn may_be_user(text: &str) -> bool {
    let Some(end) = text.find(['/', '?', '#']) else {
        return !text.is_empty();
    };
    let (host, path) = text.split_at(end);
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host,
    };
    host.contains(':') || path.contains(':')
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
            ("CLERK_SIGN_IN_URL", " sk_live_x", "sk_live_\u{2026}"),
            (
                "CLERK_DOMAIN",
                "Bearer sk_live_2q7OrchardOrchardx9Qf",
                "\u{2026}",
            ),
            (
                "CLERK_AUTHORIZED_PARTIES",
                "https://a.example,sk_live_2q7OrchardOrchardx9Qf,",
                "https://a.example,\u{2026},",
            ),
            ("CLERK_API_URL", "u:hidden@h.example", "\u{2026}"),
            ("CLERK_API_URL", "https://u:hid/den@h.example", "\u{2026}"),
            ("CLERK_DOMAIN", "localhost:300O", "localhost:\u{2026}"),
            ("HOST", "2q7OrchardOrchardx9Qf", "\u{2026}x9Qf"),
            ("CLERK_IS_SATELLITE", "hunter2", "\u{2026}"),
            (
                "CLERK_SIGN_IN_URL",
                "/sign-in?key=hidden",
                "/sign-in?\u{2026}",
            ),
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
                "/\u{2026}[\u{2026}".to_owned(),
            ),
            ("HOST", "my-host-01", "my-host-01".to_owned()),
            ("CLERK_IS_SATELLITE", "false", "false".to_owned()),
            (
                "CLERK_SIGN_IN_URL",
                "https://h:80/@me",
                "https://h:80/@me".to_owned(),
            ),
            (
                "CLERK_SIGN_IN_URL",
                &format!("/{}", "a".repeat(60)),
                format!("/{}\u{2026}", "a".repeat(42)),
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
