//! Sending a browser to the handshake (`request-authentication.md` section 6.6).

use http::header::{CACHE_CONTROL, HeaderMap, HeaderValue, LOCATION, SET_COOKIE};
use url::Url;

use super::request::Request;
use super::state::{HardError, NotSignedIn, RequestState};
use crate::backend::CLERK_API_VERSION;

/// The query parameters and cookies that bring a handshake's result: the nonce under which it waits, or itself.
pub(super) const NONCE: &str = "__clerk_handshake_nonce";
pub(super) const TOKEN: &str = "__clerk_handshake";
/// Both.
pub(crate) const RESULTS: [&str; 2] = [TOKEN, NONCE];

/// After this many redirects a browser is not sent away again.
const LOOP: i64 = 3;

impl Request<'_> {
    /// The handshake of section 6.6, or signed out for the same reason if the request cannot follow a redirect.
    pub(super) fn handshake(&self, why: NotSignedIn) -> Result<RequestState, HardError> {
        // Built only if needed: most requests that cannot follow it are polls of a page left open.
        if !self.may_redirect() {
            return self.no_redirect(why);
        }
        match self.handshake_url(&why.reason)? {
            Some(target) => self.redirect(why, &target),
            None => self.no_redirect(why),
        }
    }

    /// A redirect by the rules of the handshake: pages only, no loops.
    pub(super) fn redirect(
        &self,
        why: NotSignedIn,
        target: &Url,
    ) -> Result<RequestState, HardError> {
        let location = HeaderValue::from_str(target.as_str());
        let Some(location) = location.ok().filter(|_| self.may_redirect()) else {
            return self.no_redirect(why);
        };
        let count = self.redirect_count() + 1;
        let cookie = format!("__clerk_redirect_count={count}; SameSite=Lax; HttpOnly; Max-Age=2");
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, location);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            headers.insert(SET_COOKIE, cookie);
        }
        Ok(RequestState::handshake(why, headers))
    }

    fn may_redirect(&self) -> bool {
        self.can_handshake() && !self.is_loop()
    }

    pub(super) fn is_loop(&self) -> bool {
        self.redirect_count() >= LOOP
    }

    fn no_redirect(&self, mut why: NotSignedIn) -> Result<RequestState, HardError> {
        why.loop_ended = self.can_handshake() && self.is_loop();
        Ok(self.signed_out(why))
    }

    /// `None` if the configured Frontend API does not make a URL.
    fn handshake_url(&self, reason: &str) -> Result<Option<Url>, HardError> {
        let url = self.url()?;
        let base = self.clerk.frontend_api.url(url);
        let Ok(mut target) = Url::parse(&format!("{base}/v1/client/handshake")) else {
            return Ok(None);
        };
        let is_development = self.clerk.config.is_development();
        let mut marks = vec!["__clerk_db_jwt", "__dev_session"];
        if !is_development {
            // The result comes in a cookie here. An old one in the address would count before it, and fail again.
            marks.extend(RESULTS);
        }
        let clean = url.without(&marks);
        let cookies = self.session_cookies();
        let suffixed = if cookies.suffixed { "true" } else { "false" };
        let mut query = target.query_pairs_mut();
        query
            .append_pair("redirect_url", clean.as_str())
            .append_pair("__clerk_api_version", CLERK_API_VERSION)
            .append_pair("suffixed_cookies", suffixed)
            .append_pair("__clerk_hs_reason", reason)
            .append_pair("format", "nonce");
        if let Some(token) = cookies.session.as_deref().or(self.header_token()) {
            query.append_pair("__session", token);
        }
        if is_development && let Some(token) = self.dev_browser() {
            query.append_pair("__clerk_db_jwt", &token);
        }
        #[cfg(feature = "organizations")]
        if let Some(organization) = self.organization_target()? {
            query.append_pair("organization_id", organization.id_or_slug());
        }
        drop(query);
        Ok(Some(target))
    }
}
