//! Roles, and the permissions that they give.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::refusal::OrganizationRefusal;
use crate::emulator::instance::user::name;
use crate::emulator::instance::{Instance, Refusal, random};
use crate::emulator::store::Record;

/// As a new real instance.
pub const MAX_ROLES: usize = 10;
pub const MAX_PERMISSIONS: usize = 50;
/// In bytes.
const MAX_KEY: usize = 256;

pub const MANAGE_PROFILE: &str = "org:sys_profile:manage";
pub const DELETE_PROFILE: &str = "org:sys_profile:delete";
pub const READ_MEMBERS: &str = "org:sys_memberships:read";
pub const MANAGE_MEMBERS: &str = "org:sys_memberships:manage";
pub const READ_DOMAINS: &str = "org:sys_domains:read";
pub const MANAGE_DOMAINS: &str = "org:sys_domains:manage";

/// Somebody in each organization has these.
const MINIMUM: [&str; 3] = [DELETE_PROFILE, READ_MEMBERS, MANAGE_MEMBERS];

/// A role: the rights of a member.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Role {
    /// `role_…`
    pub id: String,
    /// `org:…`
    pub key: String,
    pub name: String,
    pub description: String,
    /// Ids.
    pub permissions: Vec<String>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Permission {
    /// `perm_…`
    pub id: String,
    /// `org:feature:name`
    pub key: String,
    pub name: String,
    pub description: String,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

impl Record for Role {
    const KIND: &'static str = "role";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![(KEY, &self.key)]
    }
}

impl Record for Permission {
    const KIND: &'static str = "permission";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![(KEY, &self.key)]
    }
}

impl Permission {
    /// True for one of Clerk's own, which tokens leave out.
    pub fn is_system(&self) -> bool {
        self.key.starts_with("org:sys_")
    }
}

pub(super) const KEY: &str = "key";

/// A role or permission as a server asks for it; in a change, absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct RoleFields {
    pub name: Option<String>,
    pub key: Option<String>,
    pub description: Option<String>,
    /// Ids of permissions.
    pub permissions: Option<Vec<String>>,
}

impl Instance {
    pub fn roles(&self) -> impl DoubleEndedIterator<Item = &Role> {
        self.roles.values()
    }

    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn role(&self, id: &str) -> Result<&Role, Refusal> {
        self.roles.get(id).ok_or(Refusal::NotFound)
    }

    pub fn permission_with_key(&self, key: &str) -> Option<&Permission> {
        self.permissions.find(KEY, key)
    }

    pub fn role_with_key(&self, key: &str) -> Option<&Role> {
        self.roles.find(KEY, key)
    }

    pub fn permissions(&self) -> impl DoubleEndedIterator<Item = &Permission> {
        self.permissions.values()
    }

    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn permission(&self, id: &str) -> Result<&Permission, Refusal> {
        self.permissions.get(id).ok_or(Refusal::NotFound)
    }

    pub fn permissions_of<'a>(&'a self, role: &'a Role) -> impl Iterator<Item = &'a Permission> {
        let ids = role.permissions.iter();
        ids.filter_map(|id| self.permissions.get(id))
    }

    pub(super) fn role_gives(&self, role: &Role, key: &str) -> bool {
        self.permissions_of(role).any(|given| given.key == key)
    }

    /// True if whoever has the role can keep an organization going.
    pub fn is_creator_eligible(&self, role: &Role) -> bool {
        MINIMUM.iter().all(|key| self.role_gives(role, key))
    }

    pub(super) fn check_creator_role(&self, id: &str) -> Result<(), Refusal> {
        if self.is_creator_eligible(self.role(id)?) {
            Ok(())
        } else {
            Err(OrganizationRefusal::CreatorPermissions.into())
        }
    }

    /// Makes a role, and adds it to the initial set if that is asked for.
    ///
    /// # Errors
    /// A [`Refusal`] when a field is not acceptable, the key is taken, or there are too many.
    pub fn create_role(
        &mut self,
        fields: RoleFields,
        is_initial: bool,
        now: UnixMillis,
    ) -> Result<&Role, Refusal> {
        if self.roles.len() >= MAX_ROLES {
            return Err(OrganizationRefusal::RoleQuota.into());
        }
        let role = Role {
            id: random::id(&*self.random, "role"),
            key: String::new(),
            name: String::new(),
            description: String::new(),
            permissions: Vec::new(),
            created_at: now,
            updated_at: now,
        };
        let role = self.with_role_fields(role, fields, now)?;
        let id = role.id.clone();
        self.roles.insert(role);
        if is_initial {
            let initial = self.initial_role_set().map(|set| set.id.clone());
            if let Some(set) = initial.and_then(|id| self.role_sets.edit(&id)) {
                set.roles.push(id.clone());
            }
        }
        self.role(&id)
    }

