//! Requests that pages of other sites send.

use http::header::{HeaderName, ORIGIN, REFERER};

use super::Kit;
use crate::head::Head;
use crate::public_url::Connection;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

impl Kit {
    /// True if a page of another site sends this, by a form, a script or a link. Browsers say so; what is none of them says
    /// nothing.
    pub fn is_foreign(&self, head: &dyn Head, connection: Connection<'_>) -> bool {
        if let Some(site) = head.header(&SEC_FETCH_SITE) {
            return !matches!(site, b"same-origin" | b"none");
        }
        // Older browsers, and all of them without HTTPS.
        let Some(from) = head.header(&ORIGIN).or_else(|| head.header(&REFERER)) else {
            return false;
        };
        let own = self.gate().public_url(head, connection);
        own.is_none_or(|own| {
            let rest = from.strip_prefix(own.origin().as_bytes());
            rest.is_none_or(|rest| !rest.is_empty() && !rest.starts_with(b"/"))
        })
    }
}
