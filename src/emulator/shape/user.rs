//! Users (`frontend-api.md` section 9.4).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clerk_auth::time::UnixMillis;
use serde_json::{Value, json};

use super::contact::{contact, external_account};
use super::passkey::{passkey, passkey_for_servers};
use crate::emulator::instance::User;
use crate::emulator::instance::contact::ContactKind;

/// The reader of a user's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::emulator) enum Audience {
    /// The user's own page.
    Page,
    /// A server with the secret key: it sees the private metadata too.
    Server,
}

pub(in crate::emulator) fn user(user: &User, audience: Audience, now: UnixMillis) -> Value {
    let contacts = |kind| -> Vec<_> {
        let all = user.contacts(kind).iter();
        all.map(|one| contact(user, kind, one, now)).collect()
    };
    let primary = |kind| user.primary(kind).map(|contact| &contact.id);
    let accounts: Vec<_> = user
        .external_accounts
        .iter()
        .map(|account| external_account(account, now))
        .collect();
    let shown = match audience {
        Audience::Page => passkey,
        Audience::Server => passkey_for_servers,
    };
    let passkeys: Vec<_> = user.made_passkeys().map(|one| shown(one, now)).collect();
    let factors = &user.second_factors;
    let moment = |at: Option<UnixMillis>| at.map(|at| at.0);
    let mut shape = json!({
        "object": "user",
        "id": user.id,
        "username": user.username,
        "external_id": user.external_id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "image_url": avatar(user),
        "has_image": user.image.is_some(),
        "primary_email_address_id": primary(ContactKind::Email),
        "primary_phone_number_id": primary(ContactKind::Phone),
        "password_enabled": user.password.is_some(),
        "two_factor_enabled": !user.second_factors().is_empty(),
        "totp_enabled": factors.has_totp(),
        "backup_code_enabled": !factors.backup_codes.is_empty(),
        "mfa_enabled_at": moment(factors.enabled_at),
        "mfa_disabled_at": moment(factors.disabled_at),
        "email_addresses": contacts(ContactKind::Email),
        "phone_numbers": contacts(ContactKind::Phone),
        "external_accounts": accounts,
        "passkeys": passkeys,
        "public_metadata": user.public_metadata,
        "unsafe_metadata": user.unsafe_metadata,
        "banned": user.standing.banned,
        "locked": user.standing.locked,
        "delete_self_enabled": user.standing.delete_self,
        "create_organization_enabled": user.standing.create_organization,
        "create_organizations_limit": user.standing.create_organizations_limit,
        "legal_accepted_at": moment(user.legal_accepted_at),
        "last_sign_in_at": moment(user.last_sign_in_at),
        "last_active_at": moment(user.last_active_at),
        "password_last_updated_at": moment(user.password_updated_at),
        "created_at": user.created_at.0,
        "updated_at": user.updated_at.0,
    });
    for list in NOT_EMULATED_LISTS {
        shape[list] = json!([]);
    }
    for value in NOT_EMULATED_VALUES {
        shape[value] = Value::Null;
    }
    if audience == Audience::Server {
        shape["private_metadata"] = json!(user.private_metadata);
        shape["locale"] = json!(user.locale);
        shape["bypass_client_trust"] = json!(user.standing.bypass_client_trust);
    }
    shape
}

const NOT_EMULATED_LISTS: [&str; 4] = [
    "web3_wallets",
    "saml_accounts",
    "enterprise_accounts",
    "organization_memberships",
];

const NOT_EMULATED_VALUES: [&str; 3] = [
    "primary_web3_wallet_id",
    // Null: nobody is locked out by wrong guesses here, and who was locked out by a server stays so.
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
        "has_image": user.image.is_some(),
        "identifier": user.primary_email().map(|email| &email.address),
        "username": user.username,
    })
}

/// The picture, or else the initials on a square inside the URL itself: no image host is asked.
pub(super) fn avatar(user: &User) -> String {
    match &user.image {
        Some(picture) => picture.url.clone(),
        None => initials(user),
    }
}

fn initials(user: &User) -> String {
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
    initial_on_square(initials.chars())
}

/// A picture of these letters.
pub(super) fn initial_on_square(letters: impl Iterator<Item = char>) -> String {
    // Letters and digits only: nothing that would be markup.
    let initials: String = letters
        .flat_map(char::to_uppercase)
        .filter(|c| c.is_alphanumeric())
        .collect();
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\"><rect width=\"64\" height=\"64\" \
         fill=\"#6c47ff\"/><text x=\"32\" y=\"42\" font-family=\"sans-serif\" font-size=\"28\" fill=\"#fff\" \
         text-anchor=\"middle\">{initials}</text></svg>"
    );
    format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg))
}
