//! One fetch of a key set: up to five tries, with their waits and limits (section 4.4, `security.md` rule 6).

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout_at};

use super::KeySource;
use super::error::KeySetError;
use crate::api_request::{api_request, first_error};
use crate::error::Reason;
use crate::fetch::{Fetch, FetchError};
use crate::public_key::{JwkSet, PublicKey};
use crate::retry::{backoff, retry_after};
use crate::seldom::Line;

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

impl KeySource {
    /// The address of the key set. Without credentials, fit for a log.
    pub(super) fn url(&self) -> String {
        match self {
            Self::BackendApi {
                api_url,
                api_version,
                ..
            } => {
                let (origin, version) =
                    (api_url.trim_end_matches('/'), api_version.trim_matches('/'));
                format!("{origin}/{version}/jwks")
            }
            Self::FrontendApi { url } => {
                format!("{}/.well-known/jwks.json", url.trim_end_matches('/'))
            }
        }
    }
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
        let wait = failure
            .error
            .retry_after()
            .unwrap_or_default()
            .max(backoff(tried));
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
    let url = source.url();
    let secret = match source {
        KeySource::BackendApi { secret_key, .. } => Some(secret_key.expose()),
        KeySource::FrontendApi { .. } => None,
    };
    let request = api_request(Method::GET, &url, secret, None).map_err(|cause| Failure {
        error: KeySetError::unavailable(format!("{url}: {cause}")),
        unanswered: false,
        refused: false,
        again: false,
    })?;
    let answer = fetch
        .fetch(request)
        .await
        .map_err(|error| Failure::network(&error))?;
    let Ok(body) = serde_json::from_slice::<Value>(answer.body()) else {
        return Err(Failure::not_json(&answer));
    };
    if !answer.status().is_success() {
        return Err(Failure::refused(&url, &answer, &body));
    }
    if body["keys"].as_array().is_none_or(Vec::is_empty) {
        return Err(Failure::empty());
    }
    Ok(JwkSet::from_value(&body).keys)
}

/// Anybody can make us ask for keys, so the line has to wait for its turn.
pub(super) fn warn(source: &KeySource, failure: &Failure, line: Line) {
    tracing::warn!(
        url = source.url(),
        cause = %failure.error,
        stale_keys_serve = failure.unanswered,
        left_out = line.left_out,
        "the key set could not be loaded"
    );
}

type Answer = http::Response<bytes::Bytes>;

impl Failure {
    fn network(error: &FetchError) -> Self {
        Self {
            error: KeySetError::unavailable(error.to_string()),
            unanswered: true,
            refused: false,
            again: true,
        }
    }

    /// Whatever the status, a proxy or a captive portal on the way answered. Still, old keys do not serve after a 401
    /// or 403.
    fn not_json(answer: &Answer) -> Self {
        Self {
            error: KeySetError::Unavailable {
                cause: format!("an answer {} that is not JSON", answer.status().as_u16()),
                retry_after: retry_after(answer.headers()),
            },
            unanswered: !answer.status().is_client_error(),
            refused: is_refusal(answer.status()),
            again: true,
        }
    }

    fn refused(url: &str, answer: &Answer, body: &Value) -> Self {
        let status = answer.status();
        let invalid_key = first_error(body).filter(|error| {
            matches!(
                error.code.as_str(),
                "clerk_key_invalid" | "clerk_key_invalid_code"
            )
        });
        let error = match invalid_key {
            Some(error) => KeySetError::token(Reason::SecretKeyInvalid, error.message, CONTACT),
            None => KeySetError::token(
                Reason::JwkRemoteFailedToLoad,
                format!(
                    "Error loading Clerk JWKS from {url} with code={}",
                    status.as_u16()
                ),
                CONTACT,
            ),
        };
        Self {
            error: error.after(retry_after(answer.headers())),
            unanswered: status.is_server_error(),
            refused: is_refusal(status),
            again: true,
        }
    }

    fn empty() -> Self {
        Self {
            error: KeySetError::token(
                Reason::JwkRemoteFailedToLoad,
                "The JWKS endpoint did not contain any signing keys. Contact support@clerk.com.",
                CONTACT,
            ),
            unanswered: false,
            refused: false,
            again: false,
        }
    }
}

fn is_refusal(status: StatusCode) -> bool {
    matches!(status.as_u16(), 401 | 403)
}
