//! The front's notes on a request that it passed on.

use std::time::Duration;

use axum::body::Body;
use http::header::{HeaderName, LOCATION};
use http::{Request, Response};
use hyper::body::Incoming;
use tokio::time::Instant;
use url::Url;

/// In characters; longer than anything that means something.
const MAX_TEXT: usize = 200;
/// The core's word for why nobody is signed in.
const REASON: HeaderName = HeaderName::from_static("x-clerk-auth-reason");

/// A request that the app answered. Queries hold credentials and stay out.
#[derive(Clone, Debug)]
pub struct Passed {
    pub method: String,
    pub path: String,
    pub status: u16,
    pub took: Duration,
    /// Where the answer leads to.
    pub to: Option<String>,
    /// The reason why nobody is signed in.
    pub reason: Option<String>,
}

/// A request on its way.
pub(super) struct Passing {
    method: String,
    path: String,
    began: Instant,
}

impl Passing {
    pub fn new(request: &Request<Incoming>) -> Self {
        Self {
            method: short(request.method().as_str()),
            path: short(request.uri().path()),
            began: Instant::now(),
        }
    }

    pub fn done(self, answer: &Response<Body>) -> Passed {
        let text = |name| answer.headers().get(name).and_then(|it| it.to_str().ok());
        Passed {
            method: self.method,
            path: self.path,
            status: answer.status().as_u16(),
            took: self.began.elapsed(),
            to: text(LOCATION).map(|to| short(&place(to))),
            reason: text(REASON).map(short),
        }
    }
}

fn short(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

/// An address without its query, and without the scheme.
fn place(address: &str) -> String {
    if let Ok(url) = Url::parse(address) {
        let host = url.host_str().unwrap_or_default();
        let port = url.port().map(|port| format!(":{port}"));
        return format!("{host}{}{}", port.unwrap_or_default(), url.path());
    }
    let end = address.find(['?', '#']).unwrap_or(address.len());
    address[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_place_has_no_query() {
        for (address, shown) in [
            ("/sign-in?redirect_url=/a", "/sign-in"),
            ("/a#b", "/a"),
            (
                "http://127.0.0.1:4400/v1/client/handshake?x=secret",
                "127.0.0.1:4400/v1/client/handshake",
            ),
            ("https://user:word@a.example/b", "a.example/b"),
            ("", ""),
        ] {
            assert_eq!(place(address), shown);
        }
    }
}
