//! The objects in events: the shapes for servers, as far as webhooks have the same ones.

use clerk_auth::time::UnixMillis;
use serde_json::{Value, json};

use crate::emulator::instance::access::waitlist::WaitlistEntry;
use crate::emulator::instance::happened::Happened;
use crate::emulator::instance::organization::domain::OrganizationDomain;
use crate::emulator::instance::organization::invitation::OrganizationInvitation;
use crate::emulator::instance::organization::membership::Membership;
use crate::emulator::instance::organization::role::{Permission, Role};
use crate::emulator::instance::{Instance, Organization, Random, Session, User};
use crate::emulator::shape::access::{deleted, invitation, waitlist_entry};
use crate::emulator::shape::role::{permission, role};
use crate::emulator::shape::{Audience, Organizations, backend_session, user};
use crate::emulator::store::Change;

/// The instance after what happened.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub happened: &'a Happened,
    pub instance: &'a Instance,
    pub application: &'a str,
    pub random: &'a dyn Random,
    pub now: UnixMillis,
}

impl Scene<'_> {
    pub fn user(&self, found: &User) -> Value {
        json!(user(found, Audience::Server, self.now))
    }

    pub fn user_gone(&self, user: &User) -> Value {
        let mut data = deleted("user", &user.id);
        if let Some(external) = &user.external_id {
            data["external_id"] = json!(external);
        }
        data
    }

    /// Webhooks show no tasks, and the whole user instead.
    pub fn session(&self, session: &Session) -> Value {
        let mut data = backend_session(self.instance, session, self.now);
        if let Some(members) = data.as_object_mut() {
            members.remove("tasks");
        }
        let owner = self.instance.user(&session.user_id);
        let owner = owner.or_else(|| gone(&self.happened.users, |u| u.id == session.user_id));
        data["user"] = json!(owner.map(|owner| self.user(owner)));
        data
    }

    fn organizations(&self) -> Organizations<'_> {
        Organizations {
            instance: self.instance,
            audience: Audience::Server,
            now: self.now,
        }
    }

    pub fn organization(&self, organization: &Organization) -> Value {
        json!(self.organizations().organization(organization))
    }

    pub fn organization_gone(&self, organization: &Organization) -> Value {
        let mut data = deleted("organization", &organization.id);
        data["slug"] = json!(organization.slug);
        data
    }

    /// The organization and the user may be gone with it.
    pub fn membership(&self, member: &Membership) -> Value {
        let organizations = self.organizations();
        let mut data = organizations.membership(member);
        if data["organization"].is_null() {
            let of = |known: &Organization| known.id == member.organization_id;
            let organization = gone(&self.happened.organizations, of);
            data["organization"] =
                json!(organization.map(|known| organizations.organization(known)));
        }
        let user = gone(&self.happened.users, |user| user.id == member.user_id);
        if let Some(user) = user {
            data["public_user_data"] = organizations.public_data_of(user);
        }
        data
    }

    pub fn domain(&self, domain: &OrganizationDomain) -> Value {
        self.organizations().domain(domain)
    }

    pub fn domain_gone(&self, domain: &OrganizationDomain) -> Value {
        deleted("organization_domain", &domain.id)
    }

    pub fn invitation(&self, invitation: &OrganizationInvitation) -> Value {
        self.organizations().invitation(invitation)
    }

    pub fn accepted_invitation(&self, invitation: &OrganizationInvitation) -> Value {
        let mut data = self
            .organizations()
            .invitation_with_organization(invitation);
        let organization = data["public_organization_data"].take();
        if let Some(members) = data.as_object_mut() {
            members.remove("public_organization_data");
        }
        data["data"] = json!({ "public_organization_data": organization });
        // The user became a member with that, whichever of their addresses was invited.
        let mut joined = self.happened.memberships.iter();
        let member = joined.find_map(|change| match change {
            Change::Made(known) if known.organization_id == invitation.organization_id => {
                Some(&known.user_id)
            }
            _ => None,
        });
        data["user_id"] = json!(member);
        data
    }

    pub fn role(&self, known: &Role) -> Value {
        role(self.instance, known)
    }

    pub fn role_gone(&self, role: &Role) -> Value {
        deleted("role", &role.id)
    }

    pub fn permission(&self, known: &Permission) -> Value {
        permission(known)
    }

    pub fn permission_gone(&self, permission: &Permission) -> Value {
        deleted("permission", &permission.id)
    }

    pub fn waiting(&self, entry: &WaitlistEntry) -> Value {
        let mut data = waitlist_entry(entry);
        let invited = entry.invitation_id.as_ref();
        let invited = invited.and_then(|id| self.instance.invitation(id));
        data["invitation"] = json!(invited.map(|known| invitation(known, self.now)));
        data
    }
}

/// The record among what is gone.
fn gone<T>(changes: &[Change<T>], is_it: impl Fn(&T) -> bool) -> Option<&T> {
    changes.iter().find_map(|change| match change {
        Change::Gone(record) if is_it(record) => Some(record),
        _ => None,
    })
}
