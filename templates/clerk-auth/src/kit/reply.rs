//! A whole answer, as every framework sends it.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, SET_COOKIE,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{Response, StatusCode};

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// An answer with its whole body. Handlers may return it.
#[derive(Clone, Debug)]
pub struct Reply(Box<Response<Bytes>>);

impl From<Response<Bytes>> for Reply {
    fn from(response: Response<Bytes>) -> Self {
        Self(Box::new(response))
    }
}

impl From<Reply> for Response<Bytes> {
    fn from(reply: Reply) -> Self {
        *reply.0
    }
}

impl Reply {
    /// An answer of this type; no cache keeps it.
    pub fn new(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut reply = Self::empty(status);
        *reply.0.body_mut() = body.into();
        let headers = reply.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(CACHE_CONTROL, NO_STORE);
        reply
    }

    /// JSON.
    pub fn json(status: StatusCode, body: impl Into<Cow<'static, str>>) -> Self {
        Self::new(status, "application/json", text(body))
    }

    /// The name of the status as JSON.
    pub fn error(status: StatusCode) -> Self {
        let name = status.canonical_reason().unwrap_or_default();
        Self::json(status, format!(r#"{{"error":"{name}"}}"#))
    }

    /// A page.
    pub fn html(status: StatusCode, body: impl Into<Cow<'static, str>>) -> Self {
        Self::new(status, "text/html; charset=utf-8", text(body))
    }

    /// A line of text.
    pub fn text(status: StatusCode, body: impl Into<Cow<'static, str>>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", text(body))
    }

    /// A redirect to another address of the app. One that does not fit into a header leads to the start page.
    pub fn redirect(to: &str) -> Self {
        let mut reply = Self::empty(StatusCode::TEMPORARY_REDIRECT);
        let start = HeaderValue::from_static("/");
        let to = HeaderValue::from_str(to).unwrap_or(start);
        reply.headers_mut().insert(LOCATION, to);
        reply.headers_mut().insert(CACHE_CONTROL, NO_STORE);
        reply
    }

    /// An answer without a body.
    pub fn empty(status: StatusCode) -> Self {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = status;
        Self::from(response)
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.0.headers()
    }

    /// The headers, to be changed.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        self.0.headers_mut()
    }

    /// The body.
    pub fn body(&self) -> &Bytes {
        self.0.body()
    }
}

fn text(body: impl Into<Cow<'static, str>>) -> Bytes {
    match body.into() {
        Cow::Borrowed(text) => Bytes::from_static(text.as_bytes()),
        Cow::Owned(text) => Bytes::from(text),
    }
}

/// The headers of an answer, in the types of its framework.
pub trait AnswerHeaders {
    /// True if there is a line of this name.
    fn has(&self, name: &HeaderName) -> bool;

    /// Adds a line beside those of its name.
    fn add(&mut self, name: HeaderName, value: HeaderValue);

    /// Puts a line in the place of all of its name.
    fn set(&mut self, name: HeaderName, value: HeaderValue);

    /// Adds such a line if there is none of its name.
    fn add_usual(&mut self, line: Usual) {
        if !self.has(&line.name()) {
            self.add(line.name(), HeaderValue::from_static(line.value()));
        }
    }
}

/// The lines that every answer has unless the app has set them otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usual {
    /// No cache keeps the answer.
    NoStore,
    /// A browser takes it for what it says to be.
    NoSniff,
    /// No page shows it in a frame.
    NoFrame,
    /// For a year the browser comes by HTTPS only; it ignores this over plain HTTP.
    OnlyHttps,
}

impl Usual {
    /// The name.
    pub const fn name(self) -> HeaderName {
        match self {
            Self::NoStore => CACHE_CONTROL,
            Self::NoSniff => X_CONTENT_TYPE_OPTIONS,
            Self::NoFrame => X_FRAME_OPTIONS,
            Self::OnlyHttps => STRICT_TRANSPORT_SECURITY,
        }
    }

    /// The value.
    pub const fn value(self) -> &'static str {
        match self {
            Self::NoStore => "no-store",
            Self::NoSniff => "nosniff",
            Self::NoFrame => "DENY",
            Self::OnlyHttps => "max-age=31536000",
        }
    }
}

impl AnswerHeaders for HeaderMap {
    fn has(&self, name: &HeaderName) -> bool {
        self.contains_key(name)
    }

    fn add(&mut self, name: HeaderName, value: HeaderValue) {
        self.append(name, value);
    }

    fn set(&mut self, name: HeaderName, value: HeaderValue) {
        self.insert(name, value);
    }

    #[inline]
    fn add_usual(&mut self, line: Usual) {
        let value = || HeaderValue::from_static(line.value());
        self.entry(line.name()).or_insert_with(value);
    }
}

/// Adds headers to an answer. Cookies are added to those already there, everything else replaces them.
pub fn append(headers: &mut impl AnswerHeaders, more: HeaderMap) {
    let mut last = None;
    for (name, value) in more {
        // The iterator names a header with its first value only.
        last = name.or(last);
        match &last {
            Some(name) if *name == SET_COOKIE => headers.add(SET_COOKIE, value),
            Some(name) => headers.set(name.clone(), value),
            None => {}
        }
    }
}
