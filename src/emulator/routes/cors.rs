//! The headers that let pages of other origins read the Frontend API's answers.

use axum::body::Body;
use axum::response::IntoResponse as _;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Response, StatusCode};

pub(super) fn is_preflight(request: &Request<Body>) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

pub(super) fn preflight(asked: &HeaderMap) -> Response<Body> {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let methods = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");
    response
        .headers_mut()
        .insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    if let Some(names) = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        response
            .headers_mut()
            .insert(header::ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    response
}

pub(super) fn allow(headers: &mut HeaderMap, origin: &str) {
    let Ok(origin) = HeaderValue::from_str(origin) else {
        return;
    };
    let readable = HeaderValue::from_static("Clerk-Db-Jwt, Retry-After, X-Country");
    let entries: [(HeaderName, HeaderValue); 4] = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, origin),
        (
            header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        ),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, readable),
        (header::VARY, HeaderValue::from_static("Origin")),
    ];
    headers.extend(entries);
}
