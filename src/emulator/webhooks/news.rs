//! Changes as the events that Clerk tells (`backend-api.md` section 9). Where Clerk does not say which events one
//! action brings about, every record that was changed has its own.

use std::collections::BTreeSet;

use serde_json::Value;

use super::mail;
use super::scene::Scene;
use crate::emulator::instance::{Session, SessionStatus};
use crate::emulator::shape::is_pending;
use crate::emulator::store::Change;

/// All that can be told.
pub const KINDS: [&str; 30] = [
    "email.created",
    "organization.created",
    "organization.deleted",
    "organization.updated",
    "organizationDomain.created",
    "organizationDomain.deleted",
    "organizationDomain.updated",
    "organizationInvitation.accepted",
    "organizationInvitation.created",
    "organizationInvitation.revoked",
    "organizationMembership.created",
    "organizationMembership.deleted",
    "organizationMembership.updated",
    "permission.created",
    "permission.deleted",
    "permission.updated",
    "role.created",
    "role.deleted",
    "role.updated",
    "session.created",
    "session.ended",
    "session.pending",
    "session.removed",
    "session.revoked",
    "sms.created",
    "user.created",
    "user.deleted",
    "user.updated",
    "waitlistEntry.created",
    "waitlistEntry.updated",
];

/// An event: its kind, and the object that it happened to.
#[derive(Debug)]
pub struct News {
    pub kind: &'static str,
    pub data: Value,
}

/// Makes events, and remembers what the next ones hang on.
#[derive(Debug, Default)]
pub struct Reporter {
    /// The sessions that were told of and do not count yet: they begin when their users have done what they have to.
    pending: BTreeSet<String>,
    news: Vec<News>,
}

impl Reporter {
    /// A reporter who knows what is there already.
    pub fn new(scene: &Scene<'_>) -> Self {
        let live = scene.instance.sessions();
        let pending = live.filter(|session| is_pending(scene.instance, session, scene.now));
        Self {
            pending: pending.map(|session| session.id.clone()).collect(),
            news: Vec::new(),
        }
    }

    /// The events, each after those that it builds upon.
    pub fn report(&mut self, scene: &Scene<'_>) -> Vec<News> {
        let happened = scene.happened;
        let permission = |known: &_| scene.permission(known);
        self.put(&happened.permissions, permission, PERMISSION);
        self.put(&happened.roles, |role| scene.role(role), ROLE);
        self.put(&happened.users, |user| scene.user(user), USER);
        let organization = |known: &_| scene.organization(known);
        self.put(&happened.organizations, organization, ORGANIZATION);
        self.put(&happened.domains, |domain| scene.domain(domain), DOMAIN);
        let membership = |known: &_| scene.membership(known);
        self.put(&happened.memberships, membership, MEMBERSHIP);
        self.invitations(scene);
        self.put(&happened.waitlist, |entry| scene.waiting(entry), WAITLIST);
        self.sessions(scene);
        for mail in &happened.mails {
            let (kind, data) = mail::told(scene, mail);
            self.tell(kind, data);
        }
        self.gone(&happened.memberships, membership, MEMBERSHIP.2);
        let domain = |known: &_| scene.domain_gone(known);
        self.gone(&happened.domains, domain, DOMAIN.2);
        let organization = |known: &_| scene.organization_gone(known);
        self.gone(&happened.organizations, organization, ORGANIZATION.2);
        self.gone(&happened.users, |user| scene.user_gone(user), USER.2);
        self.gone(&happened.roles, |role| scene.role_gone(role), ROLE.2);
        let permission = |known: &_| scene.permission_gone(known);
        self.gone(&happened.permissions, permission, PERMISSION.2);
        std::mem::take(&mut self.news)
    }

    fn tell(&mut self, kind: &'static str, data: Value) {
        self.news.push(News { kind, data });
    }

    /// What was made, and what says something else than before.
    fn put<T>(&mut self, changes: &[Change<T>], shape: impl Fn(&T) -> Value, kinds: Kinds) {
        for change in changes {
            match change {
                Change::Made(now) => self.tell(kinds.0, shape(now)),
                Change::Changed { before, now } => {
                    let data = shape(now);
                    if loud(shape(before)) != loud(data.clone()) {
                        self.tell(kinds.1, data);
                    }
                }
                Change::Gone(_) => {}
            }
        }
    }

