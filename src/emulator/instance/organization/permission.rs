//! Permissions of the instance's own, beside Clerk's.

use clerk_auth::time::UnixMillis;

use super::refusal::OrganizationRefusal;
use super::role::{KEY, MAX_PERMISSIONS, Permission, RoleFields, check_key};
use crate::emulator::instance::user::name;
use crate::emulator::instance::{Instance, Refusal, random};

impl Instance {
    /// # Errors
    /// A [`Refusal`] when a field is not acceptable, the key is taken, or there are too many.
    pub fn create_permission(
        &mut self,
        fields: RoleFields,
        now: UnixMillis,
    ) -> Result<&Permission, Refusal> {
        if self.permissions.len() >= MAX_PERMISSIONS {
            return Err(OrganizationRefusal::RoleQuota.into());
        }
        let permission = Permission {
            id: random::id(&*self.random, "perm"),
            key: String::new(),
            name: String::new(),
            description: String::new(),
            created_at: now,
            updated_at: now,
        };
        self.put_permission(permission, fields, now)
    }

    /// # Errors
    /// As [`Instance::create_permission`]; also when it is one of Clerk's own.
    pub fn change_permission(
        &mut self,
        id: &str,
        fields: RoleFields,
        now: UnixMillis,
    ) -> Result<&Permission, Refusal> {
        let permission = self.own_permission(id)?.clone();
        self.put_permission(permission, fields, now)
    }

    /// Also takes it away from all roles.
    ///
    /// # Errors
    /// A [`Refusal`] when there is none such, or it is one of Clerk's own.
    pub fn delete_permission(&mut self, id: &str) -> Result<Permission, Refusal> {
        self.own_permission(id)?;
        let roles: Vec<_> = self.roles.values().map(|role| role.id.clone()).collect();
        for role in roles {
            if let Some(role) = self.roles.edit(&role) {
                role.permissions.retain(|known| known != id);
            }
        }
        self.permissions.remove(id).ok_or(Refusal::NotFound)
    }

    fn own_permission(&self, id: &str) -> Result<&Permission, Refusal> {
        let permission = self.permission(id)?;
        if permission.is_system() {
            Err(OrganizationRefusal::SystemPermission.into())
        } else {
            Ok(permission)
        }
    }

    fn put_permission(
        &mut self,
        mut permission: Permission,
        fields: RoleFields,
        now: UnixMillis,
    ) -> Result<&Permission, Refusal> {
        if let Some(text) = fields.name {
            permission.name = name(&text, "name")?.ok_or(Refusal::ParamMissing("name"))?;
        }
        if let Some(text) = fields.description {
            permission.description = name(&text, "description")?.unwrap_or_default();
        }
        if let Some(key) = fields.key {
            let parts: Vec<_> = key.splitn(3, ':').collect();
            let ["org", feature, action] = parts[..] else {
                return Err(Refusal::ParamValue("key"));
            };
            check_key(feature, "")?;
            check_key(action, "")?;
            if feature.starts_with("sys_") {
                return Err(Refusal::ParamValue("key"));
            }
            let other = self.permissions.find(KEY, &key);
            if other.is_some_and(|other| other.id != permission.id) {
                return Err(OrganizationRefusal::KeyTaken.into());
            }
            permission.key = key;
        }
        permission.updated_at = now;
        let id = permission.id.clone();
        self.permissions.insert(permission);
        self.permission(&id)
    }
}
