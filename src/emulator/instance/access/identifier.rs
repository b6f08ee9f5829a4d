//! Addresses and domains that may come in, and those that may not.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::{AccessRefusal, MAX_LIST, below};
use crate::emulator::instance::contact::ContactKind;
use crate::emulator::instance::email::normalized;
use crate::emulator::instance::{Instance, Refusal, random};
use crate::emulator::store::Record;

/// An entry of one of the lists.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Identifier {
    pub id: String,
    /// A whole address, or `*@` and a domain, in lower case; or a telephone number.
    pub identifier: String,
    pub kind: IdentifierKind,
    pub created_at: UnixMillis,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    EmailAddress,
    PhoneNumber,
}

impl IdentifierKind {
    /// Clerk's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmailAddress => "email_address",
            Self::PhoneNumber => "phone_number",
        }
    }
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(transparent)]
pub(in crate::emulator::instance) struct Allowed(Identifier);

#[derive(Clone, Deserialize, Serialize)]
#[serde(transparent)]
pub(in crate::emulator::instance) struct Blocked(Identifier);

const BY_IDENTIFIER: &str = "identifier";

impl Record for Allowed {
    const KIND: &'static str = "allowlist_identifier";

    fn id(&self) -> &str {
        &self.0.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![(BY_IDENTIFIER, &self.0.identifier)]
    }
}

impl Record for Blocked {
    const KIND: &'static str = "blocklist_identifier";

    fn id(&self) -> &str {
        &self.0.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![(BY_IDENTIFIER, &self.0.identifier)]
    }
}

/// An identifier as it is kept.
fn parse(text: &str) -> Result<(String, IdentifierKind), Refusal> {
    let text = text.trim();
    if let Ok(number) = ContactKind::Phone.normalized(text) {
        return Ok((number, IdentifierKind::PhoneNumber));
    }
    let wrong = |_| Refusal::ParamFormat("identifier");
    let address = match text.strip_prefix("*@") {
        Some(domain) => {
            let somebody = normalized(&format!("a@{domain}")).map_err(wrong)?;
            somebody.replacen('a', "*", 1)
        }
        None => normalized(text).map_err(wrong)?,
    };
    Ok((address, IdentifierKind::EmailAddress))
}

/// The entries that name an address: itself, and its domain.
fn names_of(address: &str) -> [String; 2] {
    let domain = address.rsplit('@').next().unwrap_or_default();
    [address.to_owned(), format!("*@{domain}")]
}

impl Instance {
    /// Newest first.
    pub fn allowed_identifiers(&self) -> impl Iterator<Item = &Identifier> {
        let newest = self.access.allowed.values().rev();
        newest.map(|Allowed(entry)| entry)
    }

    /// Newest first.
    pub fn blocked_identifiers(&self) -> impl Iterator<Item = &Identifier> {
        let newest = self.access.blocked.values().rev();
        newest.map(|Blocked(entry)| entry)
    }

    /// # Errors
    /// A [`Refusal`] when it is no identifier, is in the list, or the list is full.
    pub fn allow(&mut self, text: &str, now: UnixMillis) -> Result<Identifier, Refusal> {
        let (identifier, kind) = parse(text)?;
        let list = &mut self.access.allowed;
        below(list.len(), MAX_LIST)?;
        if list.find(BY_IDENTIFIER, &identifier).is_some() {
            return Err(AccessRefusal::Duplicate("identifier").into());
        }
        let entry = Identifier {
            id: random::id(&*self.random, "alid"),
            identifier,
            kind,
            created_at: now,
        };
        list.insert(Allowed(entry.clone()));
        Ok(entry)
    }

    /// # Errors
    /// As [`Instance::allow`].
    pub fn block(&mut self, text: &str, now: UnixMillis) -> Result<Identifier, Refusal> {
        let (identifier, kind) = parse(text)?;
        let list = &mut self.access.blocked;
        below(list.len(), MAX_LIST)?;
        if list.find(BY_IDENTIFIER, &identifier).is_some() {
            return Err(AccessRefusal::Duplicate("identifier").into());
        }
        let entry = Identifier {
            id: random::id(&*self.random, "blid"),
            identifier,
            kind,
            created_at: now,
        };
        list.insert(Blocked(entry.clone()));
        Ok(entry)
    }

    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn no_longer_allow(&mut self, id: &str) -> Result<(), Refusal> {
        let entry = self.access.allowed.remove(id);
        entry.map(drop).ok_or(Refusal::NotFound)
    }

    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn no_longer_block(&mut self, id: &str) -> Result<(), Refusal> {
        let entry = self.access.blocked.remove(id);
        entry.map(drop).ok_or(Refusal::NotFound)
    }

    pub(in crate::emulator::instance) fn is_allowed(&self, address: &str) -> bool {
        let list = &self.access.allowed;
        let mut names = names_of(address).into_iter();
        names.any(|name| list.find(BY_IDENTIFIER, &name).is_some())
    }

    pub(in crate::emulator::instance) fn is_blocked(&self, address: &str) -> bool {
        let list = &self.access.blocked;
        let mut names = names_of(address).into_iter();
        names.any(|name| list.find(BY_IDENTIFIER, &name).is_some())
    }
}
