//! The way back from a handshake: cookies arrive as a nonce or inside a token (`request-authentication.md` section
//! 6.8).

use std::sync::Arc;

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, HeaderMap,
    HeaderValue, LOCATION,
};
use serde_json::Value;

use super::directives::Directives;
use super::failure::Failure;
use super::handshake::{NONCE, TOKEN};
use super::known::Known;
use super::request::{Request, SEC_FETCH_SITE};
use super::state::{HardError, RefusedSession, RequestState, Unknown, Why};
use crate::cookies::{Peek, client_uat};
use crate::error::{Reason, TokenError};
use crate::token::decode;
use crate::token_type::TokenType;
use crate::verify::verify_handshake;

/// The most that clocks may differ in development before a handshake is given up: a day.
const DEVELOPMENT_SKEW_MS: i64 = 86_400_000;

/// The result that a handshake hands over.
pub(crate) struct Handed {
    what: What,
    in_query: bool,
}

enum What {
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
    pub(super) fn handed(&self) -> Option<Handed> {
        let is_development = self.clerk.config.is_development();
        let cookie = |name| {
            self.cookies()
                .non_empty(name)
                .map(std::borrow::Cow::into_owned)
        };
        let handed = |what, in_query| Some(Handed { what, in_query });
        // Without a secret key a nonce cannot be looked up. The cookie then belongs to another app on the same parent
        // domain.
        if self.clerk.config.secret_key.is_some() {
            let counts = || is_development || (self.can_handshake() && !self.is_uninvited());
            let in_query = self.query(NONCE).filter(|_| counts());
            if let Some(nonce) = in_query.filter(|nonce| is_nonce(nonce)) {
                return handed(What::Nonce(nonce), true);
            }
            if let Some(nonce) = cookie(NONCE).filter(|nonce| is_nonce(nonce)) {
                return handed(What::Nonce(nonce), false);
            }
        }
        if let Some(token) = is_development.then(|| self.query(TOKEN)).flatten() {
            return handed(What::Token(token), true);
        }
        cookie(TOKEN).and_then(|token| handed(What::Token(token), false))
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

    pub(super) async fn resolve(&self, handed: Handed) -> Result<Resolved, HardError> {
        let in_query = handed.in_query;
        let mut unknown = None;
        let directives = match handed.what {
            What::Nonce(nonce) => match self.payload_of(&nonce).await {
                Ok(directives) => directives,
                Err(cause) => {
                    unknown = cause;
                    Vec::new()
                }
            },
            What::Token(token) => match self.payload_in(&token).await {
                Ok(directives) => directives,
                Err(failure) => return self.refused_handshake(failure, in_query),
            },
        };
        let directives = Directives::read(&directives);
        self.note_dropped(&directives);
        let handed = match directives.session() {
            Some(token) => match self.verify_handed_session(token).await {
                Ok(known) => Some(known),
                Err(failure) => return Ok(Resolved::Cookies(refused(token, failure, in_query))),
            },
            None => None,
        };
        if in_query && self.is_in_place_of_another(handed.as_deref()) {
            return Ok(Resolved::Cookies(None));
        }
        let headers = self.resolved_headers(&directives)?;
        Ok(Resolved::State(match handed {
            Some(known) => RequestState::signed_in(known.auth(), headers),
            None => {
                let why = Why {
                    unknown,
                    ..Why::new("session-token-missing")
                };
                RequestState::signed_out(why, Some(TokenType::Session), headers)
            }
        }))
    }

    /// True if a link would end or replace the session of another user, even one whose token is over (`security.md`
    /// rule 1). In development every handshake comes back in the query, and switching users is everyday work there.
    fn is_in_place_of_another(&self, handed: Option<&Known>) -> bool {
        if self.clerk.config.is_development() {
            return false;
        }
        let handed = handed.and_then(|known| known.session().user_id());
        self.own_user()
            .is_some_and(|own| handed != Some(own.as_str()))
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

    /// As in the reference, any failure gives an empty list. The error says if anything is known about the nonce.
    async fn payload_of(&self, nonce: &str) -> Result<Vec<String>, Option<Unknown>> {
        self.clerk
            .nonces
            .handshake_payload(nonce)
            .await
            .map_err(|error| {
                if let Some(line) = self.clerk.seldom.line("handshake-payload", self.now) {
                    let left_out = line.left_out;
                    tracing::warn!(left_out, "the handshake payload could not be had: {error}");
                }
                error.is_unknown().then(|| Unknown::of_backend(&error))
            })
    }

    async fn payload_in(&self, token: &str) -> Result<Vec<String>, Failure> {
        let token = decode(token)?;
        let (key, _) = self.clerk.key(token.kid(), self.now).await?;
        let verified = verify_handshake(&token, &key, &self.clerk.policy, self.now)?;
        let list = verified.claims().get("handshake").and_then(Value::as_array);
        let texts = list.into_iter().flatten().filter_map(Value::as_str);
        Ok(texts.map(str::to_owned).collect())
    }

    /// A cookie may belong to another app on the same parent domain or to older keys, so a bad one is passed over. In a
    /// query, which counts in development only, it means that keys were switched, and only a clear text helps.
    fn refused_handshake(&self, failure: Failure, in_query: bool) -> Result<Resolved, HardError> {
        let signed_out = |why| Ok(Resolved::State(self.signed_out(why)));
        if let Some(unknown) = failure.unknown {
            let why = failure.error.map_or_else(
                || Why::new("unexpected-error"),
                |error| Why::of_error(error, None),
            );
            return signed_out(Why {
                unknown: Some(unknown),
                ..why
            });
        }
        let Some(error) = failure.error else {
            return signed_out(Why::new("unexpected-error"));
        };
        if in_query {
            return Err(HardError::Handshake(hard_text(&error)));
        }
        // Only the reason word: the message repeats the token's text, which is a stranger's.
        let reason = error.reason.as_str();
        if let Some(line) = self.clerk.seldom.line("handshake-token", self.now) {
            let left_out = line.left_out;
            tracing::warn!(left_out, reason, "a handshake token was passed over");
        }
        Ok(Resolved::Cookies(None))
    }

    fn resolved_headers(&self, directives: &Directives) -> Result<HeaderMap, HardError> {
        let mut headers = HeaderMap::new();
        headers.insert(
            ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("null"),
        );
        headers.insert(
            ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        );
        directives.append_to(&mut headers);
        if self.clerk.config.is_development() {
            let marks = [TOKEN, NONCE, "__clerk_help", "__clerk_db_jwt"];
            let clean = self.url()?.without(&marks);
            if let Ok(location) = HeaderValue::from_str(clean.as_str()) {
                headers.insert(LOCATION, location);
            }
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        Ok(headers)
    }

    async fn verify_handed_session(&self, token: &str) -> Result<Arc<Known>, Failure> {
        let failure = match self.clerk.verify_text(token, self.now).await {
            Ok(known) => return Ok(known),
            Err(failure) => failure,
        };
        let is_about_time = failure.error.as_ref().is_some_and(|error| {
            matches!(
                error.reason,
                Reason::TokenExpired | Reason::TokenNotActiveYet | Reason::TokenIatInTheFuture
            )
        });
        if !is_about_time || !self.clerk.config.is_development() {
            return Err(failure);
        }
        if let Some(error) = &failure.error
            && let Some(line) = self.clerk.seldom.line("clocks", self.now)
        {
            let left_out = line.left_out;
            tracing::warn!(
                left_out,
                "the clocks of this machine and of Clerk differ: {error}"
            );
        }
        let lenient = self
            .clerk
            .verify_with_skew(token, DEVELOPMENT_SKEW_MS, self.now)
            .await;
        lenient.map_err(|_| failure)
    }
}

/// True if a text could be a nonce. Nobody is asked about other texts.
fn is_nonce(text: &str) -> bool {
    const MOST_BYTES: usize = 512;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=:".contains(&byte);
    text.len() <= MOST_BYTES && text.bytes().all(fits)
}

fn refused(token: &str, failure: Failure, in_query: bool) -> Option<RefusedSession> {
    let error = failure.error.filter(|_| in_query)?;
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
