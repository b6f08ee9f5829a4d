//! The page a visitor wants after signing in: the `redirect_url` that the gate gave the sign-in page.

use url::form_urlencoded;

use super::Gate;
use crate::head::Head;
use crate::public_url::Connection;
use crate::redirect::within_origin;

/// An address within the app's own origin, or none. It is a path if possible, so that it also fits if a proxy in front
/// speaks another scheme than the app knows of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReturnAddress(Option<String>);

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
        ReturnAddress(address)
    }
}

impl ReturnAddress {
    /// The address; empty if there is none.
    pub fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// The address, or else the start page.
    pub fn or_start(&self) -> &str {
        self.0.as_deref().unwrap_or("/")
    }

    /// `url` with the address as its `redirect_url`, for the way from sign-in to sign-up and back.
    pub fn added_to(&self, url: &str) -> String {
        let Some(address) = &self.0 else {
            return url.to_owned();
        };
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("redirect_url", address)
            .finish();
        let separator = if url.contains('?') { '&' } else { '?' };
        format!("{url}{separator}{query}")
    }
}
