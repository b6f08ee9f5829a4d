//! Values as they may be shown. A secret keeps its prefix and its last four characters; everything else is made
//! harmless for a terminal and cut to a width.

use clerk_auth::config::may_be_shown;
use clerk_auth::keys::PublishableKey;

use super::dotenv::Entry;
use super::names::{Reading, read};
pub use super::secrets::masked;
use super::secrets::without_secrets;
use super::variables::Found;
use crate::escape::visible;

const WIDTH: usize = 44;
/// Shown in place of a value that the environment brings into a file.
pub const COMPOSED: &str = "(refers to the environment)";

/// A variable's value for the screen. Its name and its form decide how much of it.
pub fn value(name: &str, value: &str) -> String {
    if value.is_empty() {
        return "(empty)".to_owned();
    }
    // Text after the key, even after a line break, may be the rest of it.
    let bare = value.trim_start_matches(|c: char| !c.is_alphanumeric());
    if ["sk_test_", "sk_live_", "whsec_", "ak_"]
        .iter()
        .any(|key| bare.starts_with(key))
    {
        return masked(bare);
    }
    match read(name) {
        reading if reading.is_secret() => masked(value),
        Reading::Known { known, .. } if known.name == "CLERK_JWT_KEY" => {
            format!("PEM, {} characters", value.chars().count())
        }
        Reading::Known { .. } => match PublishableKey::parse(value) {
            Ok(key) => instance(&key),
            Err(_) if value.split(',').all(|entry| is_open(entry.trim())) => plain(value),
            // A secret may have been set under the wrong name.
            Err(_) => masked(value),
        },
        Reading::Elsewhere(_) => plain(value),
        // Nobody knows this variable, so its value may be a secret.
        _ => masked(value),
    }
}

/// True for what anybody may see under a name that is no secret's: besides values that read like settings, ids of a machine,
/// and addresses, of which [`plain`] leaves the users out.
fn is_open(entry: &str) -> bool {
    let is_url = ["http://", "https://"]
        .iter()
        .any(|scheme| entry.starts_with(scheme));
    entry.is_empty()
        || is_url
        || ["mch_", "pk_"].iter().any(|start| entry.starts_with(start))
        || may_be_shown(entry)
}

/// All keys for development end alike; what tells them apart is the host they name.
fn instance(key: &PublishableKey) -> String {
    let kind = match key.is_development() {
        true => "pk_test_",
        false => "pk_live_",
    };
    format!("{kind}\u{2026} ({})", plain(key.frontend_api_host()))
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

/// The value itself, as far as it can be shown.
fn plain(value: &str) -> String {
    let value = harmless(value);
    if value.chars().count() <= WIDTH {
        return value;
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
                "\u{2026}x9Qf",
            ),
            (
                "CLERK_AUTHORIZED_PARTIES",
                "https://a.example,sk_live_2q7OrchardOrchardx9Qf",
                "\u{2026}x9Qf",
            ),
            ("CLERK_API_URL", "u:hidden@h.example", "\u{2026}mple"),
            (
                "CLERK_API_URL",
                "https://u:hid/den@h.example",
                "https://\u{2026}@h.example",
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
                "/\\u{1b}[2J\\n".to_owned(),
            ),
            (
                "CLERK_API_URL",
                "https://me:hidden@h/x@y",
                "https://\u{2026}@h/x@y".to_owned(),
            ),
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
