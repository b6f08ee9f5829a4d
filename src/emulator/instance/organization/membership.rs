//! Memberships: who belongs to an organization, and what they may do there.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::OF;
use super::refusal::OrganizationRefusal;
use super::role::Role;
use crate::emulator::instance::{Instance, Metadata, Refusal, random, set};
use crate::emulator::store::Record;

/// A user in an organization.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Membership {
    /// `orgmem_…`
    pub id: String,
    pub organization_id: String,
    pub user_id: String,
    pub role_id: String,
    pub public_metadata: Metadata,
    /// Only the Backend API shows it.
    pub private_metadata: Metadata,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

impl Record for Membership {
    const KIND: &'static str = "organization_membership";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![(OF, &self.organization_id), (USER, &self.user_id)]
    }
}

pub(super) const USER: &str = "user";

/// Metadata that a membership begins with.
#[derive(Clone, Debug, Default)]
pub struct Given {
    pub public_metadata: Metadata,
    pub private_metadata: Metadata,
}

impl Instance {
    /// Everybody's memberships, oldest first.
    pub fn memberships(&self) -> impl DoubleEndedIterator<Item = &Membership> {
        self.memberships.values()
    }

    /// Those of an organization, oldest first.
    pub fn memberships_of(
        &self,
        organization: &str,
    ) -> impl DoubleEndedIterator<Item = &Membership> {
        self.memberships.with(OF, organization)
    }

    /// Those of a user, oldest first.
    pub fn memberships_of_user(&self, user: &str) -> impl DoubleEndedIterator<Item = &Membership> {
        self.memberships.with(USER, user)
    }

    pub fn membership(&self, organization: &str, user: &str) -> Option<&Membership> {
        let mut own = self.memberships_of_user(user);
        own.find(|membership| membership.organization_id == organization)
    }

    pub fn role_of(&self, membership: &Membership) -> Option<&Role> {
        self.roles.get(&membership.role_id)
    }

    /// The membership of a user who acts in an organization.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such organization, the user is no member, or the role lacks the permission.
    pub fn member_who_may(
        &self,
        organization: &str,
        user: &str,
        permission: Option<&'static str>,
    ) -> Result<&Membership, Refusal> {
        self.organizations_are_on()?;
        self.organization(organization)?;
        let member = self.membership(organization, user);
        let member = member.ok_or(Refusal::NotAMember)?;
        let Some(permission) = permission else {
            return Ok(member);
        };
        let role = self.role_of(member);
        if role.is_some_and(|role| self.role_gives(role, permission)) {
            Ok(member)
        } else {
            Err(OrganizationRefusal::MissingPermission(permission).into())
        }
    }

    /// # Errors
    /// A [`Refusal`] when there is no such organization, user or role, the user is a member, or there is no room.
    pub fn add_member(
        &mut self,
        organization: &str,
        user: &str,
        role: &str,
        given: Given,
        now: UnixMillis,
    ) -> Result<&Membership, Refusal> {
        self.organization(organization)?;
        self.user(user).ok_or(Refusal::NotFound)?;
        let role = self.role_for(organization, role)?.id.clone();
        self.join(organization, user, role, given, now)
    }

    /// Makes a user a member, if that is possible.
    pub(super) fn join(
        &mut self,
        organization: &str,
        user: &str,
        role: String,
        given: Given,
        now: UnixMillis,
    ) -> Result<&Membership, Refusal> {
        self.bound_memberships()?;
        if self.membership(organization, user).is_some() {
            return Err(OrganizationRefusal::AlreadyAMember.into());
        }
        let members = self.memberships_of(organization).count();
        if !self.organization(organization)?.has_room(members) {
            return Err(OrganizationRefusal::MembershipQuota.into());
        }
        self.put_membership(organization, user, role, given, now);
        let member = self.membership(organization, user);
        member.ok_or(Refusal::NotFound)
    }

    pub(super) fn put_membership(
        &mut self,
        organization: &str,
        user: &str,
        role_id: String,
        given: Given,
        now: UnixMillis,
    ) {
        self.memberships.insert(Membership {
            id: random::id(&*self.random, "orgmem"),
            organization_id: organization.to_owned(),
            user_id: user.to_owned(),
            role_id,
            public_metadata: given.public_metadata,
            private_metadata: given.private_metadata,
            created_at: now,
            updated_at: now,
        });
    }

