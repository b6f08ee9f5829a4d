//! How the user of a session proves once more who they are.

use clerk_auth::time::UnixMillis;

use super::contact::ContactKind;
use super::reverification::{Level, Reverification, Wait};
use super::{Instance, Refusal, Session, Strategy, User};

/// Wrong answers, after which it has to be started again.
const MAX_ATTEMPTS: u32 = 10;

impl Instance {
    /// Begins.
    ///
    /// # Errors
    /// As [`Instance::own_session`].
    pub fn start_reverification(
        &mut self,
        dev_browser: &str,
        session: &str,
        level: Level,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        let user = self.user_of_session(dev_browser, session, now)?;
        // Who has no second factor proves the first one instead.
        let alone = level == Level::SecondFactor && !user.second_factors().is_empty();
        let wait = if alone {
            Wait::SecondFactor
        } else {
            Wait::FirstFactor
        };
        self.keep_reverification(
            session,
            Reverification {
                level,
                wait,
                code: None,
                sent_to: None,
                first: None,
                second: None,
                attempts: 0,
            },
        )
    }

    /// "Sends" a code to a contact of the user.
    ///
    /// # Errors
    /// A [`Refusal`] when the session is over, proves nothing, or has no such contact.
    pub fn prepare_reverification(
        &mut self,
        dev_browser: &str,
        session: &str,
        strategy: Strategy,
        contact: Option<&str>,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        let user = self.user_of_session(dev_browser, session, now)?;
        let kind = match strategy {
            Strategy::EmailCode => ContactKind::Email,
            Strategy::PhoneCode => ContactKind::Phone,
            _ => return Err(Refusal::ParamValue("strategy")),
        };
        let contact = match contact {
            Some(id) => user.contact(kind, id),
            None => user.primary(kind),
        };
        let contact = contact.filter(|contact| contact.is_verified());
        let address = contact.ok_or(Refusal::NotFound)?.address.clone();
        let mut proof = self.reverification(session)?;
        if proof.wait == Wait::SecondFactor && kind == ContactKind::Email {
            return Err(Refusal::ParamValue("strategy"));
        }
        let code = self
            .outbox
            .send_code(&address, strategy.as_str(), &*self.random, now)?;
        proof.code = Some((strategy, code));
        proof.sent_to = Some(address);
        self.keep_reverification(session, proof)
    }

    /// Tries the first factor; the right one counts as proven now.
    ///
    /// # Errors
    /// A [`Refusal`] when the session is over or waits for something else, or the answer is wrong.
    pub fn attempt_reverification(
        &mut self,
        dev_browser: &str,
        session: &str,
        strategy: Strategy,
        answer: &str,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        let user = self.user_of_session(dev_browser, session, now)?.clone();
        let mut proof = self.counted(session, Wait::FirstFactor)?;
        if strategy == Strategy::Password {
            let hash = user.password.as_ref().ok_or(Refusal::NoPassword)?;
            if !hash.matches(answer) {
                return Err(Refusal::PasswordIncorrect);
            }
        } else {
            self.attempt_sent(session, &mut proof, strategy, answer, now)?;
        }
        proof.first = Some(strategy);
        let goes_on = proof.level == Level::MultiFactor && !user.second_factors().is_empty();
        proof.wait = if goes_on {
            Wait::SecondFactor
        } else {
            Wait::Nothing
        };
        self.keep_reverification(session, proof)?;
        let session = self.sessions.edit(session).ok_or(Refusal::NotFound)?;
        session.first_factor_at = now;
        Ok(())
    }

    /// Tries the second factor.
    ///
    /// # Errors
    /// As [`Instance::attempt_reverification`].
    pub fn attempt_second_reverification(
        &mut self,
        dev_browser: &str,
        session: &str,
        strategy: Strategy,
        answer: &str,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        let user = self.user_of_session(dev_browser, session, now)?.id.clone();
        let mut proof = self.counted(session, Wait::SecondFactor)?;
        if strategy == Strategy::PhoneCode {
            self.attempt_sent(session, &mut proof, strategy, answer, now)?;
        } else {
            self.spend_second_factor(&user, &[strategy], answer, now)?;
        }
        (proof.second, proof.wait) = (Some(strategy), Wait::Nothing);
        self.keep_reverification(session, proof)?;
        let session = self.sessions.edit(session).ok_or(Refusal::NotFound)?;
        session.second_factor_at = Some(now);
        Ok(())
    }

    fn attempt_sent(
        &mut self,
        session: &str,
        proof: &mut Reverification,
        strategy: Strategy,
        answer: &str,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        let sent = proof.code.as_mut();
        let sent = sent.filter(|(sent_for, _)| *sent_for == strategy);
        let attempt = sent.ok_or(Refusal::NotPrepared)?.1.attempt(answer, now);
        // A wrong attempt counts, so it must be kept.
        self.keep_reverification(session, proof.clone())?;
        if let (Err(Refusal::CodeIncorrect), Some(address)) = (attempt, &proof.sent_to) {
            self.outbox.note_wrong_code(address, now);
        }
        attempt
    }

    /// The proof of a session that waits for this, with one attempt more.
    fn counted(&mut self, session: &str, wait: Wait) -> Result<Reverification, Refusal> {
        let mut proof = self.reverification(session)?;
        if proof.wait != wait {
            return Err(Refusal::NotPrepared);
        }
        if proof.attempts >= MAX_ATTEMPTS {
            return Err(Refusal::VerificationFailed);
        }
        proof.attempts += 1;
        self.keep_reverification(session, proof.clone())?;
        Ok(proof)
    }

    fn reverification(&self, session: &str) -> Result<Reverification, Refusal> {
        let session = self.session(session).ok_or(Refusal::NotFound)?;
        session.reverification.clone().ok_or(Refusal::NotPrepared)
    }

    fn keep_reverification(&mut self, session: &str, proof: Reverification) -> Result<(), Refusal> {
        let session: &mut Session = self.sessions.edit(session).ok_or(Refusal::NotFound)?;
        session.reverification = Some(proof);
        Ok(())
    }

    fn user_of_session(
        &self,
        dev_browser: &str,
        session: &str,
        now: UnixMillis,
    ) -> Result<&User, Refusal> {
        let session = self.own_session(dev_browser, session, now)?;
        self.user(&session.user_id).ok_or(Refusal::NotFound)
    }
}
