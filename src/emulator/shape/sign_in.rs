//! Sign-ins (`frontend-api.md` section 8.4).

use serde_json::{Value, json};

use super::verification::by_code;
use super::{View, user};
use crate::emulator::instance::sign_in::Step;
use crate::emulator::instance::{SignIn, User};

impl View<'_> {
    pub fn sign_in(&self, sign_in: &SignIn) -> Value {
        let found = sign_in
            .user_id
            .as_ref()
            .and_then(|id| self.instance.user(id));
        let complete = sign_in.step == Step::Complete;
        json!({
            "object": "sign_in_attempt",
            "id": sign_in.id,
            "status": match sign_in.step {
                Step::Identifier => "needs_identifier",
                Step::FirstFactor => "needs_first_factor",
                Step::NewPassword => "needs_new_password",
                Step::Complete => "complete",
            },
            "identifier": sign_in.identifier,
            "supported_identifiers": ["email_address"],
            "supported_first_factors": found.filter(|_| !complete).map(first_factors),
            "supported_second_factors": null,
            "first_factor_verification": self.first_factor_verification(sign_in),
            "second_factor_verification": null,
            "user_data": found.map(user_data),
            "created_session_id": sign_in.created_session_id,
            "abandon_at": sign_in.abandon_at.0,
            "client_trust_state": "known",
        })
    }

    /// Null until a code was sent, for the same reason as at sign-up.
    fn first_factor_verification(&self, sign_in: &SignIn) -> Value {
        match &sign_in.code {
            Some((strategy, code)) => by_code(strategy.as_str(), code, self.now),
            None => Value::Null,
        }
    }
}

fn first_factors(user: &User) -> Vec<Value> {
    let mut factors = Vec::new();
    if user.password.is_some() {
        factors.push(json!({ "strategy": "password" }));
    }
    for strategy in ["email_code", "reset_password_email_code"] {
        for email in user
            .email_addresses
            .iter()
            .filter(|email| email.is_verified())
        {
            factors.push(json!({
                "strategy": strategy,
                "safe_identifier": email.address,
                "email_address_id": email.id,
                "primary": user.primary_email().is_some_and(|primary| primary.id == email.id),
            }));
        }
    }
    factors
}

fn user_data(user: &User) -> Value {
    json!({
        "first_name": user.first_name,
        "last_name": user.last_name,
        "image_url": user::avatar(user),
        "has_image": user.image.is_some(),
    })
}
