//! The head of a request as the rules see it, whatever types a framework has.

use http::header::HeaderName;
use http::request::Parts;

pub(crate) const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
pub(crate) const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Method, target and headers of one request. [`Parts`] of the `http` crate are one; a framework with types of its own
/// gives a struct of references to them, and nothing is copied.
///
/// It can be shared between threads, because some decisions wait for Clerk and hold on to the request meanwhile.
pub trait Head: Sync {
    /// The method, as `GET`.
    fn method(&self) -> &str;

    /// The path as it came, not decoded, without the query.
    fn path(&self) -> &str;

    /// The query as it came, without the `?`.
    fn query(&self) -> Option<&str>;

    /// The `:authority` of HTTP/2 and later. HTTP/1 has none: there only the `Host` header counts, whatever the target
    /// says.
    fn authority(&self) -> Option<&str>;

    /// The first line of a header.
    fn header(&self, name: &HeaderName) -> Option<&[u8]> {
        let mut first = None;
        self.lines(name, &mut |line| first = first.or(Some(line)));
        first
    }

    /// Shows every line of a header, in order.
    fn lines<'a>(&'a self, name: &HeaderName, line: &mut dyn FnMut(&'a [u8]));

    /// Shows every line of every header, those of one name in order.
    fn headers(&self, header: &mut dyn FnMut(&str, &[u8]));

    /// The first line of a header, if it holds nothing but visible ASCII.
    fn text(&self, name: &HeaderName) -> Option<&str> {
        let value = self.header(name)?;
        let is_visible = |byte: &u8| matches!(byte, b'\t' | b' '..=b'~');
        let value = value.iter().all(is_visible).then_some(value)?;
        std::str::from_utf8(value).ok()
    }
}

/// The same request with another target. Nested routers shorten the path, but rules look at the whole path.
#[derive(Clone, Copy)]
pub struct At<'a> {
    head: &'a dyn Head,
    path: &'a str,
    query: Option<&'a str>,
}

impl<'a> At<'a> {
    /// `head` as it came, with the target it came with.
    pub fn new(head: &'a dyn Head, path: &'a str, query: Option<&'a str>) -> Self {
        Self { head, path, query }
    }
}

impl Head for At<'_> {
    fn method(&self) -> &str {
        self.head.method()
    }

    fn path(&self) -> &str {
        self.path
    }

    fn query(&self) -> Option<&str> {
        self.query
    }

    fn authority(&self) -> Option<&str> {
        self.head.authority()
    }

    fn header(&self, name: &HeaderName) -> Option<&[u8]> {
        self.head.header(name)
    }

    fn lines<'a>(&'a self, name: &HeaderName, line: &mut dyn FnMut(&'a [u8])) {
        self.head.lines(name, line);
    }

    fn headers(&self, header: &mut dyn FnMut(&str, &[u8])) {
        self.head.headers(header);
    }
}

impl Head for Parts {
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
        let has_one = self.version >= http::Version::HTTP_2;
        let authority = has_one.then(|| self.uri.authority()).flatten();
        authority.map(http::uri::Authority::as_str)
    }

    fn header(&self, name: &HeaderName) -> Option<&[u8]> {
        self.headers.get(name).map(http::HeaderValue::as_bytes)
    }

    fn lines<'a>(&'a self, name: &HeaderName, line: &mut dyn FnMut(&'a [u8])) {
        for value in self.headers.get_all(name) {
            line(value.as_bytes());
        }
    }

    fn headers(&self, header: &mut dyn FnMut(&str, &[u8])) {
        for (name, value) in &self.headers {
            header(name.as_str(), value.as_bytes());
        }
    }
}

/// A copy in the types of the `http` crate, for what outlives the request; `None` if it has no place there.
#[cfg(any(feature = "actix-web", feature = "rocket"))]
pub fn copied(head: &dyn Head) -> Option<Parts> {
    use http::header::{HOST, HeaderValue};

    let (mut parts, ()) = http::Request::new(()).into_parts();
    parts.method = head.method().parse().ok()?;
    parts.uri = match head.query() {
        Some(query) => format!("{}?{query}", head.path()).parse().ok()?,
        None => head.path().parse().ok()?,
    };
    head.headers(&mut |name, value| {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value)) {
            parts.headers.append(name, value);
        }
    });
    // HTTP/2 has no such header, and HTTP/1 nothing else.
    if let (Some(host), false) = (head.authority(), parts.headers.contains_key(HOST)) {
        parts.headers.insert(HOST, host.parse().ok()?);
    }
    Some(parts)
}
