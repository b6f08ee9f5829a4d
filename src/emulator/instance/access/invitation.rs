//! Invitations to the application: whoever has one can sign up, also where others cannot, and its address counts as
//! verified.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::{AccessRefusal, below};
use crate::emulator::instance::email::normalized;
use crate::emulator::instance::{Instance, Metadata, Refusal, random};
use crate::emulator::store::Record;

const MAX_INVITATIONS: usize = 10_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const DEFAULT_DAYS: i64 = 30;
const DAYS: std::ops::RangeInclusive<i64> = 1..=365;

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Invitation {
    /// `inv_…`
    pub id: String,
    pub email_address: String,
    pub public_metadata: Metadata,
    pub redirect_url: Option<String>,
    pub status: InvitationStatus,
    pub expires_at: UnixMillis,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationStatus {
    Pending,
    Accepted,
    Revoked,
}

const EMAIL: &str = "email";

impl Record for Invitation {
    const KIND: &'static str = "invitation";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![(EMAIL, &self.email_address)]
    }
}

impl Invitation {
    /// Clerk's word for its state.
    pub fn state(&self, now: UnixMillis) -> &'static str {
        match self.status {
            InvitationStatus::Accepted => "accepted",
            InvitationStatus::Revoked => "revoked",
            InvitationStatus::Pending if now >= self.expires_at => "expired",
            InvitationStatus::Pending => "pending",
        }
    }
}

/// An invitation as a server asks for it.
#[derive(Clone, Debug, Default)]
pub struct NewInvitation {
    pub email_address: String,
    pub public_metadata: Metadata,
    pub redirect_url: Option<String>,
    pub expires_in_days: Option<i64>,
    /// True if the address may be a user's, or invited already.
    pub ignore_existing: bool,
}

impl Instance {
    /// Newest first.
    pub fn invitations(&self) -> impl Iterator<Item = &Invitation> {
        self.access.invitations.values().rev()
    }

    pub fn invitation(&self, id: &str) -> Option<&Invitation> {
        self.access.invitations.get(id)
    }

    /// # Errors
    /// A [`Refusal`] when a field is not acceptable, or the address is a user's or invited already.
    pub fn invite_to_sign_up(
        &mut self,
        new: NewInvitation,
        now: UnixMillis,
    ) -> Result<Invitation, Refusal> {
        let address = self.invitable(&new, now)?;
        below(self.access.invitations.len(), MAX_INVITATIONS)?;
        let days = new.expires_in_days.unwrap_or(DEFAULT_DAYS);
        let invitation = Invitation {
            id: random::id(&*self.random, "inv"),
            email_address: address,
            public_metadata: new.public_metadata,
            redirect_url: new.redirect_url,
            status: InvitationStatus::Pending,
            expires_at: UnixMillis(now.0 + days * DAY_MS),
            created_at: now,
            updated_at: now,
        };
        self.access.invitations.insert(invitation.clone());
        Ok(invitation)
    }

    /// All of them or none.
    ///
    /// # Errors
    /// As [`Instance::invite_to_sign_up`].
    pub fn invite_all(
        &mut self,
        all: Vec<NewInvitation>,
        now: UnixMillis,
    ) -> Result<Vec<Invitation>, Refusal> {
        let mut addresses = Vec::new();
        for new in &all {
            let address = self.invitable(new, now)?;
            if addresses.contains(&address) && !new.ignore_existing {
                return Err(AccessRefusal::Duplicate("email_address").into());
            }
            addresses.push(address);
        }
        let count = self.access.invitations.len() + all.len();
        below(count.saturating_sub(1), MAX_INVITATIONS)?;
        all.into_iter()
            .map(|new| self.invite_to_sign_up(new, now))
            .collect()
    }

    fn invitable(&self, new: &NewInvitation, now: UnixMillis) -> Result<String, Refusal> {
        if new
            .expires_in_days
            .is_some_and(|days| !DAYS.contains(&days))
        {
            return Err(Refusal::ParamValue("expires_in_days"));
        }
        let address = normalized(&new.email_address)?;
        if new.ignore_existing {
            return Ok(address);
        }
        if self.user_with_email(&address).is_some() {
            return Err(Refusal::Taken("email_address"));
        }
        let mut known = self.access.invitations.with(EMAIL, &address);
        if known.any(|known| known.state(now) == "pending") {
            return Err(AccessRefusal::Duplicate("email_address").into());
        }
        Ok(address)
    }

    /// # Errors
    /// A [`Refusal`] when there is no such invitation, or it was accepted or taken back.
    pub fn revoke_sign_up_invitation(
        &mut self,
        id: &str,
        now: UnixMillis,
    ) -> Result<Invitation, Refusal> {
        let invitation = self.access.invitations.edit(id).ok_or(Refusal::NotFound)?;
        if invitation.status != InvitationStatus::Pending {
            return Err(AccessRefusal::InvitationNotPending.into());
        }
        invitation.status = InvitationStatus::Revoked;
        invitation.updated_at = now;
        Ok(invitation.clone())
    }

    /// The invitation, if somebody can sign up by it.
    ///
    /// # Errors
    /// A [`Refusal`] that says why not.
    pub fn good_invitation(&self, id: &str, now: UnixMillis) -> Result<&Invitation, Refusal> {
        let invitation = self.access.invitations.get(id);
        let invitation = invitation.ok_or(AccessRefusal::TicketInvalid)?;
        match invitation.state(now) {
            "pending" => Ok(invitation),
            "expired" => Err(AccessRefusal::TicketExpired.into()),
            "revoked" => Err(AccessRefusal::InvitationRevoked.into()),
            _ => Err(AccessRefusal::InvitationAccepted.into()),
        }
    }

    /// Somebody with this address has signed up, by this invitation if there is one.
    pub(in crate::emulator::instance) fn note_sign_up(
        &mut self,
        address: &str,
        invitation: Option<&str>,
        now: UnixMillis,
    ) {
        if let Some(invitation) = invitation.and_then(|id| self.access.invitations.edit(id)) {
            invitation.status = InvitationStatus::Accepted;
            invitation.updated_at = now;
        }
        self.complete_waitlist(address, now);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::emulator::instance::random::SystemRandom;

    #[test]
    fn several_at_once_may_take_the_last_places_and_no_more() {
        let mut instance = Instance::new(Arc::new(SystemRandom));
        let now = UnixMillis(0);
        let new = || NewInvitation {
            email_address: "a@example.com".to_owned(),
            ignore_existing: true,
            ..NewInvitation::default()
        };
        for _ in 2..MAX_INVITATIONS {
            assert!(instance.invite_to_sign_up(new(), now).is_ok());
        }
        let refused = instance.invite_all(vec![new(), new(), new()], now);
        assert_eq!(refused.err(), Some(AccessRefusal::Quota.into()));
        assert!(instance.invite_all(vec![new(), new()], now).is_ok());
        assert_eq!(instance.invitations().count(), MAX_INVITATIONS);
    }
}
