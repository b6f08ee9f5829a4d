//! The whole verdict on each token, as `token verify` has it for one.

use std::sync::Arc;

use clerk_auth::error::{Reason, TokenError};
use clerk_auth::public_key::PublicKey;
use clerk_auth::time::UnixMillis;
use clerk_auth::token::{Unverified, decode};
use clerk_auth::verify::{Check, Facts, Policy, Verified, check_category, verify};

use super::Judge;
use super::line::{Details, Style};
use super::result::Answer;
use super::seen::{Holds, Seen, Sight};

/// The keys that tokens may be signed with.
#[derive(Clone, Debug)]
pub enum Keys {
    /// One, whatever the token says of its key.
    Local(PublicKey),
    /// Those of a key set, by name.
    Set(Vec<(String, PublicKey)>),
}

impl Keys {
    fn of(&self, token: &Unverified) -> Result<&PublicKey, TokenError> {
        match self {
            Self::Local(key) => Ok(key),
            Self::Set(keys) => {
                let kid = token.kid();
                let found = keys.iter().find(|(name, _)| Some(name.as_str()) == kid);
                let (_, key) = found.ok_or_else(|| {
                    TokenError::new(
                        Reason::JwkKidMismatch,
                        "no key of the set has the token's key id",
                    )
                })?;
                Ok(key)
            }
        }
    }
}

/// Verifies.
#[derive(Clone)]
pub struct Verifier {
    keys: Arc<Keys>,
    policy: Arc<Policy>,
    style: Style,
    seen: Arc<Seen>,
}

impl Verifier {
    /// With these keys and this policy; the ends of lines are made in `style`.
    pub fn new(keys: Keys, policy: Policy, style: Style) -> Self {
        Self {
            keys: Arc::new(keys),
            policy: Arc::new(policy),
            style,
            seen: Arc::new(Seen::new()),
        }
    }

    fn verdict(&self, token: &Unverified, now: UnixMillis) -> Result<Verified, TokenError> {
        check_category(token)?;
        let key = self.keys.of(token)?;
        let facts = Facts::new(token, key, &self.policy, now);
        Check::SessionClass.run(&facts)?;
        verify(token, key, &self.policy, now)
    }

    fn refused(
        &self,
        error: &TokenError,
        token: Option<&Unverified>,
        details: &mut Vec<u8>,
    ) -> Answer {
        let is_date = is_about_dates(error.reason);
        let signed = token.filter(|_| is_signed(error.reason));
        self.style.details(
            details,
            &Details {
                user: signed.and_then(|token| token.claim_str("sub")),
                session: signed.and_then(|token| token.claim_str("sid")),
                expires: signed.and_then(|token| token.claim_i64("exp")),
                // These sentences name the present, which the next result of the same token would repeat.
                message: if is_date { "" } else { &error.message },
            },
        );
        Answer::invalid(error.reason.as_str())
    }
}

impl Judge for Verifier {
    fn judge(&mut self, text: &[u8], now: UnixMillis, details: &mut Vec<u8>) -> Answer {
        let is_worth_keeping = match self.seen.get(text, now, details) {
            Sight::Known(answer) => return answer,
            Sight::New { is_worth_keeping } => is_worth_keeping,
        };
        // Bytes that are no UTF-8 are replaced, by what no token has.
        let token = match str::from_utf8(text) {
            Ok(text) => decode(text),
            Err(_) => decode(&String::from_utf8_lossy(text)),
        };
        let verdict = token
            .as_ref()
            .map_err(Clone::clone)
            .and_then(|token| self.verdict(token, now));
        let (answer, holds) = match &verdict {
            Ok(verified) => {
                self.style.details(
                    details,
                    &Details {
                        user: Some(verified.sub()),
                        session: verified.sid(),
                        expires: verified.expires().map(UnixMillis::seconds),
                        message: "",
                    },
                );
                let skew = self.policy.clock_skew_ms;
                (Answer::VALID, Some(Holds::While(verified.dates(), skew)))
            }
            Err(error) => (
                self.refused(error, token.as_ref().ok(), details),
                holds(error.reason, now),
            ),
        };
        if let Some(holds) = holds.filter(|_| is_worth_keeping) {
            self.seen.put(text, answer, holds, details);
        }
        answer
    }
}

/// How long a no holds. The dates are looked at last, so what was found before they were holds always. What they may
/// have had a part in, and may change, is found out again.
fn holds(reason: Reason, now: UnixMillis) -> Option<Holds> {
    match reason {
        Reason::TokenExpired => Some(Holds::Since(now)),
        Reason::TokenVerificationFailed
        | Reason::TokenNotActiveYet
        | Reason::TokenIatInTheFuture => None,
        _ => Some(Holds::Always),
    }
}

fn is_about_dates(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::TokenExpired | Reason::TokenNotActiveYet | Reason::TokenIatInTheFuture
    )
}

/// Whether the signature was good: it is checked before these are found.
fn is_signed(reason: Reason) -> bool {
    is_about_dates(reason)
        || matches!(
            reason,
            Reason::TokenInvalidAuthorizedParties | Reason::TokenInvalidIssuer
        )
}
