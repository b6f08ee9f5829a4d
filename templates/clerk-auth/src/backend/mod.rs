//! A small client for the Backend API (`backend-api.md` sections 3, 6 and 7; `request-authentication.md` 6.8 to 10.1).
//!
//! Each call sends one request and never tries again, because only the caller knows if that is safe. Answers are read
//! tolerantly, so that a field this crate does not need cannot fail a call.

mod error;
#[cfg(feature = "machines")]
mod machine;
mod sessions;
mod user;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tokio::sync::Semaphore;
use url::form_urlencoded;

pub use self::error::{ApiError, BackendError};
pub use self::sessions::RefreshRequest;
pub(crate) use self::sessions::texts;
pub use self::user::User;
use crate::api_request::api_request;
pub use crate::api_request::{ApiErrorEntry, CLERK_API_VERSION};
use crate::fetch::{Fetch, FetchError};
#[cfg(feature = "machines")]
use crate::keys::MachineSecretKey;
use crate::keys::SecretKey;

/// The Backend API's origin, unless you work at Clerk.
pub const DEFAULT_API_URL: &str = "https://api.clerk.com";
/// The version segment of its paths.
pub const DEFAULT_API_VERSION: &str = "v1";

/// The reason why a call beyond the bound was not sent.
pub(crate) const TOO_MANY: &str = "too many calls like it are under way";

const TIME_LIMIT: Duration = Duration::from_secs(10);
/// Everything in a piece of a path is encoded except what RFC 3986 calls unreserved.
const PIECE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The Backend API of one instance. Cheap to clone. Needs a Tokio runtime with time switched on.
#[derive(Clone)]
pub struct BackendClient {
    fetch: Arc<dyn Fetch>,
    api_url: Arc<str>,
    api_version: Arc<str>,
    secret_key: Option<SecretKey>,
    #[cfg(feature = "machines")]
    machine_secret_key: Option<MachineSecretKey>,
    time_limit: Duration,
    /// One permit for each call that may be under way; `None` is without a bound.
    calls: Option<Arc<Semaphore>>,
}

impl fmt::Debug for BackendClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackendClient")
            .field("api_url", &self.api_url)
            .field("api_version", &self.api_version)
            .field("secret_key", &self.secret_key)
            .finish_non_exhaustive()
    }
}

impl BackendClient {
    /// A client for `api_url` (an origin such as [`DEFAULT_API_URL`]) and `api_version` (such as `v1`).
    pub fn new(
        fetch: Arc<dyn Fetch>,
        api_url: &str,
        api_version: &str,
        secret_key: Option<SecretKey>,
    ) -> Self {
        Self {
            fetch,
            api_url: api_url.trim_end_matches('/').into(),
            api_version: api_version.trim_matches('/').into(),
            secret_key,
            #[cfg(feature = "machines")]
            machine_secret_key: None,
            time_limit: TIME_LIMIT,
            calls: None,
        }
    }

    /// The credential for checking M2M tokens, in place of the secret key.
    #[cfg(feature = "machines")]
    #[must_use]
    pub fn with_machine_secret_key(mut self, key: Option<MachineSecretKey>) -> Self {
        self.machine_secret_key = key;
        self
    }

    /// The most time one call may take; 10 seconds unless set.
    #[cfg(feature = "tool")]
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// The most calls that this client and its clones may have under way; any number unless set. Further calls are not
    /// sent. For calls that strangers cause: they must not use up connections, nor this app's share at Clerk.
    pub(crate) fn with_calls_at_once(mut self, most: usize) -> Self {
        self.calls = Some(Arc::new(Semaphore::new(most)));
        self
    }

    /// Any call under the version segment: `request(Method::GET, &["users", id], &[("limit", "1")], None)`.
    ///
    /// The pieces of the path are encoded here; one that could leave its place (`..`, a slash, an empty one) is
    /// refused. An answer without a body reads as `null`.
    ///
    /// # Errors
    /// [`BackendError`] unless the answer is a success in JSON.
    pub async fn request(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Value, BackendError> {
        let version = &*self.api_version;
        let mut url = format!("{}/{version}{}", self.api_url, encoded(path)?);
        if !query.is_empty() {
            let pairs = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(query)
                .finish();
            url = format!("{url}?{pairs}");
        }
        self.send(method, &url, self.secret()?, body).await
    }

    /// `GET /users/{id}`.
    ///
    /// # Errors
    /// [`BackendError`]; with status 404 if there is no such user.
    pub async fn get_user(&self, id: &str) -> Result<User, BackendError> {
        let answer = self.request(Method::GET, &["users", id], &[], None).await?;
        User::from_value(answer).ok_or(BackendError::Shape("a user"))
    }

    fn secret(&self) -> Result<&str, BackendError> {
        let key = self.secret_key.as_ref();
        key.map(SecretKey::expose)
            .ok_or(BackendError::NotSent("no secret key is configured"))
    }

    async fn send(
        &self,
        method: Method,
        url: &str,
        credential: &str,
        body: Option<&Value>,
    ) -> Result<Value, BackendError> {
        let request =
            api_request(method, url, Some(credential), body).map_err(BackendError::NotSent)?;
        let permit = self.calls.as_ref().map(|calls| calls.try_acquire());
        let _permit = permit
            .transpose()
            .map_err(|_| BackendError::NotSent(TOO_MANY))?;
        let answer = tokio::time::timeout(self.time_limit, self.fetch.fetch(request))
            .await
            .map_err(|_| FetchError::TimedOut)??;
        if !answer.status().is_success() {
            return Err(ApiError::read(&answer, Some(credential)).into());
        }
        if answer.body().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(answer.body())
            .map_err(|_| ApiError::read(&answer, Some(credential)).into())
    }
}

/// `/users/user_1`.
fn encoded(path: &[&str]) -> Result<String, BackendError> {
    let mut text = String::new();
    for piece in path {
        // Session ids come from tokens that nobody has verified yet. Whatever stands before the API could take an
        // encoded slash for a real one, so a slash is refused, not just encoded.
        let leaves = matches!(*piece, "" | "." | "..")
            || piece.contains(['/', '\\'])
            || piece.contains(char::is_control);
        if leaves {
            return Err(BackendError::NotSent(
                "a piece of the path is empty, dots only, or holds a slash or a control character",
            ));
        }
        text.push('/');
        text.extend(utf8_percent_encode(piece, PIECE));
    }
    Ok(text)
}
