//! The rules for requests with cookies, in the order of section 6.4. No rule here waits for anything: if a key or an
//! answer from Clerk is needed, it returns a [`Step`].

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};

use super::known::Known;
use super::request::Request;
use super::state::{HardError, RequestState, Why};
use crate::error::TokenError;
use crate::token::{Unverified, decode};
use crate::token_type::TokenType;

/// The point the rules got to.
pub(super) enum Step {
    /// Decided.
    Settled(RequestState),
    /// The session cookie passed all rules before verification, or is not a token.
    Verify(Result<Unverified, TokenError>),
}

impl From<RequestState> for Step {
    fn from(state: RequestState) -> Self {
        Self::Settled(state)
    }
}

impl Request<'_> {
    /// Rules 2 to 12 and 14 to 16 of section 6.4; the last three only for a token that was verified before.
    pub(super) fn cookie_rules(&self) -> Result<Step, HardError> {
        #[cfg(feature = "satellites")]
        if let Some(state) = self.satellite_rules()? {
            return Ok(state.into());
        }
        if let Some(state) = self.dev_browser_rules()? {
            return Ok(state.into());
        }
        let client_uat = self.client_uat();
        match (client_uat != 0, self.session_cookies().session.as_deref()) {
            (true, Some(token)) => self.session_rules(token, client_uat),
            (false, None) => {
                let why = Why::new("session-token-and-uat-missing");
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
        self.handshake(Why::new(reason)).map(Some)
    }

    /// Rules 10 to 12 of section 6.4. A token that was verified before skips to rule 14 there.
    fn session_rules(&self, token: &str, client_uat: i64) -> Result<Step, HardError> {
        const STALE: &str = "session-token-iat-before-client-uat";
        if let Some(known) = self.clerk.known(token.as_bytes(), self.now) {
            return if known.is_older_than(client_uat) {
                self.to_handshake(STALE)
            } else {
                self.verified_rules(&known).map(Step::Settled)
            };
        }
        let unverified = match decode(token) {
            Ok(unverified) => unverified,
            Err(error) => return Ok(Step::Verify(Err(error))),
        };
        let is_machine = TokenType::of_machine_jwt(&unverified).is_some();
        if is_machine || unverified.has_non_session_category() {
            return Ok(self.signed_out(Why::new("token-type-mismatch")).into());
        }
        let issued = unverified.claim_i64("iat");
        if issued.is_some_and(|issued| issued < client_uat) {
            return self.to_handshake(STALE);
        }
        Ok(Step::Verify(Ok(unverified)))
    }

    /// Rules 14 to 16 of section 6.4.
    pub(super) fn verified_rules(&self, known: &Known) -> Result<RequestState, HardError> {
        if self.is_cross_origin_arrival()? {
            let why = Why::new("primary-domain-cross-origin-sync")
                .with_message("Cross-origin request from satellite domain requires handshake");
            return self.handshake(why);
        }
        #[cfg(feature = "organizations")]
        if let Some(state) = self.organization_rule(known)? {
            return Ok(state);
        }
        Ok(RequestState::signed_in(known.auth(), Default::default()))
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

    fn to_handshake(&self, reason: &'static str) -> Result<Step, HardError> {
        self.handshake(Why::new(Cow::Borrowed(reason)))
            .map(Step::Settled)
    }

    /// Top-level navigations carry no `Origin`, so a token handed over by a handshake can lack `azp`
    /// (`security.md` rule 15).
    pub(super) fn note_absent_azp(&self, token: &Unverified) {
        static NOTED: AtomicBool = AtomicBool::new(false);
        let absent = token.claim_str("azp").is_none_or(str::is_empty);
        if absent && !NOTED.swap(true, Ordering::Relaxed) {
            tracing::debug!("a session token in a cookie has no azp claim; said once");
        }
    }
}
