//! Requests that pages of other sites send.

use http::header::{ORIGIN, REFERER};

use super::Kit;
use crate::head::{Head, SEC_FETCH_SITE};
use crate::public_url::Connection;

impl Kit {
    /// True if a page of another site sends this, by a form, a script or a link. Browsers say so; what is none of them says
    /// nothing.
    pub fn is_foreign(&self, head: &dyn Head, connection: Connection<'_>) -> bool {
        if let Some(site) = head.header(&SEC_FETCH_SITE) {
            return !matches!(site, b"same-origin" | b"none");
        }
        // Older browsers, and all of them without HTTPS.
        page(head).is_some_and(|page| !self.is_own(page, head, connection))
    }

    /// True if a page, as [`page`] gives it, is of the app's own origin.
    pub(super) fn is_own(&self, page: &[u8], head: &dyn Head, connection: Connection<'_>) -> bool {
        let own = self.gate().public_url(head, connection);
        own.is_some_and(|own| is_of(page, &own.origin()))
    }
}

/// The origin of the page that sends this, or its whole address.
pub(super) fn page(head: &dyn Head) -> Option<&[u8]> {
    head.header(&ORIGIN).or_else(|| head.header(&REFERER))
}

/// True if it is this origin, or an address there.
pub(super) fn is_of(page: &[u8], origin: &str) -> bool {
    let rest = page.strip_prefix(origin.as_bytes());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}
