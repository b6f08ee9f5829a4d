//! Somebody was sent to a provider to prove who they are, and what came of it (`frontend-api-2.md` section 6).

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::provider::Provider;

/// Asked of a provider's page.
#[derive(Clone)]
pub struct ReferralRequest {
    pub provider: Provider,
    /// The address of the page.
    pub page: String,
    /// Where the browser goes afterwards.
    pub redirect_url: String,
    /// Where it goes instead when there is nothing left to do.
    pub complete_url: Option<String>,
    /// Asked for besides those that everybody is asked for.
    pub scopes: Vec<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Referral {
    pub provider: Provider,
    /// Names it; good for the browser that it was made for alone.
    pub state: String,
    /// The provider's page.
    pub url: String,
    pub redirect_url: String,
    pub complete_url: Option<String>,
    pub scopes: Vec<String>,
    pub outcome: Outcome,
    pub expire_at: UnixMillis,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nobody came back yet.
    Pending,
    Verified(Identity),
    /// The provider said who it is, and they have to sign up instead of in, or in instead of up.
    Transferable(Identity),
    Failed(Failure),
}

/// A person, as a provider names them. The address is theirs: there is no other way to be somebody here.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// The provider's id of the person, which is no other provider's.
    pub id: String,
    pub email_address: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
}

/// The reasons why it came to nothing.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The person said no.
    Denied,
    /// The instance lets nobody with this address in.
    NotAllowed,
    /// The account, or its address, is another user's.
    Claimed,
    /// The user has another account with this provider.
    AlreadyConnected,
    Banned,
    Locked,
}

impl Referral {
    /// Where the browser goes.
    pub fn goes_to(self, complete: bool) -> String {
        let done = self.complete_url.filter(|_| complete);
        done.unwrap_or(self.redirect_url)
    }

    pub fn is_open(&self, state: &str, now: UnixMillis) -> bool {
        self.outcome == Outcome::Pending && self.state == state && now < self.expire_at
    }

    /// The person whom the provider named, unless nothing came of it.
    pub const fn identity(&self) -> Option<&Identity> {
        match &self.outcome {
            Outcome::Verified(identity) | Outcome::Transferable(identity) => Some(identity),
            Outcome::Pending | Outcome::Failed(_) => None,
        }
    }

    /// The person, once they wait to be taken for a new or a known user.
    pub const fn transferable(&self) -> Option<&Identity> {
        match &self.outcome {
            Outcome::Transferable(identity) => Some(identity),
            _ => None,
        }
    }
}
