//! The page a visitor wants after signing in: the `redirect_url` that the gate gave the sign-in page.

use url::form_urlencoded;

use super::Gate;
use crate::config::Destination;
use crate::head::Head;
use crate::public_url::Connection;
use crate::redirect::within_origin;

/// An address within the app's own origin, or none. It is a path if possible, so that it also fits if a proxy in front
/// speaks another scheme than the app knows of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnAddress {
    wanted: Option<String>,
    leads_to: String,
}

impl Default for ReturnAddress {
    fn default() -> Self {
        Self {
            wanted: None,
            leads_to: "/".to_owned(),
        }
    }
}

impl Gate {
    /// The `redirect_url` of a request to the sign-in or sign-up page. Anything outside the app's origin counts as
    /// absent (`security.md` rule 4): such a link must not make this app send its visitors elsewhere.
    pub fn return_address(&self, head: &dyn Head, connection: Connection<'_>) -> ReturnAddress {
        let address = self.public_url(head, connection).and_then(|here| {
            let wanted = here.query("redirect_url")?;
            let is_written_out = ["/", "http://", "https://"]
                .iter()
                .any(|start| wanted.starts_with(start));
            let target = within_origin(&wanted, here.as_url()).filter(|_| is_written_out)?;
            Some(here.relative(&target))
        });
        let destination = self.destination_of(head.path());
        ReturnAddress {
            leads_to: destination.after(address.as_deref()).to_owned(),
            wanted: address,
        }
    }

    /// The configured destination that counts on a page: that of the sign-up page there, that of sign-in elsewhere.
    fn destination_of(&self, path: &str) -> &Destination {
        let config = self.clerk.config();
        let sign_up = config.sign_up_url.as_deref().unwrap_or_default();
        let sign_up = sign_up.split(['?', '#']).next().unwrap_or_default();
        let rest = path.strip_prefix(sign_up).filter(|_| !sign_up.is_empty());
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
            &config.destinations.sign_up
        } else {
            &config.destinations.sign_in
        }
    }
}

impl ReturnAddress {
    /// The address; empty if there is none.
    pub fn as_str(&self) -> &str {
        self.wanted.as_deref().unwrap_or_default()
    }

    /// Where somebody is led who has signed in: the address, or else the start page, unless the configuration says
    /// otherwise.
    pub fn or_start(&self) -> &str {
        &self.leads_to
    }

    /// `url` with the address as its `redirect_url`, for the way from sign-in to sign-up and back.
    pub fn added_to(&self, url: &str) -> String {
        let Some(address) = &self.wanted else {
            return url.to_owned();
        };
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("redirect_url", address)
            .finish();
        let separator = if url.contains('?') { '&' } else { '?' };
        format!("{url}{separator}{query}")
    }
}
