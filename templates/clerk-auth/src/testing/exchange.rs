//! One question to the emulator, and what can go wrong with it.

use std::io;

use bytes::Bytes;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::Value;
use url::form_urlencoded;

use crate::backend::BackendError;
use crate::fetch::{Fetch as _, FetchError};
use crate::http_client::HyperFetch;

/// The reason why the emulator is of no use to a test.
#[derive(Debug, thiserror::Error)]
pub enum EmulatorError {
    /// The program is not there.
    #[error(
        "{0} is not there, which these tests run: install clerk-rs, or name its program in the variable CLERK_RS"
    )]
    NoProgram(String),
    /// The program could not be started.
    #[error("{0} could not be started: {1}")]
    NotStarted(String, io::Error),
    /// It ended, or said something else than where it is.
    #[error("the emulator did not start: {0}")]
    Refused(String),
    /// It said nothing.
    #[error("the emulator did not start within a minute")]
    Silent,
    /// A question to it brought no answer.
    #[error("the emulator could not be asked: {0}")]
    Network(#[from] FetchError),
    /// Nobody has this address.
    #[error("no user of this instance has the address {0}")]
    Nobody(String),
    /// A server's call brought no result.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// It answered with an error.
    #[error("the emulator answered {0}: {1}")]
    Answer(u16, String),
}

/// Sends a form, to a control route or in a page's name, and reads what came back.
pub(super) async fn post(
    fetch: &HyperFetch,
    url: &str,
    key: Option<(&str, &str)>,
    form: &[(&str, &str)],
) -> Result<Value, EmulatorError> {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    send(fetch, url, key, "application/x-www-form-urlencoded", body).await
}

/// Sends this body, and reads what came back.
pub(super) async fn send(
    fetch: &HyperFetch,
    url: &str,
    key: Option<(&str, &str)>,
    kind: &str,
    body: String,
) -> Result<Value, EmulatorError> {
    let mut request = Request::post(url).header(CONTENT_TYPE, kind);
    if let Some((name, value)) = key {
        request = request.header(name, value);
    }
    let request = request.body(Bytes::from(body));
    let request = request.map_err(|error| FetchError::Broken(error.to_string()))?;
    let answer = fetch.fetch(request).await?;
    let text = String::from_utf8_lossy(answer.body());
    if !answer.status().is_success() {
        return Err(EmulatorError::Answer(answer.status().as_u16(), text.into()));
    }
    Ok(serde_json::from_str(&text).unwrap_or_default())
}

/// The header of a control route for the world with this key.
pub(super) fn bearer(key: &str) -> (&'static str, String) {
    (AUTHORIZATION.as_str(), format!("Bearer {key}"))
}
