//! Heads of requests and answers, in the types of the `http` crate and in those of Rocket.

use std::borrow::Cow;

use http::header::{HeaderName, HeaderValue};
use rocket::http::Status;
use rocket::{Request, Response};

use crate::head::Head;
use crate::kit::AnswerHeaders;

/// Where no route takes HEAD, Rocket goes on with GET.
impl Head for Request<'_> {
    fn method(&self) -> &str {
        self.method().as_str()
    }

    fn path(&self) -> &str {
        self.uri().path().as_str()
    }

    fn query(&self) -> Option<&str> {
        Some(self.uri().query()?.as_str())
    }

    /// The fairing makes a header of it.
    fn authority(&self) -> Option<&str> {
        None
    }

    fn lines<'a>(&'a self, name: &HeaderName, line: &mut dyn FnMut(&'a [u8])) {
        // Rocket hashes a name letter by letter; there are few to compare. What its map shows is always borrowed.
        for own in self.headers().iter() {
            if let (true, Cow::Borrowed(value)) = (own.name == name.as_str(), own.value) {
                line(value.as_bytes());
            }
        }
    }

    fn headers(&self, header: &mut dyn FnMut(&str, &[u8])) {
        let headers = self.headers().iter();
        headers.for_each(|line| header(line.name.as_str(), line.value.as_bytes()));
    }
}

/// Rocket knows no header that is not UTF-8.
impl AnswerHeaders for Response<'_> {
    fn has(&self, name: &HeaderName) -> bool {
        self.headers().iter().any(|line| line.name == name.as_str())
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
