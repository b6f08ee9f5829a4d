//! Users and organizations of another instance, as its Backend API shows them. Their ids stay. Passwords, second factors
//! and sessions are shown to nobody, so they do not come along.

use clerk_auth::time::UnixMillis;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::contact::{Contact, ContactKind, Proof};
use super::organization::membership::Membership;
use super::organization::role::{Permission, Role};
use super::user::Standing;
use super::{Instance, Metadata, Organization, Refusal, User};

/// The parts of an instance that are read here. It may show more.
#[derive(Debug, Default)]
pub struct Shown {
    pub permissions: Vec<ShownPermission>,
    pub roles: Vec<ShownRole>,
    pub users: Vec<ShownUser>,
    pub organizations: Vec<ShownOrganization>,
    pub memberships: Vec<ShownMembership>,
}

#[derive(Debug, Deserialize)]
pub struct ShownUser {
    pub id: String,
    username: Option<String>,
    external_id: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    locale: Option<String>,
    #[serde(default)]
    email_addresses: Vec<ShownContact>,
    primary_email_address_id: Option<String>,
    #[serde(default)]
    phone_numbers: Vec<ShownContact>,
    primary_phone_number_id: Option<String>,
    #[serde(default)]
    public_metadata: Option<Map<String, Value>>,
    #[serde(default)]
    private_metadata: Option<Map<String, Value>>,
    #[serde(default)]
    unsafe_metadata: Option<Map<String, Value>>,
    #[serde(default)]
    banned: bool,
    #[serde(default)]
    locked: bool,
    #[serde(default = "yes")]
    delete_self_enabled: bool,
    #[serde(default = "yes")]
    create_organization_enabled: bool,
    create_organizations_limit: Option<u32>,
    legal_accepted_at: Option<UnixMillis>,
    last_sign_in_at: Option<UnixMillis>,
    last_active_at: Option<UnixMillis>,
    created_at: UnixMillis,
    updated_at: UnixMillis,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
struct ShownContact {
    id: String,
    #[serde(alias = "email_address", alias = "phone_number")]
    address: String,
    verification: Option<ShownVerification>,
    #[serde(default)]
    reserved: bool,
    created_at: Option<UnixMillis>,
}

#[derive(Debug, Deserialize)]
struct ShownVerification {
    status: String,
}

#[derive(Debug, Deserialize)]
pub struct ShownOrganization {
    pub id: String,
    name: String,
    slug: String,
    #[serde(default)]
    public_metadata: Option<Map<String, Value>>,
    #[serde(default)]
    private_metadata: Option<Map<String, Value>>,
    max_allowed_memberships: u32,
    admin_delete_enabled: bool,
    created_by: Option<String>,
    created_at: UnixMillis,
    updated_at: UnixMillis,
}

#[derive(Debug, Deserialize)]
pub struct ShownMembership {
    pub id: String,
    role: String,
    organization: Named,
    public_user_data: Option<Member>,
    #[serde(default)]
    public_metadata: Option<Map<String, Value>>,
    #[serde(default)]
    private_metadata: Option<Map<String, Value>>,
    created_at: UnixMillis,
    updated_at: UnixMillis,
}

#[derive(Debug, Deserialize)]
struct Named {
    id: String,
}

#[derive(Debug, Deserialize)]
struct Member {
    user_id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct ShownRole {
    pub id: String,
    key: String,
    name: String,
    description: Option<String>,
    #[serde(default)]
    permissions: Vec<ShownPermission>,
    created_at: UnixMillis,
    updated_at: UnixMillis,
}

#[derive(Clone, Debug, Deserialize)]
pub struct ShownPermission {
    pub id: String,
    key: String,
    name: String,
    description: Option<String>,
    created_at: UnixMillis,
    updated_at: UnixMillis,
}

/// The reason why nothing was taken over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdoptError {
    /// Never with more of it: the answer came from elsewhere.
    #[error("an id in it is none")]
    Id,
    #[error("there are more {0} than the emulator keeps")]
    TooMany(&'static str),
    #[error("the metadata of {0} are larger than Clerk allows")]
    Metadata(String),
}

impl Instance {
    /// Takes over all of it. Whatever belongs to nobody who was shown is left out: an instance may change while it is asked.
    ///
    /// # Errors
    /// [`AdoptError`]; then a part of it may be here.
    pub fn adopt(&mut self, shown: Shown, now: UnixMillis) -> Result<(), AdoptError> {
        self.furnish(now);
        for permission in shown.permissions {
            self.adopt_permission(permission)?;
        }
        for role in shown.roles {
            self.adopt_role(role)?;
        }
        for user in shown.users {
            self.bound_users().map_err(too_many("users"))?;
            self.users.insert(user.taken()?);
        }
        for organization in shown.organizations {
            self.bound_organizations()
                .map_err(too_many("organizations"))?;
            self.adopt_organization(organization)?;
        }
        for membership in shown.memberships {
            self.bound_memberships().map_err(too_many("memberships"))?;
            self.adopt_membership(membership)?;
        }
        Ok(())
    }

    /// Clerk's own are here already, under ids of their own.
    fn adopt_permission(&mut self, shown: ShownPermission) -> Result<String, AdoptError> {
        if let Some(known) = self.permission_with_key(&shown.key) {
            return Ok(known.id.clone());
        }
        let id = good(shown.id)?;
        self.permissions.insert(Permission {
            id: id.clone(),
            key: shown.key,
            name: shown.name,
            description: shown.description.unwrap_or_default(),
            created_at: shown.created_at,
            updated_at: shown.updated_at,
        });
        Ok(id)
    }

