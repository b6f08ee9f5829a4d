//! Heads of requests and answers, in the types of the `http` crate and in those of Rocket.

use http::header::{HOST, HeaderName, HeaderValue};
use http::request::Parts;
use rocket::http::Status;
use rocket::{Request, Response};

use crate::kit::AnswerHeaders;

/// The head as it came; `None` if it is none that the `http` crate knows.
pub(super) fn parts(request: &Request<'_>) -> Option<Parts> {
    let (mut parts, ()) = http::Request::new(()).into_parts();
    parts.method = request.method().as_str().parse().ok()?;
    parts.uri = request.uri().to_string().parse().ok()?;
    // What came over a socket is known to the `http` crate.
    for line in request.headers().iter() {
        let name = HeaderName::from_bytes(line.name.as_str().as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&line.value)) {
            parts.headers.append(name, value);
        }
    }
    // HTTP/2 has no such header; Rocket takes the host from the target.
    if let (Some(host), false) = (request.host(), parts.headers.contains_key(HOST)) {
        parts.headers.insert(HOST, host.to_string().parse().ok()?);
    }
    Some(parts)
}

/// Rocket knows no header that is not UTF-8.
impl AnswerHeaders for Response<'_> {
    fn has(&self, name: &HeaderName) -> bool {
        self.headers().contains(name.as_str())
    }

    fn add(&mut self, name: HeaderName, value: HeaderValue) {
        if let Ok(value) = std::str::from_utf8(value.as_bytes()) {
            self.adjoin_raw_header(name.as_str().to_owned(), value.to_owned());
        }
    }

    fn set(&mut self, name: HeaderName, value: HeaderValue) {
        self.remove_header(name.as_str());
        self.add(name, value);
    }
}

/// The answer without its body, and the body.
pub(super) fn taken_apart<B>(answer: http::Response<B>) -> (Response<'static>, B) {
    let (parts, body) = answer.into_parts();
    let mut response = Response::new();
    response.set_status(Status::new(parts.status.as_u16()));
    for (name, value) in &parts.headers {
        response.add(name.clone(), value.clone());
    }
    (response, body)
}
