//! What a check looks at, and what it says.

use super::Policy;
use crate::error::TokenError;
use crate::public_key::PublicKey;
use crate::time::UnixMillis;
use crate::token::Unverified;

/// What a check looks at.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The token.
    pub token: &'a Unverified,
    /// The key it should be signed with. Without one, every check that needs it fails.
    pub key: Option<&'a PublicKey>,
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
            key: Some(key),
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

pub(super) type Verdict = Result<Outcome, TokenError>;
