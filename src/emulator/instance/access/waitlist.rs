//! The waitlist: addresses that want to come in, until a server lets them.

use std::collections::HashSet;

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::invitation::NewInvitation;
use super::{AccessRefusal, below};
use crate::emulator::instance::email::normalized;
use crate::emulator::instance::{Instance, Refusal, random};
use crate::emulator::store::Record;

/// Pages make them.
const MAX_ENTRIES: usize = 5_000;

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct WaitlistEntry {
    /// `wle_…`
    pub id: String,
    pub email_address: String,
    pub status: WaitlistStatus,
    pub invitation_id: Option<String>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitlistStatus {
    Pending,
    Invited,
    /// The address is a user's.
    Completed,
    Rejected,
}

impl WaitlistStatus {
    /// Clerk's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Invited => "invited",
            Self::Completed => "completed",
            Self::Rejected => "rejected",
        }
    }
}

const EMAIL: &str = "email";

impl Record for WaitlistEntry {
    const KIND: &'static str = "waitlist_entry";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![(EMAIL, &self.email_address)]
    }
}

impl Instance {
    /// Newest first.
    pub fn waitlist(&self) -> impl Iterator<Item = &WaitlistEntry> {
        self.access.waitlist.values().rev()
    }

    /// Puts an address on the list, unless it is there.
    ///
    /// # Errors
    /// A [`Refusal`] when it is no address, a user's, or there are too many.
    pub fn wait(&mut self, address: &str, now: UnixMillis) -> Result<WaitlistEntry, Refusal> {
        let address = self.may_wait(address)?;
        if let Some(known) = self.access.waitlist.find(EMAIL, &address) {
            return Ok(known.clone());
        }
        below(self.access.waitlist.len(), MAX_ENTRIES)?;
        let entry = WaitlistEntry {
            id: random::id(&*self.random, "wle"),
            email_address: address,
            status: WaitlistStatus::Pending,
            invitation_id: None,
            created_at: now,
            updated_at: now,
        };
        self.access.waitlist.insert(entry.clone());
        Ok(entry)
    }

    /// Puts all of these addresses on the list, or none.
    ///
    /// # Errors
    /// As [`Instance::wait`].
    pub fn wait_all(
        &mut self,
        addresses: &[String],
        now: UnixMillis,
    ) -> Result<Vec<WaitlistEntry>, Refusal> {
        let mut new = HashSet::new();
        for address in addresses {
            let address = self.may_wait(address)?;
            if self.access.waitlist.find(EMAIL, &address).is_none() {
                new.insert(address);
            }
        }
        let count = self.access.waitlist.len() + new.len();
        below(count.saturating_sub(1), MAX_ENTRIES)?;
        let addresses = addresses.iter();
        addresses.map(|address| self.wait(address, now)).collect()
    }

    /// The address in normal form, if it is on the list or may come there.
    fn may_wait(&self, address: &str) -> Result<String, Refusal> {
        let address = normalized(address)?;
        let waits = self.access.waitlist.find(EMAIL, &address).is_some();
        if !waits && self.user_with_email(&address).is_some() {
            return Err(Refusal::Taken("email_address"));
        }
        Ok(address)
    }

    /// Invites an address that waits.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such entry, it was answered, or the address is invited already.
    pub fn invite_waiting(
        &mut self,
        id: &str,
        ignore_existing: bool,
        now: UnixMillis,
    ) -> Result<WaitlistEntry, Refusal> {
        let entry = self.access.waitlist.get(id).ok_or(Refusal::NotFound)?;
        if !matches!(
            entry.status,
            WaitlistStatus::Pending | WaitlistStatus::Rejected
        ) {
            return Err(AccessRefusal::WaitlistAnswered.into());
        }
        let new = NewInvitation {
            email_address: entry.email_address.clone(),
            ignore_existing,
            ..NewInvitation::default()
        };
        let invitation = self.invite_to_sign_up(new, now)?;
        self.answer_waiting(id, WaitlistStatus::Invited, Some(invitation.id), now)
    }

    /// # Errors
    /// A [`Refusal`] when there is no such entry, or it is a user's.
    pub fn reject_waiting(&mut self, id: &str, now: UnixMillis) -> Result<WaitlistEntry, Refusal> {
        let entry = self.access.waitlist.get(id).ok_or(Refusal::NotFound)?;
        if entry.status == WaitlistStatus::Completed {
            return Err(AccessRefusal::WaitlistAnswered.into());
        }
        // Who was invited no longer is.
        if let Some(invitation) = entry.invitation_id.clone() {
            let _over_already = self.revoke_sign_up_invitation(&invitation, now);
        }
        self.answer_waiting(id, WaitlistStatus::Rejected, None, now)
    }

    fn answer_waiting(
        &mut self,
        id: &str,
        status: WaitlistStatus,
        invitation: Option<String>,
        now: UnixMillis,
    ) -> Result<WaitlistEntry, Refusal> {
        let entry = self.access.waitlist.edit(id).ok_or(Refusal::NotFound)?;
        entry.status = status;
        entry.invitation_id = invitation;
        entry.updated_at = now;
        Ok(entry.clone())
    }

    /// # Errors
    /// A [`Refusal`] when there is no such entry, or it was answered.
    pub fn remove_waiting(&mut self, id: &str) -> Result<(), Refusal> {
        let entry = self.access.waitlist.get(id).ok_or(Refusal::NotFound)?;
        if entry.status != WaitlistStatus::Pending {
            return Err(AccessRefusal::WaitlistAnswered.into());
        }
        self.access.waitlist.remove(id);
        Ok(())
    }

    pub(super) fn complete_waitlist(&mut self, address: &str, now: UnixMillis) {
        let entry = self.access.waitlist.find(EMAIL, address);
        let id = entry.map(|entry| entry.id.clone());
        if let Some(entry) = id.and_then(|id| self.access.waitlist.edit(&id)) {
            entry.status = WaitlistStatus::Completed;
            entry.updated_at = now;
        }
    }
}
