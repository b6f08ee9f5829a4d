//! One fetch of a key set: up to five tries, with their waits and limits (section 4.4, `security.md` rule 6).

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Response};
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout_at};

use super::KeySource;
use super::error::KeySetError;
use crate::api_request::{api_request, first_error};
use crate::error::Reason;
use crate::fetch::{Fetch, FetchError};
use crate::keys::SecretKey;
use crate::public_key::{JwkSet, PublicKey};
use crate::rationed_log::LeftOut;
use crate::retry::{backoff, retry_after};

const TRIES: u32 = 5;
const EACH_TRY: Duration = Duration::from_secs(3);
const ALL_TRIES: Duration = Duration::from_secs(10);
const CONTACT: &str = "Contact support@clerk.com";

/// A fetch that brought no key set.
pub(super) struct Failure {
    pub(super) error: KeySetError,
    /// True if nobody answered or the server failed, so that old keys may go on serving.
    pub(super) unanswered: bool,
    /// True for 401 or 403: our key was refused.
    pub(super) refused: bool,
    /// True if asking again may help.
    again: bool,
}

/// The named keys of the set. Waits by Tokio's clock.
pub(super) async fn load(
    fetch: &dyn Fetch,
    source: &KeySource,
) -> Result<Vec<(String, PublicKey)>, Failure> {
    let deadline = Instant::now() + ALL_TRIES;
    let mut tried = 0;
    loop {
        let limit = deadline.min(Instant::now() + EACH_TRY);
        let failure = match timeout_at(limit, try_once(fetch, source)).await {
            Ok(Ok(keys)) => return Ok(keys),
            Ok(Err(failure)) => failure,
            Err(_) => Failure::network(&FetchError::TimedOut),
        };
        tried += 1;
        let asked = failure.error.retry_after().unwrap_or_default();
        let wait = asked.max(backoff(tried));
        // If the wait leaves no time for another try, it helps nobody.
        if !failure.again || tried == TRIES || Instant::now() + wait >= deadline {
            return Err(failure);
        }
        sleep(wait).await;
    }
}

async fn try_once(
    fetch: &dyn Fetch,
    source: &KeySource,
) -> Result<Vec<(String, PublicKey)>, Failure> {
    let KeySource { url, secret_key } = source;
    let secret = secret_key.as_ref().map(SecretKey::expose);
    let request = api_request(Method::GET, url, secret, None).map_err(|cause| {
        let error = KeySetError::unavailable(format!("{url}: {cause}"));
        Failure::for_good(error)
    })?;
    let answer = fetch.fetch(request).await;
    let answer = answer.map_err(|error| Failure::network(&error))?;
    let status = answer.status();
    let Ok(body) = serde_json::from_slice::<Value>(answer.body()) else {
        // Whatever the status, a proxy or a captive portal on the way answered. Still, old keys do not serve after a
        // 401 or 403.
        let cause = format!("an answer {} that is not JSON", status.as_u16());
        let error = KeySetError::unavailable(cause);
        return Err(Failure::of(error, &answer, !status.is_client_error()));
    };
    if !status.is_success() {
        let error = refusal(url, status.as_u16(), &body, secret);
        return Err(Failure::of(error, &answer, status.is_server_error()));
    }
    if body["keys"].as_array().is_none_or(Vec::is_empty) {
        return Err(Failure::for_good(KeySetError::token(
            Reason::JwkRemoteFailedToLoad,
            "The JWKS endpoint did not contain any signing keys. Contact support@clerk.com.",
            CONTACT,
        )));
    }
    Ok(JwkSet::from_value(&body).keys)
}

fn refusal(url: &str, status: u16, body: &Value, secret: Option<&str>) -> KeySetError {
    const INVALID: [&str; 2] = ["clerk_key_invalid", "clerk_key_invalid_code"];
    match first_error(body).filter(|error| INVALID.contains(&&*error.code)) {
        Some(error) => {
            // It may repeat the key, and goes on to visitors in a header.
            let message = secret.map(|key| error.message.replace(key, "..."));
            let message = message.unwrap_or(error.message);
            KeySetError::token(Reason::SecretKeyInvalid, message, CONTACT)
        }
        None => KeySetError::token(
            Reason::JwkRemoteFailedToLoad,
            format!("Error loading Clerk JWKS from {url} with code={status}"),
            CONTACT,
        ),
    }
}

impl Failure {
    fn network(error: &FetchError) -> Self {
        Self {
            error: KeySetError::unavailable(error.to_string()),
            unanswered: true,
            refused: false,
            again: true,
        }
    }

    fn of(error: KeySetError, answer: &Response<Bytes>, unanswered: bool) -> Self {
        Self {
            error: error.after(retry_after(answer.headers())),
            unanswered,
            refused: matches!(answer.status().as_u16(), 401 | 403),
            again: true,
        }
    }

    fn for_good(error: KeySetError) -> Self {
        Self {
            error,
            unanswered: false,
            refused: false,
            again: false,
        }
    }

    /// Anybody can make us ask for keys, so the line has to wait for its turn.
    pub(super) fn warn(&self, source: &KeySource, left_out: LeftOut) {
        tracing::warn!(
            url = source.url(),
            cause = %self.error,
            stale_keys_serve = self.unanswered,
            left_out,
            "the key set could not be loaded"
        );
    }
}
