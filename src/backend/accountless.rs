//! A temporary application: keys of a real Clerk instance without an account. One request makes it; whoever opens the
//! claim link gets it for good.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use clerk_auth::backend::ApiError;
use clerk_auth::keys::SecretKey;
use http::{Request, Response};
use serde_json::Value;
use url::Url;

use super::{Network, NetworkError};
use crate::error::{Explain, Explanation};
use crate::escape::visible;

/// Clerk's Backend API, unless somebody names another address.
pub const API: &str = "https://api.clerk.com";

/// The host of claim links that name none.
const DASHBOARD: &str = "https://dashboard.clerk.com";
const PATH: &str = "/v1/accountless_applications";
const LIMIT: Duration = Duration::from_secs(15);
/// The most characters to show of a stranger's words.
const WORDS: usize = 200;

/// The keys of a temporary application, as they came and unchecked.
#[derive(Clone, Debug)]
pub struct Application {
    /// The key of a development instance.
    pub publishable_key: String,
    /// Its credential.
    pub secret_key: SecretKey,
    /// The web address that gives the application to whoever opens it.
    pub claim_url: Url,
}

/// The reason why no application was made.
#[derive(Debug, thiserror::Error)]
pub enum AccountlessError {
    #[error("CLERK_API_URL is no address")]
    Address,
    #[error("could not reach {0}")]
    Network(String, #[source] NetworkError),
    #[error("{0} made no temporary application")]
    Refused(String, Box<ApiError>),
    /// It says yes but sends something else.
    #[error("{0} answered with no temporary application")]
    Strange(String, &'static str),
}

impl Explain for AccountlessError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Address => Explanation::failed("bad-address")
                .because("it does not start with https://, or with http:// and this machine")
                .help("write it as https://host, or leave it unset"),
            Self::Network(_, error) => Explanation::failed(error.code())
                .because(error)
                .help(error.help()),
            Self::Refused(_, error) => {
                let explanation = Explanation::failed("keyless-refused").because(reason(error));
                match error.retry_after {
                    Some(wait) => explanation.help(format!("try again in {} s", wait.as_secs())),
                    None if error.not_json.is_some() => explanation.help(
                        "something else than Clerk may answer there: check the network and the proxy",
                    ),
                    None => explanation.help("try again later"),
                }
            }
            Self::Strange(_, what) => Explanation::failed("keyless-answer-strange")
                .because(format!("its answer has no {what} that can be used"))
                .help("check the address in CLERK_API_URL, if it is set"),
        }
    }
}

/// The status and Clerk's words, which are treated as a stranger's.
fn reason(error: &ApiError) -> String {
    let mut text = format!("it answered {}", error.status);
    if error.not_json.is_some() {
        text.push_str(", and not in JSON");
    }
    if let Some(entry) = error.errors.first() {
        let words: String = entry.to_string().chars().take(WORDS).collect();
        text.push_str(&format!(": {}", visible(&words)));
    }
    if let Some(id) = &error.trace_id {
        let id: String = id.chars().take(WORDS).collect();
        text.push_str(&format!(" [trace {}]", visible(&id)));
    }
    text
}

/// Asks for an application. `api` is an origin; plain HTTP is for this machine only, because the answer holds a secret.
///
/// # Errors
/// [`AccountlessError`]: nothing was made, or nobody can say.
pub async fn create(network: &Network, api: &str) -> Result<Application, AccountlessError> {
    let url = address(api).ok_or(AccountlessError::Address)?;
    let host = Shown(&url).to_string();
    let request = Request::post(url.as_str())
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "application/json")
        .header("clerk-framework", "clerk-rs")
        .header("clerk-framework-version", env!("CARGO_PKG_VERSION"))
        .body(Bytes::from_static(b"source=clerk-rs"));
    let request = request.map_err(|_| AccountlessError::Address)?;
    let answer = tokio::time::timeout(LIMIT, network.send(request))
        .await
        .unwrap_or(Err(NetworkError::TimedOut))
        .map_err(|error| AccountlessError::Network(host.clone(), error))?;
    if !answer.status().is_success() {
        let error = Box::new(ApiError::read(&answer, None));
        return Err(AccountlessError::Refused(host, error));
    }
    read(&answer).map_err(|what| AccountlessError::Strange(host, what))
}

fn read(answer: &Response<Bytes>) -> Result<Application, &'static str> {
    let body: Value = serde_json::from_slice(answer.body()).map_err(|_| "JSON")?;
    let text = |name: &str| body[name].as_str().filter(|text| !text.is_empty());
    let secret = text("secret_key").ok_or("secret key")?;
    let claim = text("claim_url").ok_or("claim link")?;
    // Relative links belong to Clerk's dashboard.
    let base = Url::parse(DASHBOARD).map_err(|_| "claim link")?;
    let claim_url = base.join(claim).map_err(|_| "claim link")?;
    if !matches!(claim_url.scheme(), "https" | "http") || claim_url.host().is_none() {
        return Err("claim link");
    }
    Ok(Application {
        publishable_key: text("publishable_key").ok_or("publishable key")?.to_owned(),
        secret_key: SecretKey::new(secret).map_err(|_| "secret key")?,
        claim_url,
    })
}

fn address(api: &str) -> Option<Url> {
    let mut url = Url::parse(api.trim()).ok()?;
    let is_safe = match url.scheme() {
        "https" => true,
        "http" => super::is_loopback(url.host_str()?),
        _ => false,
    };
    if !is_safe || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    url.set_path(PATH);
    url.set_query(None);
    url.set_fragment(None);
    Some(url)
}

/// Scheme, host and port.
struct Shown<'a>(&'a Url);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.origin().ascii_serialization())
    }
}
