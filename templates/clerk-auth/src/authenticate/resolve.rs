//! The way back from a handshake: cookies arrive as a nonce or inside a token (`request-authentication.md` section
//! 6.8).

use std::borrow::Cow;

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, HeaderMap,
    HeaderValue, LOCATION,
};

use super::directives::Directives;
use super::handshake::{NONCE, TOKEN};
use super::request::Request;
use super::state::{HardError, NotSignedIn, RefusedSession, RequestState, Unknown};
use super::verified_session::{Verdict, VerifiedSession};
use crate::auth::Auth;
use crate::backend::texts;
use crate::cookies::{Peek, client_uat};
use crate::error::{Reason, TokenError};
use crate::head::SEC_FETCH_SITE;
use crate::token::decode;
use crate::verify::verify_handshake;

/// The most that clocks may differ in development before a handshake is given up: a day.
const DEVELOPMENT_SKEW_MS: i64 = 86_400_000;

/// The result of a handshake, as the browser brings it.
pub(crate) struct HandshakeResult {
    value: Value,
    in_query: bool,
}

enum Value {
    Nonce(String),
    Token(String),
}

/// The outcome.
pub(super) enum Resolved {
    State(RequestState),
    /// It brought nothing, so the cookies decide as they are. Holds a session that came in the query and was refused.
    Cookies(Option<RefusedSession>),
}

