//! Verifications: that an address, a number or a person was proven, or is about to be (`frontend-api.md` section 8.3).

use clerk_auth::time::UnixMillis;
use serde_json::{Value, json};

use crate::emulator::instance::email::EmailCode;

/// A verification by means of `kind`: `otp`, `password`, `ticket`, `oauth`, … Each kind has an object of its own.
pub(super) struct Verification<'a> {
    pub kind: &'static str,
    pub strategy: &'a str,
    /// `unverified`, `verified`, `failed`, `expired`, `transferable`.
    pub status: &'static str,
    pub attempts: Option<u32>,
    pub expire_at: Option<UnixMillis>,
}

impl Verification<'_> {
    pub fn shape(&self) -> Value {
        json!({
            "object": format!("verification_{}", self.kind),
            "status": self.status,
            "strategy": self.strategy,
            "attempts": self.attempts,
            "expire_at": self.expire_at.map(|at| at.0),
        })
    }
}

/// By a ticket, which proves at once.
pub(super) fn by_ticket() -> Value {
    let verification = Verification {
        kind: "ticket",
        strategy: "ticket",
        status: "verified",
        attempts: None,
        expire_at: None,
    };
    verification.shape()
}

/// By a code that was sent.
pub(super) fn by_code(strategy: &str, code: &EmailCode, now: UnixMillis) -> Value {
    let verification = Verification {
        kind: "otp",
        strategy,
        status: code.status(now),
        attempts: Some(code.attempts()),
        expire_at: Some(code.expire_at()),
    };
    verification.shape()
}
