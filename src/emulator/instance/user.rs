//! Users.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::contact::{Contact, ContactKind};
use super::external_account::ExternalAccount;
use super::passkey::Passkey;
use super::password::PasswordHash;
use super::second_factor::SecondFactors;
use super::{Metadata, Refusal};
use crate::emulator::store::Record;

/// In characters.
const MAX_NAME: usize = 256;

/// A person with an account in the emulated instance.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct User {
    /// `user_…`
    pub id: String,
    #[serde(default)]
    pub username: Option<String>,
    /// The id that the app's own system knows the user by.
    #[serde(default)]
    pub external_id: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    #[serde(default)]
    pub locale: Option<String>,
    /// The picture, if there is one.
    #[serde(default)]
    pub image: Option<Picture>,
    pub email_addresses: Vec<Contact>,
    #[serde(default)]
    pub primary_email_address_id: Option<String>,
    #[serde(default)]
    pub phone_numbers: Vec<Contact>,
    #[serde(default)]
    pub primary_phone_number_id: Option<String>,
    /// Accounts with providers by which the user signs in.
    #[serde(default)]
    pub external_accounts: Vec<ExternalAccount>,
    /// Absent: the user signs in with codes only.
    pub password: Option<PasswordHash>,
    #[serde(default)]
    pub password_updated_at: Option<UnixMillis>,
    /// A server says that others know the password.
    #[serde(default)]
    pub password_compromised: bool,
    #[serde(default)]
    pub passkeys: Vec<Passkey>,
    #[serde(default)]
    pub second_factors: SecondFactors,
    #[serde(default)]
    pub standing: Standing,
    pub public_metadata: Metadata,
    /// Metadata that only the Backend API shows.
    pub private_metadata: Metadata,
    /// Metadata that the browser may write.
    pub unsafe_metadata: Metadata,
    /// When the user accepted the terms.
    #[serde(default)]
    pub legal_accepted_at: Option<UnixMillis>,
    /// When the user last signed in.
    pub last_sign_in_at: Option<UnixMillis>,
    /// When a session of the user was last touched.
    pub last_active_at: Option<UnixMillis>,
    /// When the account was made.
    pub created_at: UnixMillis,
    /// When the account was last changed.
    pub updated_at: UnixMillis,
}

/// The address of a picture, and the image it shows.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Picture {
    pub id: String,
    pub url: String,
}

/// The rights of the user.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(default)]
pub struct Standing {
    pub banned: bool,
    pub locked: bool,
    pub delete_self: bool,
    pub create_organization: bool,
    /// 0: as many as the user likes.
    pub create_organizations_limit: u32,
    pub bypass_client_trust: bool,
}

impl Default for Standing {
    fn default() -> Self {
        Self {
            banned: false,
            locked: false,
            delete_self: true,
            create_organization: true,
            create_organizations_limit: 0,
            bypass_client_trust: false,
        }
    }
}

/// Changes that are made to a user; absent fields stay as they are, and a blank text takes away.
#[derive(Clone, Debug, Default)]
pub struct UserChanges {
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub username: Option<String>,
    pub external_id: Option<String>,
    pub locale: Option<String>,
    pub primary_email_address_id: Option<String>,
    pub primary_phone_number_id: Option<String>,
    /// Takes the place of what was there.
    pub unsafe_metadata: Option<Metadata>,
    pub legal_accepted_at: Option<UnixMillis>,
    pub created_at: Option<UnixMillis>,
    pub delete_self: Option<bool>,
    pub create_organization: Option<bool>,
    pub create_organizations_limit: Option<u32>,
    pub bypass_client_trust: Option<bool>,
}

/// A name as it is kept, in the field `field`: trimmed, and absent when nothing is left.
///
/// # Errors
/// [`Refusal::TooLong`].
pub(super) fn name(text: &str, field: &'static str) -> Result<Option<String>, Refusal> {
    let text = text.trim();
    if text.chars().count() > MAX_NAME {
        return Err(Refusal::TooLong(field));
    }
    Ok(Some(text.to_owned()).filter(|name| !name.is_empty()))
}

