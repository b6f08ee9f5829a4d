//! The checks, one function each, with the reference's sentences (`request-authentication.md` sections 4.2 and 4.3).

use serde_json::Value;

use super::Policy;
use super::http_date::http_date;
use crate::error::{Reason, TokenError};
use crate::public_key::{Algorithm, PublicKey};
use crate::time::UnixMillis;
use crate::token::{Unverified, category, whole};

const VALID_CLERK_JWT: &str = "Make sure that this is a valid Clerk-generated JWT.";

/// The last second that a date can name, counted from the epoch in both directions.
const LAST_SECOND: i64 = 8_640_000_000_000;

/// What a check looks at.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The token.
    pub token: &'a Unverified,
    /// The key it should be signed with.
    pub key: &'a PublicKey,
    /// What the app asks.
    pub policy: &'a Policy,
    /// The moment.
    pub now: UnixMillis,
}

impl<'a> Facts<'a> {
    /// Puts the four together.
    pub fn new(
        token: &'a Unverified,
        key: &'a PublicKey,
        policy: &'a Policy,
        now: UnixMillis,
    ) -> Self {
        Self {
            token,
            key,
            policy,
            now,
        }
    }
}

/// What a check says when it does not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Looked at and good.
    Passed,
    /// Nothing to compare: the policy asks for nothing here, or the token need not have it and has it not.
    NotAsked,
}

type Verdict = Result<Outcome, TokenError>;

/// One check of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Check {
    /// The token is of a user's session, by category and subject; ours, no check of the reference's verifier.
    SessionClass,
    /// The category is not that of machine-to-machine tokens.
    Category,
    /// The category is that of machine-to-machine tokens, or absent.
    M2mCategory,
    /// The category is one that handshake tokens may have.
    HandshakeCategory,
    /// `typ` is absent or `JWT`.
    Type,
    /// `typ` is that of OAuth access tokens.
    OAuthType,
    /// `alg` is one of the three.
    Algorithm,
    /// The key may be used for that `alg`.
    KeyUse,
    /// The signature.
    Signature,
    /// `sub` is there.
    Subject,
    /// `aud`, when the policy has a list.
    Audience,
    /// `aud` by the stricter rule for OAuth access tokens.
    OAuthAudience,
    /// `azp`, when the policy has a list.
    AuthorizedParty,
    /// `iss`, when the policy has a list.
    Issuer,
    /// `exp` is there and not over.
    Expiry,
    /// `exp`, where there is one, is not over.
    OptionalExpiry,
    /// `nbf`, where there is one, has come.
    NotBefore,
    /// `iat`, where there is one, has come.
    IssuedAt,
}

impl Check {
    /// Checks 2 and 4 to 14 of section 4.2.
    pub const SESSION: [Self; 12] = [
        Self::Category,
        Self::Type,
        Self::Algorithm,
        Self::KeyUse,
        Self::Signature,
        Self::Subject,
        Self::Audience,
        Self::AuthorizedParty,
        Self::Issuer,
        Self::Expiry,
        Self::NotBefore,
        Self::IssuedAt,
    ];
    /// Section 6.8 step 3, and the dates.
    pub const HANDSHAKE: [Self; 8] = [
        Self::Type,
        Self::Algorithm,
        Self::HandshakeCategory,
        Self::KeyUse,
        Self::Signature,
        Self::OptionalExpiry,
        Self::NotBefore,
        Self::IssuedAt,
    ];
    /// Section 9.3, machine-to-machine tokens.
    pub const M2M: [Self; 10] = [
        Self::M2mCategory,
        Self::Type,
        Self::Algorithm,
        Self::KeyUse,
        Self::Signature,
        Self::Subject,
        Self::Audience,
        Self::Expiry,
        Self::NotBefore,
        Self::IssuedAt,
    ];
    /// Section 9.3, OAuth access tokens.
    pub const OAUTH: [Self; 9] = [
        Self::OAuthType,
        Self::Algorithm,
        Self::KeyUse,
        Self::Signature,
        Self::Subject,
        Self::OAuthAudience,
        Self::Expiry,
        Self::NotBefore,
        Self::IssuedAt,
    ];

