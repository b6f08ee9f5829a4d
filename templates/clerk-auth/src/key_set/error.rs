//! The reason why there is no key: the key server said so, or nothing is known.

use std::time::Duration;

use crate::error::{Reason, TokenError};

/// No key was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// One of the reasons of section 4.4: the key server answered.
    #[error("{error}")]
    Token {
        /// The reason, its message and its advice.
        error: TokenError,
        /// The wait that the key server asked for.
        retry_after: Option<Duration>,
    },
    /// Nobody answered, or something other than the key server did. This is not a verification error: the reference
    /// reports it as `unexpected-error` with an empty message.
    #[error("the key set could not be loaded: {cause}")]
    Unavailable {
        /// The event for the log, without credentials.
        cause: String,
        /// The wait that the answer asked for, if there was one.
        retry_after: Option<Duration>,
    },
    /// Nobody was asked: the key is not held, and strangers made up so many key names that the set is fetched again
    /// only now and then.
    #[error(
        "the key of the token is not held, and the key set is not fetched again so soon for names it did not list"
    )]
    Rationed {
        /// The time until it may be fetched again.
        retry_after: Option<Duration>,
    },
}

impl KeySetError {
    /// True if nothing is known about the token (`security.md` rule 14): answer 503, not "signed out". So it is if our
    /// own credential was refused. Only a `kid` that the key set does not hold is a verdict.
    pub fn is_unknown(&self) -> bool {
        !matches!(self, Self::Token { error, .. } if error.reason == Reason::JwkKidMismatch)
    }

    /// The verification error, if there is one.
    pub fn token_error(&self) -> Option<&TokenError> {
        match self {
            Self::Token { error, .. } => Some(error),
            Self::Unavailable { .. } | Self::Rationed { .. } => None,
        }
    }

    /// The wait that the key server asked for, if it did.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Token { retry_after, .. }
            | Self::Unavailable { retry_after, .. }
            | Self::Rationed { retry_after } => *retry_after,
        }
    }

    /// The error for a key that the set does not list.
    pub fn kid_mismatch(kid: Option<&str>) -> Self {
        let kid = kid.unwrap_or("undefined");
        Self::token(
            Reason::JwkKidMismatch,
            format!(
                "Unable to find a signing key in JWKS that matches the kid='{kid}' of the provided session token. \
                 Please make sure that the __session cookie or the HTTP authorization header contain a \
                 Clerk-generated session JWT."
            ),
            "Go to your Dashboard and validate your secret and public keys are correct. \
             Contact support@clerk.com if the issue persists.",
        )
    }

    pub(super) fn token(reason: Reason, message: impl Into<String>, action: &'static str) -> Self {
        Self::Token {
            error: TokenError::new(reason, message).with_action(action),
            retry_after: None,
        }
    }

    pub(super) fn unavailable(cause: impl Into<String>) -> Self {
        Self::Unavailable {
            cause: cause.into(),
            retry_after: None,
        }
    }

    /// Adds the wait that the answer asked for.
    pub(super) fn after(mut self, wait: Option<Duration>) -> Self {
        match &mut self {
            Self::Token { retry_after, .. }
            | Self::Unavailable { retry_after, .. }
            | Self::Rationed { retry_after } => *retry_after = wait,
        }
        self
    }
}
