//! Heads of requests and answers, in the types of the `http` crate and in those of Rocket.

use http::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use rocket::http::Status;
use rocket::{Request, Response};

/// The head as it came; `None` if it is none that the `http` crate knows.
pub(super) fn parts(request: &Request<'_>) -> Option<Parts> {
    let (mut parts, ()) = http::Request::new(()).into_parts();
    parts.method = request.method().as_str().parse().ok()?;
    parts.uri = request.uri().to_string().parse().ok()?;
    parts.headers = headers(request.headers());
    // HTTP/2 has no such header; Rocket takes the host from the target.
    if let (Some(host), false) = (request.host(), parts.headers.contains_key(HOST)) {
        parts.headers.insert(HOST, host.to_string().parse().ok()?);
    }
    Some(parts)
}

/// The lines that the `http` crate knows, which are all that came over a socket.
pub(super) fn headers(own: &rocket::http::HeaderMap<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in own.iter() {
        let name = HeaderName::from_bytes(line.name.as_str().as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&line.value)) {
            headers.append(name, value);
        }
    }
    headers
}

/// The answer without its body, and the body. Rocket knows no header that is not UTF-8.
pub(super) fn taken_apart<B>(answer: http::Response<B>) -> (Response<'static>, B) {
    let (parts, body) = answer.into_parts();
    let mut response = Response::new();
    response.set_status(Status::new(parts.status.as_u16()));
    for (name, value) in &parts.headers {
        if let Ok(value) = std::str::from_utf8(value.as_bytes()) {
            response.adjoin_raw_header(name.as_str().to_owned(), value.to_owned());
        }
    }
    (response, body)
}
