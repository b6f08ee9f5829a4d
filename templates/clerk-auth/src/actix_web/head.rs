//! The head of a request, as actix has it and as the core sees it.

use ::http::StatusCode;
use ::http::header::HeaderName;
use ::http::request::Parts;
use actix_web::dev::{RequestHead, ServiceRequest};
use actix_web::http::{self, Version};

use crate::head::{Head, copied};
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
        let authority = self.uri.authority().map(http::uri::Authority::as_str);
        authority.filter(|_| self.version >= Version::HTTP_2)
    }

    fn lines<'a>(&'a self, name: &HeaderName, line: &mut dyn FnMut(&'a [u8])) {
        // Actix would make a name of its own first, which costs more than looking through.
        let mut names = self.headers.keys();
        if let Some(name) = names.find(|own| own.as_str() == name.as_str()) {
            let values = self.headers.get_all(name);
            values.for_each(|value| line(value.as_bytes()));
        }
    }

    fn headers(&self, header: &mut dyn FnMut(&str, &[u8])) {
        let headers = self.headers.iter();
        headers.for_each(|(name, value)| header(name.as_str(), value.as_bytes()));
    }
}

pub(super) fn connection(request: &ServiceRequest) -> Connection<'static> {
    let scheme = ["http", "https"][usize::from(request.app_config().secure())];
    Connection { scheme, host: None }
}

/// The head in types that can move between threads.
///
/// # Errors
/// The answer to a head that has no place there.
pub(super) fn parts(head: &RequestHead) -> Result<Parts, Reply> {
    copied(head).ok_or_else(|| Reply::empty(StatusCode::BAD_REQUEST))
}