impl Request<'_> {
    /// A nonce beats a token, the query beats the cookie. In production a token in the query does not count, and a
    /// nonce only where a browser navigates: a link could sign a visitor in as somebody else (`security.md` rule 1).
    pub(super) fn handshake_result(&self) -> Option<HandshakeResult> {
        let config = &self.clerk.config;
        let cookie = |name| self.cookies().non_empty(name).map(Cow::into_owned);
        let result = |value, in_query| Some(HandshakeResult { value, in_query });
        // Without a secret key a nonce cannot be looked up. The cookie then belongs to another app on the same parent
        // domain.
        if config.secret_key.is_some() {
            let is_invited = || self.can_handshake() && !self.is_uninvited();
            let in_query = self
                .query(NONCE)
                .filter(|_| config.is_development() || is_invited());
            if let Some(nonce) = in_query.filter(|nonce| is_nonce(nonce)) {
                return result(Value::Nonce(nonce), true);
            }
            if let Some(nonce) = cookie(NONCE).filter(|nonce| is_nonce(nonce)) {
                return result(Value::Nonce(nonce), false);
            }
        }
        let in_query = config.is_development().then(|| self.query(TOKEN));
        match in_query.flatten() {
            Some(token) => result(Value::Token(token), true),
            None => result(Value::Token(cookie(TOKEN)?), false),
        }
    }

    /// True for somebody who comes from elsewhere, by a link on another site or in a mail, with no cookie for which we
    /// would have sent them to a handshake: the nonce is somebody else's. Satellites send strangers there as well.
    fn is_uninvited(&self) -> bool {
        let site = self.header(&SEC_FETCH_SITE);
        site.is_some_and(|site| matches!(site, "cross-site" | "none"))
            && !self.clerk.config.is_satellite
            && self.session_cookies().session.is_none()
            && self.client_uat() == 0
    }

    pub(super) async fn resolve(&self, result: HandshakeResult) -> Result<Resolved, HardError> {
        let in_query = result.in_query;
        let mut why = NotSignedIn::new("session-token-missing");
        let lines = match result.value {
            // As in the reference, any failure gives an empty list.
            Value::Nonce(nonce) => self.payload_of(&nonce).await.unwrap_or_else(|unknown| {
                why.unknown = unknown;
                Vec::new()
            }),
            Value::Token(token) => match self.payload_in(&token).await {
                Ok(lines) => lines,
                Err(why) => return self.refused_handshake(*why, in_query),
            },
        };
        let directives = self.directives(&lines);
        let brought = match directives.session() {
            Some(token) => match self.verify_brought(token).await {
                Ok(verified) => Some(verified),
                Err(why) => return Ok(Resolved::Cookies(refused(token, *why, in_query))),
            },
            None => None,
        };
        if in_query && self.is_in_place_of_another(brought.as_ref()) {
            return Ok(Resolved::Cookies(None));
        }
        let headers = self.resolved_headers(&directives)?;
        Ok(Resolved::State(match brought {
            Some(verified) => RequestState::signed_in(verified.auth(), headers),
            None => RequestState::signed_out(why, Auth::SignedOut, headers),
        }))
    }

    /// True if a link would end or replace the session of another user, even one whose token is over (`security.md`
    /// rule 1). In development every handshake comes back in the query, and switching users is everyday work there.
    fn is_in_place_of_another(&self, brought: Option<&VerifiedSession>) -> bool {
        if self.clerk.config.is_development() {
            return false;
        }
        let brought = brought.and_then(|brought| brought.session.user_id());
        self.own_user().is_some_and(|own| brought != Some(&*own))
    }

    /// The user in the session cookies, under either name: `__client_uat` decides between them, and browsers do not send
    /// it along when somebody follows a link. For the same reason its absence says nothing. Nothing is verified: a token
    /// that is over, or whose key is gone, names its user all the same, and all it can do here is to keep a link away.
    fn own_user(&self) -> Option<String> {
        let names = self.clerk.config.publishable_key.as_ref()?.cookie_names();
        let suffixed = (&*names.session, &*names.client_uat);
        let sets = [suffixed, ("__session", "__client_uat")].into_iter();
        sets.filter_map(|(session, uat)| {
            let token = decode(&self.cookies().non_empty(session)?).ok()?;
            let uat = self.cookies().non_empty(uat).map(|uat| client_uat(&uat));
            let issued = token.claim_i64("iat");
            let is_current = |uat| uat != 0 && issued.is_none_or(|issued| issued >= uat);
            let counts =
                Peek::of(&token, &self.clerk.issuer_host).is_own() && uat.is_none_or(is_current);
            counts.then(|| token.claim_str("sub").map(str::to_owned))?
        })
        .next()
    }

    /// The error says if nothing is known about the nonce.
    async fn payload_of(&self, nonce: &str) -> Result<Vec<String>, Option<Unknown>> {
        let payload = self.clerk.nonces.handshake_payload(nonce).await;
        payload.map_err(|error| {
            if let Some(left_out) = self.clerk.log.line("handshake-payload", self.now) {
                tracing::warn!(left_out, "the handshake payload could not be had: {error}");
            }
            error.is_unknown().then(|| Unknown::of_backend(&error))
        })
    }

    async fn payload_in(&self, token: &str) -> Result<Vec<String>, Box<NotSignedIn>> {
        let token = decode(token)?;
        let (key, _) = self.clerk.key(token.kid(), self.now).await?;
        let verified = verify_handshake(&token, &key, &self.clerk.policy, self.now)?;
        let lines = verified.claims().get("handshake");
        Ok(lines.map(texts).unwrap_or_default())
    }

    /// A cookie may belong to another app on the same parent domain or to older keys, so a bad one is passed over. In a
    /// query, which counts in development only, it means that keys were switched, and only a clear text helps.
    fn refused_handshake(&self, why: NotSignedIn, in_query: bool) -> Result<Resolved, HardError> {
        let error = match &why.error {
            Some(error) if why.unknown.is_none() => error,
            _ => return Ok(Resolved::State(self.signed_out(why.carried_by(None)))),
        };
        if in_query {
            return Err(HardError::Handshake(hard_text(error)));
        }
        // Only the reason word: the message repeats the token's text, which is a stranger's.
        let reason = error.reason.as_str();
        if let Some(left_out) = self.clerk.log.line("handshake-token", self.now) {
            tracing::warn!(left_out, reason, "a handshake token was passed over");
        }
        Ok(Resolved::Cookies(None))
    }

    fn resolved_headers(&self, directives: &Directives) -> Result<HeaderMap, HardError> {
        let fixed = HeaderValue::from_static;
        let mut headers = HeaderMap::new();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, fixed("null"));
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, fixed("true"));
        directives.append_to(&mut headers);
        if self.clerk.config.is_development() {
            let marks = [TOKEN, NONCE, "__clerk_help", "__clerk_db_jwt"];
            let clean = self.url()?.without(&marks);
            if let Ok(location) = HeaderValue::from_str(clean.as_str()) {
                headers.insert(LOCATION, location);
            }
            headers.insert(CACHE_CONTROL, fixed("no-store"));
        }
        Ok(headers)
    }

    async fn verify_brought(&self, token: &str) -> Verdict {
        let verdict = self.clerk.verify_text(token, self.now).await;
        let error = match &verdict {
            Err(why) if self.clerk.config.is_development() => why.error.as_ref(),
            _ => None,
        };
        let Some(error) = error.filter(|error| is_about_time(error.reason)) else {
            return verdict;
        };
        if let Some(left_out) = self.clerk.log.line("clocks", self.now) {
            let told = "the clocks of this machine and of Clerk differ";
            tracing::warn!(left_out, "{told}: {error}");
        }
        let lenient = self
            .clerk
            .verify_with_skew(token, DEVELOPMENT_SKEW_MS, self.now);
        lenient.await.or(verdict)
    }
}

const fn is_about_time(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::TokenExpired | Reason::TokenNotActiveYet | Reason::TokenIatInTheFuture
    )
}

/// True if a text could be a nonce. Nobody is asked about other texts.
fn is_nonce(text: &str) -> bool {
    const MOST_BYTES: usize = 512;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=:".contains(&byte);
    text.len() <= MOST_BYTES && text.bytes().all(fits)
}

fn refused(token: &str, why: NotSignedIn, in_query: bool) -> Option<RefusedSession> {
    let error = why.error.filter(|_| in_query)?;
    let token = decode(token).ok();
    Some(RefusedSession { error, token })
}

fn hard_text(error: &TokenError) -> String {
    if error.reason == Reason::TokenInvalidSignature {
        return "Clerk: Handshake token verification failed due to an invalid signature. If you \
         have switched Clerk keys locally, clear your cookies and try again."
            .to_owned();
    }
    let message = error.full_message(None);
    format!("Clerk: Handshake token verification failed: {message}.")
}
