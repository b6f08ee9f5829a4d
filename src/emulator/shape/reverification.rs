//! A proof of who the user of a session is (`frontend-api-2.md` section 3.3).

use serde_json::{Value, json};

use super::View;
use super::sign_in::{first_factors, second_factors};
use super::verification::{Verification, by_code};
use crate::emulator::instance::reverification::{Reverification, Wait};
use crate::emulator::instance::{Session, Strategy, User};
use crate::emulator::mint::KeyError;

impl View<'_> {
    pub fn reverification(&self, session: &Session) -> Result<Value, KeyError> {
        let user = self.instance.user(&session.user_id);
        let proof = session.reverification.as_ref();
        let wait = proof.map_or(Wait::Nothing, |proof| proof.wait);
        Ok(json!({
            "object": "session_reverification",
            "id": session.id,
            "level": proof.map(|proof| proof.level.as_str()),
            "status": match wait {
                Wait::FirstFactor => "needs_first_factor",
                Wait::SecondFactor => "needs_second_factor",
                Wait::Nothing => "complete",
            },
            "session": self.session(session)?,
            "supported_first_factors": user.map(factors),
            "supported_second_factors": user.map(second_factors),
            "first_factor_verification": proof.and_then(|proof| self.first(proof)),
            "second_factor_verification": proof.and_then(|proof| self.second(proof)),
        }))
    }

    fn first(&self, proof: &Reverification) -> Option<Value> {
        match (proof.first, &proof.code) {
            (Some(Strategy::Password), _) => Some(proven("password")),
            (_, Some((strategy, code))) if proof.second.is_none() => {
                Some(by_code(strategy.as_str(), code, self.now))
            }
            _ => None,
        }
    }

    fn second(&self, proof: &Reverification) -> Option<Value> {
        match (proof.second?, &proof.code) {
            (Strategy::Totp, _) => Some(proven("totp")),
            (Strategy::BackupCode, _) => Some(proven("backup_code")),
            (strategy, Some((_, code))) => Some(by_code(strategy.as_str(), code, self.now)),
            (_, None) => None,
        }
    }
}

fn proven(strategy: &'static str) -> Value {
    let verification = Verification {
        kind: strategy,
        strategy: strategy.into(),
        status: "verified",
        attempts: Some(1),
        expire_at: None,
        verified_at_client: None,
    };
    verification.shape()
}

/// What the user can prove it by; a code that resets the password proves nothing here.
fn factors(user: &User) -> Vec<Value> {
    let is_reset = |factor: &Value| {
        let strategy = factor["strategy"].as_str();
        strategy.is_some_and(|strategy| strategy.starts_with("reset_"))
    };
    let mut factors = first_factors(user);
    factors.retain(|factor| !is_reset(factor));
    factors
}
