//! Addresses, numbers, and accounts with providers.

use std::borrow::Cow;

use clerk_auth::time::UnixMillis;
use serde::Serialize;
use serde_json::{Value, json};

use super::verification::{Verification, by_provider, code_sent};
use crate::emulator::instance::User;
use crate::emulator::instance::contact::{Contact, ContactKind, Proof};
use crate::emulator::instance::external_account::ExternalAccount;

/// An address or a number as JSON.
#[derive(Serialize)]
pub(in crate::emulator) struct ContactShape<'a> {
    id: &'a str,
    object: &'static str,
    reserved: bool,
    verification: Option<Verification<'a>>,
    linked_to: Vec<Value>,
    created_at: UnixMillis,
    updated_at: UnixMillis,
    #[serde(flatten)]
    own: Own<'a>,
}

/// What only one kind has.
#[derive(Serialize)]
#[serde(untagged)]
enum Own<'a> {
    Email {
        email_address: &'a str,
        matches_sso_connection: bool,
    },
    Phone {
        phone_number: &'a str,
        reserved_for_second_factor: bool,
        default_second_factor: bool,
        backup_codes: (),
    },
}

/// An address or a number of `user`.
pub(in crate::emulator) fn contact<'a>(
    user: &User,
    kind: ContactKind,
    contact: &'a Contact,
    now: UnixMillis,
) -> ContactShape<'a> {
    ContactShape {
        id: &contact.id,
        object: kind.field(),
        reserved: contact.reserved,
        verification: verification(kind, contact, now),
        linked_to: linked_to(user, contact),
        created_at: contact.created_at,
        updated_at: contact.created_at,
        own: match kind {
            ContactKind::Email => Own::Email {
                email_address: &contact.address,
                matches_sso_connection: false,
            },
            ContactKind::Phone => Own::Phone {
                phone_number: &contact.address,
                reserved_for_second_factor: contact.second_factor,
                default_second_factor: contact.default_second_factor,
                backup_codes: (),
            },
        },
    }
}

/// None until a code was sent: a component that is told of one never asks for it.
fn verification(
    kind: ContactKind,
    contact: &Contact,
    now: UnixMillis,
) -> Option<Verification<'static>> {
    let verified = |kind, strategy: Cow<'static, str>, attempts, expire_at| Verification {
        kind,
        strategy,
        status: "verified",
        attempts,
        expire_at,
        verified_at_client: None,
    };
    let by_code = kind.strategy().as_str();
    Some(match (&contact.proof, &contact.code) {
        (Some(Proof::Admin), _) => verified("admin", "admin".into(), None, None),
        (Some(Proof::Ticket), _) => verified("ticket", "ticket".into(), None, None),
        (Some(Proof::Oauth(provider)), _) => {
            let strategy = format!("from_oauth_{provider}");
            verified("from_oauth", strategy.into(), None, None)
        }
        (Some(Proof::Code), Some(code)) if code.link().is_some() => code_sent(by_code, code, now),
        (Some(Proof::Code), code) => {
            let attempts = code.as_ref().map_or(1, |code| code.attempts());
            let end = code.as_ref().map_or(contact.created_at, |c| c.expire_at());
            verified("otp", by_code.into(), Some(attempts), Some(end))
        }
        (None, code) => code_sent(by_code, code.as_ref()?, now),
    })
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
        strategy: strategy.as_str().into(),
        status: "verified",
        attempts: None,
        expire_at: Some(account.created_at),
        verified_at_client: None,
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
