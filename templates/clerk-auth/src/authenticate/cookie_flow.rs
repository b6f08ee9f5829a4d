//! The rules for requests with cookies, in the order of section 6.4. No rule here waits for anything.

use super::Begun;
use super::request::Request;
use super::state::{HardError, NotSignedIn, RequestState};
use super::verified_session::VerifiedSession;

impl Request<'_> {
    /// Rules 2 to 9 of section 6.4, and for a session in the cookies those that follow.
    pub(super) fn cookie_rules(&self) -> Result<Begun, HardError> {
        #[cfg(feature = "satellites")]
        if let Some(state) = self.satellite_rules()? {
            return Ok(state.into());
        }
        if let Some(state) = self.dev_browser_rules()? {
            return Ok(state.into());
        }
        let session = self.session_cookies().session.as_deref();
        match (self.client_uat() != 0, session) {
            (true, Some(token)) => self.session_rules(token),
            (false, None) => {
                let why = NotSignedIn::new("session-token-and-uat-missing");
                Ok(self.signed_out(why).into())
            }
            (false, Some(_)) => self.to_handshake("session-token-but-no-client-uat"),
            (true, None) => self.to_handshake("client-uat-but-no-session-token"),
        }
    }

    /// Rules 5 and 6 of section 6.4.
    fn dev_browser_rules(&self) -> Result<Option<RequestState>, HardError> {
        if !self.clerk.config.is_development() {
            return Ok(None);
        }
        let reason = if self.query_if_present("__clerk_db_jwt").is_some() {
            "dev-browser-sync"
        } else if self.dev_browser().is_none() {
            "dev-browser-missing"
        } else {
            return Ok(None);
        };
        self.handshake(NotSignedIn::new(reason)).map(Some)
    }

    /// Rules 14 to 16 of section 6.4.
    pub(super) fn verified_rules(
        &self,
        verified: VerifiedSession,
    ) -> Result<RequestState, HardError> {
        if self.is_cross_origin_arrival()? {
            let why = NotSignedIn::new("primary-domain-cross-origin-sync")
                .with_message("Cross-origin request from satellite domain requires handshake");
            return self.handshake(why);
        }
        #[cfg(feature = "organizations")]
        if let Some(state) = self.organization_rule(&verified)? {
            return Ok(state);
        }
        Ok(RequestState::signed_in(verified.auth(), Default::default()))
    }

    /// Section 6.7. Any foreign page counts, even a search engine's.
    fn is_cross_origin_arrival(&self) -> Result<bool, HardError> {
        if self.clerk.config.is_satellite || !self.is_document_get() {
            return Ok(false);
        }
        let Some(referer) = self.referer() else {
            return Ok(false);
        };
        if self.address().obviously_contains(referer) || self.redirect_count() != 0 {
            return Ok(false);
        }
        let Ok(referer) = url::Url::parse(referer) else {
            return Ok(false);
        };
        let foreign = referer.origin().ascii_serialization() != self.url()?.origin();
        Ok(foreign && !self.is_clerk_page(&referer)?)
    }

    pub(super) fn to_handshake(&self, reason: &'static str) -> Result<Begun, HardError> {
        self.handshake(NotSignedIn::new(reason)).map(Begun::Settled)
    }
}
