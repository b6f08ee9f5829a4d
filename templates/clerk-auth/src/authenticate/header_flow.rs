//! Requests with a token in the `Authorization` header (`request-authentication.md` sections 6.2 and 6.3).

use http::header::HeaderMap;

use super::request::Request;
use super::state::{RequestState, Why};
use crate::error::TokenError;
use crate::token::{Unverified, decode};
use crate::token_type::TokenType;

/// The next step after an `Authorization` header.
pub(super) enum HeaderStep {
    /// Decided.
    Settled(RequestState),
    /// There is no token in it, so cookies decide.
    Cookies,
    /// A session token to verify, or the reason why the text is not a token.
    Session(Result<Unverified, TokenError>),
    /// A machine token to verify.
    #[cfg(feature = "machines")]
    Machine(TokenType),
}

impl Request<'_> {
    pub(super) fn header_rules(&self) -> HeaderStep {
        #[cfg(feature = "machines")]
        if let Some(step) = self.machine_rules() {
            return step;
        }
        if let Some(token) = self.header_token_bytes()
            && let Some(known) = self.clerk.known(token, self.now)
        {
            let state = RequestState::signed_in(known.auth(), HeaderMap::new());
            return HeaderStep::Settled(state);
        }
        match self.header_token() {
            Some(token) => session_step(token),
            None => HeaderStep::Cookies,
        }
    }
}

/// A token of a class that no session has is refused before anything is verified.
fn session_step(token: &str) -> HeaderStep {
    let decoded = decode(token);
    let wrong_class = decoded.as_ref().is_ok_and(|token| {
        TokenType::of_machine_jwt(token).is_some() || token.has_non_session_category()
    });
    if wrong_class {
        return HeaderStep::Settled(mismatch(Some(TokenType::Session)));
    }
    HeaderStep::Session(decoded)
}

pub(super) fn mismatch(token_type: Option<TokenType>) -> RequestState {
    RequestState::signed_out(
        Why::new("token-type-mismatch"),
        token_type,
        HeaderMap::new(),
    )
}
