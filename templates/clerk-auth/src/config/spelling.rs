//! How values look that are right, and what the wrong ones probably were.

use crate::keys::PublishableKeyError;

pub(super) fn is_web_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty()
    })
}

/// Whether this is what examples and templates have in a key's place.
pub fn is_placeholder(value: &str) -> bool {
    let body = value.trim_start_matches("pk_").trim_start_matches("sk_");
    let body = body.trim_start_matches("test_").trim_start_matches("live_");
    let lower = value.to_ascii_lowercase();
    body.is_empty()
        || body
            .bytes()
            .all(|byte| matches!(byte, b'x' | b'X' | b'.' | b'*'))
        || [
            "...", "…", "your_", "your-", "<", "{", "replace", "changeme",
        ]
        .iter()
        .any(|mark| lower.contains(mark))
}

pub(super) fn fault_of(error: &PublishableKeyError) -> String {
    let fault = error.fault().map(ToString::to_string);
    format!(
        "is not a publishable key: {}",
        fault.unwrap_or_else(|| error.to_string())
    )
}

pub(super) fn remedy_for(value: &str) -> &'static str {
    if value.starts_with("sk_") {
        "the publishable key starts with pk_test_ or pk_live_; are the two swapped?"
    } else {
        "paste it again: the whole key, without quotes or spaces"
    }
}
