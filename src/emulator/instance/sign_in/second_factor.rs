//! The second factor of a sign-in.

use clerk_auth::time::UnixMillis;

use super::{SignIn, Step};
use crate::emulator::instance::{Instance, Refusal, Strategy};

const MAX_ATTEMPTS: u32 = 5;

impl Instance {
    /// "Sends" a code to a number that serves as second factor.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such sign-in or number, or it waits for something else.
    pub fn prepare_second_factor(
        &mut self,
        dev_browser: &str,
        id: &str,
        phone_id: Option<&str>,
        now: UnixMillis,
    ) -> Result<SignIn, Refusal> {
        let mut sign_in = self.waiting_for_second(dev_browser, id)?;
        let user = self.user_of(&sign_in)?;
        let phone = user
            .second_factor_phones()
            .find(|phone| phone_id.is_none_or(|id| phone.id == id));
        let number = phone.ok_or(Refusal::NotFound)?.address.clone();
        let purpose = Strategy::PhoneCode.as_str();
        let code = self
            .outbox
            .send_code(&number, purpose, &*self.random, now)?;
        (sign_in.second_code, sign_in.sent_to) = (Some(code), Some(number));
        self.keep_sign_in(dev_browser, Some(sign_in.clone()));
        Ok(sign_in)
    }

    /// Tries a second factor; the right one completes.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such sign-in, it waits for something else, or the code is wrong.
    pub fn attempt_second_factor(
        &mut self,
        dev_browser: &str,
        id: &str,
        strategy: Strategy,
        code: &str,
        now: UnixMillis,
    ) -> Result<SignIn, Refusal> {
        let mut sign_in = self.waiting_for_second(dev_browser, id)?;
        if sign_in.second_attempts >= MAX_ATTEMPTS {
            return Err(Refusal::VerificationFailed);
        }
        sign_in.second_attempts += 1;
        let user_id = self.user_of(&sign_in)?.id.clone();
        let attempt = match (strategy, &mut sign_in.second_code) {
            (Strategy::PhoneCode, Some(sent)) => sent.attempt(code, now),
            (Strategy::PhoneCode, None) => Err(Refusal::NotPrepared),
            _ => self
                .spend_second_factor(&user_id, &[strategy], code, now)
                .map(drop),
        };
        // A wrong attempt counts, so the sign-in must be kept with it.
        self.keep_sign_in(dev_browser, Some(sign_in.clone()));
        if let (Err(Refusal::CodeIncorrect), Some(number)) = (attempt, &sign_in.sent_to) {
            self.outbox.note_wrong_code(number, now);
        }
        attempt?;
        let first = sign_in.first.unwrap_or(strategy);
        let done = self.finish_sign_in(dev_browser, sign_in, first, now)?;
        let session = done.created_session_id.as_deref();
        if let Some(session) = session.and_then(|id| self.sessions.edit(id)) {
            session.second_factor_at = Some(now);
        }
        Ok(done)
    }

    fn waiting_for_second(&self, dev_browser: &str, id: &str) -> Result<SignIn, Refusal> {
        let sign_in = self.sign_in(dev_browser, id)?;
        if sign_in.step == Step::SecondFactor {
            Ok(sign_in.clone())
        } else {
            Err(Refusal::NotPrepared)
        }
    }
}