    /// Makes the check.
    ///
    /// # Errors
    /// The verification error that the failed check stands for.
    pub fn run(self, facts: &Facts<'_>) -> Verdict {
        match self {
            Self::SessionClass => session_class(facts.token),
            Self::Category => category(facts.token).map(|()| Outcome::Passed),
            Self::M2mCategory => m2m_category(facts.token),
            Self::HandshakeCategory => handshake_category(facts.token),
            Self::Type => session_type(facts.token),
            Self::OAuthType => oauth_type(facts.token),
            Self::Algorithm => algorithm(facts.token).map(|_| Outcome::Passed),
            Self::KeyUse => key_use(facts),
            Self::Signature => signature(facts),
            Self::Subject => subject(facts.token),
            Self::Audience => audience(facts),
            Self::OAuthAudience => oauth_audience(facts),
            Self::AuthorizedParty => authorized_party(facts),
            Self::Issuer => issuer(facts),
            Self::Expiry => expiry(facts),
            Self::OptionalExpiry if !facts.token.claims().contains_key("exp") => {
                Ok(Outcome::NotAsked)
            }
            Self::OptionalExpiry => expiry(facts),
            Self::NotBefore => not_before(facts),
            Self::IssuedAt => issued_at(facts),
        }
    }
}

pub(super) fn category(token: &Unverified) -> Result<(), TokenError> {
    if token.header_str("cat") == Some(category::M2M) {
        return Err(invalid("Invalid session token category."));
    }
    Ok(())
}

fn session_class(token: &Unverified) -> Verdict {
    if token.has_non_session_category() {
        return Err(invalid("Invalid session token category."));
    }
    if token
        .claim_str("sub")
        .is_some_and(|sub| sub.starts_with("mch_"))
    {
        return Err(invalid("Invalid session token subject: it is a machine."));
    }
    Ok(Outcome::Passed)
}

fn m2m_category(token: &Unverified) -> Verdict {
    match token.header().get("cat") {
        None => Ok(Outcome::NotAsked),
        Some(cat) if cat == category::M2M => Ok(Outcome::Passed),
        Some(_) => Err(invalid("Invalid M2M JWT category.")),
    }
}

fn handshake_category(token: &Unverified) -> Verdict {
    if token.has_non_session_category() {
        return Err(invalid("Invalid handshake token category."));
    }
    Ok(Outcome::Passed)
}

fn session_type(token: &Unverified) -> Verdict {
    match token.header().get("typ") {
        None => Ok(Outcome::NotAsked),
        Some(typ) if typ == "JWT" => Ok(Outcome::Passed),
        typ => Err(invalid(format!(
            "Invalid JWT type {}. Expected \"JWT\".",
            shown(typ)
        ))),
    }
}

fn oauth_type(token: &Unverified) -> Verdict {
    match token.header_str("typ") {
        Some("at+jwt" | "application/at+jwt") => Ok(Outcome::Passed),
        _ => Err(invalid(format!(
            "Invalid JWT type {}. Expected \"at+jwt\" or \"application/at+jwt\".",
            shown(token.header().get("typ"))
        ))),
    }
}

