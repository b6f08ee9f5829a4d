//! Invitations to an organization, and how they end.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::membership::{Given, Membership};
use super::refusal::OrganizationRefusal;
use super::{OF, Organization};
use crate::emulator::instance::email::normalized;
use crate::emulator::instance::{Instance, Metadata, Refusal, User, random};
use crate::emulator::store::Record;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const DEFAULT_DAYS: i64 = 30;
/// In bytes.
const MAX_URL: usize = 2048;
/// Addresses in one request.
const MAX_BULK: usize = 50;

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct OrganizationInvitation {
    /// `orginv_…`
    pub id: String,
    pub organization_id: String,
    /// In lower case.
    pub email_address: String,
    pub role_id: String,
    /// The user who invited.
    pub inviter_id: Option<String>,
    status: Status,
    /// The domain that brought it about, if nobody did.
    pub domain_id: Option<String>,
    pub public_metadata: Metadata,
    pub private_metadata: Metadata,
    /// Where a mail's link would end.
    pub redirect_url: Option<String>,
    pub expires_at: UnixMillis,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Pending,
    Accepted,
    Revoked,
}

impl Record for OrganizationInvitation {
    const KIND: &'static str = "organization_invitation";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![(OF, &self.organization_id), (EMAIL, &self.email_address)]
    }
}

const EMAIL: &str = "email";

impl OrganizationInvitation {
    /// Clerk's word for how it stands.
    pub fn status(&self, now: UnixMillis) -> &'static str {
        match self.status {
            Status::Pending if now >= self.expires_at => "expired",
            Status::Pending => "pending",
            Status::Accepted => "accepted",
            Status::Revoked => "revoked",
        }
    }

    pub fn is_pending(&self, now: UnixMillis) -> bool {
        self.status(now) == "pending"
    }

    /// True even if it is too late for an answer.
    pub(super) fn is_unanswered(&self) -> bool {
        self.status == Status::Pending
    }
}

impl Organization {
    /// True if there is room beside so many.
    pub(super) fn has_room(&self, taken: usize) -> bool {
        let most = usize::try_from(self.max_allowed_memberships).unwrap_or(usize::MAX);
        most == 0 || taken < most
    }
}

/// An invitation that is asked for.
#[derive(Clone, Debug, Default)]
pub struct NewInvitation {
    /// As typed.
    pub email_address: String,
    /// The key of a role.
    pub role: String,
    pub inviter_id: Option<String>,
    pub given: Given,
    pub redirect_url: Option<String>,
    pub days: Option<u16>,
}

impl Instance {
    /// Everybody's invitations, oldest first.
    pub fn organization_invitations(
        &self,
    ) -> impl DoubleEndedIterator<Item = &OrganizationInvitation> {
        self.organization_invitations.values()
    }

    /// Those of an organization, oldest first.
    pub fn invitations_to(
        &self,
        organization: &str,
    ) -> impl DoubleEndedIterator<Item = &OrganizationInvitation> {
        self.organization_invitations.with(OF, organization)
    }

