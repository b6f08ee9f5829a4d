//! Webhooks that Clerk delivers to the app.

use http::StatusCode;
use http::header::HeaderMap;

use super::{Guest, Reply};
use crate::webhooks::{self, Event};

impl Guest {
    /// The event of a delivery that Clerk has just signed. The body is checked as it came, before it is read.
    ///
    /// # Errors
    /// The answer to everything else: anybody can send a request here.
    pub fn webhook(&self, headers: &HeaderMap, body: &[u8]) -> Result<Event, Reply> {
        let clerk = self.kit().clerk();
        let secrets = &clerk.config().webhook_secrets;
        if secrets.is_empty()
            && let Some(left_out) = clerk.log_line("no webhook secret")
        {
            tracing::error!(
                left_out,
                "CLERK_WEBHOOK_SIGNING_SECRET is not set: every webhook is refused"
            );
        }
        webhooks::verify(headers, body, secrets, clerk.now()).map_err(|error| {
            if let Some(left_out) = clerk.log_line("webhook") {
                tracing::warn!(left_out, "a webhook was refused: {error}");
            }
            Reply::error(StatusCode::BAD_REQUEST)
        })
    }
}
