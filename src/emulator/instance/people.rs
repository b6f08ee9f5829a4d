//! The decisions of servers about users: who there is, and who may come in.

use clerk_auth::time::UnixMillis;

use super::contact::{Contact, ContactKind, Proof};
use super::contacts::MAX_CONTACTS;
use super::password::PasswordHash;
use super::{Instance, Metadata, Refusal, User, UserChanges, random};

/// A user as a server describes it.
#[derive(Default)]
pub struct NewUser {
    /// Absent for a random one.
    pub id: Option<String>,
    pub changes: UserChanges,
    /// Each with true if it is verified, and else only kept from others.
    pub email_addresses: Vec<(String, bool)>,
    pub phone_numbers: Vec<(String, bool)>,
    pub password: NewPassword,
    pub skip_password_requirement: bool,
    pub skip_user_requirement: bool,
    pub totp_secret: Option<String>,
    pub backup_codes: Vec<String>,
    pub public_metadata: Metadata,
    pub private_metadata: Metadata,
    pub banned: bool,
    pub locked: bool,
}

/// A password that a server sets, or what is left of it after hashing.
#[derive(Default)]
pub struct NewPassword {
    pub plain: Option<String>,
    pub digest: Option<String>,
    pub hasher: Option<String>,
    /// True if it may be short and known to all.
    pub unchecked: bool,
}

/// Metadata that a server writes; absent fields stay as they are.
#[derive(Default)]
pub struct MetadataChanges {
    pub public: Option<serde_json::Map<String, serde_json::Value>>,
    pub private: Option<serde_json::Map<String, serde_json::Value>>,
    pub unsafe_: Option<serde_json::Map<String, serde_json::Value>>,
}

impl Instance {
    /// Makes a user.
    ///
    /// # Errors
    /// A [`Refusal`] when something is missing, taken or has not the right form.
    pub fn create_user(&mut self, new: NewUser, now: UnixMillis) -> Result<&User, Refusal> {
        self.bound_users()?;
        if new.email_addresses.is_empty() && !new.skip_user_requirement {
            return Err(Refusal::DataMissing("email_address"));
        }
        let password = self.hashed(new.password)?;
        if password.is_none() && !new.skip_password_requirement && !new.skip_user_requirement {
            return Err(Refusal::DataMissing("password"));
        }
        let mut user = User::new(self.id_or_new(new.id, "user"), now);
        self.unclaimed_names(&new.changes, None)?;
        self.fill_contacts(&mut user, ContactKind::Email, new.email_addresses, now)?;
        self.fill_contacts(&mut user, ContactKind::Phone, new.phone_numbers, now)?;
        user.change(new.changes, now)?;
        if password.is_some() {
            user.set_password(password, now);
        }
        let totp = random::id(&*self.random, "totp");
        let factors = &mut user.second_factors;
        factors.take_over(new.totp_secret, &new.backup_codes, totp, now)?;
        user.public_metadata = new.public_metadata;
        user.private_metadata = new.private_metadata;
        (user.standing.banned, user.standing.locked) = (new.banned, new.locked);
        let id = user.id.clone();
        self.users.insert(user);
        self.users.get(&id).ok_or(Refusal::NotFound)
    }

    /// Undoes what was changed of a user since.
    pub fn put_back(&mut self, before: User) {
        self.users.insert(before);
    }

    fn fill_contacts(
        &self,
        user: &mut User,
        kind: ContactKind,
        texts: Vec<(String, bool)>,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        if texts.len() > MAX_CONTACTS {
            return Err(Refusal::ContactQuota);
        }
        for (text, verified) in texts {
            let address = kind.normalized(&text)?;
            self.unclaimed(kind, &address, None)?;
            if user.contacts(kind).iter().any(|c| c.address == address) {
                return Err(Refusal::Taken(kind.field()));
            }
            let id = random::id(&*self.random, "idn");
            let proof = verified.then_some(Proof::Admin);
            let mut contact = Contact::new(id.clone(), address, proof, now);
            contact.reserved = !verified;
            if verified && user.primary(kind).is_none() {
                user.set_primary(kind, &id);
            }
            user.contacts_mut(kind).push(contact);
        }
        Ok(())
    }

    /// The hash of a password that a server sets, if it sets one.
    fn hashed(&self, new: NewPassword) -> Result<Option<PasswordHash>, Refusal> {
        match (new.plain, new.digest) {
            (Some(_), Some(_)) => Err(Refusal::ParamValue("password_digest")),
            (Some(plain), None) if new.unchecked && !plain.is_empty() => {
                Ok(Some(PasswordHash::new(&plain, &*self.random)))
            }
            (Some(plain), None) => self.checked_password(&plain, "password").map(Some),
            (None, Some(digest)) => {
                let hasher = new.hasher.ok_or(Refusal::ParamMissing("password_hasher"))?;
                PasswordHash::imported(&digest, &hasher).map(Some)
            }
            (None, None) => Ok(None),
        }
    }

