//! Signing in: an address, then a password or a code; a code can also open the way to a new password
//! (`frontend-api.md` sections 8.1 and 8.4).

mod first_factor;
mod passkey;
mod second_factor;

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::contact::ContactKind;
use super::email::EmailCode;
use super::passkey::Challenge;
use super::social::referral::{Referral, ReferralRequest};
use super::{Instance, Refusal, Strategy, User, random};

const ABANDON_MS: i64 = 24 * 60 * 60 * 1000;

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
    pub(super) second_attempts: u32,
    /// Sent to a provider, and what came of it.
    #[serde(default)]
    pub referral: Option<Referral>,
    /// The challenge that a passkey was asked to answer.
    #[serde(default)]
    pub passkey: Option<Challenge>,
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

    /// Starts a sign-in by an account with a provider, or goes on with the one of this id by it.
    ///
    /// # Errors
    /// A [`Refusal`] when somebody is signed in, or there is no such provider or sign-in.
    pub fn sign_in_by_provider(
        &mut self,
        dev_browser: &str,
        id: Option<&str>,
        request: ReferralRequest,
        now: UnixMillis,
    ) -> Result<SignIn, Refusal> {
        self.refuse_second_session(dev_browser, now)?;
        let referral = self.new_referral(dev_browser, request, now)?;
        let mut sign_in = match id {
            Some(id) => self.sign_in(dev_browser, id)?.clone(),
            None => self.new_sign_in(Step::Identifier, now),
        };
        sign_in.code = None;
        sign_in.referral = Some(referral);
        self.ensure_client(dev_browser, now);
        self.keep_sign_in(dev_browser, Some(sign_in.clone()));
        Ok(sign_in)
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
            referral: None,
            passkey: None,
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

    /// The first factor is proven: opens the session, or asks for the second factor of who has one.
    pub(super) fn complete_sign_in(
        &mut self,
        dev_browser: &str,
        mut sign_in: SignIn,
        strategy: Strategy,
        now: UnixMillis,
    ) -> Result<SignIn, Refusal> {
        let user = self.user_of(&sign_in)?;
        user.may_come_in()?;
        if user.second_factors().is_empty() {
            return self.finish_sign_in(dev_browser, sign_in, strategy, now);
        }
        sign_in.step = Step::SecondFactor;
        sign_in.first = Some(strategy);
        self.keep_sign_in(dev_browser, Some(sign_in.clone()));
        Ok(sign_in)
    }

    /// All that was asked for is proven.
    fn finish_sign_in(
        &mut self,
        dev_browser: &str,
        mut sign_in: SignIn,
        strategy: Strategy,
        now: UnixMillis,
    ) -> Result<SignIn, Refusal> {
        let user = self.user_of(&sign_in)?;
        user.may_come_in()?;
        let user_id = user.id.clone();
        let session = self.open_session(dev_browser, &user_id, strategy, now);
        sign_in.step = Step::Complete;
        sign_in.created_session_id = Some(session);
        self.keep_sign_in(dev_browser, None);
        Ok(sign_in)
    }

    pub(super) fn keep_sign_in(&mut self, dev_browser: &str, sign_in: Option<SignIn>) {
        if let Some(client) = self.client_mut(dev_browser) {
            if sign_in.is_some() {
                client.by_link = None;
            }
            client.sign_in = sign_in;
        }
    }
}
