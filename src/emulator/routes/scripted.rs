//! Answers that somebody ordered: with the body of Clerk's error for their status (`backend-api.md` section 4.2).

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue, RETRY_AFTER};
use serde_json::json;

use crate::emulator::event::Note;

/// Code, and words.
const fn row(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::UNAUTHORIZED => ("authentication_invalid", "Invalid authentication"),
        StatusCode::FORBIDDEN => ("authorization_invalid", "Unauthorized request"),
        StatusCode::NOT_FOUND => ("resource_not_found", "Resource not found"),
        StatusCode::UNPROCESSABLE_ENTITY => ("form_param_invalid", "Invalid parameter"),
        StatusCode::TOO_MANY_REQUESTS => ("too_many_requests", "Too many requests"),
        StatusCode::SERVICE_UNAVAILABLE => ("service_unavailable", "Service unavailable"),
        StatusCode::GATEWAY_TIMEOUT => ("gateway_timeout", "Gateway timeout"),
        status if status.as_u16() >= 500 => ("internal_clerk_error", "Internal error"),
        _ => ("request_invalid", "Invalid request"),
    }
}

/// An error of this status.
pub(super) fn answer(status: StatusCode, retry_after: Option<u32>) -> Response {
    let (code, words) = row(status);
    let meta = match retry_after {
        Some(seconds) if status == StatusCode::TOO_MANY_REQUESTS => json!({ "ResetsIn": seconds }),
        _ => json!({}),
    };
    let error = json!({
        "message": words, "long_message": "The emulator was told to answer so", "code": code, "meta": meta,
    });
    let body = json!({ "errors": [error], "clerk_trace_id": format!("{:032x}", 0) });
    let mut response = (status, Json(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
        .extensions_mut()
        .insert(Note("fault on purpose".to_owned()));
    response
}

/// Nobody gets this one: its connection is closed. The event of the request is made of it.
pub(super) fn dropped() -> Response {
    let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
    let note = Note("dropped on purpose".to_owned());
    response.extensions_mut().insert(note);
    response
}