    /// Makes sure that the names in these changes are nobody else's.
    ///
    /// # Errors
    /// [`Refusal::Taken`].
    pub(super) fn unclaimed_names(
        &self,
        changes: &UserChanges,
        by: Option<&str>,
    ) -> Result<(), Refusal> {
        let username = changes.username.as_deref().map(str::to_lowercase);
        let names = [
            (User::USERNAME, username.as_deref(), "username"),
            (
                User::EXTERNAL_ID,
                changes.external_id.as_deref(),
                "external_id",
            ),
        ];
        for (index, name, field) in names {
            let name = name.map(str::trim).filter(|name| !name.is_empty());
            let holder = name.and_then(|name| self.users.find(index, name));
            if holder.is_some_and(|holder| by != Some(holder.id.as_str())) {
                return Err(Refusal::Taken(field));
            }
        }
        Ok(())
    }

    /// Sets a password, and ends the user's sessions if that is asked for.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such user, or the password is not acceptable.
    pub fn set_password(
        &mut self,
        id: &str,
        new: NewPassword,
        sign_out: bool,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        self.user(id).ok_or(Refusal::NotFound)?;
        if let Some(hash) = self.hashed(new)? {
            self.replace_password(id, Some(hash), sign_out, now)?;
        }
        Ok(())
    }

    /// The second factors that a server sets.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such user, or the secret is none.
    pub fn set_second_factors(
        &mut self,
        id: &str,
        secret: Option<String>,
        codes: &[String],
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        let totp = random::id(&*self.random, "totp");
        let user = self.users.edit(id).ok_or(Refusal::NotFound)?;
        user.second_factors.take_over(secret, codes, totp, now)
    }

    /// Puts a hash in the place of the password, or takes it away.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn replace_password(
        &mut self,
        id: &str,
        hash: Option<PasswordHash>,
        sign_out: bool,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        let user = self.users.edit(id).ok_or(Refusal::NotFound)?;
        user.set_password(hash, now);
        if sign_out {
            self.close_sessions_of(id, None, now);
        }
        Ok(())
    }

    /// Says that others know the password, or that they do not.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn mark_password(
        &mut self,
        id: &str,
        compromised: bool,
        sign_out: bool,
        now: UnixMillis,
    ) -> Result<&User, Refusal> {
        let user = self.users.edit(id).ok_or(Refusal::NotFound)?;
        user.password_compromised = compromised;
        user.updated_at = now;
        if sign_out {
            self.close_sessions_of(id, None, now);
        }
        self.user(id).ok_or(Refusal::NotFound)
    }

    /// True if it is the user's password.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], or [`Refusal::NoPassword`].
    pub fn has_password(&self, id: &str, password: &str) -> Result<bool, Refusal> {
        let user = self.user(id).ok_or(Refusal::NotFound)?;
        let hash = user.password.as_ref().ok_or(Refusal::NoPassword)?;
        Ok(hash.matches(password))
    }

    /// Lets users in or keeps them out. Who is banned is signed out everywhere.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is no such user; then nobody's standing has changed.
    pub fn ban(&mut self, ids: &[&str], banned: bool, now: UnixMillis) -> Result<(), Refusal> {
        if ids.iter().any(|id| self.user(id).is_none()) {
            return Err(Refusal::NotFound);
        }
        for id in ids {
            if let Some(user) = self.users.edit(id) {
                user.standing.banned = banned;
                user.updated_at = now;
            }
            if banned {
                self.close_sessions_of(id, None, now);
            }
        }
        Ok(())
    }

    /// Locks a user out of further sign-ins, or lets them in again.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn lock(&mut self, id: &str, locked: bool, now: UnixMillis) -> Result<&User, Refusal> {
        let user = self.users.edit(id).ok_or(Refusal::NotFound)?;
        user.standing.locked = locked;
        user.updated_at = now;
        Ok(user)
    }

    /// Merges metadata into a user's, or puts it in their place.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such user, or it is too large.
    pub fn change_metadata(
        &mut self,
        id: &str,
        changes: MetadataChanges,
        merge: bool,
        now: UnixMillis,
    ) -> Result<&User, Refusal> {
        let user = self.user(id).ok_or(Refusal::NotFound)?;
        let next = |old: &Metadata, new, field| match new {
            Some(patch) if merge => old.merged(patch, field),
            Some(object) => Metadata::new(&object, field),
            None => Ok(old.clone()),
        };
        let public = next(&user.public_metadata, changes.public, "public_metadata")?;
        let private = next(&user.private_metadata, changes.private, "private_metadata")?;
        let unsafe_ = next(&user.unsafe_metadata, changes.unsafe_, "unsafe_metadata")?;
        let user = self.users.edit(id).ok_or(Refusal::NotFound)?;
        user.public_metadata = public;
        user.private_metadata = private;
        user.unsafe_metadata = unsafe_;
        user.updated_at = now;
        Ok(user)
    }

    /// Forgets a user and signs them out everywhere.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn delete_user(&mut self, id: &str, now: UnixMillis) -> Result<User, Refusal> {
        self.user(id).ok_or(Refusal::NotFound)?;
        self.close_sessions_of(id, None, now);
        self.leave_all_organizations(id);
        self.forget_api_keys_of(id);
        self.forget_grants("user", id);
        let user = self.users.remove(id).ok_or(Refusal::NotFound)?;
        if let Some(picture) = &user.image {
            self.images.remove(&picture.id);
        }
        Ok(user)
    }
}
