//! Roles, permissions, role sets, and the rules for organizations: the same for every reader.

use serde_json::{Value, json};

use crate::emulator::instance::Instance;
use crate::emulator::instance::organization::domain::MAX_DOMAINS;
use crate::emulator::instance::organization::role::{MAX_PERMISSIONS, MAX_ROLES, Permission, Role};
use crate::emulator::instance::organization::role_set::{MAX_ROLE_SETS, RoleSet};
use crate::emulator::instance::organization::settings::OrganizationSettings;

pub(in crate::emulator) fn role(instance: &Instance, role: &Role) -> Value {
    let permissions = instance.permissions_of(role);
    json!({
        "object": "role",
        "id": role.id,
        "name": role.name,
        "key": role.key,
        "description": role.description,
        "is_creator_eligible": instance.is_creator_eligible(role),
        "permissions": permissions.map(permission).collect::<Vec<_>>(),
        "created_at": role.created_at.0,
        "updated_at": role.updated_at.0,
    })
}

pub(in crate::emulator) fn permission(permission: &Permission) -> Value {
    json!({
        "object": "permission",
        "id": permission.id,
        "name": permission.name,
        "key": permission.key,
        "description": permission.description,
        "type": if permission.is_system() { "system" } else { "user" },
        "created_at": permission.created_at.0,
        "updated_at": permission.updated_at.0,
    })
}

pub(in crate::emulator) fn role_set(instance: &Instance, set: &RoleSet) -> Value {
    let item = |id: &String| {
        let role = instance.role(id).ok()?;
        let members = instance.memberships().filter(|known| known.role_id == *id);
        let members = members.filter(|known| is_in(instance, set, &known.organization_id));
        let members = members.count();
        Some(json!({
            "object": "role_set_item",
            "id": role.id,
            "name": role.name,
            "key": role.key,
            "description": role.description,
            "members_count": members,
            "has_members": members > 0,
            "created_at": role.created_at.0,
            "updated_at": role.updated_at.0,
        }))
    };
    json!({
        "object": "role_set",
        "id": set.id,
        "name": set.name,
        "key": set.key,
        "description": set.description,
        "roles": set.roles.iter().filter_map(item).collect::<Vec<_>>(),
        "default_role": item(&set.default_role),
        "creator_role": item(&set.creator_role),
        "type": if set.is_initial { "initial" } else { "custom" },
        "role_set_migration": null,
        "created_at": set.created_at.0,
        "updated_at": set.updated_at.0,
    })
}

fn is_in(instance: &Instance, set: &RoleSet, organization: &str) -> bool {
    let organization = instance.organization(organization);
    organization.is_ok_and(|known| known.role_set == set.id)
}

/// The rules, as servers see them.
pub(in crate::emulator) fn settings(instance: &Instance) -> Value {
    let settings = instance.organization_settings();
    let roles = Roles::of(instance);
    json!({
        "object": "organization_settings",
        "enabled": settings.enabled,
        "max_allowed_memberships": settings.max_allowed_memberships,
        "max_allowed_roles": MAX_ROLES,
        "max_role_sets_allowed": MAX_ROLE_SETS,
        "max_allowed_domains": MAX_DOMAINS,
        "max_allowed_permissions": MAX_PERMISSIONS,
        "creator_role": roles.creator,
        "admin_delete_enabled": settings.admin_delete_enabled,
        "domains_enabled": settings.domains_enabled,
        "slug_disabled": settings.slug_disabled,
        "domains_enrollment_modes": enrollment_modes(&settings),
        "domains_default_role": roles.default,
        "initial_role_set_key": instance.initial_role_set().map(|set| &set.key),
    })
}

/// The rules, as the environment tells pages; its other members stay.
pub(in crate::emulator) fn put_environment(instance: &Instance, environment: &mut Value) {
    let settings = instance.organization_settings();
    let roles = Roles::of(instance);
    environment["enabled"] = json!(settings.enabled);
    environment["max_allowed_memberships"] = json!(settings.max_allowed_memberships);
    environment["force_organization_selection"] = json!(settings.force_selection);
    environment["actions"] = json!({ "admin_delete": settings.admin_delete_enabled });
    environment["domains"] = json!({
        "enabled": settings.domains_enabled,
        "enrollment_modes": enrollment_modes(&settings),
        "default_role": roles.default,
    });
    environment["slug"] = json!({ "disabled": settings.slug_disabled });
    environment["creator_role"] = json!(roles.creator);
}

fn enrollment_modes(settings: &OrganizationSettings) -> Vec<&'static str> {
    let modes = settings.enrollment_modes.iter();
    modes.map(|mode| mode.as_str()).collect()
}

/// The keys of the roles that people get by themselves.
struct Roles {
    creator: String,
    default: String,
}

impl Roles {
    fn of(instance: &Instance) -> Self {
        let key = |id: &String| instance.role(id).map(|role| role.key.clone());
        let set = instance.initial_role_set();
        let keys = set.map(|set| (key(&set.creator_role), key(&set.default_role)));
        let (creator, default) = keys.map_or_else(Default::default, |(creator, default)| {
            (creator.unwrap_or_default(), default.unwrap_or_default())
        });
        Self { creator, default }
    }
}
