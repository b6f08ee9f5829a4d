//! The end of a sign-up: a user, and a session.

use clerk_auth::time::UnixMillis;

use super::SignUp;
use crate::emulator::instance::contact::{Contact, ContactKind, Proof};
use crate::emulator::instance::{AccessRefusal, Instance, Refusal, Strategy, User, random};

impl Instance {
    /// Completes the sign-up if it can be, and keeps it otherwise.
    pub(in crate::emulator::instance) fn settle_sign_up(
        &mut self,
        dev_browser: &str,
        mut sign_up: SignUp,
        now: UnixMillis,
    ) -> Result<SignUp, Refusal> {
        if !sign_up.missing_fields().is_empty() || !sign_up.unverified_fields().is_empty() {
            self.keep_sign_up(dev_browser, Some(sign_up.clone()));
            return Ok(sign_up);
        }
        let mut user = self.user_of_sign_up(&sign_up, now)?;
        let invitation = sign_up.invitation.clone();
        if let Some(id) = &invitation {
            // It may have been taken back meanwhile.
            user.public_metadata = self.good_invitation(id, now)?.public_metadata.clone();
        }
        sign_up.created_user_id = Some(user.id.clone());
        let user_id = user.id.clone();
        self.users.insert(user);
        let address = sign_up.email_address.as_deref().unwrap_or_default();
        self.note_sign_up(address, invitation.as_deref(), now);
        let strategy = match (&sign_up.referral, sign_up.identity()) {
            (Some(referral), Some(_)) => Strategy::Oauth(referral.provider),
            _ => Strategy::EmailCode,
        };
        sign_up.created_session_id = Some(self.open_session(dev_browser, &user_id, strategy, now));
        self.keep_sign_up(dev_browser, None);
        Ok(sign_up)
    }

    fn user_of_sign_up(&self, sign_up: &SignUp, now: UnixMillis) -> Result<User, Refusal> {
        self.bound_users()?;
        let address = sign_up
            .email_address
            .clone()
            .ok_or(Refusal::ParamMissing("email_address"))?;
        // Somebody else may have finished a sign-up with the same address meanwhile.
        if self.user_with_email(&address).is_some() {
            return Err(Refusal::Taken("email_address"));
        }
        let id = random::id(&*self.random, "idn");
        let proof = match &sign_up.referral {
            _ if sign_up.invitation.is_some() => Proof::Ticket,
            Some(referral) if sign_up.is_proven_by_provider() => {
                Proof::Oauth(referral.provider.name().to_owned())
            }
            _ => Proof::Code,
        };
        let mut email = Contact::new(id, address, Some(proof), now);
        email.code.clone_from(&sign_up.email_code);
        let mut user = User::new(random::id(&*self.random, "user"), now);
        user.first_name.clone_from(&sign_up.first_name);
        user.last_name.clone_from(&sign_up.last_name);
        user.set_primary(ContactKind::Email, &email.id);
        user.email_addresses.push(email);
        user.unsafe_metadata = sign_up.unsafe_metadata.clone();
        self.give_the_rest(&mut user, sign_up, now)?;
        if let Some(hash) = &sign_up.password {
            user.set_password(Some(hash.clone()), now);
        }
        Ok(user)
    }

    /// What may be another user's.
    fn give_the_rest(
        &self,
        user: &mut User,
        sign_up: &SignUp,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        if let Some(number) = &sign_up.phone_number {
            self.unclaimed(ContactKind::Phone, number, None)?;
            let id = random::id(&*self.random, "idn");
            let mut phone = Contact::new(id, number.clone(), Some(Proof::Code), now);
            phone.code.clone_from(&sign_up.phone_code);
            user.set_primary(ContactKind::Phone, &phone.id);
            user.phone_numbers.push(phone);
        }
        if let Some(external) = &sign_up.external_id {
            if self.users.find(User::EXTERNAL_ID, external).is_some() {
                return Err(Refusal::Taken("external_id"));
            }
            user.external_id = Some(external.clone());
        }
        if let (Some(referral), Some(identity)) = (&sign_up.referral, sign_up.identity()) {
            if self.users.find(User::ACCOUNT, &identity.id).is_some() {
                return Err(AccessRefusal::AccountConnected.into());
            }
            let account = self.account_of(referral, identity, now);
            user.external_accounts.push(account);
        }
        Ok(())
    }
}
