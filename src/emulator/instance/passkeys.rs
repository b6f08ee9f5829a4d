//! The passkeys of users: asked for, made, named and taken away.

use clerk_auth::time::UnixMillis;

use super::passkey::proof::Answer;
use super::passkey::{CHALLENGE_LENGTH, Challenge, MAX_PASSKEYS, Outcome, Passkey, PasskeyRefusal};
use super::{Instance, Refusal, User, random, user};

impl User {
    /// Those that a device has made.
    pub fn made_passkeys(&self) -> impl Iterator<Item = &Passkey> {
        let all = self.passkeys.iter();
        all.filter(|passkey| passkey.credential.is_some())
    }

    fn passkey(&self, id: &str) -> Option<&Passkey> {
        self.passkeys.iter().find(|passkey| passkey.id == id)
    }
}

impl Instance {
    /// A new passkey, which counts once a device has made it. Of those that wait for that a user has one.
    ///
    /// # Errors
    /// A [`Refusal`] when the instance has none, the user has enough, or the page's host has no name.
    pub fn create_passkey(
        &mut self,
        dev_browser: &str,
        user_id: &str,
        origin: Option<&str>,
        now: UnixMillis,
    ) -> Result<Passkey, Refusal> {
        let challenge = self.new_challenge(dev_browser, origin, now)?;
        let id = random::id(&*self.random, "idn");
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        if user.made_passkeys().count() >= MAX_PASSKEYS {
            return Err(PasskeyRefusal::Quota.into());
        }
        user.passkeys.retain(|one| one.credential.is_some());
        let passkey = Passkey {
            id,
            name: "Passkey".to_owned(),
            challenge,
            credential: None,
            last_used_at: None,
            created_at: now,
            updated_at: now,
        };
        user.passkeys.push(passkey.clone());
        Ok(passkey)
    }

    /// A passkey of this user.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn passkey(&self, user_id: &str, id: &str) -> Result<&Passkey, Refusal> {
        let user = self.user(user_id).ok_or(Refusal::NotFound)?;
        user.passkey(id).ok_or(Refusal::NotFound)
    }

    /// Takes the key that the device has made. That counts as its first use.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such passkey, it was not asked for here, or it proves nothing.
    pub fn attempt_passkey(
        &mut self,
        dev_browser: &str,
        user_id: &str,
        id: &str,
        answer: &str,
        now: UnixMillis,
    ) -> Result<Passkey, Refusal> {
        let passkey = self.edit_passkey(user_id, id)?;
        if passkey.credential.is_some() {
            return Err(Refusal::AlreadyVerified);
        }
        let asked = passkey.challenge.spend(dev_browser, now)?;
        let credential = Answer::parse(answer)?.registered(&asked)?;
        if self.users.find(User::PASSKEY, &credential.id).is_some() {
            return Err(PasskeyRefusal::Exists.into());
        }
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        user.updated_at = now;
        let passkey = self.edit_passkey(user_id, id)?;
        passkey.credential = Some(credential);
        passkey.challenge.outcome = Outcome::Verified;
        (passkey.last_used_at, passkey.updated_at) = (Some(now), now);
        Ok(passkey.clone())
    }

    /// Gives it a name, if there is one.
    ///
    /// # Errors
    /// A [`Refusal`] when the user has no such passkey, or the name is blank or too long.
    pub fn rename_passkey(
        &mut self,
        user_id: &str,
        id: &str,
        name: Option<&str>,
        now: UnixMillis,
    ) -> Result<Passkey, Refusal> {
        let passkey = self.edit_passkey(user_id, id)?;
        if let Some(name) = name {
            passkey.name = user::name(name, "name")?.ok_or(Refusal::ParamMissing("name"))?;
            passkey.updated_at = now;
        }
        Ok(passkey.clone())
    }

    /// Takes it away.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn remove_passkey(
        &mut self,
        user_id: &str,
        id: &str,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        self.passkey(user_id, id)?;
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        user.passkeys.retain(|passkey| passkey.id != id);
        user.updated_at = now;
        Ok(())
    }

    /// A challenge for a page of this origin in this browser.
    ///
    /// # Errors
    /// A [`Refusal`] when the instance has no passkeys, or the page's host no name.
    pub(super) fn new_challenge(
        &self,
        dev_browser: &str,
        origin: Option<&str>,
        now: UnixMillis,
    ) -> Result<Challenge, Refusal> {
        if !self.settings().passkey {
            return Err(PasskeyRefusal::Off.into());
        }
        let mut bytes = [0; CHALLENGE_LENGTH];
        self.random.fill(&mut bytes);
        Ok(Challenge::new(bytes, dev_browser, origin, now)?)
    }

    fn edit_passkey(&mut self, user_id: &str, id: &str) -> Result<&mut Passkey, Refusal> {
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        let mut all = user.passkeys.iter_mut();
        all.find(|passkey| passkey.id == id)
            .ok_or(Refusal::NotFound)
    }
}
