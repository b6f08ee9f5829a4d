//! Accounts that signed-in users connect, and those that they are linked to when they sign in.

use clerk_auth::time::UnixMillis;

use super::referral::{Failure, Identity, Outcome, Referral, ReferralRequest};
use crate::emulator::instance::contact::{ContactKind, Proof};
use crate::emulator::instance::external_account::ExternalAccount;
use crate::emulator::instance::{AccessRefusal, Instance, Refusal, random};

impl Instance {
    /// Sends a user to a provider for an account more; one that was begun before is given up.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such user or provider, or the user has an account there.
    pub fn connect_account(
        &mut self,
        dev_browser: &str,
        user_id: &str,
        request: ReferralRequest,
        now: UnixMillis,
    ) -> Result<ExternalAccount, Refusal> {
        let provider = request.provider.name();
        let referral = self.new_referral(dev_browser, request, now)?;
        let user = self.user(user_id).ok_or(Refusal::NotFound)?;
        let mut accounts = user.external_accounts.iter();
        if accounts.any(|account| account.provider == provider && account.is_verified()) {
            return Err(AccessRefusal::AccountConnected.into());
        }
        let account = ExternalAccount {
            id: random::id(&*self.random, "eac"),
            identification_id: random::id(&*self.random, "idn"),
            provider: provider.to_owned(),
            provider_user_id: String::new(),
            email_address: String::new(),
            first_name: None,
            last_name: None,
            scopes: Vec::new(),
            access_token: String::new(),
            referral: Some(referral),
            created_at: now,
            updated_at: now,
        };
        drop(accounts);
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        user.external_accounts
            .retain(|account| account.provider != provider);
        user.external_accounts.push(account.clone());
        Ok(account)
    }

    /// Sends a user to the provider of an account once more.
    ///
    /// # Errors
    /// A [`Refusal`] when the user has no such account, or the instance does not have the provider any more.
    pub fn reauthorize_account(
        &mut self,
        dev_browser: &str,
        user_id: &str,
        id: &str,
        request: ReferralRequest,
        now: UnixMillis,
    ) -> Result<ExternalAccount, Refusal> {
        let referral = self.new_referral(dev_browser, request, now)?;
        let account = self.edit_account(user_id, |account| account.id == id)?;
        account.referral = Some(referral);
        Ok(account.clone())
    }

    /// Takes back what a provider's own API would take.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the user has no such account.
    pub fn revoke_account_tokens(
        &mut self,
        user_id: &str,
        id: &str,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        let account = self.edit_account(user_id, |account| account.id == id)?;
        account.access_token.clear();
        account.updated_at = now;
        Ok(())
    }

    /// Back on the page that wanted an account connected; what went wrong is told by the account.
    pub(super) fn account_returned(
        &mut self,
        dev_browser: &str,
        state: &str,
        named: Result<Identity, Failure>,
        now: UnixMillis,
    ) -> Result<String, Refusal> {
        let client = self.client(dev_browser)?.ok_or(Refusal::NotFound)?;
        let sessions = self.live_sessions(client, now);
        let mut users = sessions.filter_map(|session| self.user(&session.user_id));
        let asked = |account: &ExternalAccount| {
            let referral = account.referral.as_ref();
            referral.is_some_and(|referral| referral.is_open(state, now))
        };
        let user = users.find(|user| user.external_accounts.iter().any(asked));
        let user_id = user.ok_or(Refusal::NotFound)?.id.clone();
        drop(users);
        let other = named.as_ref().ok().and_then(|one| self.user_named(one));
        let is_claimed = other.is_some_and(|other| other.id != user_id);
        let referral = self.edit_account(&user_id, asked)?.referral.clone();
        let mut referral = referral.ok_or(Refusal::NotFound)?;
        let kept = match named {
            Ok(_) if is_claimed => Err(Failure::Claimed),
            Ok(identity) => self.connected(&user_id, &referral, &identity, now),
            Err(failure) => Err(failure),
        };
        if let Err(failure) = kept {
            referral.outcome = Outcome::Failed(failure);
            self.edit_account(&user_id, asked)?.referral = Some(referral.clone());
        }
        Ok(referral.goes_to(kept.is_ok()))
    }

    fn connected(
        &mut self,
        user_id: &str,
        referral: &Referral,
        identity: &Identity,
        now: UnixMillis,
    ) -> Result<(), Failure> {
        self.keep_account(user_id, referral, identity, now)?;
        self.keep_address(user_id, referral, identity, now);
        Ok(())
    }

    /// Links a user to the account that a provider named; the same account again has new tokens.
    pub(super) fn keep_account(
        &mut self,
        user_id: &str,
        referral: &Referral,
        identity: &Identity,
        now: UnixMillis,
    ) -> Result<(), Failure> {
        let fresh = self.account_of(referral, identity, now);
        let Some(user) = self.users.edit(user_id) else {
            return Ok(());
        };
        let mut accounts = user.external_accounts.iter_mut();
        let known = accounts.find(|account| account.provider == fresh.provider);
        match known {
            None => user.external_accounts.push(fresh),
            Some(known) if known.is_verified() && known.provider_user_id != identity.id => {
                return Err(Failure::AlreadyConnected);
            }
            Some(known) => {
                *known = ExternalAccount {
                    id: known.id.clone(),
                    identification_id: known.identification_id.clone(),
                    created_at: known.created_at,
                    ..fresh
                };
            }
        }
        user.updated_at = now;
        Ok(())
    }

    /// A new account with what the provider said.
    pub(in crate::emulator::instance) fn account_of(
        &self,
        referral: &Referral,
        identity: &Identity,
        now: UnixMillis,
    ) -> ExternalAccount {
        ExternalAccount {
            id: random::id(&*self.random, "eac"),
            identification_id: random::id(&*self.random, "idn"),
            provider: referral.provider.name().to_owned(),
            provider_user_id: identity.id.clone(),
            email_address: identity.email_address.clone(),
            first_name: identity.first_name.clone(),
            last_name: identity.last_name.clone(),
            scopes: referral.scopes.clone(),
            access_token: random::alphanumeric(&*self.random, 64),
            referral: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// The address of an account is the user's from now on, unless they have as many as they can.
    fn keep_address(
        &mut self,
        user_id: &str,
        referral: &Referral,
        identity: &Identity,
        now: UnixMillis,
    ) {
        const EMAIL: ContactKind = ContactKind::Email;
        let proof = Proof::Oauth(referral.provider.name().to_owned());
        let address = &identity.email_address;
        // The account may be older than that: its address can have become somebody else's.
        if self.unclaimed(EMAIL, address, Some(user_id)).is_err() {
            return;
        }
        let user = self.users.edit(user_id);
        let mut emails = user
            .into_iter()
            .flat_map(|user| user.email_addresses.iter_mut());
        match emails.find(|email| email.address == *address) {
            Some(email) => {
                email.proof.get_or_insert(proof);
            }
            None => {
                let _ = self.add_contact(user_id, EMAIL, address, Some(proof), now);
            }
        }
    }

    fn edit_account(
        &mut self,
        user_id: &str,
        is_it: impl Fn(&ExternalAccount) -> bool,
    ) -> Result<&mut ExternalAccount, Refusal> {
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        let mut accounts = user.external_accounts.iter_mut();
        accounts
            .find(|account| is_it(account))
            .ok_or(Refusal::NotFound)
    }
}
