//! Signing up: fields come in over several calls, the address is verified by a code, and when nothing is missing
//! there is a user with a session (`frontend-api.md` section 8).

mod fields;
mod settle;
mod verification;

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::access::settings::Requirement;
use super::contact::ContactKind;
use super::email::EmailCode;
use super::password::PasswordHash;
use super::social::referral::{Identity, Outcome, Referral, ReferralRequest};
use super::{Instance, Metadata, Refusal, random};

const ABANDON_MS: i64 = 24 * 60 * 60 * 1000;

/// The fields that a page sends. Absent ones change nothing.
#[derive(Clone, Default)]
pub struct SignUpFields {
    /// The address, as typed.
    pub email_address: Option<String>,
    /// The number, as typed.
    pub phone_number: Option<String>,
    /// The password, as typed.
    pub password: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    /// The id of the invitation that a ticket stands for.
    pub invitation: Option<String>,
    /// To a provider, or back from it.
    pub referral: Option<Referral>,
    /// Metadata that the browser may write.
    pub unsafe_metadata: Option<Metadata>,
}

/// A sign-up under way or done.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SignUp {
    /// `sua_…`
    pub id: String,
    /// The address in normal form.
    pub email_address: Option<String>,
    /// The code for the address. Absent until one was asked for: a component that is told of a code never asks for
    /// one (section 1, rule 5).
    pub email_code: Option<EmailCode>,
    /// The number in normal form.
    #[serde(default)]
    pub phone_number: Option<String>,
    #[serde(default)]
    pub phone_code: Option<EmailCode>,
    /// How far the number is asked for.
    #[serde(default)]
    pub phone: Requirement,
    /// The address may be proven by a link.
    #[serde(default)]
    pub email_link: bool,
    pub password: Option<PasswordHash>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    /// Metadata that the browser may write.
    pub unsafe_metadata: Metadata,
    /// The invitation that it is by; its address is verified.
    #[serde(default)]
    pub invitation: Option<String>,
    /// Sent to a provider, and what came of it.
    #[serde(default)]
    pub referral: Option<Referral>,
    /// The name of the user in the app's own data, as a server says.
    #[serde(default)]
    pub external_id: Option<String>,
    /// A server says that it is not done yet, or that it is.
    #[serde(default)]
    pub custom_action: bool,
    /// The session it ended in.
    pub created_session_id: Option<String>,
    /// The user it ended in.
    pub created_user_id: Option<String>,
    /// When it is given up.
    pub abandon_at: UnixMillis,
}

impl SignUp {
    /// The required fields that are not there yet.
    pub fn missing_fields(&self) -> Vec<&'static str> {
        let mut missing = Vec::new();
        if self.email_address.is_none() {
            missing.push("email_address");
        }
        if self.phone_number.is_none() && self.phone == Requirement::Required {
            missing.push("phone_number");
        }
        // Who has an account with a provider needs none.
        if self.password.is_none() && self.identity().is_none() {
            missing.push("password");
        }
        missing
    }

    /// The fields that are there and must still be verified.
    pub fn unverified_fields(&self) -> Vec<&'static str> {
        let kinds = [ContactKind::Email, ContactKind::Phone].into_iter();
        let given = kinds.filter(|kind| self.contact(*kind).is_some());
        let unproven = given.filter(|kind| !self.is_proven(*kind));
        unproven.map(ContactKind::field).collect()
    }

    /// The address, or the number.
    pub fn contact(&self, kind: ContactKind) -> Option<&String> {
        match kind {
            ContactKind::Email => self.email_address.as_ref(),
            ContactKind::Phone => self.phone_number.as_ref(),
        }
    }

    /// True if the address, or the number, is known to be theirs.
    pub fn is_proven(&self, kind: ContactKind) -> bool {
        let is_back = |code: &Option<EmailCode>| code.as_ref().is_some_and(EmailCode::is_verified);
        match kind {
            ContactKind::Email => {
                self.invitation.is_some()
                    || self.is_proven_by_provider()
                    || is_back(&self.email_code)
            }
            ContactKind::Phone => is_back(&self.phone_code),
        }
    }

    /// The person whom a provider named.
    pub fn identity(&self) -> Option<&Identity> {
        match &self.referral.as_ref()?.outcome {
            Outcome::Verified(identity) => Some(identity),
            _ => None,
        }
    }

    /// True if the address is the one that the provider named.
    pub fn is_proven_by_provider(&self) -> bool {
        let proven = self.identity().map(|identity| &identity.email_address);
        proven.is_some() && proven == self.email_address.as_ref()
    }

    /// Fills in what a provider said.
    pub(super) fn take_identity(&mut self, identity: &Identity) {
        if self.invitation.is_none() {
            self.email_address = Some(identity.email_address.clone());
            self.email_code = None;
        }
        if self.first_name.is_none() && self.last_name.is_none() {
            self.first_name.clone_from(&identity.first_name);
            self.last_name.clone_from(&identity.last_name);
        }
    }

    /// True if it ended in a user.
    pub fn is_complete(&self) -> bool {
        self.created_user_id.is_some()
    }
}

