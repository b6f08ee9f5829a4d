//! The addresses of Clerk's own pages: the Frontend API and the accounts portal (`request-authentication.md` sections
//! 1.2, 6.6 and 6.7).

use std::borrow::Cow;

use url::Url;

use super::request::Request;
use super::state::HardError;
use crate::config::Config;
use crate::keys::{accounts_portal_origin, is_known_portal};
use crate::public_url::PublicUrl;

/// The Frontend API as browsers reach it.
#[derive(Debug)]
pub(super) enum FrontendApi {
    /// The same for every request, with scheme and without trailing slashes.
    Fixed(String),
    /// A path on the app's own public origin.
    OnOwnOrigin(String),
}

impl FrontendApi {
    pub(super) fn new(config: &Config) -> Self {
        let text = config.frontend_api();
        let bare = text.trim_end_matches('/');
        if text.starts_with('/') {
            Self::OnOwnOrigin(bare.to_owned())
        } else if text.starts_with("http") {
            Self::Fixed(bare.to_owned())
        } else {
            Self::Fixed(format!("https://{bare}"))
        }
    }

    pub(super) fn url(&self, public: &PublicUrl) -> Cow<'_, str> {
        match self {
            Self::Fixed(url) => Cow::Borrowed(url),
            Self::OnOwnOrigin(path) => Cow::Owned(format!("{}{path}", public.origin())),
        }
    }
}

impl Request<'_> {
    /// True for a page of Clerk's: visitors are expected to arrive from there (section 6.7).
    pub(super) fn is_clerk_page(&self, page: &Url) -> Result<bool, HardError> {
        let base = self.clerk.frontend_api.url(self.url()?);
        let host = page.host_str().unwrap_or_default();
        let is_frontend_api = Url::parse(&base).is_ok_and(|api| api.host_str() == Some(host));
        let is_portal = self.clerk.config.is_development() && is_known_portal(host);
        if is_frontend_api || is_portal {
            return Ok(true);
        }
        let frontend_api = self.clerk.config.frontend_api();
        let portal = accounts_portal_origin(&frontend_api);
        Ok(Url::parse(&portal).is_ok_and(|portal| portal.origin() == page.origin()))
    }
}
