//! Organizations, memberships, invitations, domains, roles.

use clerk_auth::time::UnixMillis;
use serde::Serialize;
use serde_json::{Value, json};

use super::user::{self, Audience, initial_on_square};
use crate::emulator::instance::email::EmailCode;
use crate::emulator::instance::organization::domain::OrganizationDomain;
use crate::emulator::instance::organization::enrollment::Enrollment;
use crate::emulator::instance::organization::invitation::OrganizationInvitation;
use crate::emulator::instance::organization::membership::Membership;
use crate::emulator::instance::{Instance, Metadata, Organization, User};

/// Organizations and what belongs to them, for one kind of reader at one moment.
#[derive(Clone, Copy)]
pub(in crate::emulator) struct Organizations<'a> {
    pub instance: &'a Instance,
    pub audience: Audience,
    pub now: UnixMillis,
}

/// An organization as JSON.
#[derive(Serialize)]
pub(in crate::emulator) struct OrganizationShape<'a> {
    object: &'static str,
    id: &'a str,
    name: &'a str,
    slug: &'a str,
    image_url: String,
    has_image: bool,
    max_allowed_memberships: u32,
    admin_delete_enabled: bool,
    public_metadata: &'a Metadata,
    created_at: UnixMillis,
    updated_at: UnixMillis,
    #[serde(flatten)]
    for_servers: Option<ForServers<'a>>,
    #[serde(flatten)]
    counts: Option<Counts>,
}

#[derive(Serialize)]
struct ForServers<'a> {
    private_metadata: &'a Metadata,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<&'a str>,
    role_set_key: Option<&'a str>,
}

#[derive(Serialize)]
struct Counts {
    members_count: usize,
    pending_invitations_count: usize,
}