    /// # Errors
    /// As [`Instance::create_role`]; also when those who make organizations need what would be taken away.
    pub fn change_role(
        &mut self,
        id: &str,
        fields: RoleFields,
        now: UnixMillis,
    ) -> Result<&Role, Refusal> {
        let role = self.with_role_fields(self.role(id)?.clone(), fields, now)?;
        let makes = self.role_sets.values().any(|set| set.creator_role == id);
        if makes && !self.is_creator_eligible(&role) {
            return Err(OrganizationRefusal::CreatorPermissions.into());
        }
        self.roles.insert(role);
        self.role(id)
    }

    fn with_role_fields(
        &self,
        mut role: Role,
        fields: RoleFields,
        now: UnixMillis,
    ) -> Result<Role, Refusal> {
        if let Some(text) = fields.name {
            role.name = name(&text, "name")?.ok_or(Refusal::ParamMissing("name"))?;
        }
        if let Some(text) = fields.description {
            role.description = name(&text, "description")?.unwrap_or_default();
        }
        if let Some(key) = fields.key {
            check_key(&key, "org:")?;
            let other = self.role_with_key(&key);
            if other.is_some_and(|other| other.id != role.id) {
                return Err(OrganizationRefusal::KeyTaken.into());
            }
            role.key = key;
        }
        if let Some(mut ids) = fields.permissions {
            ids.sort();
            ids.dedup();
            if !ids.iter().all(|id| self.permissions.contains(id)) {
                return Err(Refusal::NotFound);
            }
            role.permissions = ids;
        }
        role.updated_at = now;
        Ok(role)
    }

    /// # Errors
    /// A [`Refusal`] when there is no such role, or somebody needs it.
    pub fn delete_role(&mut self, id: &str) -> Result<Role, Refusal> {
        self.role(id)?;
        for set in self.role_sets.values() {
            if set.creator_role == id {
                return Err(OrganizationRefusal::RoleOfCreators.into());
            }
            if set.default_role == id {
                return Err(OrganizationRefusal::RoleOfDomains.into());
            }
        }
        self.check_unused(id)?;
        let sets: Vec<_> = self.role_sets.values().map(|set| set.id.clone()).collect();
        for set in sets {
            if let Some(set) = self.role_sets.edit(&set) {
                set.roles.retain(|role| role != id);
            }
        }
        self.roles.remove(id).ok_or(Refusal::NotFound)
    }

    fn check_unused(&self, role: &str) -> Result<(), Refusal> {
        let mut memberships = self.memberships.values();
        if memberships.any(|membership| membership.role_id == role) {
            return Err(OrganizationRefusal::RoleAssigned.into());
        }
        let mut invitations = self.organization_invitations.values();
        if invitations.any(|known| known.role_id == role && known.is_unanswered()) {
            return Err(OrganizationRefusal::RoleInInvitations.into());
        }
        Ok(())
    }

    /// Adds a permission to a role, or takes it away.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such role or permission, or it makes no difference.
    pub fn give_permission(
        &mut self,
        role: &str,
        permission: &str,
        given: bool,
        now: UnixMillis,
    ) -> Result<&Role, Refusal> {
        self.permission(permission)?;
        let mut permissions = self.role(role)?.permissions.clone();
        let has_it = permissions.iter().any(|id| id == permission);
        match (given, has_it) {
            (true, true) => return Err(OrganizationRefusal::RoleHasPermission.into()),
            (true, false) => permissions.push(permission.to_owned()),
            (false, true) => permissions.retain(|id| id != permission),
            (false, false) => return Err(Refusal::NotFound),
        }
        let fields = RoleFields {
            permissions: Some(permissions),
            ..RoleFields::default()
        };
        self.change_role(role, fields, now)
    }
}

/// The form of a key: a prefix, and a word of small letters, digits and underscores.
pub(super) fn check_key(key: &str, prefix: &str) -> Result<(), Refusal> {
    let is_word = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    match key.strip_prefix(prefix) {
        Some(rest) if key.len() <= MAX_KEY && is_word(rest) => Ok(()),
        _ => Err(Refusal::ParamValue("key")),
    }
}
