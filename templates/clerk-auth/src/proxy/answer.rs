//! What the proxy answers itself when there is nothing to pass on.

use std::convert::Infallible;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use http_body_util::{BodyExt, Full};
use serde_json::json;

use super::ProxyBody;
use crate::fetch::FetchError;

/// Why a request was not passed on, or its answer not had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    #[error("this path is not below the proxy's")]
    NotHere,
    #[error("this path could mean another one")]
    Path,
    #[error("this method is not passed on")]
    Method,
    #[error("the app's public origin is not an http or https one")]
    Origin,
    #[error("the body is too large")]
    TooLarge,
    #[error("the body arrived too slowly")]
    SlowUpload,
    #[error("Clerk's Frontend API could not be reached: {0}")]
    Upstream(FetchError),
}

impl Trouble {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotHere => StatusCode::NOT_FOUND,
            Self::Path | Self::Origin => StatusCode::BAD_REQUEST,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::SlowUpload => StatusCode::REQUEST_TIMEOUT,
            Self::Upstream(FetchError::TimedOut) => StatusCode::GATEWAY_TIMEOUT,
            Self::Upstream(_) => StatusCode::BAD_GATEWAY,
        }
    }

    /// The sentence for whoever asked. Addresses and causes are for the log.
    fn sentence(&self) -> String {
        match self {
            Self::Upstream(_) => {
                "Clerk could not be reached. Please try again in a moment.".to_owned()
            }
            other => format!("{other}."),
        }
    }
}

/// An answer in the form of the Frontend API's own errors, or a small page for people.
pub(super) fn trouble(problem: Trouble, is_page: bool, is_local: bool) -> Response<ProxyBody> {
    let mut sentence = problem.sentence();
    let is_upstream = matches!(problem, Trouble::Upstream(_));
    if is_upstream && is_local {
        sentence.push_str(
            " The keys are those of a local emulator of Clerk, and nothing answers at its address: `clerk-rs dev` starts it with the app.",
        );
    }
    let (kind, text) = if is_page {
        let page = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Try again</title><p>{sentence}</p></html>\n"
        );
        ("text/html; charset=utf-8", page)
    } else {
        let code = if is_upstream {
            "proxy_upstream_unavailable"
        } else {
            "proxy_request_refused"
        };
        let error = json!({ "code": code, "message": sentence, "long_message": sentence });
        ("application/json", json!({ "errors": [error] }).to_string())
    };
    let body = Full::new(Bytes::from(text)).map_err(|never: Infallible| match never {});
    let mut answer = Response::new(body.boxed_unsync());
    *answer.status_mut() = problem.status();
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if is_upstream {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    answer
}
