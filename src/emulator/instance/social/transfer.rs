//! Whom a provider named and who asked for the wrong thing: signed up instead of in, or in instead of up.

use clerk_auth::time::UnixMillis;

use crate::emulator::instance::sign_in::Step;
use crate::emulator::instance::sign_up::SignUpFields;
use crate::emulator::instance::{AccessRefusal, Instance, Refusal, SignIn, SignUp, Strategy};

use super::referral::{Failure, Outcome, Referral};

impl Instance {
    /// Makes a user of whom the sign-in did not find.
    ///
    /// # Errors
    /// A [`Refusal`] when nobody waits for it, or they may not sign up.
    pub fn transfer_to_sign_up(
        &mut self,
        dev_browser: &str,
        fields: SignUpFields,
        now: UnixMillis,
    ) -> Result<SignUp, Refusal> {
        let client = self.client(dev_browser)?.ok_or(NOTHING)?;
        let sign_in = client.sign_in.as_ref();
        let referral = transferable(sign_in.and_then(|one| one.referral.as_ref()))?;
        let fields = SignUpFields {
            referral: Some(referral),
            ..fields
        };
        let made = self.create_sign_up(dev_browser, fields, now)?;
        self.keep_sign_in(dev_browser, None);
        Ok(made)
    }

    /// Signs in who tried to sign up and is known.
    ///
    /// # Errors
    /// A [`Refusal`] when nobody waits for it, or they may not come in.
    pub fn transfer_to_sign_in(
        &mut self,
        dev_browser: &str,
        now: UnixMillis,
    ) -> Result<SignIn, Refusal> {
        self.refuse_second_session(dev_browser, now)?;
        let client = self.client(dev_browser)?.ok_or(NOTHING)?;
        let sign_up = client.sign_up.as_ref();
        let referral = transferable(sign_up.and_then(|one| one.referral.as_ref()))?;
        let identity = referral.identity().ok_or(NOTHING)?.clone();
        let user = self.known_user(&referral, &identity, now);
        let user = user.map_err(|failure| match failure {
            Failure::Banned => Refusal::Banned,
            Failure::Locked => Refusal::Locked,
            _ => AccessRefusal::NotAllowed.into(),
        })?;
        let strategy = Strategy::Oauth(referral.provider);
        let sign_in = SignIn {
            identifier: Some(identity.email_address.clone()),
            user_id: Some(user.ok_or(NOTHING)?),
            referral: Some(referral),
            ..self.new_sign_in(Step::FirstFactor, now)
        };
        self.keep_sign_up(dev_browser, None);
        self.complete_sign_in(dev_browser, sign_in, strategy, now)
    }
}

const NOTHING: Refusal = Refusal::Access(AccessRefusal::NothingToTransfer);

/// The referral as it is once it was taken over.
fn transferable(referral: Option<&Referral>) -> Result<Referral, Refusal> {
    let referral = referral.ok_or(NOTHING)?;
    let identity = referral.transferable().ok_or(NOTHING)?.clone();
    Ok(Referral {
        outcome: Outcome::Verified(identity),
        ..referral.clone()
    })
}