    /// A role that is here already gets the permissions and keeps its id.
    fn adopt_role(&mut self, shown: ShownRole) -> Result<(), AdoptError> {
        let mut permissions = Vec::new();
        for permission in shown.permissions {
            permissions.push(self.adopt_permission(permission)?);
        }
        let known = self.role_with_key(&shown.key).map(|role| role.id.clone());
        let is_new = known.is_none();
        let id = good(known.unwrap_or(shown.id))?;
        self.roles.insert(Role {
            id: id.clone(),
            key: shown.key,
            name: shown.name,
            description: shown.description.unwrap_or_default(),
            permissions,
            created_at: shown.created_at,
            updated_at: shown.updated_at,
        });
        let set = self.initial_role_set().map(|set| set.id.clone());
        if let Some(set) = set
            .filter(|_| is_new)
            .and_then(|set| self.role_sets.edit(&set))
        {
            set.roles.push(id);
        }
        Ok(())
    }

    fn adopt_organization(&mut self, shown: ShownOrganization) -> Result<(), AdoptError> {
        let id = good(shown.id)?;
        let set = self.initial_role_set().map(|set| set.id.clone());
        self.organizations.insert(Organization {
            name: shown.name,
            slug: shown.slug,
            logo: None,
            public_metadata: metadata(shown.public_metadata, &id)?,
            private_metadata: metadata(shown.private_metadata, &id)?,
            max_allowed_memberships: shown.max_allowed_memberships,
            admin_delete_enabled: shown.admin_delete_enabled,
            created_by: shown.created_by,
            role_set: set.unwrap_or_default(),
            created_at: shown.created_at,
            updated_at: shown.updated_at,
            id,
        });
        Ok(())
    }

    fn adopt_membership(&mut self, shown: ShownMembership) -> Result<(), AdoptError> {
        let user = shown.public_user_data.and_then(|member| member.user_id);
        let user = user.filter(|id| self.users.contains(id));
        let role = self.role_with_key(&shown.role).map(|role| role.id.clone());
        let is_known = self.organizations.contains(&shown.organization.id);
        let (Some(user_id), Some(role_id), true) = (user, role, is_known) else {
            return Ok(());
        };
        let id = good(shown.id)?;
        self.memberships.insert(Membership {
            organization_id: shown.organization.id,
            user_id,
            role_id,
            public_metadata: metadata(shown.public_metadata, &id)?,
            private_metadata: metadata(shown.private_metadata, &id)?,
            created_at: shown.created_at,
            updated_at: shown.updated_at,
            id,
        });
        Ok(())
    }
}

impl ShownUser {
    fn taken(self) -> Result<User, AdoptError> {
        let id = good(self.id)?;
        let standing = Standing {
            banned: self.banned,
            locked: self.locked,
            delete_self: self.delete_self_enabled,
            create_organization: self.create_organization_enabled,
            create_organizations_limit: self.create_organizations_limit.unwrap_or_default(),
            ..Standing::default()
        };
        let contacts = |shown: Vec<ShownContact>, kind| {
            let taken = shown
                .into_iter()
                .map(|contact| contact.taken(kind, self.created_at));
            taken.collect::<Result<Vec<_>, _>>()
        };
        Ok(User {
            username: self.username,
            external_id: self.external_id,
            first_name: self.first_name,
            last_name: self.last_name,
            locale: self.locale,
            email_addresses: contacts(self.email_addresses, ContactKind::Email)?,
            primary_email_address_id: self.primary_email_address_id,
            phone_numbers: contacts(self.phone_numbers, ContactKind::Phone)?,
            primary_phone_number_id: self.primary_phone_number_id,
            standing,
            public_metadata: metadata(self.public_metadata, &id)?,
            private_metadata: metadata(self.private_metadata, &id)?,
            unsafe_metadata: metadata(self.unsafe_metadata, &id)?,
            legal_accepted_at: self.legal_accepted_at,
            last_sign_in_at: self.last_sign_in_at,
            last_active_at: self.last_active_at,
            updated_at: self.updated_at,
            ..User::new(id, self.created_at)
        })
    }
}

impl ShownContact {
    /// However it was proven there, here a server says so.
    fn taken(self, kind: ContactKind, user_made: UnixMillis) -> Result<Contact, AdoptError> {
        let is_verified = self
            .verification
            .is_some_and(|known| known.status == "verified");
        let address = kind.normalized(&self.address).unwrap_or(self.address);
        let made = self.created_at.unwrap_or(user_made);
        let proof = is_verified.then_some(Proof::Admin);
        let mut contact = Contact::new(good(self.id)?, address, proof, made);
        contact.reserved = self.reserved;
        Ok(contact)
    }
}

/// An id as Clerk makes them: it becomes a part of paths and pages.
fn good(id: String) -> Result<String, AdoptError> {
    let may = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if (1..=100).contains(&id.len()) && id.bytes().all(may) {
        Ok(id)
    } else {
        Err(AdoptError::Id)
    }
}

fn metadata(shown: Option<Map<String, Value>>, of: &str) -> Result<Metadata, AdoptError> {
    let object = shown.unwrap_or_default();
    Metadata::new(&object, "metadata").map_err(|_| AdoptError::Metadata(of.to_owned()))
}

fn too_many(what: &'static str) -> impl Fn(Refusal) -> AdoptError {
    move |_| AdoptError::TooMany(what)
}
