//! Handshakes in development, as far as they are the gate's: which one mends a token, and how a visitor arrives.

use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, LOCATION};

use super::answer::{NO_STORE, follow, is_set_up};
use super::{Answer, AnswerBody, Request};
use crate::authenticate::{NotSignedIn, RequestState, Status};
use crate::cookies::Cookies;
use crate::error::TokenCarrier;
use crate::head::SEC_FETCH_SITE;
use crate::html::escape;

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
/// Takes a `#part` of the address along, and stops before the line that would lose it.
const KEEP_PART: &str =
    "if(location.hash){stop();location.replace(document.documentElement.dataset.to+location.hash)}";
/// Names that script by its SHA-256.
const POLICY: &str = "default-src 'none'; script-src 'sha256-WQ4gLOJRvBFoFrco204ACuQmgNdekGKZSfAau97ewrk='; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

impl Request<'_> {
    /// True if signing in again would end here again: then the page says why. The loop guard knows it. In development
    /// a handshake knows it too if the session that it has just brought is refused, and so does a token in a header,
    /// which no handshake replaces. No cookie alone makes an error page.
    pub(super) fn is_for_good(&self, why: &NotSignedIn) -> bool {
        let is_development = self.gate.clerk().config().is_development();
        let is_told = why
            .error
            .as_ref()
            .is_some_and(|error| is_set_up(error.reason));
        let in_header = why.carrier == Some(TokenCarrier::Header) && is_told;
        why.loop_ended || (is_development && (why.refused_session.is_some() || in_header))
    }

    /// In development a handshake replaces a token that cannot be verified: it may be damaged, or left over from other
    /// keys. If the keys are wrong, the session that the handshake brings is refused as well, and that is told.
    pub(super) fn repair(&self, why: &NotSignedIn) -> Option<Answer> {
        let clerk = self.gate.clerk();
        let is_in_cookie = why.carrier == Some(TokenCarrier::Cookie);
        if !clerk.config().is_development() || !is_in_cookie {
            return None;
        }
        let state = clerk.handshake(why, self.head, self.connection)?;
        Some(follow(state.headers))
    }

    /// The page in place of the redirect to the address without the handshake's marks, if the chain began on another
    /// site.
    ///
    /// `__client_uat` is `SameSite=Strict`: a visitor who followed a link on another site comes without it, through the
    /// whole chain of redirects, and without it the next handshake begins. A page of our own ends the chain, because what
    /// it leads to is a navigation within the site. It leads on by `<meta http-equiv="refresh">`: that needs no script,
    /// so it works under every policy that may come on top, and browsers replace the page in their history. Only an
    /// address with a `#part`, which no server sees, needs one.
    pub(super) fn arrival(&self, state: &RequestState) -> Option<Answer> {
        let has_ended = state.status != Status::Handshake;
        if !has_ended || !self.is_page() || !self.is_from_outside() {
            return None;
        }
        let target = url::Url::parse(state.location()?.to_str().ok()?).ok()?;
        let here = self.gate.public_url(self.head, self.connection)?;
        let target = escape(&here.relative(&target));
        let mut headers = state.headers.clone();
        headers.remove(LOCATION);
        headers.insert(CONTENT_TYPE, HTML);
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        headers.insert(CACHE_CONTROL, NO_STORE);
        Some(Answer {
            status: StatusCode::OK,
            headers,
            body: AnswerBody::Html(format!(
                "<!doctype html>\n<html lang=\"en\" data-to=\"{target}\"><meta charset=\"utf-8\">\
                 <script>{KEEP_PART}</script>\
                 <meta http-equiv=\"refresh\" content=\"0;url={target}\"><title>One moment</title>\n\
                 <p><a href=\"{target}\">Continue</a></p></html>\n"
            )),
        })
    }

    /// Browsers say so. Where they say nothing (plain http on another host than localhost, old ones), a second handshake
    /// within two seconds shows it.
    fn is_from_outside(&self) -> bool {
        match self.head.header(&SEC_FETCH_SITE) {
            Some(site) => site == b"cross-site",
            None => Cookies::of(self.head).redirect_count() > 1,
        }
    }
}
