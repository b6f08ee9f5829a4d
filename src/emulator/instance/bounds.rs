//! Bounds of the instance. Everything is in memory and any page of this machine can make more of it, so each kind has a
//! bound far above the needs of development.

use std::collections::HashSet;

use clerk_auth::time::UnixMillis;

use super::organization::domain::{MAX_DOMAINS, OrganizationDomain};
use super::organization::membership::Membership;
use super::seeding::{MAX_SOWN, Sown};
use super::{
    Client, DevBrowser, Instance, Organization, OrganizationRefusal, Refusal, Session,
    SessionStatus, User,
};
use crate::emulator::store::{Record as _, StateError};

/// Every page without cookies makes one, and any page can be loaded often.
const MAX_DEV_BROWSERS: usize = 10_000;
const MAX_SESSIONS: usize = 10_000;
/// Those of all dev browsers, and of none.
const MAX_CLIENTS: usize = 20_000;
/// They are somebody's data: past this no more are made, and none is dropped.
const MAX_USERS: usize = 20_000;
/// As users, and what belongs to them.
const MAX_ORGANIZATIONS: usize = 5_000;
const MAX_MEMBERSHIPS: usize = 50_000;
const MAX_INVITATIONS: usize = 20_000;

impl Instance {
    /// Makes room for one more dev browser: the oldest tenth goes, those without a client first, which lose nothing.
    pub(super) fn bound_dev_browsers(&mut self) {
        if self.dev_browsers.len() < MAX_DEV_BROWSERS {
            return;
        }
        let mut all: Vec<_> = self.dev_browsers.values().collect();
        all.sort_by_key(|browser| (browser.client_id.is_some(), browser.created_at));
        let oldest = all.iter().take(MAX_DEV_BROWSERS / 10);
        let oldest: Vec<_> = oldest.map(|browser| browser.id.clone()).collect();
        for id in oldest {
            self.forget_client(&id);
            self.dev_browsers.remove(&id);
        }
    }

    /// Makes room for one more client. Of those without a browser the oldest go, first where nobody is signed in.
    pub(super) fn bound_clients(&mut self, now: UnixMillis) {
        if self.clients.len() < MAX_CLIENTS {
            return;
        }
        let of_browsers = self.dev_browsers.values();
        let of_browsers: HashSet<_> = of_browsers
            .filter_map(|browser| browser.client_id.as_deref())
            .collect();
        let mut others: Vec<_> = self.clients.values().collect();
        others.retain(|client| !of_browsers.contains(client.id.as_str()));
        others.sort_by_key(|client| self.live_sessions(client, now).next().is_some());
        let oldest = others.iter().take(MAX_CLIENTS / 10);
        let oldest: Vec<_> = oldest.map(|client| client.id.clone()).collect();
        for id in oldest {
            self.clients.remove(&id);
        }
    }

    /// Makes room for one more session: the oldest tenth goes, those that are over first.
    pub(super) fn bound_sessions(&mut self, now: UnixMillis) {
        if self.sessions.len() < MAX_SESSIONS {
            return;
        }
        let mut all: Vec<_> = self.sessions.values().collect();
        all.sort_by_key(|session| (session.is_live(now), session.created_at));
        let oldest = all.iter().take(MAX_SESSIONS / 10);
        let oldest: Vec<_> = oldest.map(|session| session.id.clone()).collect();
        for id in oldest {
            self.close_session(&id, SessionStatus::Removed, now);
            self.sessions.remove(&id);
        }
    }

    /// Makes sure that there is room for one more user.
    ///
    /// # Errors
    /// [`Refusal::UserQuota`] when there are too many.
    pub(super) fn bound_users(&self) -> Result<(), Refusal> {
        if self.users.len() < MAX_USERS {
            Ok(())
        } else {
            Err(Refusal::UserQuota)
        }
    }
}

/// Of kinds whose own bound is lower, or made of others.
const MAX_OTHERS: usize = 20_000;

/// The most records of a kind that somebody else's state may have.
fn most(kind: &str) -> usize {
    match kind {
        DevBrowser::KIND => MAX_DEV_BROWSERS,
        Session::KIND => MAX_SESSIONS,
        Client::KIND => MAX_CLIENTS,
        User::KIND => MAX_USERS,
        Organization::KIND => MAX_ORGANIZATIONS,
        Membership::KIND => MAX_MEMBERSHIPS,
        OrganizationDomain::KIND => MAX_ORGANIZATIONS * MAX_DOMAINS,
        Sown::KIND => MAX_SOWN,
        _ => MAX_OTHERS,
    }
}

impl Instance {
    /// Makes sure that there are no more records than could have been made here.
    ///
    /// # Errors
    /// [`StateError::TooMany`].
    pub(super) fn check_bounds(&mut self) -> Result<(), StateError> {
        for table in self.tables() {
            let (kind, most) = (table.kind(), most(table.kind()));
            if table.count() > most {
                return Err(StateError::TooMany { kind, most });
            }
        }
        Ok(())
    }
}

impl Instance {
    /// Makes sure that there is room for one more organization, as the next ones for what belongs to it.
    ///
    /// # Errors
    /// [`OrganizationRefusal::Quota`].
    pub(super) fn bound_organizations(&self) -> Result<(), Refusal> {
        below(self.organizations.len(), MAX_ORGANIZATIONS)
    }

    pub(super) fn bound_memberships(&self) -> Result<(), Refusal> {
        below(self.memberships.len(), MAX_MEMBERSHIPS)
    }

    pub(super) fn bound_invitations(&self, more: usize) -> Result<(), Refusal> {
        let all = self.organization_invitations.len() + more;
        below(all.saturating_sub(1), MAX_INVITATIONS)
    }

    pub(super) fn bound_enrollments(&self) -> Result<(), Refusal> {
        below(self.enrollments.len(), MAX_INVITATIONS)
    }
}

fn below(count: usize, bound: usize) -> Result<(), Refusal> {
    if count < bound {
        Ok(())
    } else {
        Err(OrganizationRefusal::Quota.into())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::emulator::instance::User;
    use crate::emulator::instance::random::SystemRandom;
    use crate::emulator::instance::sign_up::SignUpFields;

    #[test]
    fn clients_with_a_browser_and_without_share_one_bound() {
        let now = UnixMillis(0);
        let mut instance = Instance::new(Arc::new(SystemRandom));
        let browser = instance.new_dev_browser(now);
        let first = instance.ensure_client(&browser, now);
        for _ in 1..MAX_CLIENTS {
            instance.new_client(now);
        }
        let browser = instance.new_dev_browser(now);
        let second = instance.ensure_client(&browser, now);
        assert!(instance.check_bounds().is_ok());
        assert!(instance.client_of_id(&first).is_some());
        assert!(instance.client_of_id(&second).is_some());
    }

    #[test]
    fn who_comes_when_all_places_are_taken_is_refused_and_nobody_is_dropped() {
        let now = UnixMillis(0);
        let mut instance = Instance::new(Arc::new(SystemRandom));
        for number in 0..MAX_USERS {
            let user = User::new(format!("user_{number}"), now);
            instance.users.insert(user);
        }
        let browser = instance.new_dev_browser(now);
        let refused = instance.create_sign_up(&browser, SignUpFields::default(), now);
        assert_eq!(refused.err(), Some(Refusal::UserQuota));
        assert_eq!(instance.users().len(), MAX_USERS);
        instance.users.remove("user_0");
        assert!(
            instance
                .create_sign_up(&browser, SignUpFields::default(), now)
                .is_ok()
        );
    }
}
