//! The codes and links by which who signs up proves an address and a number.

use clerk_auth::time::UnixMillis;

use super::SignUp;
use crate::emulator::instance::contact::ContactKind;
use crate::emulator::instance::email::EmailCode;
use crate::emulator::instance::email_link::NewLink;
use crate::emulator::instance::{Instance, Refusal};

impl SignUp {
    fn code_mut(&mut self, kind: ContactKind) -> &mut Option<EmailCode> {
        match kind {
            ContactKind::Email => &mut self.email_code,
            ContactKind::Phone => &mut self.phone_code,
        }
    }

    /// The kind of contact to which a code was sent that did not come back yet.
    pub fn waits_for_code(&self) -> Option<ContactKind> {
        let sent = [
            (ContactKind::Email, &self.email_code),
            (ContactKind::Phone, &self.phone_code),
        ];
        let mut waiting = sent.into_iter();
        let (kind, _) = waiting.find(|(_, code)| {
            let code = code.as_ref();
            code.is_some_and(|code| !code.is_verified())
        })?;
        Some(kind)
    }
}

impl Instance {
    /// "Sends" a code to the address or the number.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such sign-up, or nothing to send to.
    pub fn prepare_sign_up(
        &mut self,
        dev_browser: &str,
        id: &str,
        kind: ContactKind,
        now: UnixMillis,
    ) -> Result<SignUp, Refusal> {
        let (mut sign_up, address) = self.unproven(dev_browser, id, kind)?;
        let purpose = kind.strategy().as_str();
        let code = self
            .outbox
            .send_code(&address, purpose, &*self.random, now)?;
        *sign_up.code_mut(kind) = Some(code);
        self.settle_sign_up(dev_browser, sign_up, now)
    }

    /// "Sends" a link to the address.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such sign-up, or nothing to send to.
    pub fn prepare_sign_up_by_link(
        &mut self,
        dev_browser: &str,
        id: &str,
        link: NewLink,
        now: UnixMillis,
    ) -> Result<SignUp, Refusal> {
        let (mut sign_up, address) = self.unproven(dev_browser, id, ContactKind::Email)?;
        sign_up.email_code = Some(self.outbox.send_link(&address, link, now));
        self.settle_sign_up(dev_browser, sign_up, now)
    }

    /// The sign-up, and its address or number that is not proven yet.
    fn unproven(
        &self,
        dev_browser: &str,
        id: &str,
        kind: ContactKind,
    ) -> Result<(SignUp, String), Refusal> {
        let sign_up = self.sign_up(dev_browser, id)?;
        let address = sign_up.contact(kind).cloned();
        let address = address.ok_or(Refusal::ParamMissing(kind.field()))?;
        if sign_up.is_proven(kind) {
            return Err(Refusal::AlreadyVerified);
        }
        Ok((sign_up.clone(), address))
    }

    /// Tries a code; completes when nothing is missing any more.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such sign-up, no code was sent, or it is not the one.
    pub fn attempt_sign_up(
        &mut self,
        dev_browser: &str,
        id: &str,
        kind: ContactKind,
        code: &str,
        now: UnixMillis,
    ) -> Result<SignUp, Refusal> {
        let mut sign_up = self.sign_up(dev_browser, id)?.clone();
        let sent = sign_up.code_mut(kind).as_mut();
        let attempt = sent.ok_or(Refusal::NotPrepared)?.attempt(code, now);
        if let Err(refusal) = attempt {
            if let (Refusal::CodeIncorrect, Some(address)) = (refusal, sign_up.contact(kind)) {
                self.outbox.note_wrong_code(address, now);
            }
            // The attempt counts, so the sign-up must be kept with it.
            self.keep_sign_up(dev_browser, Some(sign_up));
            return Err(refusal);
        }
        self.settle_sign_up(dev_browser, sign_up, now)
    }
}
