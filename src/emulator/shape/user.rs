//! Users (`frontend-api.md` section 9.4).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::verification::Verification;
use crate::emulator::instance::User;
use crate::emulator::instance::user::EmailAddress;

/// The reader of a user's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::emulator) enum Audience {
    /// The user's own page.
    Page,
    /// A server with the secret key: it sees the private metadata too.
    Server,
}

pub(in crate::emulator) fn user(user: &User, audience: Audience) -> Value {
    let emails: Vec<_> = user.email_addresses.iter().map(email_address).collect();
    let mut shape = json!({
        "object": "user",
        "id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "image_url": avatar(user),
        "has_image": false,
        "primary_email_address_id": user.primary_email().map(|email| &email.id),
        "password_enabled": user.password.is_some(),
        "email_addresses": emails,
        "public_metadata": user.public_metadata,
        "unsafe_metadata": user.unsafe_metadata,
        // No limit; the page's schema has no null here.
        "create_organizations_limit": 0,
        "last_sign_in_at": user.last_sign_in_at.map(|at| at.0),
        "last_active_at": user.last_active_at.map(|at| at.0),
        "password_last_updated_at": user.password.is_some().then_some(user.updated_at.0),
        "created_at": user.created_at.0,
        "updated_at": user.updated_at.0,
    });
    for list in NOT_EMULATED_LISTS {
        shape[list] = json!([]);
    }
    for switch in NOT_EMULATED_SWITCHES {
        shape[switch] = json!(false);
    }
    for value in NOT_EMULATED_VALUES {
        shape[value] = Value::Null;
    }
    if audience == Audience::Server {
        shape["private_metadata"] = json!(user.private_metadata);
    }
    shape
}

const NOT_EMULATED_LISTS: [&str; 7] = [
    "phone_numbers",
    "web3_wallets",
    "passkeys",
    "external_accounts",
    "saml_accounts",
    "enterprise_accounts",
    "organization_memberships",
];

const NOT_EMULATED_SWITCHES: [&str; 7] = [
    "two_factor_enabled",
    "totp_enabled",
    "backup_code_enabled",
    "banned",
    "locked",
    "create_organization_enabled",
    "delete_self_enabled",
];

const NOT_EMULATED_VALUES: [&str; 9] = [
    "username",
    "primary_phone_number_id",
    "primary_web3_wallet_id",
    "external_id",
    "legal_accepted_at",
    "mfa_enabled_at",
    "mfa_disabled_at",
    // Null: accounts are never locked here.
    "lockout_expires_in_seconds",
    "verification_attempts_remaining",
];

/// The part of a user that others may see.
pub(super) fn public_user_data(user: &User) -> Value {
    json!({
        "user_id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "image_url": avatar(user),
        "has_image": false,
        "identifier": user.primary_email().map(|email| &email.address),
        "username": null,
    })
}

fn email_address(email: &EmailAddress) -> Value {
    let verification = Verification {
        kind: "otp",
        strategy: "email_code",
        status: "verified",
        attempts: Some(1),
        expire_at: Some(email.created_at),
    };
    json!({
        "id": email.id,
        "object": "email_address",
        "email_address": email.address,
        "reserved": false,
        "verification": verification.shape(),
        "linked_to": [],
        "matches_sso_connection": false,
        "created_at": email.created_at.0,
        "updated_at": email.created_at.0,
    })
}

/// The initials on a square, inside the URL itself: no image host is asked.
pub(super) fn avatar(user: &User) -> String {
    let names = [&user.first_name, &user.last_name];
    let mut initials: String = names
        .into_iter()
        .flatten()
        .filter_map(|name| name.chars().next())
        .collect();
    if initials.is_empty() {
        initials.extend(
            user.primary_email()
                .and_then(|email| email.address.chars().next()),
        );
    }
    // Letters and digits only: nothing that would be markup.
    let initials: String = initials
        .to_uppercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\"><rect width=\"64\" height=\"64\" \
         fill=\"#6c47ff\"/><text x=\"32\" y=\"42\" font-family=\"sans-serif\" font-size=\"28\" fill=\"#fff\" \
         text-anchor=\"middle\">{initials}</text></svg>"
    );
    format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg))
}
