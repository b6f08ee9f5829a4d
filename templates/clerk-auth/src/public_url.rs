//! The URL under which the visitor reached the app (`request-authentication.md` section 2.1, `security.md` rules 4
//! and 5). Redirects and the cross-origin check build on it, so nothing in a path may ever move it to another origin.

use std::net::{IpAddr, SocketAddr};

use http::header::{HOST, HeaderName};
use url::Url;

use crate::head::Head;

pub(crate) const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
pub(crate) const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
pub(crate) const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The server's own knowledge of the connection a request came in on.
#[derive(Clone, Copy, Debug)]
pub struct Connection<'a> {
    /// `https` if the server itself speaks TLS, else `http`.
    pub scheme: &'a str,
    /// The address of the server with its port, used when the request names no usable host.
    pub host: Option<&'a str>,
}

impl Connection<'static> {
    /// A plain HTTP connection, as behind most reverse proxies.
    pub const HTTP: Self = Self {
        scheme: "http",
        host: None,
    };
}

/// Scheme and host of the public address, checked but not yet parsed: enough for most requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    /// `http` or `https`.
    pub scheme: &'a str,
    /// Host with an optional port, as the visitor's browser names it.
    pub host: &'a str,
}

impl<'a> Address<'a> {
    /// Reads the address from the headers; forwarded ones count only with `trust_proxy_headers`.
    pub fn of(head: &'a dyn Head, connection: Connection<'a>, trust_proxy_headers: bool) -> Self {
        let own_host = own_host(head);
        let fallback = Self {
            scheme: connection.scheme,
            host: connection.host.or(own_host).unwrap_or("localhost"),
        };
        let forwarded = |name: HeaderName| {
            trust_proxy_headers
                .then(|| first_piece(head, &name))
                .flatten()
        };
        // An unusable forwarded value is not skipped in favour of `host`: the proxy meant something we cannot read, and
        // then only the connection itself is certain.
        let scheme = forwarded(FORWARDED_PROTO).unwrap_or(connection.scheme);
        let Some(host) = forwarded(FORWARDED_HOST).or(own_host) else {
            return fallback;
        };
        if matches!(scheme, "http" | "https") && is_bare_host(host) {
            Self { scheme, host }
        } else {
            fallback
        }
    }

    /// True if `url` plainly begins with this origin; false may also mean "written differently".
    pub fn obviously_contains(&self, url: &str) -> bool {
        url.strip_prefix(self.scheme)
            .and_then(|rest| rest.strip_prefix("://"))
            .and_then(|rest| rest.strip_prefix(self.host))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// The host that the request itself names. If there is a `Host` header, it decides (`security.md` rule 4).
fn own_host(head: &dyn Head) -> Option<&str> {
    match head.header(&HOST) {
        Some(_) => head.text(&HOST),
        None => head.authority(),
    }
    .filter(|host| is_bare_host(host))
}

/// True if the request names a host that is none, so that [`Address::of`] takes that of the connection.
#[cfg(any(feature = "machines", feature = "proxy"))]
pub(crate) fn names_odd_host(head: &dyn Head, trust_proxy_headers: bool) -> bool {
    let is_named = head.header(&HOST).is_some() || head.authority().is_some();
    let forwarded = first_piece(head, &FORWARDED_HOST).filter(|_| trust_proxy_headers);
    is_named && own_host(head).is_none() || forwarded.is_some_and(|host| !is_bare_host(host))
}

fn first_piece<'a>(head: &'a dyn Head, name: &HeaderName) -> Option<&'a str> {
    head.header(name)?;
    head.text(name).unwrap_or("").split(',').next()
}

/// The last address in `X-Forwarded-For`, which the proxy in front added itself. Those before it came with the request
/// and can be anything. Some proxies add a port.
pub(crate) fn forwarded_for(head: &dyn Head) -> Option<IpAddr> {
    let mut last_line: &[u8] = b"";
    head.lines(&FORWARDED_FOR, &mut |line| last_line = line);
    let last_line = std::str::from_utf8(last_line).ok()?;
    let last = last_line.rsplit(',').next()?.trim();
    let with_port = || last.parse().map(|address: SocketAddr| address.ip());
    last.parse().or_else(|_| with_port()).ok()
}

/// A host name, IPv4 or bracketed IPv6 address with an optional port, and nothing else.
fn is_bare_host(text: &str) -> bool {
    let (name, port) = match text.rfind(':') {
        Some(colon) if !text.ends_with(']') => (&text[..colon], &text[colon + 1..]),
        _ => (text, "0"),
    };
    let is_name = match name.strip_prefix('[').and_then(|v6| v6.strip_suffix(']')) {
        Some(v6) => v6
            .bytes()
            .all(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.')),
        None => name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_')),
    };
    !name.is_empty() && is_name && port.parse::<u16>().is_ok()
}

/// The full public URL of a request: public origin, path and query of the request, no fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(Url);

impl PublicUrl {
    /// Puts path and query of the request on the public origin. The path stays a path: `//host` in it keeps its two
    /// slashes and is never read as another host. `None` if neither the request nor the connection names a host that a
    /// URL can hold.
    pub fn of(
        head: &dyn Head,
        connection: Connection<'_>,
        trust_proxy_headers: bool,
    ) -> Option<Self> {
        let address = Address::of(head, connection, trust_proxy_headers);
        let mut url = base(address.scheme, address.host)
            .or_else(|| base(connection.scheme, connection.host.unwrap_or("localhost")))?;
        url.set_path(head.path());
        url.set_query(head.query());
        Some(Self(url))
    }

    /// The URL itself.
    pub fn as_url(&self) -> &Url {
        &self.0
    }

    /// The whole URL as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The origin as text, such as `https://orchard.example`; a default port is left out.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// `target` as a `Location`. On this origin it is path, query and fragment, so that a proxy's scheme and host do
    /// not matter; otherwise it is the whole URL. So is a path that begins with two slashes, which would name a host.
    pub fn relative(&self, target: &Url) -> String {
        let path = &target[url::Position::BeforePath..];
        if target.origin() == self.0.origin() && !path.starts_with("//") {
            path.to_owned()
        } else {
            target.to_string()
        }
    }

    /// The URL without the query parameters `names`. The rest of the query is written anew in form encoding, as
    /// browsers do; if nothing is left, the `?` goes too (section 6.6).
    pub fn without(&self, names: &[&str]) -> Url {
        let mut url = self.0.clone();
        let kept: Vec<_> = self
            .0
            .query_pairs()
            .filter(|(name, _)| !names.contains(&name.as_ref()))
            .collect();
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
        url
    }

    /// The first value of a query parameter, decoded.
    pub fn query(&self, name: &str) -> Option<String> {
        let found = self.0.query_pairs().find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned())
    }
}

fn base(scheme: &str, host: &str) -> Option<Url> {
    let url = Url::parse(&format!("{scheme}://{host}/")).ok()?;
    // `is_bare_host` allows nothing else, but a wrong origin here would redirect to a stranger.
    (url.path() == "/" && url.username().is_empty() && url.has_host()).then_some(url)
}
