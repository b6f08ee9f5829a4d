//! The first factor of a sign-in: codes, the password, and the way to a new one.

use clerk_auth::time::UnixMillis;

use super::{SignIn, Step};
use crate::emulator::instance::contact::ContactKind;
use crate::emulator::instance::email_link::NewLink;
use crate::emulator::instance::{Instance, Refusal, Strategy};

impl Instance {
    /// "Sends" a code to the contact with this id, or to the one that was typed.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such sign-in or address, or the strategy has no code.
    pub fn prepare_sign_in(
        &mut self,
        dev_browser: &str,
        id: &str,
        strategy: Strategy,
        contact_id: Option<&str>,
        now: UnixMillis,
    ) -> Result<SignIn, Refusal> {
        let mut sign_in = self.sign_in(dev_browser, id)?.clone();
        let kind = ContactKind::of(strategy).filter(|_| strategy.has_code());
        let kind = kind.ok_or(Refusal::ParamValue("strategy"))?;
        let address = self.usable_contact(&sign_in, kind, contact_id)?;
        let code = self
            .outbox
            .send_code(&address, strategy.as_str(), &*self.random, now)?;
        sign_in.code = Some((strategy, code));
        sign_in.sent_to = Some(address);
        self.keep_sign_in(dev_browser, Some(sign_in.clone()));
        Ok(sign_in)
    }

    /// "Sends" a link in a code's place, to the same address.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such sign-in or address.
    pub fn prepare_sign_in_by_link(
        &mut self,
        dev_browser: &str,
        id: &str,
        contact_id: Option<&str>,
        link: NewLink,
        now: UnixMillis,
    ) -> Result<SignIn, Refusal> {
        let mut sign_in = self.sign_in(dev_browser, id)?.clone();
        let address = self.usable_contact(&sign_in, ContactKind::Email, contact_id)?;
        let code = self.outbox.send_link(&address, link, now);
        sign_in.code = Some((Strategy::EmailLink, code));
        sign_in.sent_to = Some(address);
        self.keep_sign_in(dev_browser, Some(sign_in.clone()));
        Ok(sign_in)
    }

    /// The address of the contact with this id, or of the one that was typed, or of the user's first.
    fn usable_contact(
        &self,
        sign_in: &SignIn,
        kind: ContactKind,
        id: Option<&str>,
    ) -> Result<String, Refusal> {
        let user = self.user_of(sign_in)?;
        let typed = sign_in.identifier.as_deref();
        let contact = match id {
            Some(id) => user.contact(kind, id),
            None => user
                .contacts(kind)
                .iter()
                .find(|contact| Some(contact.address.as_str()) == typed)
                .or_else(|| user.primary(kind)),
        };
        let usable = contact.filter(|one| one.is_verified() && !one.second_factor);
        Ok(usable.ok_or(Refusal::NotFound)?.address.clone())
    }

    /// Tries a password; the right one completes.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such sign-in, or the password is another.
    pub fn attempt_password(
        &mut self,
        dev_browser: &str,
        id: &str,
        password: &str,
        now: UnixMillis,
    ) -> Result<SignIn, Refusal> {
        let sign_in = self.sign_in(dev_browser, id)?.clone();
        let user = self.user_of(&sign_in)?;
        if !user
            .password
            .as_ref()
            .is_some_and(|hash| hash.matches(password))
        {
            return Err(Refusal::PasswordIncorrect);
        }
        if user.password_compromised {
            return Err(Refusal::PasswordCompromised);
        }
        self.complete_sign_in(dev_browser, sign_in, Strategy::Password, now)
    }

    /// Tries a code. The right one completes, or opens the way to a new password.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such sign-in, no code was sent for the strategy, or it is not the one.
    pub fn attempt_code(
        &mut self,
        dev_browser: &str,
        id: &str,
        strategy: Strategy,
        code: &str,
        now: UnixMillis,
    ) -> Result<SignIn, Refusal> {
        let mut sign_in = self.sign_in(dev_browser, id)?.clone();
        let sent = sign_in
            .code
            .as_mut()
            .filter(|(sent_for, _)| *sent_for == strategy);
        let attempt = sent.ok_or(Refusal::NotPrepared)?.1.attempt(code, now);
        if strategy.completes() && attempt.is_ok() {
            return self.complete_sign_in(dev_browser, sign_in, strategy, now);
        }
        match (attempt, &sign_in.sent_to) {
            (Ok(()), _) => sign_in.step = Step::NewPassword,
            (Err(Refusal::CodeIncorrect), Some(address)) => {
                self.outbox.note_wrong_code(address, now);
            }
            _ => {}
        }
        // A wrong attempt counts, so the sign-in must be kept with it.
        self.keep_sign_in(dev_browser, Some(sign_in.clone()));
        attempt.map(|()| sign_in)
    }

    /// Sets a new password after a reset code, and completes.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such sign-in, it does not wait for a password, or this one is too short.
    pub fn reset_password(
        &mut self,
        dev_browser: &str,
        id: &str,
        password: &str,
        sign_out_of_other_sessions: bool,
        now: UnixMillis,
    ) -> Result<SignIn, Refusal> {
        let sign_in = self.sign_in(dev_browser, id)?.clone();
        if sign_in.step != Step::NewPassword {
            return Err(Refusal::NotPrepared);
        }
        let hash = self.checked_password(password, "password")?;
        let strategy = sign_in.code.as_ref().map(|(strategy, _)| *strategy);
        let strategy = strategy.ok_or(Refusal::NotPrepared)?;
        let user_id = self.user_of(&sign_in)?.id.clone();
        if let Some(user) = self.users.edit(&user_id) {
            user.set_password(Some(hash), now);
        }
        if sign_out_of_other_sessions {
            self.close_sessions_of(&user_id, None, now);
        }
        self.complete_sign_in(dev_browser, sign_in, strategy, now)
    }
}
