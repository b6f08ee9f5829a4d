//! The gate's answers as responses.

use axum::Json;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use clerk_auth::{Answer, AnswerBody};
use serde_json::json;

use crate::app::App;
use crate::gate;

/// Sends what the gate answered. An API has no pages, so nothing of the app is needed for it.
pub fn respond(_: &App, answer: Answer) -> Response {
    let body = match answer.body {
        AnswerBody::Json(text) => Body::from(text),
        AnswerBody::Empty | AnswerBody::Page(_) => Body::empty(),
    };
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    gate::append(response.headers_mut(), answer.headers);
    response
}

/// The answer for a handler that panicked.
pub fn broken(_: &App) -> Response {
    const STATUS: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;
    (STATUS, Json(json!({ "error": "Internal Server Error" }))).into_response()
}
