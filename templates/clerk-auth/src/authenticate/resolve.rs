//! The way back from a handshake: cookies arrive as a nonce or inside a token (`request-authentication.md` section 6.8).

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, HeaderMap,
    HeaderValue, LOCATION,
};
use serde_json::Value;

use super::directives::Directives;
use super::failure::Failure;
use super::request::Request;
use super::state::{HardError, RequestState, Unknown, Why};
use crate::error::{Reason, TokenError};
use crate::token::decode;
use crate::token_type::TokenType;
use crate::verify::verify_handshake;

/// How far clocks may differ in development before a handshake is given up: a day.
const DEVELOPMENT_SKEW_MS: i64 = 86_400_000;

/// What a handshake left behind.
pub(crate) enum Handed {
    Nonce(String),
    Token(String),
}

impl Request<'_> {
    /// A nonce beats a token, the query beats the cookie. In production a token in the query does not count: a link
    /// could sign a visitor in as somebody else (`security.md` rule 1).
    pub(super) fn handed(&self) -> Option<Handed> {
        const NONCE: &str = "__clerk_handshake_nonce";
        const TOKEN: &str = "__clerk_handshake";
        let cookie = |name| {
            self.cookies()
                .non_empty(name)
                .map(std::borrow::Cow::into_owned)
        };
        // Without a secret key a nonce cannot be looked up; the cookie is of another app on the same parent domain.
        let can_ask = self.clerk.config.secret_key.is_some();
        let nonce = || self.query(NONCE).or_else(|| cookie(NONCE));
        if let Some(nonce) = can_ask.then(nonce).flatten() {
            return Some(Handed::Nonce(nonce));
        }
        let in_query = self
            .clerk
            .config
            .is_development()
            .then(|| self.query(TOKEN))
            .flatten();
        in_query.or_else(|| cookie(TOKEN)).map(Handed::Token)
    }

    /// `None` when nothing came of it and the rules go on with the cookies as they are.
    pub(super) async fn resolve(&self, handed: Handed) -> Result<Option<RequestState>, HardError> {
        let mut unknown = None;
        let directives = match handed {
            Handed::Nonce(nonce) => match self.payload_of(&nonce).await {
                Ok(directives) => directives,
                Err(cause) => {
                    unknown = cause;
                    Vec::new()
                }
            },
            Handed::Token(token) => match self.payload_in(&token).await {
                Ok(directives) => directives,
                Err(failure) => return self.refused_handshake(failure),
            },
        };
        let directives = Directives::read(&directives);
        let headers = self.resolved_headers(&directives)?;
        let Some(token) = directives.session() else {
            let why = Why {
                unknown,
                ..Why::new("session-token-missing")
            };
            return Ok(Some(RequestState::signed_out(
                why,
                Some(TokenType::Session),
                headers,
            )));
        };
        let auth = self.verify_handed_session(token).await;
        Ok(auth.map(|auth| RequestState::signed_in(auth, headers)))
    }

    /// Any failure leaves an empty list, as in the reference; whether it says anything about the nonce is kept.
    async fn payload_of(&self, nonce: &str) -> Result<Vec<String>, Option<Unknown>> {
        self.clerk
            .backend
            .handshake_payload(nonce)
            .await
            .map_err(|error| {
                if self.clerk.seldom.allows("handshake-payload", self.now) {
                    tracing::warn!("the handshake payload could not be had: {error}");
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

    /// Another app on the same parent domain may own the cookie, so in production a bad one is passed over. In
    /// development it means that keys were switched, and nothing but a clear text helps.
    fn refused_handshake(&self, failure: Failure) -> Result<Option<RequestState>, HardError> {
        if let Some(unknown) = failure.unknown {
            let why = failure.error.map_or_else(
                || Why::new("unexpected-error"),
                |error| Why::of_error(error, None),
            );
            return Ok(Some(self.signed_out(Why {
                unknown: Some(unknown),
                ..why
            })));
        }
        let Some(error) = failure.error else {
            return Ok(Some(self.signed_out(Why::new("unexpected-error"))));
        };
        if !self.clerk.config.is_development() {
            // The reason word only: the message repeats what the token says, and that is a stranger's text.
            let reason = error.reason.as_str();
            if self.clerk.seldom.allows(reason, self.now) {
                tracing::warn!(reason, "a handshake token was passed over");
            }
            return Ok(None);
        }
        Err(HardError::Handshake(hard_text(&error)))
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
            let clean = self.url()?.without(&[
                "__clerk_handshake",
                "__clerk_help",
                "__clerk_db_jwt",
                "__clerk_handshake_nonce",
            ]);
            if let Ok(location) = HeaderValue::from_str(clean.as_str()) {
                headers.insert(LOCATION, location);
            }
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        Ok(headers)
    }

    async fn verify_handed_session(&self, token: &str) -> Option<crate::auth::Auth> {
        let failure = match self.clerk.verify_text(token, self.now).await {
            Ok(known) => return Some(known.auth()),
            Err(failure) => failure,
        };
        let error = failure.error?;
        let is_about_time = matches!(
            error.reason,
            Reason::TokenExpired | Reason::TokenNotActiveYet | Reason::TokenIatInTheFuture
        );
        if !is_about_time || !self.clerk.config.is_development() {
            return None;
        }
        tracing::warn!("the clocks of this machine and of Clerk differ: {error}");
        let lenient = self
            .clerk
            .verify_with_skew(token, DEVELOPMENT_SKEW_MS, self.now)
            .await;
        lenient.ok().map(|known| known.auth())
    }
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
