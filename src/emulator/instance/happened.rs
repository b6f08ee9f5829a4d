//! The events since somebody last looked: all that webhooks tell of. The tables see it, so no operation can forget it.

use super::access::waitlist::WaitlistEntry;
use super::email::Mail;
use super::organization::domain::OrganizationDomain;
use super::organization::invitation::OrganizationInvitation;
use super::organization::membership::Membership;
use super::organization::role::{Permission, Role};
use super::{Instance, Organization, Session, User};
use crate::emulator::store::Change;

#[derive(Debug, Default)]
pub struct Happened {
    pub users: Vec<Change<User>>,
    pub sessions: Vec<Change<Session>>,
    pub organizations: Vec<Change<Organization>>,
    pub memberships: Vec<Change<Membership>>,
    pub invitations: Vec<Change<OrganizationInvitation>>,
    pub domains: Vec<Change<OrganizationDomain>>,
    pub roles: Vec<Change<Role>>,
    pub permissions: Vec<Change<Permission>>,
    pub waitlist: Vec<Change<WaitlistEntry>>,
    pub mails: Vec<Mail>,
}

impl Instance {
    /// Keeps from now on what happens, or no longer.
    pub fn watch(&mut self, on: bool) {
        self.users.watch(on);
        self.sessions.watch(on);
        self.organizations.watch(on);
        self.memberships.watch(on);
        self.organization_invitations.watch(on);
        self.organization_domains.watch(on);
        self.roles.watch(on);
        self.permissions.watch(on);
        self.access.waitlist.watch(on);
    }

    /// The events since the last time, and these mails with them; none if nobody watches.
    pub fn take_happened(&mut self, mails: Vec<Mail>) -> Happened {
        Happened {
            users: self.users.take_changes(),
            sessions: self.sessions.take_changes(),
            organizations: self.organizations.take_changes(),
            memberships: self.memberships.take_changes(),
            invitations: self.organization_invitations.take_changes(),
            domains: self.organization_domains.take_changes(),
            roles: self.roles.take_changes(),
            permissions: self.permissions.take_changes(),
            waitlist: self.access.waitlist.take_changes(),
            mails,
        }
    }

    /// Forgets the events so far, which are nobody's doing: a whole instance was put in the place of another.
    pub fn look_away(&mut self) {
        self.take_happened(Vec::new());
    }
}

impl Happened {
    pub fn is_empty(&self) -> bool {
        let Self {
            users,
            sessions,
            organizations,
            memberships,
            invitations,
            domains,
            roles,
            permissions,
            waitlist,
            mails,
        } = self;
        users.is_empty()
            && sessions.is_empty()
            && organizations.is_empty()
            && memberships.is_empty()
            && invitations.is_empty()
            && domains.is_empty()
            && roles.is_empty()
            && permissions.is_empty()
            && waitlist.is_empty()
            && mails.is_empty()
    }
}