/// A user name as it is kept: in lower case, and absent when nothing is left.
fn username(text: &str) -> Result<Option<String>, Refusal> {
    let Some(name) = name(&text.to_lowercase(), "username")? else {
        return Ok(None);
    };
    if !(4..=64).contains(&name.chars().count()) {
        return Err(Refusal::UsernameLength);
    }
    let may = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.chars().all(may) || name.chars().all(|c| c.is_ascii_digit()) {
        return Err(Refusal::UsernameCharacter);
    }
    Ok(Some(name))
}

impl Record for User {
    const KIND: &'static str = "user";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        let mut keys = Vec::new();
        for kind in [ContactKind::Email, ContactKind::Phone] {
            for contact in self.contacts(kind) {
                keys.push((Self::CONTACT, contact.id.as_str()));
                if contact.is_claimed() {
                    keys.push((Self::claim(kind), contact.address.as_str()));
                }
            }
        }
        let username = self.username.as_deref();
        keys.extend(username.map(|name| (Self::USERNAME, name)));
        let external = self.external_id.as_deref();
        keys.extend(external.map(|id| (Self::EXTERNAL_ID, id)));
        let accounts = self.external_accounts.iter();
        for account in accounts.filter(|account| account.is_verified()) {
            keys.push((Self::ACCOUNT, account.provider_user_id.as_str()));
        }
        let made = self
            .passkeys
            .iter()
            .filter_map(|one| one.credential.as_ref());
        keys.extend(made.map(|credential| (Self::PASSKEY, credential.id.as_str())));
        keys
    }

    /// All that `query` finds a user by. No text that somebody types has the character between them.
    fn text(&self) -> Option<String> {
        let name = self.full_name();
        let others = [&self.external_id, &self.username].into_iter().flatten();
        let contacts = self.email_addresses.iter().chain(&self.phone_numbers);
        let mut parts = vec![self.id.as_str(), &name];
        parts.extend(others.map(String::as_str));
        parts.extend(contacts.map(|contact| contact.address.as_str()));
        Some(parts.join("\0").to_lowercase())
    }

    fn moment(&self) -> i64 {
        self.created_at.0
    }
}

impl User {
    /// Users are found by the addresses and numbers that are theirs alone …
    pub(super) const EMAIL: &'static str = "email";
    const PHONE: &'static str = "phone";
    /// … by the ids of all of these, and by other names.
    pub(super) const CONTACT: &'static str = "contact";
    pub(super) const USERNAME: &'static str = "username";
    pub(super) const EXTERNAL_ID: &'static str = "external_id";
    pub(super) const ACCOUNT: &'static str = "account";
    pub(super) const PASSKEY: &'static str = "passkey";

