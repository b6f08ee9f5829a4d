//! Checks of the header, the key and the signature (`request-authentication.md` sections 4.2, 4.3 and 9.3).

use super::facts::{Facts, Outcome, Verdict};
use super::no_key;
use super::refusal::{VALID_CLERK_JWT, failed, invalid, shown};
use crate::error::{Reason, TokenError};
use crate::public_key::Algorithm;
use crate::token::{Unverified, category};

pub(super) fn category(token: &Unverified) -> Result<(), TokenError> {
    if token.header_str("cat") == Some(category::M2M) {
        return Err(invalid("Invalid session token category."));
    }
    Ok(())
}

pub(super) fn session_class(token: &Unverified) -> Verdict {
    if token.has_non_session_category() {
        return Err(invalid("Invalid session token category."));
    }
    if token.is_of_machine() {
        return Err(invalid("Invalid session token subject: it is a machine."));
    }
    Ok(Outcome::Passed)
}

#[cfg(feature = "machines")]
pub(super) fn m2m_category(token: &Unverified) -> Verdict {
    match token.header_str("cat") {
        Some(category::M2M) => Ok(Outcome::Passed),
        None if !token.has_header("cat") => Ok(Outcome::NotAsked),
        _ => Err(invalid("Invalid M2M JWT category.")),
    }
}

pub(super) fn handshake_category(token: &Unverified) -> Verdict {
    if token.has_non_session_category() {
        return Err(invalid("Invalid handshake token category."));
    }
    Ok(Outcome::Passed)
}

pub(super) fn session_type(token: &Unverified) -> Verdict {
    match token.header_str("typ") {
        Some("JWT") => Ok(Outcome::Passed),
        None if !token.has_header("typ") => Ok(Outcome::NotAsked),
        _ => Err(invalid(format!(
            "Invalid JWT type {}. Expected \"JWT\".",
            shown(token.header().get("typ"))
        ))),
    }
}

#[cfg(feature = "machines")]
pub(super) fn oauth_type(token: &Unverified) -> Verdict {
    if token.is_of_oauth() {
        return Ok(Outcome::Passed);
    }
    Err(invalid(format!(
        "Invalid JWT type {}. Expected \"at+jwt\" or \"application/at+jwt\".",
        shown(token.header().get("typ"))
    )))
}

/// The algorithm is one of three, and it is settled before the key is touched.
pub(super) fn algorithm(token: &Unverified) -> Result<Algorithm, TokenError> {
    let name = token.header_str("alg").unwrap_or_default();
    Algorithm::from_name(name).ok_or_else(|| {
        let alg = shown(token.header().get("alg"));
        TokenError::new(
            Reason::TokenInvalidAlgorithm,
            format!("Invalid JWT algorithm {alg}. Supported: RS256,RS384,RS512."),
        )
        .with_action(VALID_CLERK_JWT)
    })
}

pub(super) fn key_use(facts: &Facts<'_>) -> Verdict {
    let algorithm = algorithm(facts.token)?;
    let key = facts.key.ok_or_else(no_key)?;
    match key.allows(algorithm) {
        Ok(()) => Ok(Outcome::Passed),
        Err(why) => Err(failed(format!(
            "Error verifying JWT signature. Error: {why}"
        ))),
    }
}

pub(super) fn signature(facts: &Facts<'_>) -> Verdict {
    let algorithm = algorithm(facts.token)?;
    let text = facts.token.signed_text().as_bytes();
    let key = facts.key.ok_or_else(no_key)?;
    if key.verifies(algorithm, text, facts.token.signature()) {
        return Ok(Outcome::Passed);
    }
    Err(TokenError::new(
        Reason::TokenInvalidSignature,
        "JWT signature is invalid.",
    ))
}
