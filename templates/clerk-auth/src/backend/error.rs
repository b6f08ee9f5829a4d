//! Failed calls: what the API said, or why it could not be asked.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use serde_json::Value;

use crate::api_request::{ApiErrorEntry, error_entries};
use crate::fetch::FetchError;
use crate::retry::retry_after;

const BODY_START: usize = 200;

/// A call to the Backend API brought no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackendError {
    /// The API, or something in its place, answered.
    #[error("{0}")]
    Api(Box<ApiError>),
    /// No complete answer came.
    #[error("the Backend API could not be asked: {0}")]
    Network(#[from] FetchError),
    /// The answer is JSON, but not of the shape that this call expects.
    #[error("the Backend API answered with something that is not {0}")]
    Shape(&'static str),
    /// The call could not be put into a request, for the reason given. Nothing was sent.
    #[error("the call was not sent: {0}")]
    NotSent(&'static str),
}

/// An answer that says no, or that is not JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// The mistakes that the API names, often just one. Empty if the answer has another shape.
    pub errors: Vec<ApiErrorEntry>,
    /// The id Clerk's support asks for: `clerk_trace_id`, else the header `Clerk-Trace-Id`, else `cf-ray`.
    pub trace_id: Option<String>,
    /// The wait that the answer asked for.
    pub retry_after: Option<Duration>,
    /// The first 200 bytes of an answer that is not JSON: something between us and Clerk gave it.
    pub not_json: Option<String>,
}

impl BackendError {
    /// True if we learnt nothing about the thing we asked for (`security.md` rule 14): nobody answered, or a server
    /// failed, asked us to wait, refused our own credential, or is not the one to ask (421). A 404, on the other hand, is
    /// an answer.
    pub fn is_unknown(&self) -> bool {
        self.answer().is_none_or(|error| {
            error.not_json.is_some()
                || matches!(error.status, 401 | 403 | 408 | 421 | 429)
                || error.status >= 500
        })
    }

    fn answer(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            Self::Network(_) | Self::Shape(_) | Self::NotSent(_) => None,
        }
    }

    /// The status of an answer that says no.
    pub fn status(&self) -> Option<u16> {
        Some(self.answer()?.status)
    }

    /// The first error entry, if there is one.
    pub fn first(&self) -> Option<&ApiErrorEntry> {
        self.answer()?.errors.first()
    }

    /// The wait that the answer asked for.
    pub fn retry_after(&self) -> Option<Duration> {
        self.answer()?.retry_after
    }
}

impl From<ApiError> for BackendError {
    fn from(error: ApiError) -> Self {
        Self::Api(Box::new(error))
    }
}

impl ApiError {
    /// Takes an answer apart. If it repeats the credential that was sent, that is cut out.
    pub fn read(answer: &Response<Bytes>, credential: Option<&str>) -> Self {
        let mut text = String::from_utf8_lossy(answer.body()).into_owned();
        if let Some(credential) = credential.filter(|credential| !credential.is_empty()) {
            text = text.replace(credential, "...");
        }
        let body: Option<Value> = serde_json::from_str(&text).ok();
        let header = |name: &str| {
            let value = answer.headers().get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        let in_body = body
            .as_ref()
            .and_then(|body| body["clerk_trace_id"].as_str());
        Self {
            status: answer.status().as_u16(),
            errors: body.as_ref().map(error_entries).unwrap_or_default(),
            trace_id: in_body
                .map(str::to_owned)
                .or_else(|| header("clerk-trace-id"))
                .or_else(|| header("cf-ray")),
            retry_after: retry_after(answer.headers()),
            not_json: body.is_none().then(|| start(&text)),
        }
    }
}

fn start(text: &str) -> String {
    text[..text.floor_char_boundary(BODY_START)].to_owned()
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the Backend API answered {}", self.status)?;
        if self.not_json.is_some() {
            f.write_str(" without JSON, so something between here and Clerk may have answered")?;
        }
        let mut separator = ": ";
        for entry in &self.errors {
            write!(f, "{separator}{entry}")?;
            separator = ", ";
        }
        match &self.trace_id {
            Some(id) => write!(f, " [trace {id}]"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ApiError {}