    /// A user of whom nothing is known yet.
    pub fn new(id: String, now: UnixMillis) -> Self {
        Self {
            id,
            username: None,
            external_id: None,
            first_name: None,
            last_name: None,
            locale: None,
            image: None,
            email_addresses: Vec::new(),
            primary_email_address_id: None,
            phone_numbers: Vec::new(),
            primary_phone_number_id: None,
            external_accounts: Vec::new(),
            password: None,
            password_updated_at: None,
            password_compromised: false,
            passkeys: Vec::new(),
            second_factors: SecondFactors::default(),
            standing: Standing::default(),
            public_metadata: Metadata::default(),
            private_metadata: Metadata::default(),
            unsafe_metadata: Metadata::default(),
            legal_accepted_at: None,
            last_sign_in_at: None,
            last_active_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// The name of the index in which a contact of this kind is one user's alone.
    pub(super) const fn claim(kind: ContactKind) -> &'static str {
        match kind {
            ContactKind::Email => Self::EMAIL,
            ContactKind::Phone => Self::PHONE,
        }
    }

    pub fn contacts(&self, kind: ContactKind) -> &[Contact] {
        match kind {
            ContactKind::Email => &self.email_addresses,
            ContactKind::Phone => &self.phone_numbers,
        }
    }

    pub(super) fn contacts_mut(&mut self, kind: ContactKind) -> &mut Vec<Contact> {
        match kind {
            ContactKind::Email => &mut self.email_addresses,
            ContactKind::Phone => &mut self.phone_numbers,
        }
    }

    pub fn contact(&self, kind: ContactKind, id: &str) -> Option<&Contact> {
        self.contacts(kind).iter().find(|contact| contact.id == id)
    }

    /// The contact of a kind that names the user: the one that was chosen, else the first that is verified.
    pub fn primary(&self, kind: ContactKind) -> Option<&Contact> {
        let chosen = match kind {
            ContactKind::Email => &self.primary_email_address_id,
            ContactKind::Phone => &self.primary_phone_number_id,
        };
        let chosen = chosen.as_deref().and_then(|id| self.contact(kind, id));
        let mut verified = self.contacts(kind).iter().filter(|c| c.is_verified());
        chosen.or_else(|| verified.next())
    }

    /// First and last name, as far as they are known.
    pub fn full_name(&self) -> String {
        let names = [&self.first_name, &self.last_name].into_iter().flatten();
        names.map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// The address that names the user.
    pub fn primary_email(&self) -> Option<&Contact> {
        self.primary(ContactKind::Email)
    }

    pub(super) fn set_primary(&mut self, kind: ContactKind, id: &str) {
        let chosen = Some(id.to_owned());
        match kind {
            ContactKind::Email => self.primary_email_address_id = chosen,
            ContactKind::Phone => self.primary_phone_number_id = chosen,
        }
    }

    /// Makes sure that nobody keeps the user out.
    ///
    /// # Errors
    /// [`Refusal::Banned`], [`Refusal::Locked`].
    pub(super) fn may_come_in(&self) -> Result<(), Refusal> {
        match self.standing {
            Standing { banned: true, .. } => Err(Refusal::Banned),
            Standing { locked: true, .. } => Err(Refusal::Locked),
            _ => Ok(()),
        }
    }

    pub(super) fn set_password(&mut self, hash: Option<PasswordHash>, now: UnixMillis) {
        self.password = hash;
        self.password_updated_at = Some(now);
        self.password_compromised = false;
        self.updated_at = now;
    }

    /// All of it or nothing. That names are nobody else's was seen before.
    pub(super) fn change(&mut self, changes: UserChanges, now: UnixMillis) -> Result<(), Refusal> {
        let mut changed = self.clone();
        let named = |text: Option<String>, field, now: Option<String>| match text {
            Some(text) => name(&text, field),
            None => Ok(now),
        };
        changed.first_name = named(changes.first_name, "first_name", changed.first_name)?;
        changed.last_name = named(changes.last_name, "last_name", changed.last_name)?;
        changed.external_id = named(changes.external_id, "external_id", changed.external_id)?;
        changed.locale = named(changes.locale, "locale", changed.locale)?;
        if let Some(text) = &changes.username {
            changed.username = username(text)?;
        }
        let primaries = [
            (
                ContactKind::Email,
                changes.primary_email_address_id,
                "primary_email_address_id",
            ),
            (
                ContactKind::Phone,
                changes.primary_phone_number_id,
                "primary_phone_number_id",
            ),
        ];
        for (kind, id, field) in primaries {
            let Some(id) = id.filter(|id| !id.is_empty()) else {
                continue;
            };
            match changed.contact(kind, &id) {
                Some(contact) if contact.is_verified() => changed.set_primary(kind, &id),
                Some(_) => return Err(Refusal::Unverified),
                None => return Err(Refusal::ParamValue(field)),
            }
        }
        if let Some(metadata) = changes.unsafe_metadata {
            changed.unsafe_metadata = metadata;
        }
        changed.legal_accepted_at = changes.legal_accepted_at.or(changed.legal_accepted_at);
        changed.created_at = changes.created_at.unwrap_or(changed.created_at);
        let standing = &mut changed.standing;
        let flag = |new: Option<bool>, old: bool| new.unwrap_or(old);
        standing.delete_self = flag(changes.delete_self, standing.delete_self);
        standing.create_organization =
            flag(changes.create_organization, standing.create_organization);
        standing.bypass_client_trust =
            flag(changes.bypass_client_trust, standing.bypass_client_trust);
        let limit = changes.create_organizations_limit;
        standing.create_organizations_limit = limit.unwrap_or(standing.create_organizations_limit);
        changed.updated_at = now;
        *self = changed;
        Ok(())
    }
}
