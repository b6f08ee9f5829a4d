//! Checks of subject, audience, authorised party and issuer (`request-authentication.md` sections 4.2, 4.3 and 9.3).

use serde_json::Value;

use super::facts::{Facts, Outcome, Verdict};
use super::refusal::{VALID_CLERK_JWT, failed, shown};
use crate::error::{Reason, TokenError};
use crate::token::Unverified;

pub(super) fn subject(token: &Unverified) -> Verdict {
    if token.claim_str("sub").is_some() {
        return Ok(Outcome::Passed);
    }
    Err(failed(format!(
        "Subject claim (sub) is required and must be a string. Received {}.",
        shown(token.claims().get("sub"))
    )))
}

/// A claim of an odd shape is accepted, as in the reference: only texts and lists of texts are compared.
pub(super) fn audience(facts: &Facts<'_>) -> Verdict {
    let wanted = non_empty(&facts.policy.audience);
    if wanted.is_empty() {
        return Ok(Outcome::NotAsked);
    }
    let claim = facts.token.claims().get("aud");
    let kind = match claim {
        Some(Value::String(aud)) if aud.is_empty() || wanted.contains(&aud.as_str()) => None,
        Some(Value::String(_)) => Some("claim"),
        Some(Value::Array(list)) if list.is_empty() || !list.iter().all(Value::is_string) => None,
        Some(Value::Array(list)) if shares_one(list, &wanted) => None,
        Some(Value::Array(_)) => Some("claim array"),
        _ => return Ok(Outcome::NotAsked),
    };
    let Some(kind) = kind else {
        return Ok(Outcome::Passed);
    };
    Err(failed(format!(
        "Invalid JWT audience {kind} (aud) {}. Is not included in \"{}\".",
        shown(claim),
        json_list(&wanted)
    )))
}

/// Once it is asked for, an OAuth token must have an audience that matches; a session token may go without.
#[cfg(feature = "machines")]
pub(super) fn oauth_audience(facts: &Facts<'_>) -> Verdict {
    let wanted = non_empty(&facts.policy.audience);
    if wanted.is_empty() {
        return Ok(Outcome::NotAsked);
    }
    match oauth_audience_mismatch(facts.token.claims().get("aud"), &wanted) {
        None => Ok(Outcome::Passed),
        Some(message) => Err(TokenError::new(Reason::TokenVerificationFailed, message)),
    }
}

/// The sentence that refuses an OAuth audience, be it a claim of a JWT or a member of an answer (section 9.3). `None`
/// if it shares a value with `wanted`, which is not empty.
#[cfg(feature = "machines")]
pub fn oauth_audience_mismatch(aud: Option<&Value>, wanted: &[&str]) -> Option<String> {
    let list: Option<Vec<&str>> = match aud {
        Some(Value::String(text)) => Some(vec![text.as_str()]),
        Some(Value::Array(list)) => list.iter().map(Value::as_str).collect(),
        _ => None,
    };
    let Some(list) = list.filter(|l| !l.is_empty() && l.iter().all(|text| !text.is_empty())) else {
        return Some(format!(
            "Invalid OAuth audience claim (aud) {}. Expected a non-empty string or a non-empty array of non-empty \
             strings.",
            shown(aud)
        ));
    };
    if list.iter().any(|text| wanted.contains(text)) {
        return None;
    }
    Some(format!(
        "OAuth audience mismatch. Verification expected audience {}, but incoming token has aud {}.",
        json_list(wanted),
        json_list(&list)
    ))
}

pub(super) fn authorized_party(facts: &Facts<'_>) -> Verdict {
    let parties = &facts.policy.authorized_parties;
    let may_be_absent = facts.policy.accept_absent_azp;
    if parties.is_empty() || (may_be_absent && !facts.token.has_claim("azp")) {
        return Ok(Outcome::NotAsked);
    }
    let azp = facts.token.claim_str("azp").unwrap_or_default();
    if !azp.is_empty() && parties.iter().any(|party| party == azp) {
        return Ok(Outcome::Passed);
    }
    Err(TokenError::new(
        Reason::TokenInvalidAuthorizedParties,
        format!(
            "Invalid JWT Authorized party claim (azp) {}. Expected \"{}\".",
            shown(facts.token.claims().get("azp")),
            parties.join(",")
        ),
    ))
}

pub(super) fn issuer(facts: &Facts<'_>) -> Verdict {
    let wanted = non_empty(&facts.policy.issuers);
    if wanted.is_empty() {
        return Ok(Outcome::NotAsked);
    }
    let iss = facts.token.claim_str("iss");
    if iss.is_some_and(|iss| wanted.contains(&iss)) {
        return Ok(Outcome::Passed);
    }
    Err(TokenError::new(
        Reason::TokenInvalidIssuer,
        format!(
            "Invalid JWT issuer claim (iss) {}. Expected \"{}\".",
            shown(facts.token.claims().get("iss")),
            wanted.join(",")
        ),
    )
    .with_action(VALID_CLERK_JWT))
}

fn shares_one(list: &[Value], wanted: &[&str]) -> bool {
    list.iter()
        .filter_map(Value::as_str)
        .any(|aud| wanted.contains(&aud))
}

pub(crate) fn non_empty(list: &[String]) -> Vec<&str> {
    list.iter()
        .map(String::as_str)
        .filter(|text| !text.is_empty())
        .collect()
}

fn json_list(list: &[&str]) -> String {
    Value::from(list).to_string()
}
