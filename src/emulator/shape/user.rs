//! Users (`frontend-api.md` section 9.4).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clerk_auth::time::UnixMillis;
use serde::Serialize;
use serde_json::{Value, json};

use super::contact::{ContactShape, contact, external_account};
use super::passkey::{passkey, passkey_for_servers};
use crate::emulator::instance::contact::ContactKind;
use crate::emulator::instance::{Metadata, User};

/// The reader of a user's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::emulator) enum Audience {
    /// The user's own page.
    Page,
    /// A server with the secret key: it sees the private metadata too.
    Server,
}

/// A user as JSON. Most answers have one, many have hundreds: it is written at once, without a tree of values before.
#[derive(Serialize)]
pub(in crate::emulator) struct UserShape<'a> {
    object: &'static str,
    id: &'a str,
    username: &'a Option<String>,
    external_id: &'a Option<String>,
    first_name: &'a Option<String>,
    last_name: &'a Option<String>,
    image_url: String,
    has_image: bool,
    primary_email_address_id: Option<&'a str>,
    primary_phone_number_id: Option<&'a str>,
    password_enabled: bool,
    two_factor_enabled: bool,
    totp_enabled: bool,
    backup_code_enabled: bool,
    mfa_enabled_at: Option<UnixMillis>,
    mfa_disabled_at: Option<UnixMillis>,
    email_addresses: Vec<ContactShape<'a>>,
    phone_numbers: Vec<ContactShape<'a>>,
    external_accounts: Vec<Value>,
    passkeys: Vec<Value>,
    public_metadata: &'a Metadata,
    unsafe_metadata: &'a Metadata,
    banned: bool,
    locked: bool,
    delete_self_enabled: bool,
    create_organization_enabled: bool,
    create_organizations_limit: u32,
    legal_accepted_at: Option<UnixMillis>,
    last_sign_in_at: Option<UnixMillis>,
    last_active_at: Option<UnixMillis>,
    password_last_updated_at: Option<UnixMillis>,
    created_at: UnixMillis,
    updated_at: UnixMillis,
    /// Only a page is told of them.
    pub organization_memberships: Vec<Value>,
    #[serde(flatten)]
    not_emulated: NotEmulated,
    #[serde(flatten)]
    for_servers: Option<ForServers<'a>>,
}

/// What nobody has here.
#[derive(Default, Serialize)]
struct NotEmulated {
    web3_wallets: [(); 0],
    saml_accounts: [(); 0],
    enterprise_accounts: [(); 0],
    primary_web3_wallet_id: (),
    /// Null: nobody is locked out by wrong guesses here, and who was locked out by a server stays so.
    lockout_expires_in_seconds: (),
    verification_attempts_remaining: (),
}

#[derive(Serialize)]
struct ForServers<'a> {
    private_metadata: &'a Metadata,
    locale: &'a Option<String>,
    bypass_client_trust: bool,
}

pub(in crate::emulator) fn user(user: &User, audience: Audience, now: UnixMillis) -> UserShape<'_> {
    let contacts = |kind| {
        let all = user.contacts(kind).iter();
        all.map(|one| contact(user, kind, one, now)).collect()
    };
    let primary = |kind| user.primary(kind).map(|contact| contact.id.as_str());
    let accounts = user.external_accounts.iter();
    let (shown, for_servers) = match audience {
        Audience::Page => (passkey as fn(&_, _) -> _, None),
        Audience::Server => (passkey_for_servers as fn(&_, _) -> _, Some(private(user))),
    };
    let (factors, standing) = (&user.second_factors, &user.standing);
    UserShape {
        object: "user",
        id: &user.id,
        username: &user.username,
        external_id: &user.external_id,
        first_name: &user.first_name,
        last_name: &user.last_name,
        image_url: avatar(user),
        has_image: user.image.is_some(),
        primary_email_address_id: primary(ContactKind::Email),
        primary_phone_number_id: primary(ContactKind::Phone),
        password_enabled: user.password.is_some(),
        two_factor_enabled: !user.second_factors().is_empty(),
        totp_enabled: factors.has_totp(),
        backup_code_enabled: !factors.backup_codes.is_empty(),
        mfa_enabled_at: factors.enabled_at,
        mfa_disabled_at: factors.disabled_at,
        email_addresses: contacts(ContactKind::Email),
        phone_numbers: contacts(ContactKind::Phone),
        external_accounts: accounts.map(|one| external_account(one, now)).collect(),
        passkeys: user.made_passkeys().map(|one| shown(one, now)).collect(),
        public_metadata: &user.public_metadata,
        unsafe_metadata: &user.unsafe_metadata,
        banned: standing.banned,
        locked: standing.locked,
        delete_self_enabled: standing.delete_self,
        create_organization_enabled: standing.create_organization,
        create_organizations_limit: standing.create_organizations_limit,
        legal_accepted_at: user.legal_accepted_at,
        last_sign_in_at: user.last_sign_in_at,
        last_active_at: user.last_active_at,
        password_last_updated_at: user.password_updated_at,
        created_at: user.created_at,
        updated_at: user.updated_at,
        organization_memberships: Vec::new(),
        not_emulated: NotEmulated::default(),
        for_servers,
    }
}

fn private(user: &User) -> ForServers<'_> {
    ForServers {
        private_metadata: &user.private_metadata,
        locale: &user.locale,
        bypass_client_trust: user.standing.bypass_client_trust,
    }
}

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
