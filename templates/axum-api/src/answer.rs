//! The gate's answers as responses.

use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{HeaderMap, SET_COOKIE};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use clerk_auth::{Answer, AnswerBody};
use serde_json::json;

use crate::server;

/// Sends what the gate answered. It has no pages for an API.
pub fn respond(answer: Answer) -> Response {
    let body = match answer.body {
        AnswerBody::Json(text) => Body::from(text),
        AnswerBody::Empty | AnswerBody::Page(_) => Body::empty(),
    };
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    append(response.headers_mut(), answer.headers);
    response
}

/// Runs the handler; says so when it panicked.
pub async fn run(next: Next, request: Request) -> Response {
    const STATUS: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;
    let error = || (STATUS, Json(json!({ "error": "Internal Server Error" }))).into_response();
    let answer = server::unless_panicked(next.run(request)).await;
    answer.unwrap_or_else(error)
}

/// Adds headers to a response: cookies beside those that are there, everything else in their place.
pub fn append(headers: &mut HeaderMap, more: HeaderMap) {
    let mut last = None;
    for (name, value) in more {
        // A name comes with its first value only.
        last = name.or(last);
        match &last {
            Some(name) if *name == SET_COOKIE => {
                headers.append(name, value);
            }
            Some(name) => {
                headers.insert(name, value);
            }
            None => {}
        }
    }
}
