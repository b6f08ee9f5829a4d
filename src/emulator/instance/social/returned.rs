//! Back from a provider: whom it named becomes the user who signs in, a new one, or one with one account more.

use clerk_auth::time::UnixMillis;

use super::referral::{Failure, Identity, Outcome, Referral};
use crate::emulator::instance::sign_in::Step;
use crate::emulator::instance::{Instance, Refusal, SignIn, SignUp, Strategy, User};

/// The answer that the provider sent along.
#[derive(Clone, Copy)]
pub enum ProviderAnswer<'a> {
    Code(&'a str),
    Denied,
}

impl Instance {
    /// Takes an answer, once, and says where the browser goes now.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when this browser did not ask, or the code is none.
    pub fn return_from_provider(
        &mut self,
        dev_browser: &str,
        state: &str,
        answer: ProviderAnswer<'_>,
        now: UnixMillis,
    ) -> Result<String, Refusal> {
        self.referral(dev_browser, state, now)?;
        let outcome = match answer {
            ProviderAnswer::Code(code) => {
                let named = self.spend_code(code, state, now);
                Ok(named.ok_or(Refusal::NotFound)?)
            }
            ProviderAnswer::Denied => Err(Failure::Denied),
        };
        let client = self.client(dev_browser)?.ok_or(Refusal::NotFound)?;
        let asked = |referral: &Option<Referral>| {
            let referral = referral.as_ref();
            referral.is_some_and(|referral| referral.is_open(state, now))
        };
        if let Some(sign_in) = client.sign_in.clone().filter(|one| asked(&one.referral)) {
            return self.sign_in_returned(dev_browser, sign_in, outcome, now);
        }
        if let Some(sign_up) = client.sign_up.clone().filter(|one| asked(&one.referral)) {
            return self.sign_up_returned(dev_browser, sign_up, outcome, now);
        }
        self.account_returned(dev_browser, state, outcome, now)
    }

    fn sign_in_returned(
        &mut self,
        dev_browser: &str,
        mut sign_in: SignIn,
        named: Result<Identity, Failure>,
        now: UnixMillis,
    ) -> Result<String, Refusal> {
        let mut referral = sign_in.referral.take().ok_or(Refusal::NotFound)?;
        referral.outcome = match named {
            Err(failure) => Outcome::Failed(failure),
            Ok(identity) => match self.known_user(&referral, &identity, now) {
                Ok(Some(user)) => {
                    sign_in.identifier = Some(identity.email_address.clone());
                    sign_in.user_id = Some(user);
                    Outcome::Verified(identity)
                }
                Ok(None) => Outcome::Transferable(identity),
                Err(failure) => Outcome::Failed(failure),
            },
        };
        let proven = matches!(referral.outcome, Outcome::Verified(_));
        sign_in.referral = Some(referral.clone());
        // Codes were sent to whoever the sign-in was of before.
        (sign_in.code, sign_in.second_code) = (None, None);
        if !proven {
            self.keep_sign_in(dev_browser, Some(sign_in));
            return Ok(referral.redirect_url);
        }
        let strategy = Strategy::Oauth(referral.provider);
        let done = self.complete_sign_in(dev_browser, sign_in, strategy, now)?;
        Ok(referral.goes_to(done.step == Step::Complete))
    }

    fn sign_up_returned(
        &mut self,
        dev_browser: &str,
        mut sign_up: SignUp,
        named: Result<Identity, Failure>,
        now: UnixMillis,
    ) -> Result<String, Refusal> {
        let mut referral = sign_up.referral.take().ok_or(Refusal::NotFound)?;
        referral.outcome = match named {
            Err(failure) => Outcome::Failed(failure),
            Ok(identity) if self.user_named(&identity).is_some() => Outcome::Transferable(identity),
            Ok(identity) if self.may_sign_up(&identity.email_address).is_err() => {
                Outcome::Failed(Failure::NotAllowed)
            }
            Ok(identity) => Outcome::Verified(identity),
        };
        let urls = referral.clone();
        if let Outcome::Verified(identity) = &referral.outcome {
            sign_up.take_identity(identity);
        }
        sign_up.referral = Some(referral);
        let settled = self.settle_sign_up(dev_browser, sign_up, now)?;
        Ok(urls.goes_to(settled.is_complete()))
    }

    /// The user whom a provider named, linked to the account if they were not: the address is proven on both sides.
    pub(super) fn known_user(
        &mut self,
        referral: &Referral,
        identity: &Identity,
        now: UnixMillis,
    ) -> Result<Option<String>, Failure> {
        let Some(user) = self.user_named(identity) else {
            return Ok(None);
        };
        match user.may_come_in() {
            Err(Refusal::Banned) => return Err(Failure::Banned),
            Err(_) => return Err(Failure::Locked),
            Ok(()) => {}
        }
        if self.may_sign_in(&identity.email_address).is_err() {
            return Err(Failure::NotAllowed);
        }
        let id = user.id.clone();
        self.keep_account(&id, referral, identity, now)?;
        Ok(Some(id))
    }

    /// The user who has the account, or else the address.
    pub(super) fn user_named(&self, identity: &Identity) -> Option<&User> {
        let by_account = self.users.find(User::ACCOUNT, &identity.id);
        by_account.or_else(|| {
            let user = self.user_with_email(&identity.email_address)?;
            let mut emails = user.email_addresses.iter();
            let same = emails.find(|email| email.address == identity.email_address);
            same.is_some_and(|email| email.is_verified())
                .then_some(user)
        })
    }
}
