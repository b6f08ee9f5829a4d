//! Why a token was refused, in the reference's own words (`request-authentication.md` section 4.3).

use std::fmt;

/// The reason for a refusal, one word. People search for these words, so each is the reference's to the letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// `token-expired`
    TokenExpired,
    /// `token-invalid`
    TokenInvalid,
    /// `token-invalid-algorithm`
    TokenInvalidAlgorithm,
    /// `token-invalid-authorized-parties`
    TokenInvalidAuthorizedParties,
    /// `token-invalid-issuer`
    TokenInvalidIssuer,
    /// `token-invalid-signature`
    TokenInvalidSignature,
    /// `token-not-active-yet`
    TokenNotActiveYet,
    /// `token-iat-in-the-future`
    TokenIatInTheFuture,
    /// `token-verification-failed`
    TokenVerificationFailed,
    /// `secret-key-invalid`
    SecretKeyInvalid,
    /// `jwk-local-missing`
    JwkLocalMissing,
    /// `jwk-remote-failed-to-load`
    JwkRemoteFailedToLoad,
    /// `jwk-remote-invalid`
    JwkRemoteInvalid,
    /// `jwk-remote-missing`
    JwkRemoteMissing,
    /// `jwk-failed-to-resolve`
    JwkFailedToResolve,
    /// `jwk-kid-mismatch`
    JwkKidMismatch,
}

impl Reason {
    /// The word people search for.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TokenExpired => "token-expired",
            Self::TokenInvalid => "token-invalid",
            Self::TokenInvalidAlgorithm => "token-invalid-algorithm",
            Self::TokenInvalidAuthorizedParties => "token-invalid-authorized-parties",
            Self::TokenInvalidIssuer => "token-invalid-issuer",
            Self::TokenInvalidSignature => "token-invalid-signature",
            Self::TokenNotActiveYet => "token-not-active-yet",
            Self::TokenIatInTheFuture => "token-iat-in-the-future",
            Self::TokenVerificationFailed => "token-verification-failed",
            Self::SecretKeyInvalid => "secret-key-invalid",
            Self::JwkLocalMissing => "jwk-local-missing",
            Self::JwkRemoteFailedToLoad => "jwk-remote-failed-to-load",
            Self::JwkRemoteInvalid => "jwk-remote-invalid",
            Self::JwkRemoteMissing => "jwk-remote-missing",
            Self::JwkFailedToResolve => "jwk-failed-to-resolve",
            Self::JwkKidMismatch => "jwk-kid-mismatch",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The place a token was found in; part of the full message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenCarrier {
    /// The `Authorization` header.
    Header,
    /// The session cookie.
    Cookie,
}

impl TokenCarrier {
    /// `header` or `cookie`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

/// A verification error: the token was looked at and refused, or its key could not be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenError {
    /// The reason word.
    pub reason: Reason,
    /// The problem, in the reference's words.
    pub message: String,
    /// Advice, in the reference's words; empty if it gives none.
    pub action: &'static str,
}

impl TokenError {
    /// An error without advice.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
            action: "",
        }
    }

    /// The same error with advice.
    #[must_use]
    pub fn with_action(mut self, action: &'static str) -> Self {
        self.action = action;
        self
    }

    /// `<message>[ <action>] (reason=<reason>, token-carrier=<carrier>)`, section 4.3.
    pub fn full_message(&self, carrier: Option<TokenCarrier>) -> String {
        let space = if self.action.is_empty() { "" } else { " " };
        let carrier = carrier.map_or("undefined", TokenCarrier::as_str);
        format!(
            "{}{space}{} (reason={}, token-carrier={carrier})",
            self.message, self.action, self.reason
        )
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TokenError {}
