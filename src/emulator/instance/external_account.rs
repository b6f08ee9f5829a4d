//! Accounts with providers. There is one provider behind all names: the emulator's own page, where people choose who they
//! are.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::social::referral::Referral;
use super::{Instance, Refusal};

/// A user's account with a provider.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ExternalAccount {
    /// `eac_…`
    pub id: String,
    /// `idn_…`
    pub identification_id: String,
    /// Such as `google`.
    pub provider: String,
    /// The provider's id of the person; empty until the provider named them.
    pub provider_user_id: String,
    pub email_address: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub scopes: Vec<String>,
    /// A token for the provider's own API; empty once it was taken back.
    pub access_token: String,
    /// The user was sent to the provider, and has not come back or came back with nothing.
    #[serde(default)]
    pub referral: Option<Referral>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

impl ExternalAccount {
    /// True if the provider said that it is the user's.
    pub fn is_verified(&self) -> bool {
        !self.provider_user_id.is_empty()
    }
}

impl Instance {
    /// Cuts a user loose from an account.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the user has no such account.
    pub fn remove_external_account(
        &mut self,
        user_id: &str,
        id: &str,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        let before = user.external_accounts.len();
        user.external_accounts.retain(|account| account.id != id);
        if user.external_accounts.len() == before {
            return Err(Refusal::NotFound);
        }
        user.updated_at = now;
        Ok(())
    }
}
