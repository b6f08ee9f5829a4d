//! Addresses, numbers, and accounts with providers.

use clerk_auth::time::UnixMillis;
use serde_json::{Value, json};

use super::verification::{Verification, by_code, by_provider};
use crate::emulator::instance::User;
use crate::emulator::instance::contact::{Contact, ContactKind, Proof};
use crate::emulator::instance::external_account::ExternalAccount;

/// An address or a number of `user`.
pub(in crate::emulator) fn contact(
    user: &User,
    kind: ContactKind,
    contact: &Contact,
    now: UnixMillis,
) -> Value {
    let mut shape = json!({
        "id": contact.id,
        "object": kind.field(),
        "reserved": contact.reserved,
        "verification": verification(kind, contact, now),
        "linked_to": linked_to(user, contact),
        "created_at": contact.created_at.0,
        "updated_at": contact.created_at.0,
    });
    shape[kind.field()] = json!(contact.address);
    match kind {
        ContactKind::Email => shape["matches_sso_connection"] = json!(false),
        ContactKind::Phone => {
            shape["reserved_for_second_factor"] = json!(contact.second_factor);
            shape["default_second_factor"] = json!(contact.default_second_factor);
            shape["backup_codes"] = Value::Null;
        }
    }
    shape
}

/// Null until a code was sent: a component that is told of one never asks for it.
fn verification(kind: ContactKind, contact: &Contact, now: UnixMillis) -> Value {
    let verified = |kind, strategy: &str, attempts, expire_at| {
        let verification = Verification {
            kind,
            strategy,
            status: "verified",
            attempts,
            expire_at,
        };
        verification.shape()
    };
    let by_code_strategy = kind.strategy().as_str();
    match (&contact.proof, &contact.code) {
        (Some(Proof::Admin), _) => verified("admin", "admin", None, None),
        (Some(Proof::Ticket), _) => verified("ticket", "ticket", None, None),
        (Some(Proof::Oauth(provider)), _) => {
            verified("from_oauth", &format!("from_oauth_{provider}"), None, None)
        }
        (Some(Proof::Code), code) => {
            let attempts = code.as_ref().map_or(1, |code| code.attempts());
            let end = code.as_ref().map_or(contact.created_at, |c| c.expire_at());
            verified("otp", by_code_strategy, Some(attempts), Some(end))
        }
        (None, Some(code)) => by_code(by_code_strategy, code, now),
        (None, None) => Value::Null,
    }
}

fn linked_to(user: &User, contact: &Contact) -> Vec<Value> {
    let accounts = user.external_accounts.iter();
    let same = accounts.filter(|account| account.email_address == contact.address);
    same.map(|account| {
        json!({ "type": format!("oauth_{}", account.provider), "id": account.identification_id })
    })
    .collect()
}

/// A user's account with a provider, or one that waits for it.
pub(in crate::emulator) fn external_account(account: &ExternalAccount, now: UnixMillis) -> Value {
    let strategy = format!("oauth_{}", account.provider);
    let verified = Verification {
        kind: "oauth",
        strategy: &strategy,
        status: "verified",
        attempts: None,
        expire_at: Some(account.created_at),
    };
    let referral = account.referral.as_ref();
    let verification = referral.map(|referral| by_provider(referral, None, now));
    json!({
        "object": "external_account",
        "id": account.id,
        "provider": strategy,
        "identification_id": account.identification_id,
        "provider_user_id": account.provider_user_id,
        "approved_scopes": account.scopes.join(" "),
        "email_address": account.email_address,
        "email_address_verified": account.is_verified(),
        "first_name": account.first_name.as_deref().unwrap_or_default(),
        "last_name": account.last_name.as_deref().unwrap_or_default(),
        "avatar_url": "",
        "image_url": "",
        "username": null,
        "phone_number": null,
        "public_metadata": {},
        "label": null,
        "created_at": account.created_at.0,
        "updated_at": account.updated_at.0,
        "verification": verification.unwrap_or_else(|| verified.shape()),
    })
}
