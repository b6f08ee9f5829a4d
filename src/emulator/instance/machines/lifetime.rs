//! How long something opens doors: until a moment, or until it is revoked.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::short;
use crate::emulator::instance::Refusal;

/// In seconds: ten years.
pub(super) const LONGEST: i64 = 315_360_000;

/// So many seconds after `now`.
pub(in crate::emulator) fn later(now: UnixMillis, seconds: i64) -> UnixMillis {
    UnixMillis(now.0.saturating_add(seconds.saturating_mul(1000)))
}

/// The end of a key or token that somebody asked for; none is never.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lifetime(Option<i64>);

impl Lifetime {
    pub const NEVER: Self = Self(None);

    /// From a number of seconds in the field `field`.
    ///
    /// # Errors
    /// [`Refusal::ParamValue`] when it is negative or longer than ten years.
    pub fn of(field: &'static str, seconds: Option<f64>) -> Result<Self, Refusal> {
        let Some(seconds) = seconds else {
            return Ok(Self::NEVER);
        };
        #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
        if !(0.0..=LONGEST as f64).contains(&seconds) {
            return Err(Refusal::ParamValue(field));
        }
        #[allow(clippy::cast_possible_truncation, reason = "held to its bounds above")]
        Ok(Self(Some((seconds * 1000.0) as i64)))
    }

    pub fn seconds(seconds: i64) -> Self {
        Self(Some(seconds.saturating_mul(1000)))
    }

    pub fn end(self, now: UnixMillis) -> Option<UnixMillis> {
        self.0.map(|life| UnixMillis(now.0.saturating_add(life)))
    }
}

/// The life of a key or token, the same for all kinds.
#[derive(Clone, Deserialize, Serialize)]
pub struct Revocable {
    pub revoked: bool,
    pub revocation_reason: Option<String>,
    pub expiration: Option<UnixMillis>,
    pub last_used_at: Option<UnixMillis>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

impl Revocable {
    pub fn new(lifetime: Lifetime, now: UnixMillis) -> Self {
        Self {
            revoked: false,
            revocation_reason: None,
            expiration: lifetime.end(now),
            last_used_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    pub fn is_expired(&self, now: UnixMillis) -> bool {
        self.expiration.is_some_and(|end| end <= now)
    }

    pub fn opens(&self, now: UnixMillis) -> bool {
        !self.revoked && !self.is_expired(now)
    }

    /// Ends it, for no reason that is told.
    pub fn end(&mut self, now: UnixMillis) {
        self.revoked = true;
        self.updated_at = now;
    }

    /// Ends it. What was revoked keeps its first reason.
    ///
    /// # Errors
    /// [`Refusal::TooLong`].
    pub fn revoke(&mut self, reason: Option<String>, now: UnixMillis) -> Result<(), Refusal> {
        short("revocation_reason", reason.as_deref().unwrap_or_default())?;
        if !self.revoked {
            self.revoked = true;
            self.revocation_reason = reason;
            self.updated_at = now;
        }
        Ok(())
    }
}