/// The algorithm is settled here, from a list of three, before the key is touched.
fn algorithm(token: &Unverified) -> Result<Algorithm, TokenError> {
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

fn key_use(facts: &Facts<'_>) -> Verdict {
    let algorithm = algorithm(facts.token)?;
    match facts.key.allows(algorithm) {
        Ok(()) => Ok(Outcome::Passed),
        Err(why) => Err(failed(format!(
            "Error verifying JWT signature. Error: {why}"
        ))),
    }
}

fn signature(facts: &Facts<'_>) -> Verdict {
    let algorithm = algorithm(facts.token)?;
    let text = facts.token.signed_text().as_bytes();
    if facts.key.verifies(algorithm, text, facts.token.signature()) {
        return Ok(Outcome::Passed);
    }
    Err(TokenError::new(
        Reason::TokenInvalidSignature,
        "JWT signature is invalid.",
    ))
}

fn subject(token: &Unverified) -> Verdict {
    match token.claims().get("sub") {
        Some(Value::String(_)) => Ok(Outcome::Passed),
        sub => Err(failed(format!(
            "Subject claim (sub) is required and must be a string. Received {}.",
            shown(sub)
        ))),
    }
}

/// A claim of an odd shape is accepted, as in the reference: only texts and lists of texts are compared.
fn audience(facts: &Facts<'_>) -> Verdict {
    let wanted = non_empty(&facts.policy.audience);
    let claim = facts.token.claims().get("aud");
    let kind = match claim {
        _ if wanted.is_empty() => return Ok(Outcome::NotAsked),
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

/// Unlike a session token's, an OAuth token's audience must be there and must match once it is asked for.
fn oauth_audience(facts: &Facts<'_>) -> Verdict {
    let wanted = non_empty(&facts.policy.audience);
    if wanted.is_empty() {
        return Ok(Outcome::NotAsked);
    }
    match oauth_audience_mismatch(facts.token.claims().get("aud"), &wanted) {
        None => Ok(Outcome::Passed),
        Some(message) => Err(TokenError::new(Reason::TokenVerificationFailed, message)),
    }
}

/// The sentence for an OAuth audience that does not do, from the claim of a JWT or the member of an answer
/// (section 9.3); nothing when it shares a value with `wanted`, which is not empty.
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

fn authorized_party(facts: &Facts<'_>) -> Verdict {
    let parties = &facts.policy.authorized_parties;
    let claim = facts.token.claims().get("azp");
    if parties.is_empty() || (claim.is_none() && facts.policy.accept_absent_azp) {
        return Ok(Outcome::NotAsked);
    }
    let azp = claim.and_then(Value::as_str).unwrap_or_default();
    if !azp.is_empty() && parties.iter().any(|party| party == azp) {
        return Ok(Outcome::Passed);
    }
    Err(TokenError::new(
        Reason::TokenInvalidAuthorizedParties,
        format!(
            "Invalid JWT Authorized party claim (azp) {}. Expected \"{}\".",
            shown(claim),
            parties.join(",")
        ),
    ))
}

fn issuer(facts: &Facts<'_>) -> Verdict {
    let wanted = non_empty(&facts.policy.issuers);
    if wanted.is_empty() {
        return Ok(Outcome::NotAsked);
    }
    let claim = facts.token.claims().get("iss");
    if claim
        .and_then(Value::as_str)
        .is_some_and(|iss| wanted.contains(&iss))
    {
        return Ok(Outcome::Passed);
    }
    Err(TokenError::new(
        Reason::TokenInvalidIssuer,
        format!(
            "Invalid JWT issuer claim (iss) {}. Expected \"{}\".",
            shown(claim),
            wanted.join(",")
        ),
    )
    .with_action(VALID_CLERK_JWT))
}

fn expiry(facts: &Facts<'_>) -> Verdict {
    let expires = date(facts.token.claims().get("exp"), "expiry date claim (exp)")?;
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

fn not_before(facts: &Facts<'_>) -> Verdict {
    let Some(claim) = facts.token.claims().get("nbf") else {
        return Ok(Outcome::NotAsked);
    };
    let starts = date(Some(claim), "not before date claim (nbf)")?;
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

fn issued_at(facts: &Facts<'_>) -> Verdict {
    let Some(claim) = facts.token.claims().get("iat") else {
        return Ok(Outcome::NotAsked);
    };
    let issued = date(Some(claim), "issued at date claim (iat)")?;
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

/// A date claim. Numbers that no date can hold are refused; the reference compares them with nothing and lets them pass.
fn date(claim: Option<&Value>, name: &str) -> Result<UnixMillis, TokenError> {
    let Some(seconds) = claim.and_then(whole) else {
        let claim = shown(claim);
        return Err(failed(format!(
            "Invalid JWT {name} {claim}. Expected number."
        )));
    };
    if !(-LAST_SECOND..=LAST_SECOND).contains(&seconds) {
        let claim = shown(claim);
        return Err(failed(format!(
            "Invalid JWT {name} {claim}. No date is that far away."
        )));
    }
    Ok(UnixMillis::from_seconds(seconds))
}

fn shares_one(list: &[Value], wanted: &[&str]) -> bool {
    list.iter()
        .filter_map(Value::as_str)
        .any(|aud| wanted.contains(&aud))
}

fn non_empty(list: &[String]) -> Vec<&str> {
    list.iter()
        .map(String::as_str)
        .filter(|text| !text.is_empty())
        .collect()
}

/// A value as compact JSON, an absent one as the reference's language prints it.
fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "undefined".to_owned(), Value::to_string)
}

fn json_list(list: &[&str]) -> String {
    Value::from(list).to_string()
}

fn invalid(message: impl Into<String>) -> TokenError {
    TokenError::new(Reason::TokenInvalid, message).with_action(VALID_CLERK_JWT)
}

fn failed(message: impl Into<String>) -> TokenError {
    TokenError::new(Reason::TokenVerificationFailed, message).with_action(VALID_CLERK_JWT)
}