impl<'a> Organizations<'a> {
    /// An organization with its numbers, as pages see it.
    pub fn organization(&self, organization: &'a Organization) -> OrganizationShape<'a> {
        let id = &organization.id;
        OrganizationShape {
            counts: Some(Counts {
                members_count: self.instance.memberships_of(id).count(),
                pending_invitations_count: self.instance.pending_invitations(id, self.now),
            }),
            ..self.plain(organization)
        }
    }

    /// An organization without its numbers, which cost a count.
    pub fn plain(&self, organization: &'a Organization) -> OrganizationShape<'a> {
        let for_servers = || ForServers {
            private_metadata: &organization.private_metadata,
            created_by: organization.created_by.as_deref(),
            role_set_key: {
                let set = self.instance.role_set(&organization.role_set).ok();
                set.map(|set| set.key.as_str())
            },
        };
        OrganizationShape {
            object: "organization",
            id: &organization.id,
            name: &organization.name,
            slug: &organization.slug,
            image_url: logo(organization),
            has_image: organization.logo.is_some(),
            max_allowed_memberships: organization.max_allowed_memberships,
            admin_delete_enabled: organization.admin_delete_enabled,
            public_metadata: &organization.public_metadata,
            created_at: organization.created_at,
            updated_at: organization.updated_at,
            for_servers: (self.audience == Audience::Server).then(for_servers),
            counts: None,
        }
    }

    pub fn membership(&self, membership: &Membership) -> Value {
        let instance = self.instance;
        let role = instance.role_of(membership);
        let mut permissions: Vec<_> = role
            .into_iter()
            .flat_map(|role| instance.permissions_of(role))
            .map(|permission| &permission.key)
            .collect();
        permissions.sort();
        let organization = instance.organization(&membership.organization_id).ok();
        let mut shape = json!({
            "object": "organization_membership",
            "id": membership.id,
            "role": role.map_or("", |role| &role.key),
            "role_name": role.map_or("", |role| &role.name),
            "permissions": permissions,
            "public_metadata": membership.public_metadata,
            "organization": organization.map(|known| self.organization(known)),
            "created_at": membership.created_at.0,
            "updated_at": membership.updated_at.0,
        });
        if let Some(data) = self.public_user_data(&membership.user_id) {
            shape["public_user_data"] = data;
        }
        if self.audience == Audience::Server {
            shape["private_metadata"] = json!(membership.private_metadata);
        }
        shape
    }

    /// What members see of each other; servers' libraries want the picture under its old name as well.
    fn public_user_data(&self, id: &str) -> Option<Value> {
        Some(self.public_data_of(self.instance.user(id)?))
    }

    pub fn public_data_of(&self, found: &User) -> Value {
        let mut data = user::public_user_data(found);
        if self.audience == Audience::Server {
            data["profile_image_url"] = data["image_url"].clone();
        }
        data
    }

    /// An invitation, as the organization sees it.
    pub fn invitation(&self, invitation: &OrganizationInvitation) -> Value {
        let role = self.instance.role(&invitation.role_id).ok();
        let mut shape = json!({
            "object": "organization_invitation",
            "id": invitation.id,
            "email_address": invitation.email_address,
            "role": role.map_or("", |role| &role.key),
            "role_name": role.map_or("", |role| &role.name),
            "organization_id": invitation.organization_id,
            "status": invitation.status(self.now),
            "public_metadata": invitation.public_metadata,
            // No mail is sent, so there is no link to be found in one.
            "url": null,
            "expires_at": invitation.expires_at.0,
            "created_at": invitation.created_at.0,
            "updated_at": invitation.updated_at.0,
        });
        if self.audience == Audience::Server {
            shape["private_metadata"] = json!(invitation.private_metadata);
            shape["inviter_id"] = json!(invitation.inviter_id);
            shape["public_inviter_data"] = self.inviter(invitation);
        }
        shape
    }

    fn inviter(&self, invitation: &OrganizationInvitation) -> Value {
        let inviter = invitation.inviter_id.as_ref();
        let Some(inviter) = inviter.and_then(|id| self.instance.user(id)) else {
            return Value::Null;
        };
        let mut data = user::public_user_data(inviter);
        if let Some(data) = data.as_object_mut() {
            data.remove("username");
        }
        data
    }

    /// An invitation, as the one who is invited sees it.
    pub fn invitation_with_organization(&self, invitation: &OrganizationInvitation) -> Value {
        let mut shape = self.invitation(invitation);
        let organization = self.public_organization_data(&invitation.organization_id);
        shape["public_organization_data"] = organization;
        shape
    }

    fn public_organization_data(&self, id: &str) -> Value {
        let Ok(organization) = self.instance.organization(id) else {
            return Value::Null;
        };
        json!({
            "id": organization.id,
            "name": organization.name,
            "slug": organization.slug,
            "image_url": logo(organization),
            "has_image": organization.logo.is_some(),
        })
    }

    pub fn suggestion(&self, enrollment: &Enrollment) -> Value {
        json!({
            "object": "organization_suggestion",
            "id": enrollment.id,
            "public_organization_data": self.public_organization_data(&enrollment.organization_id),
            "status": enrollment.suggestion_status(),
            "created_at": enrollment.created_at.0,
            "updated_at": enrollment.updated_at.0,
        })
    }

    pub fn membership_request(&self, enrollment: &Enrollment) -> Value {
        json!({
            "object": "organization_membership_request",
            "id": enrollment.request_id,
            "organization_id": enrollment.organization_id,
            "status": enrollment.request_status(),
            "public_user_data": self.public_user_data(&enrollment.user_id),
            "created_at": enrollment.created_at.0,
            "updated_at": enrollment.updated_at.0,
        })
    }

    pub fn domain(&self, domain: &OrganizationDomain) -> Value {
        let affiliation = domain
            .code
            .as_ref()
            .map(|code| self.affiliation(domain, code));
        let ownership = domain.owned_since.map(|at| {
            json!({
                "status": "verified", "strategy": "manual_override", "attempts": null,
                "expire_at": null, "verified_at": at.0,
            })
        });
        let invitations = self.instance.invitations_to(&domain.organization_id);
        let invitations = invitations.filter(|known| {
            known.is_pending(self.now) && known.domain_id.as_ref() == Some(&domain.id)
        });
        let suggestions = self.instance.enrollments_in(&domain.organization_id);
        let suggestions = suggestions
            .filter(|known| known.suggestion_status() == "pending" && known.domain_id == domain.id);
        json!({
            "object": "organization_domain",
            "id": domain.id,
            "organization_id": domain.organization_id,
            "name": domain.name,
            "enrollment_mode": domain.enrollment_mode.as_str(),
            "affiliation_email_address": domain.affiliation_email_address,
            "affiliation_verification": affiliation,
            "ownership_verification": ownership,
            "verification": ownership.as_ref().or(affiliation.as_ref()),
            "total_pending_invitations": invitations.count(),
            "total_pending_suggestions": suggestions.count(),
            "public_organization_data": self.public_organization_data(&domain.organization_id),
            "created_at": domain.created_at.0,
            "updated_at": domain.updated_at.0,
        })
    }

    fn affiliation(&self, domain: &OrganizationDomain, code: &EmailCode) -> Value {
        let verified = code.is_verified().then_some(domain.updated_at.0);
        json!({
            "status": code.status(self.now),
            "strategy": "affiliation_email_code",
            "attempts": code.attempts(),
            "expire_at": code.expire_at().0,
            "verified_at": verified,
        })
    }
}

fn logo(organization: &Organization) -> String {
    let own = organization.logo.as_ref().map(|logo| logo.url.clone());
    own.unwrap_or_else(|| initial_on_square(organization.name.chars().take(1)))
}
