//! Reasons why a token was not let in.

use std::time::Duration;

use super::state::{Unknown, Why};
use crate::backend::BackendError;
use crate::claims::ClaimsError;
use crate::error::{Reason, TokenCarrier, TokenError};
use crate::key_set::KeySetError;
use crate::seldom::Line;

/// The wait in seconds, if nobody named one.
const RETRY_AFTER: u64 = 5;

/// The reason why a token was not verified: a refusal, or nothing could be found out, or both if the key server gave a
/// reason. If it is neither, the claims cannot be read.
#[derive(Debug, Default)]
pub(crate) struct Failure {
    pub(super) error: Option<TokenError>,
    pub(super) unknown: Option<Unknown>,
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        Self {
            error: Some(error),
            unknown: None,
        }
    }
}

impl From<KeySetError> for Failure {
    fn from(error: KeySetError) -> Self {
        let unknown = error.is_unknown().then(|| Unknown {
            cause: error.to_string(),
            retry_after: seconds(error.retry_after()),
            rationed: matches!(error, KeySetError::Rationed { .. }),
            own_credential_refused: error
                .token_error()
                .is_some_and(|error| error.reason == Reason::SecretKeyInvalid),
        });
        Self {
            error: error.token_error().cloned(),
            unknown,
        }
    }
}

impl Failure {
    /// The claims of a verified token cannot be read.
    pub(super) fn unreadable(error: &ClaimsError, line: Option<Line>) -> Self {
        if let Some(line) = line {
            let left_out = line.left_out;
            tracing::warn!(
                left_out,
                "a verified token was refused, its claims cannot be read: {error}"
            );
        }
        Self::default()
    }
}

impl Unknown {
    pub(super) fn of_backend(error: &BackendError) -> Self {
        Self {
            cause: error.to_string(),
            retry_after: seconds(error.retry_after()),
            own_credential_refused: matches!(error.status(), Some(401 | 403)),
            rationed: matches!(error, BackendError::NotSent(_)),
        }
    }
}

fn seconds(wait: Option<Duration>) -> u64 {
    wait.map_or(RETRY_AFTER, |wait| wait.as_secs().max(1))
}

impl Why {
    pub(super) fn of_error(error: TokenError, carrier: Option<TokenCarrier>) -> Self {
        let why = Self::new(error.reason.as_str()).with_message(error.full_message(carrier));
        Self {
            error: Some(error),
            carrier,
            ..why
        }
    }
}
