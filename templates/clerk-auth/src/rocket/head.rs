//! The head of a request, in the types of the `http` crate.

use http::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use rocket::Request;

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
