//! The words of a refusal (`request-authentication.md` section 4.3).

use serde_json::Value;

use crate::error::{Reason, TokenError};

pub(super) const VALID_CLERK_JWT: &str = "Make sure that this is a valid Clerk-generated JWT.";

/// A value as compact JSON, an absent one as the reference's language prints it.
pub(super) fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "undefined".to_owned(), Value::to_string)
}

pub(super) fn invalid(message: impl Into<String>) -> TokenError {
    TokenError::new(Reason::TokenInvalid, message).with_action(VALID_CLERK_JWT)
}

pub(super) fn failed(message: impl Into<String>) -> TokenError {
    TokenError::new(Reason::TokenVerificationFailed, message).with_action(VALID_CLERK_JWT)
}
