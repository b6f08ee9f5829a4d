//! Sign-ins (`frontend-api.md` section 8.4).

use serde_json::{Value, json};

use super::passkey::sign_in_by_passkey;
use super::verification::{NOT_FOUND, by_code, by_provider, by_ticket};
use super::{View, user};
use crate::emulator::instance::access::settings::Requirement;
use crate::emulator::instance::contact::{Contact, ContactKind};
use crate::emulator::instance::sign_in::Step;
use crate::emulator::instance::{SignIn, Strategy, User};

impl View<'_> {
    pub fn sign_in(&self, sign_in: &SignIn) -> Value {
        let found = sign_in
            .user_id
            .as_ref()
            .and_then(|id| self.instance.user(id));
        let second = sign_in.second_code.as_ref();
        let second = second.map(|code| by_code("phone_code", code, self.now));
        let complete = sign_in.step == Step::Complete;
        let mut identifiers = vec!["email_address"];
        if self.instance.settings().phone_number != Requirement::Off {
            identifiers.push("phone_number");
        }
        if self.instance.settings().passkey {
            identifiers.push("passkey");
        }
        json!({
            "object": "sign_in_attempt",
            "id": sign_in.id,
            "status": match sign_in.step {
                Step::Identifier => "needs_identifier",
                Step::FirstFactor => "needs_first_factor",
                Step::SecondFactor => "needs_second_factor",
                Step::NewPassword => "needs_new_password",
                Step::Complete => "complete",
            },
            "identifier": sign_in.identifier,
            "supported_identifiers": identifiers,
            "supported_first_factors": found.filter(|_| !complete).map(|user| self.first_factors(user)),
            "supported_second_factors": found.filter(|_| !complete).map(second_factors),
            "first_factor_verification": self.first_factor_verification(sign_in),
            "second_factor_verification": second,
            "user_data": found.map(user_data),
            "created_session_id": sign_in.created_session_id,
            "abandon_at": sign_in.abandon_at.0,
            "client_trust_state": "known",
        })
    }

    fn first_factors(&self, user: &User) -> Vec<Value> {
        let mut factors = first_factors(user);
        let settings = self.instance.settings();
        if settings.email_link {
            let proven = user.email_addresses.iter().filter(|one| one.is_verified());
            factors.extend(
                proven.map(|one| factor(user, Strategy::EmailLink, ContactKind::Email, one)),
            );
        }
        if settings.passkey && user.made_passkeys().next().is_some() {
            factors.push(json!({ "strategy": "passkey" }));
        }
        factors
    }

    /// Null until a code was sent, for the same reason as at sign-up.
    fn first_factor_verification(&self, sign_in: &SignIn) -> Value {
        match (&sign_in.code, &sign_in.referral) {
            (Some((strategy, code)), _) => by_code(strategy.as_str(), code, self.now),
            (None, Some(referral)) => by_provider(referral, Some(NOT_FOUND), self.now),
            (None, None) if sign_in.by_ticket => by_ticket(),
            (None, None) => sign_in.passkey.as_ref().map_or(Value::Null, |challenge| {
                let user = sign_in.user_id.as_deref();
                let user = user.and_then(|id| self.instance.user(id));
                sign_in_by_passkey(challenge, user, self.now)
            }),
        }
    }
}

pub(super) fn first_factors(user: &User) -> Vec<Value> {
    let mut factors = Vec::new();
    if user.password.is_some() {
        factors.push(json!({ "strategy": "password" }));
    }
    for strategy in [
        Strategy::EmailCode,
        Strategy::ResetPasswordEmailCode,
        Strategy::PhoneCode,
        Strategy::ResetPasswordPhoneCode,
    ] {
        if let Some(kind) = ContactKind::of(strategy) {
            let contacts = user.contacts(kind);
            let usable = contacts
                .iter()
                .filter(|c| c.is_verified() && !c.second_factor);
            factors.extend(usable.map(|contact| factor(user, strategy, kind, contact)));
        }
    }
    let accounts = user.external_accounts.iter();
    let connected = accounts.filter(|account| account.is_verified());
    factors.extend(connected.map(|one| json!({ "strategy": format!("oauth_{}", one.provider) })));
    factors
}

fn factor(user: &User, strategy: Strategy, kind: ContactKind, contact: &Contact) -> Value {
    let primary = user.primary(kind);
    let mut factor = json!({
        "strategy": strategy.as_str(),
        "safe_identifier": contact.address,
        "primary": primary.is_some_and(|primary| primary.id == contact.id),
    });
    factor[format!("{}_id", kind.field())] = json!(contact.id);
    factor
}

/// Null for who has none.
pub(super) fn second_factors(user: &User) -> Value {
    let mut factors = Vec::new();
    for strategy in user.second_factors() {
        if strategy == Strategy::PhoneCode {
            let phones = user.second_factor_phones();
            factors.extend(phones.map(|phone| factor(user, strategy, ContactKind::Phone, phone)));
        } else {
            factors.push(json!({ "strategy": strategy.as_str() }));
        }
    }
    if factors.is_empty() {
        Value::Null
    } else {
        Value::Array(factors)
    }
}

fn user_data(user: &User) -> Value {
    json!({
        "first_name": user.first_name,
        "last_name": user.last_name,
        "image_url": user::avatar(user),
        "has_image": user.image.is_some(),
    })
}
