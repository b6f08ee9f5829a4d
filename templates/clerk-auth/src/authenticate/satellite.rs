//! Apps on a second domain and the primary they ask (`request-authentication.md` section 7).

use url::Url;

use super::request::Request;
use super::state::{HardError, NotSignedIn, RequestState};
use crate::config::is_loopback;
use crate::redirect::set_query;

const SYNCED: &str = "__clerk_synced";
const REDIRECT_URL: &str = "__clerk_redirect_url";

impl Request<'_> {
    /// Rules 2 to 4 of section 6.4.
    pub(super) fn satellite_rules(&self) -> Result<Option<RequestState>, HardError> {
        if self.clerk.config.is_satellite {
            self.ask_primary()
        } else if self.clerk.config.is_development() {
            self.answer_satellite()
        } else {
            Ok(None)
        }
    }

    fn ask_primary(&self) -> Result<Option<RequestState>, HardError> {
        if !self.is_document_get() {
            return Ok(None);
        }
        let synced = self.query(SYNCED);
        let forced = synced.as_deref() == Some("false");
        let unknown = self.session_cookies().session.is_none() && self.client_uat() == 0;
        if synced.as_deref() == Some("true") || !(unknown || forced) {
            return Ok(None);
        }
        if !forced && !self.clerk.config.satellite_auto_sync {
            let why = NotSignedIn::new("session-token-and-uat-missing");
            return Ok(Some(self.signed_out(why)));
        }
        let why = NotSignedIn::new("satellite-needs-syncing");
        if !self.clerk.config.is_development() {
            return self.handshake(why).map(Some);
        }
        let sign_in_url = self.clerk.config.sign_in_url.as_deref().unwrap_or_default();
        let Ok(mut target) = self.url()?.as_url().join(sign_in_url) else {
            return Ok(Some(self.signed_out(why)));
        };
        target
            .query_pairs_mut()
            .append_pair(REDIRECT_URL, self.url()?.as_str());
        self.redirect(why, &target).map(Some)
    }

    /// A development primary sends a satellite's visitor back with the dev browser, which is a credential. So the
    /// target must be an origin the app allows, or the developer's own machine (`security.md` rule 4).
    fn answer_satellite(&self) -> Result<Option<RequestState>, HardError> {
        let target = self
            .query(REDIRECT_URL)
            .and_then(|text| Url::parse(&text).ok());
        let Some(mut target) = target.filter(|target| self.is_allowed_target(target)) else {
            return Ok(None);
        };
        if let Some(token) = self.dev_browser() {
            target
                .query_pairs_mut()
                .append_pair("__clerk_db_jwt", &token);
        }
        set_query(&mut target, SYNCED, "true");
        self.redirect(NotSignedIn::new("primary-responds-to-syncing"), &target)
            .map(Some)
    }

    fn is_allowed_target(&self, target: &Url) -> bool {
        let allowed = &self.clerk.config.allowed_redirect_origins;
        let origin = target.origin().ascii_serialization();
        let plain = target.username().is_empty() && target.password().is_none();
        plain
            && matches!(target.scheme(), "http" | "https")
            && (is_loopback(target) || allowed.contains(&origin))
    }
}
