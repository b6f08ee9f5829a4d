//! Signing in with a passkey. It is something that one has, and its device asks for something that one is or knows: that
//! is two factors, so no second one is asked for.

use clerk_auth::time::UnixMillis;

use super::{SignIn, SignInFields, Step};
use crate::emulator::instance::passkey::proof::Answer;
use crate::emulator::instance::passkey::{Challenge, Outcome, PasskeyRefusal, handle};
use crate::emulator::instance::{Instance, Refusal, Strategy, User};

impl Instance {
    /// Starts a sign-in with a passkey; where nobody is named, the browser asks which one.
    ///
    /// # Errors
    /// As [`Instance::create_sign_in`] and [`Instance::prepare_passkey`].
    pub fn create_passkey_sign_in(
        &mut self,
        dev_browser: &str,
        identifier: Option<String>,
        origin: Option<&str>,
        now: UnixMillis,
    ) -> Result<SignIn, Refusal> {
        // Before anything is made: where there are no passkeys, nothing is begun.
        self.new_challenge(dev_browser, origin, now)?;
        let fields = SignInFields {
            identifier,
            ..SignInFields::default()
        };
        let made = self.create_sign_in(dev_browser, fields, now)?;
        self.prepare_passkey(dev_browser, &made.id, origin, now)
    }

    /// A challenge for a passkey of the user, or of anybody.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such sign-in, it waits for something else, or there are no passkeys.
    pub fn prepare_passkey(
        &mut self,
        dev_browser: &str,
        id: &str,
        origin: Option<&str>,
        now: UnixMillis,
    ) -> Result<SignIn, Refusal> {
        let mut sign_in = self.sign_in(dev_browser, id)?.clone();
        if !matches!(sign_in.step, Step::Identifier | Step::FirstFactor) {
            return Err(Refusal::NotPrepared);
        }
        if sign_in.user_id.is_some() && self.user_of(&sign_in)?.made_passkeys().next().is_none() {
            return Err(PasskeyRefusal::Unknown.into());
        }
        (sign_in.code, sign_in.referral) = (None, None);
        sign_in.passkey = Some(self.new_challenge(dev_browser, origin, now)?);
        self.keep_sign_in(dev_browser, Some(sign_in.clone()));
        Ok(sign_in)
    }

    /// Tries a passkey; the right one completes.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such sign-in, no passkey was asked for, or it proves nothing.
    pub fn attempt_passkey_sign_in(
        &mut self,
        dev_browser: &str,
        id: &str,
        answer: &str,
        now: UnixMillis,
    ) -> Result<SignIn, Refusal> {
        let mut sign_in = self.sign_in(dev_browser, id)?.clone();
        let challenge = sign_in.passkey.as_mut().ok_or(Refusal::NotPrepared)?;
        let asked = challenge.spend(dev_browser, now)?;
        // Before anything is looked at: the challenge is used up.
        self.keep_sign_in(dev_browser, Some(sign_in.clone()));
        let user_id = self.spend_passkey(&asked, sign_in.user_id.as_deref(), answer, now)?;
        if let Some(challenge) = &mut sign_in.passkey {
            challenge.outcome = Outcome::Verified;
        }
        sign_in.user_id = Some(user_id);
        let has_second = !self.user_of(&sign_in)?.second_factors().is_empty();
        let done = self.finish_sign_in(dev_browser, sign_in, Strategy::Passkey, now)?;
        let session = done.created_session_id.as_deref().filter(|_| has_second);
        if let Some(session) = session.and_then(|id| self.sessions.edit(id)) {
            session.second_factor_at = Some(now);
        }
        Ok(done)
    }

    /// The user whose passkey answers this, who must be the one that was named.
    fn spend_passkey(
        &mut self,
        asked: &Challenge,
        named: Option<&str>,
        answer: &str,
        now: UnixMillis,
    ) -> Result<String, Refusal> {
        let answer = Answer::parse(answer)?;
        let credential_id = answer.credential_id()?;
        let user = self.users.find(User::PASSKEY, &credential_id);
        let user = user.ok_or(PasskeyRefusal::Unknown)?;
        if named.is_some_and(|named| named != user.id) {
            return Err(PasskeyRefusal::Owner.into());
        }
        if let Some(email) = user.primary_email() {
            self.may_sign_in(&email.address)?;
        }
        let user_id = user.id.clone();
        let user = self.users.edit(&user_id).ok_or(Refusal::NotFound)?;
        for passkey in &mut user.passkeys {
            let credential = passkey.credential.as_mut();
            let Some(credential) = credential.filter(|one| one.id == credential_id) else {
                continue;
            };
            let owner = handle(&user_id);
            credential.counter = answer.asserted(asked, credential, &owner, named.is_some())?;
            passkey.last_used_at = Some(now);
        }
        Ok(user_id)
    }
}
