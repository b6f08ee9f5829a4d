//! The signed headers of a delivery, with which the emulator and `clerk-rs webhooks` send alike.

use clerk_auth::time::UnixMillis;
use clerk_auth::webhooks::{ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, WebhookSecret};

/// Says whose delivery this is.
pub const AGENT: &str = "Svix-Webhooks (emulated by clerk-rs)";

/// The id of the message, the moment and the signatures: one by each secret, as Clerk signs while a secret is replaced.
pub fn headers<'a>(
    secrets: impl IntoIterator<Item = &'a WebhookSecret>,
    id: &str,
    at: UnixMillis,
    body: &[u8],
) -> [(&'static str, String); 3] {
    let seconds = at.seconds();
    let signatures = secrets.into_iter();
    let signatures = signatures.map(|secret| secret.sign(id, seconds, body));
    [
        (ID_HEADER, id.to_owned()),
        (TIMESTAMP_HEADER, seconds.to_string()),
        (SIGNATURE_HEADER, signatures.collect::<Vec<_>>().join(" ")),
    ]
}
