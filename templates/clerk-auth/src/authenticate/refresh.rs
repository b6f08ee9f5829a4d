//! Decides about a token that was not let in: the user is signed out, sent to Clerk, or gets a new token for the
//! refresh token (`request-authentication.md` sections 6.5 and 6.9).

use http::header::HeaderMap;

use super::request::Request;
use super::state::{HardError, NotSignedIn, RequestState};
use crate::backend::{BackendError, RefreshRequest};
use crate::error::{Reason, TokenCarrier};
use crate::token::decode;

impl Request<'_> {
    /// The rules of section 6.5.
    pub(super) async fn failed(
        &self,
        why: NotSignedIn,
        carrier: TokenCarrier,
    ) -> Result<RequestState, HardError> {
        let reason = match why.error.as_ref().map(|error| error.reason) {
            Some(Reason::TokenExpired) => match self.try_refresh().await? {
                Ok(state) => return Ok(state),
                Err(refresh_error) => format!("session-token-expired-refresh-{refresh_error}"),
            },
            Some(Reason::TokenNotActiveYet) => "session-token-nbf".to_owned(),
            Some(Reason::TokenIatInTheFuture) => "session-token-iat-in-the-future".to_owned(),
            _ => return Ok(self.signed_out(why.carried_by(Some(carrier)))),
        };
        self.handshake(NotSignedIn {
            reason: reason.into(),
            ..why.carried_by(Some(carrier))
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
        let directives = self.directives(&lines);
        let token = directives.session().ok_or("invalid-session-token")?;
        let verified = self.clerk.verify_text(token, self.now).await;
        let verified = verified.map_err(|_| "invalid-session-token")?;
        let mut headers = HeaderMap::new();
        directives.append_to(&mut headers);
        Ok(RequestState::signed_in(verified.auth(), headers))
    }
}

fn refresh_error(error: &BackendError) -> String {
    match error {
        BackendError::Api(_) => {
            let code = error.first().map_or("", |entry| &*entry.code);
            let code = Some(code).filter(|code| !code.is_empty());
            code.unwrap_or("unexpected-bapi-error").to_owned()
        }
        BackendError::Network(_) => "fetch-error".to_owned(),
        BackendError::Shape(_) => "unexpected-sdk-error".to_owned(),
        // The `sid` does not fit into a path, there is no secret key, or too many calls are under way.
        BackendError::NotSent(_) => "missing-api-client".to_owned(),
    }
}
