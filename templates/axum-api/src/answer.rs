//! The gate's answers as responses.

use axum::body::Body;
use axum::http::header::{HeaderMap, SET_COOKIE};
use axum::response::Response;
use clerk_auth::{Answer, AnswerBody};

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
