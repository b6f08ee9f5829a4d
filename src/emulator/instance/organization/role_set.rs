//! Role sets: the roles that the members of an organization can have.

use std::collections::HashMap;

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::refusal::OrganizationRefusal;
use super::role::{KEY, MAX_ROLES, Role, check_key};
use crate::emulator::instance::user::name;
use crate::emulator::instance::{Instance, Refusal, random};
use crate::emulator::store::Record;

pub const MAX_ROLE_SETS: usize = 20;

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct RoleSet {
    /// `roleset_…`
    pub id: String,
    /// `role_set:…`
    pub key: String,
    pub name: String,
    pub description: String,
    /// True for the one that new organizations get.
    pub is_initial: bool,
    /// Ids, as the next two.
    pub roles: Vec<String>,
    /// The role of those who join by a domain.
    pub default_role: String,
    /// The role of those who make an organization.
    pub creator_role: String,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

impl Record for RoleSet {
    const KIND: &'static str = "role_set";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![(KEY, &self.key)]
    }
}

/// A role set as a server asks for it; in a change, absent fields stay as they are. Roles are named by their keys.
#[derive(Clone, Debug, Default)]
pub struct RoleSetFields {
    pub name: Option<String>,
    /// Absent in a new one: made of the name.
    pub key: Option<String>,
    pub description: Option<String>,
    pub is_initial: bool,
    pub roles: Option<Vec<String>>,
    pub default_role: Option<String>,
    pub creator_role: Option<String>,
}

impl Instance {
    pub fn role_sets(&self) -> impl DoubleEndedIterator<Item = &RoleSet> {
        self.role_sets.values()
    }

