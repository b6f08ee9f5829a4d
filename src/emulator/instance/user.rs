//! Users and their e-mail addresses.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::password::PasswordHash;
use super::{Metadata, Refusal};
use crate::emulator::store::Record;

/// In characters.
const MAX_NAME: usize = 256;

/// A person with an account in the emulated instance.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct User {
    /// `user_…`
    pub id: String,
    /// First name, if given.
    pub first_name: Option<String>,
    /// Last name, if given.
    pub last_name: Option<String>,
    /// Verified addresses; the first is the primary one.
    pub email_addresses: Vec<EmailAddress>,
    /// Absent: the user signs in with codes only.
    pub password: Option<PasswordHash>,
    pub public_metadata: Metadata,
    /// Metadata that only the Backend API shows.
    pub private_metadata: Metadata,
    /// Metadata that the browser may write.
    pub unsafe_metadata: Metadata,
    /// When the user last signed in.
    pub last_sign_in_at: Option<UnixMillis>,
    /// When a session of the user was last touched.
    pub last_active_at: Option<UnixMillis>,
    /// When the account was made.
    pub created_at: UnixMillis,
    /// When the account was last changed.
    pub updated_at: UnixMillis,
}

/// An address of a user.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct EmailAddress {
    /// `idn_…`
    pub id: String,
    /// In lower case.
    pub address: String,
    /// When it was added.
    pub created_at: UnixMillis,
}

/// Changes that a page can make to its user; absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct UserChanges {
    /// Blank takes the name away.
    pub first_name: Option<String>,
    /// Blank takes the name away.
    pub last_name: Option<String>,
    /// Takes the place of what was there.
    pub unsafe_metadata: Option<Metadata>,
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

impl Record for User {
    const KIND: &'static str = "user";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        let emails = self.email_addresses.iter();
        emails
            .map(|email| (Self::EMAIL, email.address.as_str()))
            .collect()
    }

    fn text(&self) -> Option<String> {
        let names = [&self.first_name, &self.last_name].into_iter().flatten();
        let name = names.map(String::as_str).collect::<Vec<_>>().join(" ");
        let emails = self.email_addresses.iter();
        let mut parts = vec![self.id.as_str(), &name];
        parts.extend(emails.map(|email| email.address.as_str()));
        Some(parts.join("\n").to_lowercase())
    }
}

impl User {
    /// Users are found by their addresses.
    pub(super) const EMAIL: &'static str = "email";

    /// All of it or nothing.
    pub(super) fn change(&mut self, changes: UserChanges, now: UnixMillis) -> Result<(), Refusal> {
        let first_name = changes.first_name.map(|text| name(&text, "first_name"));
        let last_name = changes.last_name.map(|text| name(&text, "last_name"));
        let (first_name, last_name) = (first_name.transpose()?, last_name.transpose()?);
        if let Some(name) = first_name {
            self.first_name = name;
        }
        if let Some(name) = last_name {
            self.last_name = name;
        }
        if let Some(metadata) = changes.unsafe_metadata {
            self.unsafe_metadata = metadata;
        }
        self.updated_at = now;
        Ok(())
    }

    /// The address that names the user.
    pub fn primary_email(&self) -> Option<&EmailAddress> {
        self.email_addresses.first()
    }
}
