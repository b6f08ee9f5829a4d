//! Calls to Clerk through the core's client. Each gives a result or the one reason why there is none.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use clerk_auth::backend::{ApiError, BackendClient, BackendError};
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use clerk_auth::keys::{MachineSecretKey, SecretKey};
use clerk_auth::token_type::TokenType;
use http::header::DATE;
use http::{HeaderValue, Method, Request, Response};
use serde_json::Value;
use url::Url;

use super::{Network, NetworkError};

/// The reason why a call failed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CallError {
    /// No complete answer came.
    Network(NetworkError),
    /// An answer that says no, or that is not JSON.
    Answer(Box<ApiError>),
    /// The answer is JSON, but not this.
    Shape(&'static str),
    /// The call could not be put into a request, for this reason.
    NotSent(&'static str),
}

/// The Backend API at an address that may have the key, with the key.
#[derive(Clone, Debug)]
pub struct Api {
    pub network: Arc<Network>,
    pub url: Url,
    /// The version segment of its paths.
    pub version: String,
    pub secret: Option<SecretKey>,
    /// The credential for machine-to-machine tokens, in place of the secret key.
    pub machine: Option<MachineSecretKey>,
    /// The most time for one call.
    pub limit: Duration,
}

/// The client for one call. It keeps details for which the core's errors have no room, and takes the secrets that were
/// sent out of the answer: a server that repeats a secret must not get it onto a screen.
struct Watched {
    network: Arc<Network>,
    secrets: Vec<String>,
    failure: Mutex<Option<NetworkError>>,
}

impl Fetch for Watched {
    fn fetch(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, FetchError>> {
        Box::pin(async move {
            match self.network.send(request).await {
                Ok(answer) => Ok(without(&self.secrets, answer)),
                Err(error) => {
                    *self.failure.lock().unwrap_or_else(PoisonError::into_inner) =
                        Some(error.clone());
                    Err(error.into())
                }
            }
        })
    }
}

impl Api {
    /// `GET` under the version segment.
    pub async fn get(&self, path: &[&str]) -> Result<Value, CallError> {
        self.list(path, &[]).await
    }

    /// The same with a query.
    pub async fn list(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Value, CallError> {
        let ask =
            async |client: BackendClient| client.request(Method::GET, path, query, None).await;
        self.call(None, ask).await
    }

    /// Lets Clerk check a token that nobody else can check.
    pub async fn verify(&self, kind: TokenType, token: &str) -> Result<Value, CallError> {
        let ask = async |client: BackendClient| match kind {
            TokenType::ApiKey => client.verify_api_key(token).await,
            TokenType::M2m => client.verify_m2m_token(token).await,
            TokenType::OAuth => client.verify_oauth_token(token).await,
            TokenType::Session => Err(BackendError::NotSent("session tokens are checked here")),
        };
        self.call(Some(token), ask).await
    }

    async fn call(
        &self,
        token: Option<&str>,
        ask: impl AsyncFnOnce(BackendClient) -> Result<Value, BackendError>,
    ) -> Result<Value, CallError> {
        let watched = Arc::new(Watched {
            network: Arc::clone(&self.network),
            secrets: self.secrets(token),
            failure: Mutex::default(),
        });
        let fetch: Arc<dyn Fetch> = Arc::clone(&watched) as _;
        let client =
            BackendClient::new(fetch, self.url.as_str(), &self.version, self.secret.clone())
                .with_machine_secret_key(self.machine.clone())
                .with_time_limit(self.limit);
        let seen = || {
            watched
                .failure
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take()
        };
        ask(client).await.map_err(|error| match error {
            BackendError::Api(error) => CallError::Answer(error),
            // The core's own time limit passes without the client noticing.
            BackendError::Network(_) => {
                CallError::Network(seen().unwrap_or(NetworkError::TimedOut))
            }
            BackendError::Shape(what) => CallError::Shape(what),
            BackendError::NotSent(why) => CallError::NotSent(why),
        })
    }

    fn secrets(&self, token: Option<&str>) -> Vec<String> {
        let secret = self.secret.as_ref().map(SecretKey::expose);
        let machine = self.machine.as_ref().map(MachineSecretKey::expose);
        let all = [secret, machine, token].into_iter().flatten();
        all.filter(|text| !text.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// The answer without the secrets, in any spelling.
fn without(secrets: &[String], mut answer: Response<Bytes>) -> Response<Bytes> {
    for value in answer.headers_mut().values_mut() {
        let repeats = |text: &str| secrets.iter().any(|secret| text.contains(secret));
        if value.to_str().is_ok_and(repeats) {
            *value = HeaderValue::from_static("...");
        }
    }
    // Written anew, JSON has no escapes that could hide a secret.
    if let Ok(body) = serde_json::from_slice::<Value>(answer.body()) {
        let mut text = body.to_string();
        for secret in secrets {
            text = text.replace(secret, "...");
        }
        *answer.body_mut() = text.into();
    }
    answer
}

/// Fetches something public: no credential is sent.
pub async fn get_public(network: &Network, url: &str, limit: Duration) -> Result<Value, CallError> {
    let dated = get_dated(network, url, limit).await;
    dated.map(|(value, _)| value)
}

/// The same, and the second since 1970 in which the server says that it answered.
pub async fn get_dated(
    network: &Network,
    url: &str,
    limit: Duration,
) -> Result<(Value, Option<u64>), CallError> {
    let request = Request::get(url)
        .header("accept", "application/json")
        .body(Bytes::new());
    let request = request.map_err(|_| CallError::Network(NetworkError::Address))?;
    let answer = tokio::time::timeout(limit, network.send(request))
        .await
        .unwrap_or(Err(NetworkError::TimedOut))
        .map_err(CallError::Network)?;
    let value = match answer.status().is_success() {
        true => serde_json::from_slice(answer.body()).ok(),
        false => None,
    };
    let value = value.ok_or_else(|| CallError::Answer(Box::new(ApiError::read(&answer, None))))?;
    let said = answer.headers().get(DATE);
    let said = said.and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
    let date = said.and_then(|date| Some(date.duration_since(UNIX_EPOCH).ok()?.as_secs()));
    Ok((value, date))
}
