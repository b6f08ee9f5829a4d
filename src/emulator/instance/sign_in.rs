//! Signing in: an address, then a password or a code; a code can also open the way to a new password
//! (`frontend-api.md` sections 8.1 and 8.4).

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::contact::ContactKind;
use super::email::EmailCode;
use super::{Instance, Refusal, Strategy, User, random};

const ABANDON_MS: i64 = 24 * 60 * 60 * 1000;
const MAX_SECOND_ATTEMPTS: u32 = 5;

/// The step a sign-in waits for.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Identifier,
    FirstFactor,
    SecondFactor,
    /// A new password, after a reset code.
    NewPassword,
    Complete,
}

/// A sign-in under way or done.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SignIn {
    /// `sia_…`
    pub id: String,
    /// The address, in normal form.
    pub identifier: Option<String>,
    /// The user with this address.
    pub user_id: Option<String>,
    /// The step it waits for.
    pub step: Step,
    /// The code that was sent, and for which strategy. Absent until one was asked for.
    pub code: Option<(Strategy, EmailCode)>,
    /// Where that code went.
    #[serde(default)]
    pub sent_to: Option<String>,
    /// The first factor, once it is proven and another is asked for.
    #[serde(default)]
    pub first: Option<Strategy>,
    /// The code that was sent as second factor.
    #[serde(default)]
    pub second_code: Option<EmailCode>,
    /// Tries at the second factor.
    #[serde(default)]
    second_attempts: u32,
    /// It was done by a ticket.
    #[serde(default)]
    pub by_ticket: bool,
    /// The session it ended in.
    pub created_session_id: Option<String>,
    /// When it is given up.
    pub abandon_at: UnixMillis,
}

/// The fields that a page can send when it starts a sign-in.
#[derive(Clone, Debug, Default)]
pub struct SignInFields {
    /// The address, as typed.
    pub identifier: Option<String>,
    /// The password, as typed.
    pub password: Option<String>,
    /// The strategy to begin with.
    pub strategy: Option<Strategy>,
}

impl Instance {
    /// Starts a sign-in; it takes the place of the one that the client had.
    ///
    /// # Errors
    /// A [`Refusal`] when somebody is signed in, the address is nobody's, or the password is another.
    pub fn create_sign_in(
        &mut self,
        dev_browser: &str,
        fields: SignInFields,
        now: UnixMillis,
    ) -> Result<SignIn, Refusal> {
        self.refuse_second_session(dev_browser, now)?;
        let found = fields
            .identifier
            .as_deref()
            .map(|name| self.identified(name))
            .transpose()?;
        let (identifier, user_id) = found.unzip();
        let step = match &user_id {
            Some(_) => Step::FirstFactor,
            None => Step::Identifier,
        };
        let sign_in = SignIn {
            identifier,
            user_id,
            ..self.new_sign_in(step, now)
        };
        self.ensure_client(dev_browser, now);
        let id = sign_in.id.clone();
        self.keep_sign_in(dev_browser, Some(sign_in.clone()));
        match (fields.password, fields.strategy) {
            (Some(password), _) => self.attempt_password(dev_browser, &id, &password, now),
            (None, Some(strategy)) if strategy.has_code() && sign_in.user_id.is_some() => {
                self.prepare_sign_in(dev_browser, &id, strategy, None, now)
            }
            _ => Ok(sign_in),
        }
    }

    pub(super) fn new_sign_in(&self, step: Step, now: UnixMillis) -> SignIn {
        SignIn {
            id: random::id(&*self.random, "sia"),
            step,
            identifier: None,
            user_id: None,
            code: None,
            sent_to: None,
            first: None,
            second_code: None,
            second_attempts: 0,
            by_ticket: false,
            created_session_id: None,
            abandon_at: UnixMillis(now.0 + ABANDON_MS),
        }
    }

    /// The sign-in of the dev browser's client.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when it is not this one.
    pub fn sign_in(&self, dev_browser: &str, id: &str) -> Result<&SignIn, Refusal> {
        let sign_in = self
            .client(dev_browser)?
            .and_then(|client| client.sign_in.as_ref());
        sign_in
            .filter(|sign_in| sign_in.id == id)
            .ok_or(Refusal::NotFound)
    }

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
        let kind = ContactKind::of(strategy).ok_or(Refusal::ParamValue("strategy"))?;
        let user = self.user_of(&sign_in)?;
        let typed = sign_in.identifier.as_deref();
        let contact = match contact_id {
            Some(id) => user.contact(kind, id),
            None => user
                .contacts(kind)
                .iter()
                .find(|contact| Some(contact.address.as_str()) == typed)
                .or_else(|| user.primary(kind)),
        };
        let usable = contact.filter(|one| one.is_verified() && !one.second_factor);
        let address = usable.ok_or(Refusal::NotFound)?.address.clone();
        let code = self
            .outbox
            .send_code(&address, strategy.as_str(), &*self.random, now)?;
        sign_in.code = Some((strategy, code));
        sign_in.sent_to = Some(address);
        self.keep_sign_in(dev_browser, Some(sign_in.clone()));
        Ok(sign_in)
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

    /// The user whom a sign-in has found.
    ///
    /// # Errors
    /// [`Refusal::ParamMissing`] when it has found nobody yet.
    pub fn user_of(&self, sign_in: &SignIn) -> Result<&User, Refusal> {
        let user = sign_in.user_id.as_ref().and_then(|id| self.users.get(id));
        user.ok_or(Refusal::ParamMissing("identifier"))
    }

    /// The name in normal form, and the id of the user who has it.
    fn identified(&self, identifier: &str) -> Result<(String, String), Refusal> {
        let text = identifier.trim();
        if let Some(user) = self.users.find(User::USERNAME, &text.to_lowercase()) {
            self.may_sign_in(text)?;
            return Ok((text.to_lowercase(), user.id.clone()));
        }
        let kind = if text.starts_with('+') {
            ContactKind::Phone
        } else {
            ContactKind::Email
        };
        let address = kind.normalized(text);
        let address = address.map_err(|_| Refusal::ParamFormat("identifier"))?;
        let user = self.users.find(User::claim(kind), &address);
        let user = user.ok_or(Refusal::IdentifierNotFound)?;
        self.may_sign_in(&address)?;
        Ok((address, user.id.clone()))
    }

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
        if sign_in.second_attempts >= MAX_SECOND_ATTEMPTS {
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
        let done = self.complete_sign_in(dev_browser, sign_in, first, now)?;
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

    /// Opens the session, or asks for the second factor of who has one.
    fn complete_sign_in(
        &mut self,
        dev_browser: &str,
        mut sign_in: SignIn,
        strategy: Strategy,
        now: UnixMillis,
    ) -> Result<SignIn, Refusal> {
        let user = self.user_of(&sign_in)?;
        user.may_come_in()?;
        let user_id = user.id.clone();
        if sign_in.step != Step::SecondFactor && !user.second_factors().is_empty() {
            sign_in.step = Step::SecondFactor;
            sign_in.first = Some(strategy);
            self.keep_sign_in(dev_browser, Some(sign_in.clone()));
            return Ok(sign_in);
        }
        let session = self.open_session(dev_browser, &user_id, strategy, now);
        sign_in.step = Step::Complete;
        sign_in.created_session_id = Some(session);
        self.keep_sign_in(dev_browser, None);
        Ok(sign_in)
    }

    fn keep_sign_in(&mut self, dev_browser: &str, sign_in: Option<SignIn>) {
        if let Some(client) = self.client_mut(dev_browser) {
            client.sign_in = sign_in;
        }
    }
}
