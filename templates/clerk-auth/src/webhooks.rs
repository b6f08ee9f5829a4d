//! Webhooks: checks that a delivery is Clerk's and recent, and reads it (Svix; `backend-api.md` section 9).
//!
//! The signature is over the raw bytes of the body, so check it before anything parses them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use serde_json::Value;

use crate::crypto::MacKey;
use crate::time::UnixMillis;

/// The names of the headers of a delivery.
pub const ID_HEADER: &str = "svix-id";
/// Seconds since the epoch.
pub const TIMESTAMP_HEADER: &str = "svix-timestamp";
/// One or more signatures, separated by spaces.
pub const SIGNATURE_HEADER: &str = "svix-signature";

/// The most seconds between timestamp and clock, either way: an old delivery could be a replayed one.
const TOLERANCE_S: i64 = 300;
const PREFIX: &str = "whsec_";

/// The signing secret of an endpoint: `whsec_` and base64. Its printed forms are masked.
#[derive(Clone)]
pub struct WebhookSecret(MacKey);

/// The reason why a text is not a signing secret. The text itself is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookSecretError {
    /// Another kind of value stands in its place.
    #[error("a webhook signing secret starts with whsec_")]
    Prefix,
    /// The rest after the prefix is empty, cut off or mistyped.
    #[error("what follows whsec_ is not base64; was it copied whole?")]
    Base64,
}

/// The reason why a delivery is refused. Answer 400; the sender tries again later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// A header is absent, empty or unreadable.
    #[error("the header {0} is missing or unreadable")]
    Header(&'static str),
    /// The timestamp is more than five minutes off.
    #[error("the timestamp is {} minutes {}", .seconds.unsigned_abs() / 60, if *.seconds < 0 { "in the future" } else { "old" })]
    Timestamp {
        /// The age of the delivery; negative if it lies in the future.
        seconds: i64,
    },
    /// None of the secrets made any of the signatures: the secret is another endpoint's, or the delivery is not
    /// Clerk's.
    #[error("no signature matches")]
    Signature,
    /// It is signed, but it is not an event.
    #[error("the body is no event: {0}")]
    Body(&'static str),
}

/// A delivery that passed the check. Kinds of events that this crate does not know pass as well.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The id of the message. It stays the same when the message is delivered again, so remember it to handle an event
    /// once.
    pub id: String,
    /// The kind of event, such as `user.created`.
    pub kind: String,
    /// The object it happened to.
    pub data: Value,
    /// When it happened, if the event says so.
    pub timestamp: Option<UnixMillis>,
    /// The instance it happened in (`ins_...`), if the event says so. Compare it when one endpoint serves several.
    pub instance_id: Option<String>,
    /// The whole body.
    pub raw: Value,
}

impl WebhookSecret {
    /// Reads `whsec_...`.
    ///
    /// # Errors
    /// [`WebhookSecretError`].
    pub fn parse(text: &str) -> Result<Self, WebhookSecretError> {
        let encoded = text
            .strip_prefix(PREFIX)
            .ok_or(WebhookSecretError::Prefix)?;
        let key = STANDARD
            .decode(encoded)
            .map_err(|_| WebhookSecretError::Base64)?;
        if key.is_empty() {
            return Err(WebhookSecretError::Base64);
        }
        Ok(Self(MacKey::new(&key)))
    }

    /// The value of the signature header for a delivery, for tests and tools that send one.
    pub fn sign(&self, id: &str, timestamp_s: i64, body: &[u8]) -> String {
        let tag = self.tag(id, &timestamp_s.to_string(), body);
        format!("v1,{}", STANDARD.encode(tag))
    }

    fn tag(&self, id: &str, timestamp: &str, body: &[u8]) -> impl AsRef<[u8]> + use<> {
        self.0
            .sign(&[id.as_bytes(), b".", timestamp.as_bytes(), b".", body])
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(whsec_...)")
    }
}

/// Checks a delivery with its raw body. During a rotation pass both secrets: one match is enough.
///
/// # Errors
/// [`WebhookError`].
pub fn verify(
    headers: &HeaderMap,
    body: &[u8],
    secrets: &[WebhookSecret],
    now: UnixMillis,
) -> Result<Event, WebhookError> {
    let id = header(headers, ID_HEADER)?;
    let timestamp = header(headers, TIMESTAMP_HEADER)?;
    let signatures = header(headers, SIGNATURE_HEADER)?;
    check_timestamp(timestamp, now)?;

    // The body is signed once for each of our secrets, however many signatures a stranger sends.
    let ours: Vec<_> = secrets
        .iter()
        .map(|secret| (&secret.0, secret.tag(id, timestamp, body)))
        .collect();
    let is_ours = |theirs: &[u8]| {
        ours.iter()
            .any(|(key, tag)| key.are_equal(tag.as_ref(), theirs))
    };
    let matches = signatures
        .split(' ')
        .filter_map(|signature| signature.strip_prefix("v1,"))
        .filter_map(|encoded| STANDARD.decode(encoded).ok())
        .any(|theirs| is_ours(&theirs));
    if !matches {
        return Err(WebhookError::Signature);
    }
    event(id, body)
}

fn header<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a str, WebhookError> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value
        .filter(|value| !value.is_empty())
        .ok_or(WebhookError::Header(name))
}

fn check_timestamp(text: &str, now: UnixMillis) -> Result<(), WebhookError> {
    let seconds: i64 = text
        .parse()
        .map_err(|_| WebhookError::Header(TIMESTAMP_HEADER))?;
    let age = now.seconds().saturating_sub(seconds);
    if age.saturating_abs() > TOLERANCE_S {
        return Err(WebhookError::Timestamp { seconds: age });
    }
    Ok(())
}

fn event(id: &str, body: &[u8]) -> Result<Event, WebhookError> {
    let raw: Value =
        serde_json::from_slice(body).map_err(|_| WebhookError::Body("it is not JSON"))?;
    let text = |name: &str| raw[name].as_str().map(str::to_owned);
    Ok(Event {
        id: id.to_owned(),
        kind: text("type").ok_or(WebhookError::Body("it has no type"))?,
        data: raw["data"].clone(),
        timestamp: raw["timestamp"].as_i64().map(UnixMillis),
        instance_id: text("instance_id"),
        raw,
    })
}
