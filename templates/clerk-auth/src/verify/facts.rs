//! The facts a check looks at, and its verdict.

use super::Policy;
use crate::error::TokenError;
use crate::public_key::PublicKey;
use crate::time::UnixMillis;
use crate::token::Unverified;

/// Everything a check may look at.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The token, taken apart.
    pub token: &'a Unverified,
    /// The key it should be signed with. Without one, every check that needs it fails.
    pub key: Option<&'a PublicKey>,
    /// The app's own demands.
    pub policy: &'a Policy,
    /// The present moment.
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
            key: Some(key),
            policy,
            now,
        }
    }
}

/// The verdict of a check that does not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was checked and is good.
    Passed,
    /// There was nothing to check: the policy demands nothing here, or the token may go without and does.
    NotAsked,
}

pub(super) type Verdict = Result<Outcome, TokenError>;
