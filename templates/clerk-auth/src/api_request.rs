//! The form of requests to Clerk's APIs and of their error answers (`backend-api.md` sections 3 and 6.1).

use std::fmt;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use http::{Method, Request};
use serde_json::Value;

/// The dated version of the APIs that this crate speaks.
pub const CLERK_API_VERSION: &str = "2026-05-12";
const AGENT: &str = concat!("clerk-rs/", env!("CARGO_PKG_VERSION"));

/// One entry of an error answer. Any part may be missing and is then empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiErrorEntry {
    /// The machine-readable word, such as `resource_not_found`. Match on it, never on the text.
    pub code: String,
    /// The failure, in one sentence.
    pub message: String,
    /// The same in more words.
    pub long_message: String,
}

impl fmt::Display for ApiErrorEntry {
    /// Writes the code and the longer of the two texts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = if self.code.is_empty() {
            "no code"
        } else {
            &self.code
        };
        match (self.long_message.as_str(), self.message.as_str()) {
            ("", "") => f.write_str(code),
            ("", text) | (text, _) => write!(f, "{code} ({text})"),
        }
    }
}

/// A request with the headers that Clerk expects. The credential is marked as sensitive.
///
/// # Errors
/// When the address or the credential cannot stand in a request. The error says which, and never repeats the
/// credential.
pub(crate) fn api_request(
    method: Method,
    url: &str,
    credential: Option<&str>,
    body: Option<&Value>,
) -> Result<Request<Bytes>, &'static str> {
    let body = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
    let mut request = Request::builder()
        .method(method)
        .uri(url)
        .header("clerk-api-version", CLERK_API_VERSION)
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, AGENT)
        .body(body)
        .map_err(|_| "this is no address that can be asked")?;
    if request.uri().scheme().is_none() || request.uri().host().is_none() {
        return Err("the address needs a scheme and a host, such as https://api.clerk.com");
    }
    if let Some(credential) = credential {
        let mut value = HeaderValue::from_str(&format!("Bearer {credential}"))
            .map_err(|_| "the key holds characters that cannot be sent")?;
        value.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, value);
    }
    Ok(request)
}

/// The entries of an error answer. Empty if the body has another shape.
pub(crate) fn error_entries(body: &Value) -> Vec<ApiErrorEntry> {
    let entries = body["errors"].as_array().map_or(&[][..], Vec::as_slice);
    entries.iter().map(entry).collect()
}

/// The first entry.
pub(crate) fn first_error(body: &Value) -> Option<ApiErrorEntry> {
    body["errors"].get(0).map(entry)
}

fn entry(value: &Value) -> ApiErrorEntry {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    ApiErrorEntry {
        code: text("code"),
        message: text("message"),
        long_message: text("long_message"),
    }
}
