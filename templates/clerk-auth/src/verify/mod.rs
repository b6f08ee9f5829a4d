//! Verification of tokens: an ordered list of small checks of an [`Unverified`] token, with a key, a policy and a
//! moment (`request-authentication.md` section 4). It does no I/O; finding the key is the work of `key_set`.

mod checks;
mod claims;
mod class;
mod dates;
mod facts;
mod http_date;
mod refusal;
mod verified;

pub use checks::Check;
#[cfg(feature = "machines")]
pub(crate) use claims::non_empty;
#[cfg(feature = "machines")]
pub use claims::oauth_audience_mismatch;
pub use facts::{Facts, Outcome};
pub use http_date::{civil, http_date};
pub use verified::{Dates, Verified};

use crate::error::{Reason, TokenError};
use crate::public_key::PublicKey;
use crate::time::UnixMillis;
use crate::token::{Unverified, decode};

/// An app's demands on a token, beyond a good signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Accepted `aud` values; with none, `aud` is not looked at. Empty texts count as none.
    pub audience: Vec<String>,
    /// Accepted `azp` values, origins of the app's front ends; with none, `azp` is not looked at.
    pub authorized_parties: Vec<String>,
    /// Accepted `iss` values; with none, `iss` is not looked at.
    pub issuers: Vec<String>,
    /// The most that the clocks of Clerk and of this machine may differ, in milliseconds.
    pub clock_skew_ms: i64,
    /// Lets a token without `azp` pass although `authorized_parties` is set. A wrong `azp` never passes.
    pub accept_absent_azp: bool,
}

impl Default for Policy {
    /// Nothing beyond signature and dates, and five seconds of skew.
    fn default() -> Self {
        Self {
            audience: Vec::new(),
            authorized_parties: Vec::new(),
            issuers: Vec::new(),
            clock_skew_ms: 5000,
            accept_absent_azp: false,
        }
    }
}

/// The two kinds of machine tokens that come as a JWT (section 9.3).
#[cfg(feature = "machines")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MachineJwt {
    /// A machine-to-machine token.
    M2m,
    /// An OAuth access token.
    OAuth,
}

/// Check 2 of section 4.2, to be made before a key is looked for, so that a token that can never pass costs no fetch.
///
/// # Errors
/// `token-invalid` for a machine-to-machine token.
pub fn check_category(token: &Unverified) -> Result<(), TokenError> {
    class::category(token)
}

/// Check 3 of section 4.2 if there is no place to look for a key: neither a JWT key nor a key set.
pub fn no_key() -> TokenError {
    TokenError::new(
        Reason::JwkFailedToResolve,
        "Failed to resolve JWK during verification.",
    )
    .with_action("Set the CLERK_JWT_KEY environment variable.")
}

/// Checks 2 and 4 to 14 of section 4.2 in order. Like the reference's verifier it lets template tokens and machine
/// subjects through; request authentication refuses those itself. Apps want [`verify_session_token`].
///
/// # Errors
/// The first check that fails.
pub fn verify(
    token: &Unverified,
    key: &PublicKey,
    policy: &Policy,
    now: UnixMillis,
) -> Result<Verified, TokenError> {
    run(&Check::SESSION, &Facts::new(token, key, policy, now))
}

/// Verifies a session token, and nothing else: a token of another category or of a machine is refused, however well
/// it is signed.
///
/// # Errors
/// The first check that fails, in the reference's order; the class of the token is checked before its signature.
pub fn verify_session_token(
    token: &str,
    key: &PublicKey,
    policy: &Policy,
    now: UnixMillis,
) -> Result<Verified, TokenError> {
    let token = decode(token)?;
    let facts = Facts::new(&token, key, policy, now);
    Check::SessionClass.run(&facts)?;
    run(&Check::SESSION, &facts)
}

/// Verifies a handshake token (section 6.8 step 3). Unlike the reference it honours `exp`, `nbf` and `iat` where they
/// are present, so that a captured one is of no use later.
///
/// # Errors
/// The first check that fails.
pub fn verify_handshake(
    token: &Unverified,
    key: &PublicKey,
    policy: &Policy,
    now: UnixMillis,
) -> Result<Verified, TokenError> {
    run(&Check::HANDSHAKE, &Facts::new(token, key, policy, now))
}

/// Verifies a machine token in JWT form (section 9.3). Authorized parties and issuers of the policy do not apply.
///
/// # Errors
/// `token-invalid` for a wrong category, `token-verification-failed` for every other failure; never with advice.
#[cfg(feature = "machines")]
pub fn verify_machine(
    token: &Unverified,
    key: &PublicKey,
    kind: MachineJwt,
    policy: &Policy,
    now: UnixMillis,
) -> Result<Verified, TokenError> {
    let checks: &[Check] = match kind {
        MachineJwt::M2m => &Check::M2M,
        MachineJwt::OAuth => &Check::OAUTH,
    };
    let facts = Facts::new(token, key, policy, now);
    for check in checks {
        check.run(&facts).map_err(|error| {
            let reason = match check {
                Check::M2mCategory => Reason::TokenInvalid,
                _ => Reason::TokenVerificationFailed,
            };
            TokenError::new(reason, error.message)
        })?;
    }
    Ok(Verified::new(token))
}

/// The verdicts of all checks of [`verify_session_token`], for people who want to see more than the first failure.
#[cfg(feature = "tool")]
pub fn inspect(
    token: &Unverified,
    key: &PublicKey,
    policy: &Policy,
    now: UnixMillis,
) -> Vec<(Check, Result<Outcome, TokenError>)> {
    let facts = Facts::new(token, key, policy, now);
    std::iter::once(Check::SessionClass)
        .chain(Check::SESSION)
        .map(|check| (check, check.run(&facts)))
        .collect()
}

fn run(checks: &[Check], facts: &Facts<'_>) -> Result<Verified, TokenError> {
    for check in checks {
        check.run(facts)?;
    }
    Ok(Verified::new(facts.token))
}
