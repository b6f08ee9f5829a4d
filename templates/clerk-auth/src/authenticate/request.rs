//! One request as the rules see it. Everything is read once, and only if needed.

use std::borrow::Cow;
use std::sync::OnceLock;

use http::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderName, REFERER};
use memchr::memchr;

use super::Inner;
use super::state::{HardError, NotSignedIn, RequestState};
use crate::auth::Auth;
use crate::cookies::{Cookies, Peek, SessionCookies, client_uat};
use crate::head::{Head, SEC_FETCH_DEST};
use crate::public_url::{Address, Connection, PublicUrl};
use crate::time::UnixMillis;
#[cfg(feature = "machines")]
use crate::token_type::Accepts;

pub(super) struct Request<'a> {
    pub(super) clerk: &'a Inner,
    pub(super) head: &'a dyn Head,
    #[cfg(feature = "machines")]
    pub(super) accepts: &'a Accepts,
    pub(super) now: UnixMillis,
    connection: Connection<'a>,
    /// The token of the `Authorization` header as it came.
    pub(super) raw_token: Option<&'a [u8]>,
    header_token: OnceLock<Option<Cow<'a, str>>>,
    cookies: OnceLock<Cookies<'a>>,
    url: OnceLock<Option<PublicUrl>>,
    session_cookies: OnceLock<SessionCookies<'a>>,
}

impl<'a> Request<'a> {
    pub(super) fn new(clerk: &'a Inner, head: &'a dyn Head, connection: Connection<'a>) -> Self {
        Self {
            clerk,
            head,
            #[cfg(feature = "machines")]
            accepts: &clerk.config.accepts,
            now: clerk.clock.now(),
            connection,
            raw_token: head.header(&AUTHORIZATION).and_then(token_in),
            header_token: OnceLock::new(),
            cookies: OnceLock::new(),
            url: OnceLock::new(),
            session_cookies: OnceLock::new(),
        }
    }

    /// The same request to a route with kinds of tokens of its own.
    #[cfg(feature = "machines")]
    pub(super) fn accepting(self, accepts: &'a Accepts) -> Self {
        Self { accepts, ..self }
    }

    /// The token of the `Authorization` header (section 2.3).
    pub(super) fn header_token(&self) -> Option<&str> {
        let text = self.header_token.get_or_init(|| self.raw_token.map(latin1));
        text.as_deref()
    }

    /// A header that is present, not empty and text.
    pub(super) fn header(&self, name: &HeaderName) -> Option<&str> {
        self.head.text(name).filter(|value| !value.is_empty())
    }

    pub(super) fn url(&self) -> Result<&PublicUrl, HardError> {
        let trust = self.clerk.config.trust_proxy_headers;
        self.url
            .get_or_init(|| PublicUrl::of(self.head, self.connection, trust))
            .as_ref()
            .ok_or(HardError::UnusableHost)
    }

    pub(super) fn address(&self) -> Address<'_> {
        let trust = self.clerk.config.trust_proxy_headers;
        Address::of(self.head, self.connection, trust)
    }

    /// The cookies. For a known token in the header they are never taken apart.
    pub(super) fn cookies(&self) -> &Cookies<'a> {
        self.cookies.get_or_init(|| Cookies::of(self.head))
    }

    /// The session, client_uat and dev browser that count for this request (section 3.3). Tokens seen before are not
    /// taken apart again.
    pub(super) fn session_cookies(&self) -> &SessionCookies<'a> {
        self.session_cookies.get_or_init(|| {
            let Some(key) = &self.clerk.config.publishable_key else {
                return SessionCookies::default();
            };
            let peek = |token: &str| match self.clerk.known(token.as_bytes(), self.now) {
                Some(known) => Some(known.peek),
                None => Peek::of_token(token, &self.clerk.issuer_host),
            };
            SessionCookies::choose(self.cookies(), key, self.now, &peek)
        })
    }

    /// The second the user last signed in; 0 is signed out.
    pub(super) fn client_uat(&self) -> i64 {
        let uat = self.session_cookies().client_uat.as_deref();
        uat.map_or(0, client_uat)
    }

    /// The refresh token; only the cookie with this instance's suffix counts (section 3.2).
    pub(super) fn refresh_token(&self) -> Option<Cow<'a, str>> {
        let key = self.clerk.config.publishable_key.as_ref()?;
        self.cookies().non_empty(&key.cookie_names().refresh)
    }

    /// The first non-empty value of a query parameter. Most queries hold none of Clerk's names and are not parsed.
    pub(super) fn query(&self, name: &str) -> Option<String> {
        self.query_if_present(name)
            .filter(|value| !value.is_empty())
    }

    pub(super) fn query_if_present(&self, name: &str) -> Option<String> {
        let query = self.head.query()?;
        if !query.contains("__clerk") && !query.contains('%') {
            return None;
        }
        url::form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The dev browser's token: the query beats the cookie.
    pub(super) fn dev_browser(&self) -> Option<Cow<'_, str>> {
        match self.query("__clerk_db_jwt") {
            Some(token) => Some(Cow::Owned(token)),
            None => self.session_cookies().dev_browser.clone(),
        }
    }

    pub(super) fn is_get(&self) -> bool {
        self.head.method() == "GET"
    }

    /// True if a browser says that it navigates to this address.
    pub(super) fn is_document_get(&self) -> bool {
        self.is_get() && self.header(&SEC_FETCH_DEST) == Some("document")
    }

    /// True if a page would follow a redirect to the handshake (section 6.6).
    pub(super) fn can_handshake(&self) -> bool {
        let is_page = match self.header(&SEC_FETCH_DEST) {
            Some(destination) => matches!(destination, "document" | "iframe"),
            None => self
                .header(&ACCEPT)
                .is_some_and(|accept| accept.starts_with("text/html")),
        };
        self.is_get() && is_page
    }

    pub(super) fn referer(&self) -> Option<&str> {
        self.header(&REFERER)
    }

    /// How often the browser was redirected in the last seconds.
    pub(super) fn redirect_count(&self) -> i64 {
        self.cookies().redirect_count()
    }

    pub(super) fn signed_out(&self, why: NotSignedIn) -> RequestState {
        RequestState::signed_out(why, Auth::SignedOut, HeaderMap::new())
    }
}

/// Section 2.3: split on single spaces; a lone piece is the token; schemes other than `Bearer` are left alone.
fn token_in(value: &[u8]) -> Option<&[u8]> {
    let (first, rest) = piece(value);
    match rest.map(|rest| piece(rest).0) {
        None | Some([]) => Some(first).filter(|first| !first.is_empty()),
        Some(second) => (first == b"Bearer").then_some(second),
    }
}

/// Bytes beyond ASCII are Latin-1 in HTTP. Such a token is broken, but it is there, so cookies must not replace it.
fn latin1(token: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(token) {
        Ok(text) if text.is_ascii() => Cow::Borrowed(text),
        _ => Cow::Owned(token.iter().copied().map(char::from).collect()),
    }
}

/// The text before the first space, and the text after it.
fn piece(value: &[u8]) -> (&[u8], Option<&[u8]>) {
    match memchr(b' ', value) {
        Some(at) => (&value[..at], Some(&value[at + 1..])),
        None => (value, None),
    }
}
