//! The head of a request for frameworks that have a type of their own for it, made of the `http` crate's types.

use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::uri::Authority;
use http::{Method, Uri, Version};

use crate::head::Head;

/// A head as references, so that nothing is copied.
#[derive(Clone, Copy, Debug)]
pub struct HttpHead<'a> {
    /// The method.
    pub method: &'a Method,
    /// The target as it came, whatever a nested router made of it.
    pub uri: &'a Uri,
    /// The version of HTTP.
    pub version: Version,
    /// The headers.
    pub headers: &'a HeaderMap,
}

impl Head for HttpHead<'_> {
    fn method(&self) -> &str {
        self.method.as_str()
    }

    fn path(&self) -> &str {
        self.uri.path()
    }

    fn query(&self) -> Option<&str> {
        self.uri.query()
    }

    fn authority(&self) -> Option<&str> {
        let has_one = self.version >= Version::HTTP_2;
        let authority = has_one.then(|| self.uri.authority()).flatten();
        authority.map(Authority::as_str)
    }

    fn header(&self, name: &HeaderName) -> Option<&[u8]> {
        self.headers.get(name).map(HeaderValue::as_bytes)
    }

    fn lines<'a>(&'a self, name: &HeaderName, line: &mut dyn FnMut(&'a [u8])) {
        for value in self.headers.get_all(name) {
            line(value.as_bytes());
        }
    }

    fn headers(&self, header: &mut dyn FnMut(&str, &[u8])) {
        for (name, value) in self.headers {
            header(name.as_str(), value.as_bytes());
        }
    }
}