    fn gone<T>(&mut self, changes: &[Change<T>], shape: impl Fn(&T) -> Value, kind: &'static str) {
        for change in changes {
            if let Change::Gone(record) = change {
                self.tell(kind, shape(record));
            }
        }
    }

    fn invitations(&mut self, scene: &Scene<'_>) {
        for change in &scene.happened.invitations {
            match change {
                Change::Made(now) => {
                    self.tell("organizationInvitation.created", scene.invitation(now));
                }
                Change::Changed { before, now } => {
                    let status = now.status(scene.now);
                    match status {
                        _ if status == before.status(scene.now) => {}
                        "accepted" => {
                            let data = scene.accepted_invitation(now);
                            self.tell("organizationInvitation.accepted", data);
                        }
                        "revoked" => {
                            self.tell("organizationInvitation.revoked", scene.invitation(now));
                        }
                        _ => {}
                    }
                }
                Change::Gone(_) => {}
            }
        }
    }

    /// Sessions that are dropped to make room are not told of: Clerk forgets none.
    fn sessions(&mut self, scene: &Scene<'_>) {
        for change in &scene.happened.sessions {
            match change {
                Change::Made(now) if is_pending(scene.instance, now, scene.now) => {
                    self.pending.insert(now.id.clone());
                    self.tell("session.pending", scene.session(now));
                }
                Change::Made(now) => self.tell("session.created", scene.session(now)),
                Change::Changed { before, now } if before.status != now.status => {
                    self.pending.remove(&now.id);
                    if let Some(kind) = ended(now) {
                        self.tell(kind, scene.session(now));
                    }
                }
                Change::Changed { .. } => {}
                Change::Gone(gone) => {
                    self.pending.remove(&gone.id);
                }
            }
        }
        self.sessions_that_count_now(scene);
    }

    /// What a session waits for is done elsewhere: the session itself may not have changed.
    fn sessions_that_count_now(&mut self, scene: &Scene<'_>) {
        let waits = |id: &String| {
            let session = scene.instance.session(id);
            session.is_some_and(|known| is_pending(scene.instance, known, scene.now))
        };
        let over: Vec<_> = self
            .pending
            .iter()
            .filter(|id| !waits(id))
            .cloned()
            .collect();
        for id in over {
            self.pending.remove(&id);
            let session = scene.instance.session(&id);
            if let Some(session) = session.filter(|known| known.is_live(scene.now)) {
                self.tell("session.created", scene.session(session));
            }
        }
    }
}

/// The kinds for what was made, changed and taken away.
type Kinds = (&'static str, &'static str, &'static str);

const DOMAIN: Kinds = (
    "organizationDomain.created",
    "organizationDomain.updated",
    "organizationDomain.deleted",
);
const MEMBERSHIP: Kinds = (
    "organizationMembership.created",
    "organizationMembership.updated",
    "organizationMembership.deleted",
);
const ORGANIZATION: Kinds = (
    "organization.created",
    "organization.updated",
    "organization.deleted",
);
const PERMISSION: Kinds = (
    "permission.created",
    "permission.updated",
    "permission.deleted",
);
const ROLE: Kinds = ("role.created", "role.updated", "role.deleted");
const USER: Kinds = ("user.created", "user.updated", "user.deleted");
/// Clerk does not tell that an entry is gone.
const WAITLIST: Kinds = ("waitlistEntry.created", "waitlistEntry.updated", "");

/// What of an object is worth an event: each touch of a session says anew when its user was last active.
fn loud(mut data: Value) -> Value {
    if let Some(members) = data.as_object_mut() {
        members.remove("last_active_at");
    }
    data
}

/// The event for a session that was ended. Clerk has none for one that gave way to another.
fn ended(session: &Session) -> Option<&'static str> {
    match session.status {
        SessionStatus::Ended => Some("session.ended"),
        SessionStatus::Removed => Some("session.removed"),
        SessionStatus::Revoked => Some("session.revoked"),
        SessionStatus::Active | SessionStatus::Replaced => None,
    }
}
