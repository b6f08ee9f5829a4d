//! Checks of a token's dates (`request-authentication.md` sections 4.2 and 4.3).

use super::facts::{Facts, Outcome, Verdict};
use super::http_date::http_date;
use super::refusal::{failed, shown};
use crate::error::{Reason, TokenError};
use crate::time::UnixMillis;
use crate::token::Unverified;

/// The last second that JavaScript's dates can name, before and after the epoch.
const LAST_SECOND: i64 = 8_640_000_000_000;

pub(super) fn expiry(facts: &Facts<'_>) -> Verdict {
    let expires = date(facts.token, "exp", "expiry date claim (exp)")?;
    if expires.0 > facts.now.0.saturating_sub(facts.policy.clock_skew_ms) {
        return Ok(Outcome::Passed);
    }
    Err(TokenError::new(
        Reason::TokenExpired,
        format!(
            "JWT is expired. Expiry date: {}, Current date: {}.",
            http_date(expires),
            http_date(facts.now)
        ),
    ))
}

pub(super) fn not_before(facts: &Facts<'_>) -> Verdict {
    if !facts.token.has_claim("nbf") {
        return Ok(Outcome::NotAsked);
    }
    let starts = date(facts.token, "nbf", "not before date claim (nbf)")?;
    if starts.0 <= facts.now.0.saturating_add(facts.policy.clock_skew_ms) {
        return Ok(Outcome::Passed);
    }
    Err(TokenError::new(
        Reason::TokenNotActiveYet,
        format!(
            "JWT cannot be used prior to not before date claim (nbf). Not before date: {}; Current date: {};",
            http_date(starts),
            http_date(facts.now)
        ),
    ))
}

pub(super) fn issued_at(facts: &Facts<'_>) -> Verdict {
    if !facts.token.has_claim("iat") {
        return Ok(Outcome::NotAsked);
    }
    let issued = date(facts.token, "iat", "issued at date claim (iat)")?;
    if issued.0 <= facts.now.0.saturating_add(facts.policy.clock_skew_ms) {
        return Ok(Outcome::Passed);
    }
    Err(TokenError::new(
        Reason::TokenIatInTheFuture,
        format!(
            "JWT issued at date claim (iat) is in the future. Issued at date: {}; Current date: {};",
            http_date(issued),
            http_date(facts.now)
        ),
    ))
}

/// A date claim. Numbers that no date can hold are refused; the reference compares them with nothing and lets them
/// pass.
fn date(token: &Unverified, claim: &str, name: &str) -> Result<UnixMillis, TokenError> {
    let Some(seconds) = token.claim_i64(claim) else {
        let claim = shown(token.claims().get(claim));
        return Err(failed(format!(
            "Invalid JWT {name} {claim}. Expected number."
        )));
    };
    if !(-LAST_SECOND..=LAST_SECOND).contains(&seconds) {
        let claim = shown(token.claims().get(claim));
        return Err(failed(format!(
            "Invalid JWT {name} {claim}. No date is that far away."
        )));
    }
    Ok(UnixMillis::from_seconds(seconds))
}
