//! The head of a request, as actix has it and as the core sees it.

use ::http::header::{HeaderName, HeaderValue};
use ::http::request::Parts;
use ::http::{Request, StatusCode};
use actix_web::dev::{RequestHead, ServiceRequest};
use actix_web::http::{self, Version};

use crate::head::Head;
use crate::kit::Reply;
use crate::public_url::Connection;

impl Head for RequestHead {
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
        authority.map(http::uri::Authority::as_str)
    }

    fn header(&self, name: &HeaderName) -> Option<&[u8]> {
        let value = self.headers.get(name.as_str());
        value.map(http::header::HeaderValue::as_bytes)
    }

    fn lines<'a>(&'a self, name: &HeaderName, line: &mut dyn FnMut(&'a [u8])) {
        let values = self.headers.get_all(name.as_str());
        values.for_each(|value| line(value.as_bytes()));
    }

    fn headers<'a>(&'a self, header: &mut dyn FnMut(&'a str, &'a [u8])) {
        let headers = self.headers.iter();
        headers.for_each(|(name, value)| header(name.as_str(), value.as_bytes()));
    }
}

/// The connection of a request.
pub(super) fn connection(request: &ServiceRequest) -> Connection<'static> {
    let scheme = ["http", "https"][usize::from(request.app_config().secure())];
    Connection { scheme, host: None }
}

/// The head in the types of the core, which can move between threads.
///
/// # Errors
/// The answer to a head that has no place there.
pub(super) fn parts(head: &RequestHead) -> Result<Parts, Reply> {
    let unfit = || Reply::empty(StatusCode::BAD_REQUEST);
    let method = ::http::Method::from_bytes(head.method.as_str().as_bytes());
    let mut request = Request::new(());
    *request.method_mut() = method.map_err(|_| unfit())?;
    *request.uri_mut() = head.uri.to_string().parse().map_err(|_| unfit())?;
    if head.version >= Version::HTTP_2 {
        *request.version_mut() = ::http::Version::HTTP_2;
    }
    for (name, value) in &head.headers {
        let name = HeaderName::from_bytes(name.as_str().as_bytes());
        let value = HeaderValue::from_bytes(value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            request.headers_mut().append(name, value);
        }
    }
    Ok(request.into_parts().0)
}
