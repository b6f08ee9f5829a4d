//! Decides about a token that was not let in: the user is signed out, sent to Clerk, or gets a new token for the
//! refresh token (`request-authentication.md` sections 6.5 and 6.9).

use std::sync::Arc;

use http::header::HeaderMap;

use super::directives::Directives;
use super::failure::Failure;
use super::known::Known;
use super::request::Request;
use super::state::{HardError, RequestState, Why};
use crate::backend::{BackendError, RefreshRequest};
use crate::error::{Reason, TokenCarrier};
use crate::token::decode;

impl Request<'_> {
    /// The rules of section 6.5.
    pub(super) async fn failed(
        &self,
        failure: Failure,
        carrier: TokenCarrier,
    ) -> Result<RequestState, HardError> {
        let Some(error) = failure.error else {
            let why = Why::new("unexpected-error");
            return Ok(self.signed_out(Why {
                unknown: failure.unknown,
                ..why
            }));
        };
        let reason = match error.reason {
            Reason::TokenExpired => match self.try_refresh().await? {
                Ok(state) => return Ok(state),
                Err(refresh_error) => format!("session-token-expired-refresh-{refresh_error}"),
            },
            Reason::TokenNotActiveYet => "session-token-nbf".to_owned(),
            Reason::TokenIatInTheFuture => "session-token-iat-in-the-future".to_owned(),
            _ => {
                let why = Why::of_error(error, Some(carrier));
                return Ok(self.signed_out(Why {
                    unknown: failure.unknown,
                    ..why
                }));
            }
        };
        let why = Why::of_error(error, Some(carrier));
        self.handshake(Why {
            reason: reason.into(),
            ..why
        })
    }

    /// Section 6.9. The inner error is the word at the end of the handshake's reason.
    async fn try_refresh(&self) -> Result<Result<RequestState, String>, HardError> {
        if !self.is_get() {
            return Ok(Err("non-eligible-non-get".to_owned()));
        }
        let Some(refresh_token) = self.refresh_token() else {
            return Ok(Err("non-eligible-no-refresh-cookie".to_owned()));
        };
        let origin = self.url()?.origin();
        Ok(self.refresh(&refresh_token, &origin).await)
    }

    async fn refresh(&self, refresh_token: &str, origin: &str) -> Result<RequestState, String> {
        let cookies = self.session_cookies();
        // Whichever token failed, Clerk renews the cookie's.
        let expired = cookies.session.as_deref().or(self.header_token());
        let expired = expired.ok_or("missing-session-token")?;
        let token = decode(expired).map_err(|_| "expired-session-token-decode-failed")?;
        let session_id = token.claim_str("sid").filter(|sid| !sid.is_empty());
        let request = RefreshRequest {
            session_id: session_id.ok_or("expired-session-token-missing-sid-claim")?,
            expired_token: expired,
            refresh_token,
            request_origin: origin,
            request: self.head,
            suffixed_cookies: cookies.suffixed,
        };
        let lines = self.clerk.tokens.refresh_session(request).await;
        let lines = lines.map_err(|error| refresh_error(&error))?;
        if lines.is_empty() {
            return Err("unexpected-sdk-error".to_owned());
        }
        let directives = Directives::read(&lines);
        self.note_dropped(&directives);
        let known = self
            .refreshed(&directives)
            .await
            .ok_or("invalid-session-token")?;
        let mut headers = HeaderMap::new();
        directives.append_to(&mut headers);
        Ok(RequestState::signed_in(known.auth(), headers))
    }

    async fn refreshed(&self, directives: &Directives<'_>) -> Option<Arc<Known>> {
        let token = directives.session()?;
        self.clerk.verify_text(token, self.now).await.ok()
    }
}

fn refresh_error(error: &BackendError) -> String {
    match error {
        BackendError::Api(_) => {
            let code = error.first().map(|entry| entry.code.clone());
            code.filter(|code| !code.is_empty())
                .unwrap_or_else(|| "unexpected-bapi-error".to_owned())
        }
        BackendError::Network(_) => "fetch-error".to_owned(),
        BackendError::Shape(_) => "unexpected-sdk-error".to_owned(),
        // The `sid` does not fit into a path, or there is no secret key.
        BackendError::NotSent(_) => "missing-api-client".to_owned(),
    }
}