impl Instance {
    /// Starts a sign-up; it takes the place of the one that the client had.
    ///
    /// # Errors
    /// A [`Refusal`] when somebody is signed in, or a field is not acceptable.
    pub fn create_sign_up(
        &mut self,
        dev_browser: &str,
        fields: SignUpFields,
        now: UnixMillis,
    ) -> Result<SignUp, Refusal> {
        self.refuse_second_session(dev_browser, now)?;
        let invitation = match &fields.invitation {
            Some(id) => Some(self.good_invitation(id, now)?.clone()),
            None => {
                self.is_open_to_all()?;
                None
            }
        };
        self.bound_users()?;
        let settings = self.settings();
        let sign_up = SignUp {
            id: random::id(&*self.random, "sua"),
            email_address: invitation.as_ref().map(|known| known.email_address.clone()),
            invitation: invitation.map(|known| known.id),
            referral: None,
            external_id: None,
            custom_action: false,
            email_code: None,
            phone_number: None,
            phone_code: None,
            phone: settings.phone_number,
            email_link: settings.email_link,
            password: None,
            first_name: None,
            last_name: None,
            unsafe_metadata: Metadata::default(),
            created_session_id: None,
            created_user_id: None,
            abandon_at: UnixMillis(now.0 + ABANDON_MS),
        };
        let sign_up = self.with_fields(sign_up, fields)?;
        self.ensure_client(dev_browser, now);
        self.settle_sign_up(dev_browser, sign_up, now)
    }

    /// Starts a sign-up by an account with a provider, or goes on with the one of this id by it.
    ///
    /// # Errors
    /// A [`Refusal`] when somebody is signed in, there is no such provider or sign-up, or a field is not acceptable.
    pub fn sign_up_by_provider(
        &mut self,
        dev_browser: &str,
        id: Option<&str>,
        fields: SignUpFields,
        request: ReferralRequest,
        now: UnixMillis,
    ) -> Result<SignUp, Refusal> {
        let fields = SignUpFields {
            referral: Some(self.new_referral(dev_browser, request, now)?),
            ..fields
        };
        match id {
            Some(id) => self.update_sign_up(dev_browser, id, fields, now),
            None => self.create_sign_up(dev_browser, fields, now),
        }
    }

    /// The sign-up of the dev browser's client.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when it is not this one.
    pub fn sign_up(&self, dev_browser: &str, id: &str) -> Result<&SignUp, Refusal> {
        let sign_up = self
            .client(dev_browser)?
            .and_then(|client| client.sign_up.as_ref());
        sign_up
            .filter(|sign_up| sign_up.id == id)
            .ok_or(Refusal::NotFound)
    }

    /// The sign-up under way of this id, whoever's it is.
    pub fn sign_up_of_id(&self, id: &str) -> Option<&SignUp> {
        let mut all = self
            .clients
            .values()
            .filter_map(|client| client.sign_up.as_ref());
        all.find(|sign_up| sign_up.id == id)
    }

    /// Notes of a server at a sign-up; absent things stay as they are.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn annotate_sign_up(
        &mut self,
        id: &str,
        external_id: Option<String>,
        custom_action: Option<bool>,
    ) -> Result<SignUp, Refusal> {
        let client = self
            .clients
            .values()
            .find(|client| client.sign_up.as_ref().is_some_and(|up| up.id == id))
            .map(|client| client.id.clone())
            .ok_or(Refusal::NotFound)?;
        let client = self.clients.edit(&client);
        let sign_up = client.and_then(|client| client.sign_up.as_mut());
        let sign_up = sign_up.ok_or(Refusal::NotFound)?;
        if let Some(external_id) = external_id {
            sign_up.external_id = Some(external_id);
        }
        sign_up.custom_action = custom_action.unwrap_or(sign_up.custom_action);
        Ok(sign_up.clone())
    }

    /// Adds or changes fields; completes when nothing is missing any more.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such sign-up, or a field is not acceptable.
    pub fn update_sign_up(
        &mut self,
        dev_browser: &str,
        id: &str,
        fields: SignUpFields,
        now: UnixMillis,
    ) -> Result<SignUp, Refusal> {
        let sign_up = self.sign_up(dev_browser, id)?.clone();
        let sign_up = self.with_fields(sign_up, fields)?;
        self.settle_sign_up(dev_browser, sign_up, now)
    }

    pub(super) fn keep_sign_up(&mut self, dev_browser: &str, sign_up: Option<SignUp>) {
        if let Some(client) = self.client_mut(dev_browser) {
            if sign_up.is_some() {
                client.by_link = None;
            }
            client.sign_up = sign_up;
        }
    }
}
