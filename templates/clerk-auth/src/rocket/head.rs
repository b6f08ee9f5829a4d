//! Heads of requests and answers, in the types of the `http` crate and in those of Rocket.

use std::borrow::Cow;

use http::header::{HeaderName, HeaderValue};
#[cfg(any(feature = "proxy", feature = "webhooks"))]
use http::request::Parts;
use rocket::http::{Method, Status};
use rocket::{Request, Response};

use crate::head::Head;
use crate::kit::{AnswerHeaders, append};

/// A request with the method it came with: Rocket goes on with another where no route takes HEAD.
pub(super) struct Came<'a, 'r> {
    request: &'a Request<'r>,
    method: Method,
}

impl<'a, 'r> Came<'a, 'r> {
    pub(super) const fn new(request: &'a Request<'r>, method: Method) -> Self {
        Self { request, method }
    }
}

impl Head for Came<'_, '_> {
    fn method(&self) -> &str {
        self.method.as_str()
    }

    fn path(&self) -> &str {
        self.request.uri().path().as_str()
    }

    fn query(&self) -> Option<&str> {
        self.request.uri().query().map(|query| query.as_str())
    }

    /// The fairing adds it to the headers.
    fn authority(&self) -> Option<&str> {
        None
    }

    fn header(&self, name: &HeaderName) -> Option<&[u8]> {
        let value = self.request.headers().get_one(name.as_str());
        value.map(str::as_bytes)
    }

    fn lines<'b>(&'b self, name: &HeaderName, line: &mut dyn FnMut(&'b [u8])) {
        let values = self.request.headers().get(name.as_str());
        values.for_each(|value| line(value.as_bytes()));
    }

    fn headers<'b>(&'b self, header: &mut dyn FnMut(&'b str, &'b [u8])) {
        for line in self.request.headers().iter() {
            if let (Cow::Borrowed(name), Cow::Borrowed(value)) = (line.name.string, line.value) {
                header(name, value.as_bytes());
            }
        }
    }
}

/// The head in the types of the `http` crate; `None` if it has no place there.
#[cfg(any(feature = "proxy", feature = "webhooks"))]
pub(super) fn parts(head: &Came<'_, '_>) -> Option<Parts> {
    let (mut parts, ()) = http::Request::new(()).into_parts();
    parts.method = head.method().parse().ok()?;
    parts.uri = head.request.uri().to_string().parse().ok()?;
    head.headers(&mut |name, value| {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value)) {
            parts.headers.append(name, value);
        }
    });
    Some(parts)
}

/// Rocket knows no header that is not UTF-8.
impl AnswerHeaders for Response<'_> {
    fn add(&mut self, name: HeaderName, value: HeaderValue) {
        if let Ok(value) = std::str::from_utf8(value.as_bytes()) {
            self.adjoin_raw_header(name.as_str().to_owned(), value.to_owned());
        }
    }

    fn set(&mut self, name: HeaderName, value: HeaderValue) {
        self.remove_header(name.as_str());
        self.add(name, value);
    }

    fn set_unless_there(&mut self, name: HeaderName, value: &'static str) {
        if !self.headers().contains(name.as_str()) {
            self.set_raw_header(name.as_str().to_owned(), value);
        }
    }
}

/// The answer without its body, and the body.
pub(super) fn taken_apart<B>(answer: http::Response<B>) -> (Response<'static>, B) {
    let (parts, body) = answer.into_parts();
    let mut response = Response::new();
    response.set_status(Status::new(parts.status.as_u16()));
    append(&mut response, parts.headers);
    (response, body)
}