    /// Gives a member another role.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such member or role.
    pub fn change_member(
        &mut self,
        organization: &str,
        user: &str,
        role: &str,
        now: UnixMillis,
    ) -> Result<&Membership, Refusal> {
        self.organization(organization)?;
        let member = self.membership(organization, user);
        let id = member.ok_or(Refusal::NotFound)?.id.clone();
        let role = self.role_for(organization, role)?.id.clone();
        let member = self.memberships.edit(&id).ok_or(Refusal::NotFound)?;
        member.role_id = role;
        member.updated_at = now;
        Ok(member)
    }

    /// Sets metadata of a member; what is absent stays.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn change_member_metadata(
        &mut self,
        id: &str,
        public: Option<Metadata>,
        private: Option<Metadata>,
        now: UnixMillis,
    ) -> Result<&Membership, Refusal> {
        let member = self.memberships.edit(id).ok_or(Refusal::NotFound)?;
        set(&mut member.public_metadata, public);
        set(&mut member.private_metadata, private);
        member.updated_at = now;
        Ok(member)
    }

    /// # Errors
    /// [`Refusal::NotFound`] when the user is no member.
    pub fn remove_member(&mut self, organization: &str, user: &str) -> Result<Membership, Refusal> {
        self.organization(organization)?;
        self.take_membership(organization, user)
            .ok_or(Refusal::NotFound)
    }

    /// Takes a membership away. The user's sessions do not work in the organization any more.
    pub(super) fn take_membership(&mut self, organization: &str, user: &str) -> Option<Membership> {
        let id = self.membership(organization, user)?.id.clone();
        let sessions = self.sessions_of(user).map(|session| session.id.clone());
        for session in sessions.collect::<Vec<_>>() {
            if let Some(session) = self.sessions.edit(&session) {
                session
                    .last_active_organization_id
                    .take_if(|active| active == organization);
            }
        }
        self.memberships.remove(&id)
    }

    /// Takes a user out of all organizations, when the account is deleted.
    pub fn leave_all_organizations(&mut self, user: &str) {
        let all = self.memberships_of_user(user);
        let all = all.map(|membership| membership.organization_id.clone());
        for organization in all.collect::<Vec<_>>() {
            self.take_membership(&organization, user);
        }
        self.enrollments.remove_with(USER, user);
    }

    /// Makes sure that without this member, or with another role, somebody is left to keep the organization going.
    ///
    /// # Errors
    /// [`OrganizationRefusal::MinimumPermissions`].
    pub fn check_minimum_without(
        &self,
        organization: &str,
        user: &str,
        other_role: Option<&str>,
    ) -> Result<(), Refusal> {
        let role = |key: &str| self.role_for(organization, key);
        let still = other_role.map(role).transpose()?;
        if still.is_some_and(|role| self.is_creator_eligible(role)) {
            return Ok(());
        }
        let can = |member: &Membership| {
            let role = self.role_of(member);
            role.is_some_and(|role| self.is_creator_eligible(role))
        };
        let mut able = self
            .memberships_of(organization)
            .filter(|member| can(member));
        if able.any(|member| member.user_id != user) {
            Ok(())
        } else {
            Err(OrganizationRefusal::MinimumPermissions.into())
        }
    }

    /// Gives other roles to all who have, or are invited with, one for which `other` knows one.
    pub(super) fn move_roles(
        &mut self,
        organization: &str,
        other: impl Fn(&str) -> Option<String>,
    ) {
        let ids = self.memberships_of(organization);
        for id in ids.map(|member| member.id.clone()).collect::<Vec<_>>() {
            if let Some(member) = self.memberships.edit(&id)
                && let Some(role) = other(&member.role_id)
            {
                member.role_id = role;
            }
        }
        let ids = self.organization_invitations.with(OF, organization);
        for id in ids.map(|known| known.id.clone()).collect::<Vec<_>>() {
            if let Some(invitation) = self.organization_invitations.edit(&id)
                && let Some(role) = other(&invitation.role_id)
            {
                invitation.role_id = role;
            }
        }
    }

    /// Makes the session work in an organization; without one, for the user alone.
    ///
    /// # Errors
    /// [`Refusal::NotAMember`].
    pub fn activate_organization(
        &mut self,
        session: &str,
        organization: Option<&str>,
    ) -> Result<(), Refusal> {
        let user = &self.session(session).ok_or(Refusal::NotFound)?.user_id;
        if organization.is_some_and(|id| self.membership(id, user).is_none()) {
            return Err(Refusal::NotAMember);
        }
        if let Some(session) = self.sessions.edit(session) {
            session.last_active_organization_id = organization.map(str::to_owned);
        }
        Ok(())
    }
}
