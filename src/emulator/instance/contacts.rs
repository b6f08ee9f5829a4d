//! Changes of the addresses and numbers of a user, by a server or by the user.

use clerk_auth::time::UnixMillis;

use super::contact::{Contact, ContactKind, Proof};
use super::email_link::NewLink;
use super::{Instance, Refusal, User, random};

/// Of each kind, for one user.
pub(super) const MAX_CONTACTS: usize = 20;

/// The changes of a server, or of the user, to a contact.
#[derive(Clone, Copy, Debug, Default)]
pub struct ContactChanges {
    pub verified: Option<bool>,
    pub primary: bool,
    pub reserved: bool,
    pub second_factor: Option<bool>,
    pub default_second_factor: Option<bool>,
}

impl Instance {
    /// The user who has this contact.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn contact(&self, kind: ContactKind, id: &str) -> Result<(&User, &Contact), Refusal> {
        let user = self.users.find(User::CONTACT, id);
        let found = user.and_then(|user| Some((user, user.contact(kind, id)?)));
        found.ok_or(Refusal::NotFound)
    }

    /// A contact of this user.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn own_contact(
        &self,
        user: &str,
        kind: ContactKind,
        id: &str,
    ) -> Result<&Contact, Refusal> {
        let user = self.user(user).ok_or(Refusal::NotFound)?;
        user.contact(kind, id).ok_or(Refusal::NotFound)
    }

    /// The user whose contact it is, and nobody else's.
    pub fn holder(&self, kind: ContactKind, address: &str) -> Option<&User> {
        self.users.find(User::claim(kind), address)
    }

    /// Makes sure that nobody else has it.
    ///
    /// # Errors
    /// [`Refusal::Taken`].
    pub fn unclaimed(
        &self,
        kind: ContactKind,
        address: &str,
        by: Option<&str>,
    ) -> Result<(), Refusal> {
        match self.holder(kind, address) {
            Some(user) if by != Some(user.id.as_str()) => Err(Refusal::Taken(kind.field())),
            _ => Ok(()),
        }
    }

    /// Adds a contact to a user and answers its id.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such user, or it has not the right form, is taken, or is one too many.
    pub fn add_contact(
        &mut self,
        user_id: &str,
        kind: ContactKind,
        text: &str,
        proof: Option<Proof>,
        now: UnixMillis,
    ) -> Result<String, Refusal> {
        let address = kind.normalized(text)?;
        let user = self.user(user_id).ok_or(Refusal::NotFound)?;
        if user.contacts(kind).iter().any(|c| c.address == address) {
            return Err(Refusal::Taken(kind.field()));
        }
        if user.contacts(kind).len() >= MAX_CONTACTS {
            return Err(Refusal::ContactQuota);
        }
        self.unclaimed(kind, &address, None)?;
        let id = random::id(&*self.random, "idn");
        let contact = Contact::new(id.clone(), address, proof, now);
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        user.contacts_mut(kind).push(contact);
        user.updated_at = now;
        Ok(id)
    }

    /// "Sends" a code to a contact.
    ///
    /// # Errors
    /// A [`Refusal`] when the user has no such contact, it is verified, or a wrong code was just tried.
    pub fn prepare_contact(
        &mut self,
        user_id: &str,
        kind: ContactKind,
        id: &str,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        let address = self.unproven_contact(user_id, kind, id)?;
        let purpose = kind.strategy().as_str();
        let code = self
            .outbox
            .send_code(&address, purpose, &*self.random, now)?;
        let contact = self.edit_contact(user_id, kind, id)?;
        contact.code = Some(code);
        Ok(())
    }

    /// "Sends" a link to an address.
    ///
    /// # Errors
    /// A [`Refusal`] when the user has no such address, or it is verified.
    pub fn prepare_contact_by_link(
        &mut self,
        user_id: &str,
        id: &str,
        link: NewLink,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        let address = self.unproven_contact(user_id, ContactKind::Email, id)?;
        let code = self.outbox.send_link(&address, link, now);
        self.edit_contact(user_id, ContactKind::Email, id)?.code = Some(code);
        Ok(())
    }

    fn unproven_contact(
        &self,
        user_id: &str,
        kind: ContactKind,
        id: &str,
    ) -> Result<String, Refusal> {
        let contact = self.own_contact(user_id, kind, id)?;
        if contact.is_verified() {
            return Err(Refusal::AlreadyVerified);
        }
        Ok(contact.address.clone())
    }

    /// Tries a code on a contact; the right one verifies it.
    ///
    /// # Errors
    /// A [`Refusal`] when the user has no such contact, no code was sent, it is not the one, or somebody else has proven
    /// the address meanwhile.
    pub fn attempt_contact(
        &mut self,
        user_id: &str,
        kind: ContactKind,
        id: &str,
        code: &str,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        let address = self.unproven_contact(user_id, kind, id)?;
        self.unclaimed(kind, &address, Some(user_id))?;
        let sent = self.edit_contact(user_id, kind, id)?.code.as_mut();
        let attempt = sent.ok_or(Refusal::NotPrepared)?.attempt(code, now);
        if attempt == Err(Refusal::CodeIncorrect) {
            self.outbox.note_wrong_code(&address, now);
        }
        attempt?;
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        user.updated_at = now;
        self.edit_contact(user_id, kind, id)?.proof = Some(Proof::Code);
        Ok(())
    }

    /// Changes a contact.
    ///
    /// # Errors
    /// A [`Refusal`] when the user has no such contact, or one that is not verified would become primary.
    pub fn change_contact(
        &mut self,
        user_id: &str,
        kind: ContactKind,
        id: &str,
        changes: ContactChanges,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        let contact = self.own_contact(user_id, kind, id)?;
        let address = contact.address.clone();
        let verified = changes.verified.unwrap_or(contact.is_verified());
        if verified || changes.reserved {
            self.unclaimed(kind, &address, Some(user_id))?;
        }
        if (changes.primary || changes.second_factor == Some(true)) && !verified {
            return Err(Refusal::Unverified);
        }
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        if changes.default_second_factor == Some(true) {
            for other in &mut user.phone_numbers {
                other.default_second_factor = false;
            }
        }
        user.updated_at = now;
        if changes.primary {
            user.set_primary(kind, id);
        }
        let contact = self.edit_contact(user_id, kind, id)?;
        match changes.verified {
            Some(true) if !contact.is_verified() => contact.proof = Some(Proof::Admin),
            Some(false) => contact.proof = None,
            _ => {}
        }
        contact.reserved |= changes.reserved;
        contact.second_factor = changes.second_factor.unwrap_or(contact.second_factor);
        let default = changes.default_second_factor;
        contact.default_second_factor = default.unwrap_or(contact.default_second_factor);
        Ok(())
    }

    /// Takes a contact away.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], or [`Refusal::LastIdentification`] when the user would have no address left.
    pub fn remove_contact(
        &mut self,
        user_id: &str,
        kind: ContactKind,
        id: &str,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        let user = self.user(user_id).ok_or(Refusal::NotFound)?;
        let gone = user.contact(kind, id).ok_or(Refusal::NotFound)?;
        let others = user.contacts(ContactKind::Email).iter();
        let stays_reachable = others.filter(|c| c.is_verified() && c.id != id).count() > 0;
        if kind == ContactKind::Email && gone.is_verified() && !stays_reachable {
            return Err(Refusal::LastIdentification);
        }
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        user.contacts_mut(kind).retain(|contact| contact.id != id);
        user.updated_at = now;
        Ok(())
    }

    /// Makes it the only contact of its kind that a user has.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such user, or it has not the right form, or is taken.
    pub fn replace_contacts(
        &mut self,
        user_id: &str,
        kind: ContactKind,
        text: &str,
        verified: bool,
        reserved: bool,
        now: UnixMillis,
    ) -> Result<String, Refusal> {
        let address = kind.normalized(text)?;
        self.unclaimed(kind, &address, Some(user_id))?;
        let id = random::id(&*self.random, "idn");
        let proof = verified.then_some(Proof::Admin);
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        let same = user.contacts(kind).iter().find(|c| c.address == address);
        let same = same.cloned();
        let mut contact = same.unwrap_or_else(|| Contact::new(id, address, None, now));
        contact.proof = proof;
        contact.reserved = reserved;
        let id = contact.id.clone();
        *user.contacts_mut(kind) = vec![contact];
        user.set_primary(kind, &id);
        user.updated_at = now;
        Ok(id)
    }

    pub(super) fn edit_contact(
        &mut self,
        user_id: &str,
        kind: ContactKind,
        id: &str,
    ) -> Result<&mut Contact, Refusal> {
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        let mut contacts = user.contacts_mut(kind).iter_mut();
        let found = contacts.find(|contact| contact.id == id);
        found.ok_or(Refusal::NotFound)
    }
}