    /// By its id or key.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn role_set(&self, id_or_key: &str) -> Result<&RoleSet, Refusal> {
        let set = self.role_sets.get(id_or_key);
        set.or_else(|| self.role_sets.find(KEY, id_or_key))
            .ok_or(Refusal::NotFound)
    }

    pub fn initial_role_set(&self) -> Option<&RoleSet> {
        self.role_sets.values().find(|set| set.is_initial)
    }

    /// The roles that members of an organization can have.
    pub fn roles_in(&self, organization: &str) -> Vec<&Role> {
        let organization = self.organizations.get(organization);
        let set = organization.and_then(|known| self.role_sets.get(&known.role_set));
        let ids = set.map_or(&[][..], |set| &set.roles);
        ids.iter().filter_map(|id| self.roles.get(id)).collect()
    }

    /// The role of this key, if members of the organization can have it.
    pub(super) fn role_for(&self, organization: &str, key: &str) -> Result<&Role, Refusal> {
        let mut roles = self.roles_in(organization).into_iter();
        roles
            .find(|role| role.key == key)
            .ok_or(Refusal::ParamValue("role"))
    }

    /// # Errors
    /// A [`Refusal`] when a field is not acceptable, the key is taken, or there are too many.
    pub fn create_role_set(
        &mut self,
        fields: RoleSetFields,
        now: UnixMillis,
    ) -> Result<&RoleSet, Refusal> {
        if self.role_sets.len() >= MAX_ROLE_SETS {
            return Err(OrganizationRefusal::RoleQuota.into());
        }
        let made_of_name = fields.name.as_deref().unwrap_or_default();
        let made_of_name = super::slug_of(made_of_name).replace('-', "_");
        let set = RoleSet {
            id: random::id(&*self.random, "roleset"),
            key: String::new(),
            name: String::new(),
            description: String::new(),
            is_initial: false,
            roles: Vec::new(),
            default_role: String::new(),
            creator_role: String::new(),
            created_at: now,
            updated_at: now,
        };
        let key = fields.key;
        let fields = RoleSetFields {
            key: Some(key.unwrap_or_else(|| format!("role_set:{made_of_name}"))),
            ..fields
        };
        self.put_role_set(set, fields, now)
    }

    /// # Errors
    /// As [`Instance::create_role_set`].
    pub fn change_role_set(
        &mut self,
        id_or_key: &str,
        fields: RoleSetFields,
        now: UnixMillis,
    ) -> Result<&RoleSet, Refusal> {
        let set = self.role_set(id_or_key)?.clone();
        self.put_role_set(set, fields, now)
    }

    /// Adds roles to a set, by their keys.
    ///
    /// # Errors
    /// As [`Instance::create_role_set`].
    pub fn add_to_role_set(
        &mut self,
        id_or_key: &str,
        fields: RoleSetFields,
        now: UnixMillis,
    ) -> Result<&RoleSet, Refusal> {
        let set = self.role_set(id_or_key)?.clone();
        let known = set.roles.iter().filter_map(|id| self.roles.get(id));
        let mut roles: Vec<_> = known.map(|role| role.key.clone()).collect();
        roles.extend(fields.roles.unwrap_or_default());
        let fields = RoleSetFields {
            roles: Some(roles),
            ..fields
        };
        self.put_role_set(set, fields, now)
    }

    fn put_role_set(
        &mut self,
        mut set: RoleSet,
        fields: RoleSetFields,
        now: UnixMillis,
    ) -> Result<&RoleSet, Refusal> {
        if let Some(text) = fields.name {
            set.name = name(&text, "name")?.ok_or(Refusal::ParamMissing("name"))?;
        }
        if let Some(text) = fields.description {
            set.description = name(&text, "description")?.unwrap_or_default();
        }
        if let Some(key) = fields.key {
            check_key(&key, "role_set:")?;
            let other = self.role_sets.find(KEY, &key);
            if other.is_some_and(|other| other.id != set.id) {
                return Err(OrganizationRefusal::KeyTaken.into());
            }
            set.key = key;
        }
        if let Some(keys) = fields.roles {
            set.roles = self.ids_of_roles(&keys)?;
        }
        if let Some(key) = fields.default_role {
            set.default_role = self.id_in(&set, &key, "default_role_key")?;
        }
        if let Some(key) = fields.creator_role {
            set.creator_role = self.id_in(&set, &key, "creator_role_key")?;
            self.check_creator_role(&set.creator_role)?;
        }
        set.updated_at = now;
        let id = set.id.clone();
        if fields.is_initial && !set.is_initial {
            self.unset_initial();
            set.is_initial = true;
        }
        self.role_sets.insert(set);
        self.role_set(&id)
    }

    fn unset_initial(&mut self) {
        let initial = self.initial_role_set().map(|set| set.id.clone());
        if let Some(set) = initial.and_then(|id| self.role_sets.edit(&id)) {
            set.is_initial = false;
        }
    }

    fn ids_of_roles(&self, keys: &[String]) -> Result<Vec<String>, Refusal> {
        let mut ids = Vec::new();
        for key in keys {
            let role = self.role_with_key(key).ok_or(Refusal::NotFound)?;
            if !ids.contains(&role.id) {
                ids.push(role.id.clone());
            }
        }
        if ids.is_empty() || ids.len() > MAX_ROLES {
            return Err(Refusal::ParamValue("roles"));
        }
        Ok(ids)
    }

    fn id_in(&self, set: &RoleSet, key: &str, field: &'static str) -> Result<String, Refusal> {
        let role = self.role_with_key(key);
        let role = role.filter(|role| set.roles.contains(&role.id));
        Ok(role.ok_or(Refusal::ParamValue(field))?.id.clone())
    }

    /// Takes a role out of a set; members who have it get another one.
    ///
    /// # Errors
    /// A [`Refusal`] when one of the roles is not in the set, or the other has too few permissions for what the first
    /// is for.
    pub fn replace_role(
        &mut self,
        id_or_key: &str,
        from: &str,
        to: &str,
        now: UnixMillis,
    ) -> Result<&RoleSet, Refusal> {
        let mut set = self.role_set(id_or_key)?.clone();
        let from = self.id_in(&set, from, "role_key")?;
        let to = self.id_in(&set, to, "to_role_key")?;
        if from == to {
            return Err(Refusal::ParamValue("to_role_key"));
        }
        if set.creator_role == from {
            self.check_creator_role(&to)?;
            set.creator_role.clone_from(&to);
        }
        if set.default_role == from {
            set.default_role.clone_from(&to);
        }
        set.roles.retain(|role| *role != from);
        set.updated_at = now;
        let id = set.id.clone();
        self.role_sets.insert(set);
        for organization in self.organizations_with_set(&id) {
            self.move_roles(&organization, |role| (role == from).then(|| to.clone()));
        }
        self.role_set(&id)
    }

    /// Deletes a set; its organizations get another one, and their members the roles that `mapping` says, by keys.
    ///
    /// # Errors
    /// A [`Refusal`] when one of the sets does not exist, or a member would be left without a role of the other.
    pub fn replace_role_set(
        &mut self,
        id_or_key: &str,
        other: &str,
        mapping: &HashMap<String, String>,
    ) -> Result<RoleSet, Refusal> {
        let set = self.role_set(id_or_key)?.clone();
        let other = self.role_set(other)?.clone();
        if set.id == other.id {
            return Err(Refusal::ParamValue("dest_role_set_key"));
        }
        let mut ids = HashMap::new();
        for (from, to) in mapping {
            let from = self.role_with_key(from).ok_or(Refusal::NotFound)?;
            let to = self.id_in(&other, to, "reassignment_mappings")?;
            ids.insert(from.id.clone(), to);
        }
        let organizations = self.organizations_with_set(&set.id);
        for organization in &organizations {
            let mut members = self.memberships_of(organization);
            let has_role = |role: &String| ids.contains_key(role) || other.roles.contains(role);
            if !members.all(|member| has_role(&member.role_id)) {
                return Err(Refusal::ParamMissing("reassignment_mappings"));
            }
        }
        for organization in organizations {
            self.move_roles(&organization, |role| ids.get(role).cloned());
            if let Some(organization) = self.organizations.edit(&organization) {
                organization.role_set.clone_from(&other.id);
            }
        }
        if let Some(other) = self.role_sets.edit(&other.id) {
            other.is_initial |= set.is_initial;
        }
        self.role_sets.remove(&set.id).ok_or(Refusal::NotFound)
    }

    /// # Errors
    /// A [`Refusal`] when a member has a role that is not in the set.
    pub(super) fn check_roles_fit(&self, organization: &str, set: &RoleSet) -> Result<(), Refusal> {
        let mut members = self.memberships_of(organization);
        if members.all(|member| set.roles.contains(&member.role_id)) {
            Ok(())
        } else {
            Err(Refusal::ParamValue("role_set_key"))
        }
    }

    fn organizations_with_set(&self, set: &str) -> Vec<String> {
        let all = self.organizations.values();
        let with_it = all.filter(|organization| organization.role_set == set);
        with_it.map(|known| known.id.clone()).collect()
    }
}