    /// Those for any address that is proven to be the user's, oldest first.
    pub fn invitations_for<'a>(
        &'a self,
        user: &'a User,
    ) -> impl Iterator<Item = &'a OrganizationInvitation> {
        let addresses = user.email_addresses.iter();
        let addresses = addresses.filter(|email| email.is_verified());
        addresses.flat_map(|email| self.organization_invitations.with(EMAIL, &email.address))
    }

    /// # Errors
    /// [`Refusal::NotFound`] when the organization has none such.
    pub fn invitation_to(
        &self,
        organization: &str,
        id: &str,
    ) -> Result<&OrganizationInvitation, Refusal> {
        self.organization(organization)?;
        let invitation = self.organization_invitations.get(id);
        invitation
            .filter(|invitation| invitation.organization_id == organization)
            .ok_or(Refusal::NotFound)
    }

    /// Invites all of these or nobody, and answers the ids.
    ///
    /// # Errors
    /// A [`Refusal`] when one of them cannot be invited, or there is no room for all.
    pub fn invite(
        &mut self,
        organization: &str,
        invited: Vec<NewInvitation>,
        now: UnixMillis,
    ) -> Result<Vec<String>, Refusal> {
        self.organization(organization)?;
        if invited.len() > MAX_BULK {
            return Err(OrganizationRefusal::BulkTooLarge.into());
        }
        self.bound_invitations(invited.len())?;
        let mut made: Vec<OrganizationInvitation> = Vec::new();
        for new in invited {
            let invitation = self.checked_invitation(organization, new, now)?;
            let twice =
                |known: &OrganizationInvitation| known.email_address == invitation.email_address;
            if made.iter().any(twice) {
                return Err(OrganizationRefusal::AlreadyInvited.into());
            }
            made.push(invitation);
        }
        let taken = self.memberships_of(organization).count()
            + self.pending_invitations(organization, now)
            + made.len().saturating_sub(1);
        if !made.is_empty() && !self.organization(organization)?.has_room(taken) {
            return Err(OrganizationRefusal::MembershipQuota.into());
        }
        let ids = made.iter().map(|invitation| invitation.id.clone());
        let ids = ids.collect();
        for invitation in made {
            self.organization_invitations.insert(invitation);
        }
        Ok(ids)
    }

    /// The number of invitations that wait for an answer.
    pub fn pending_invitations(&self, organization: &str, now: UnixMillis) -> usize {
        let all = self.invitations_to(organization);
        all.filter(|invitation| invitation.is_pending(now) && invitation.domain_id.is_none())
            .count()
    }

    /// Those of the addresses for which an invitation waits.
    pub fn invited_among<'a>(
        &self,
        organization: &str,
        addresses: impl Iterator<Item = &'a str>,
        now: UnixMillis,
    ) -> Vec<String> {
        let addresses = addresses.filter_map(|address| normalized(address).ok());
        let waits = |address: &String| self.is_invited(organization, address, now);
        addresses.filter(waits).collect()
    }

    fn is_invited(&self, organization: &str, address: &str, now: UnixMillis) -> bool {
        let mut known = self.organization_invitations.with(EMAIL, address);
        known.any(|known| known.organization_id == organization && known.is_pending(now))
    }

    fn checked_invitation(
        &self,
        organization: &str,
        new: NewInvitation,
        now: UnixMillis,
    ) -> Result<OrganizationInvitation, Refusal> {
        let address = normalized(&new.email_address)?;
        let role = self.role_for(organization, &new.role)?.id.clone();
        let user = self.user_with_email(&address);
        if user.is_some_and(|user| self.membership(organization, &user.id).is_some()) {
            return Err(OrganizationRefusal::AlreadyAMember.into());
        }
        if self.is_invited(organization, &address, now) {
            return Err(OrganizationRefusal::AlreadyInvited.into());
        }
        if let Some(url) = &new.redirect_url {
            let is_web = ["http://", "https://"]
                .iter()
                .any(|way| url.starts_with(way));
            if !is_web || url.len() > MAX_URL {
                return Err(Refusal::ParamValue("redirect_url"));
            }
        }
        let days = new.days.map_or(DEFAULT_DAYS, i64::from);
        if !(1..=365).contains(&days) {
            return Err(Refusal::ParamValue("expires_in_days"));
        }
        Ok(OrganizationInvitation {
            id: random::id(&*self.random, "orginv"),
            organization_id: organization.to_owned(),
            email_address: address,
            role_id: role,
            inviter_id: new.inviter_id,
            status: Status::Pending,
            domain_id: None,
            public_metadata: new.given.public_metadata,
            private_metadata: new.given.private_metadata,
            redirect_url: new.redirect_url,
            expires_at: UnixMillis(now.0 + days * DAY_MS),
            created_at: now,
            updated_at: now,
        })
    }

    /// An invitation because of a domain.
    pub(super) fn invite_by_domain(
        &mut self,
        organization: &str,
        address: &str,
        (domain, role): (&str, String),
        now: UnixMillis,
    ) {
        if self.is_invited(organization, address, now) || self.bound_invitations(1).is_err() {
            return;
        }
        self.organization_invitations
            .insert(OrganizationInvitation {
                id: random::id(&*self.random, "orginv"),
                organization_id: organization.to_owned(),
                email_address: address.to_owned(),
                role_id: role,
                inviter_id: None,
                status: Status::Pending,
                domain_id: Some(domain.to_owned()),
                public_metadata: Metadata::default(),
                private_metadata: Metadata::default(),
                redirect_url: None,
                expires_at: UnixMillis(now.0 + DEFAULT_DAYS * DAY_MS),
                created_at: now,
                updated_at: now,
            });
    }

    /// # Errors
    /// A [`Refusal`] when the organization has none such, or it does not wait for an answer.
    pub fn revoke_invitation(
        &mut self,
        organization: &str,
        id: &str,
        now: UnixMillis,
    ) -> Result<&OrganizationInvitation, Refusal> {
        self.invitation_to(organization, id)?;
        self.end_invitation(id, Status::Revoked, now)
    }

    /// Takes an invitation; the user becomes a member.
    ///
    /// # Errors
    /// A [`Refusal`] when it is for somebody else, does not wait for an answer, or there is no room.
    pub fn accept_invitation(
        &mut self,
        user: &str,
        id: &str,
        now: UnixMillis,
    ) -> Result<&OrganizationInvitation, Refusal> {
        self.organizations_are_on()?;
        let found = self.user(user).ok_or(Refusal::NotFound)?;
        let invitation = self
            .invitations_for(found)
            .find(|known| known.id == id)
            .ok_or(Refusal::NotFound)?;
        if !invitation.is_pending(now) {
            return Err(OrganizationRefusal::InvitationNotPending.into());
        }
        let given = Given {
            public_metadata: invitation.public_metadata.clone(),
            private_metadata: invitation.private_metadata.clone(),
        };
        let (organization, role) = (&invitation.organization_id, &invitation.role_id);
        let (organization, role) = (organization.clone(), role.clone());
        let _member: &Membership = self.join(&organization, user, role, given, now)?;
        self.end_invitation(id, Status::Accepted, now)
    }

    fn end_invitation(
        &mut self,
        id: &str,
        status: Status,
        now: UnixMillis,
    ) -> Result<&OrganizationInvitation, Refusal> {
        let invitation = self.organization_invitations.edit(id);
        let invitation = invitation.ok_or(Refusal::NotFound)?;
        if !invitation.is_pending(now) {
            return Err(OrganizationRefusal::InvitationNotPending.into());
        }
        invitation.status = status;
        invitation.updated_at = now;
        Ok(invitation)
    }

    /// Takes back what a domain brought about and nobody answered.
    pub(super) fn revoke_invitations_of_domain(&mut self, domain: &str, now: UnixMillis) {
        let all = self.organization_invitations.values();
        let waiting = all.filter(|known| known.domain_id.as_deref() == Some(domain));
        let ids: Vec<_> = waiting.map(|known| known.id.clone()).collect();
        for id in ids {
            // Those that were answered stay as they are.
            let _answered = self.end_invitation(&id, Status::Revoked, now);
        }
    }
}
