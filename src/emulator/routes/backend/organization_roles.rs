//! Roles and permissions of the instance, and its rules for organizations.

use clerk_auth::time::UnixMillis;
use serde::Deserialize;

use super::order::{Key, sorted};
use crate::emulator::instance::organization::domain::EnrollmentMode;
use crate::emulator::instance::organization::role::RoleFields;
use crate::emulator::instance::organization::settings::OrganizationSettingsChanges;
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::Fields;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::window::Window;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::deleted;
use crate::emulator::shape::role::{permission, role, settings};

pub(super) fn routes() -> Routes {
    let one_role = "/v1/organization_roles/{organization_role_id}";
    let given = "/v1/organization_roles/{organization_role_id}/permissions/{permission_id}";
    let one_permission = "/v1/organization_permissions/{permission_id}";
    Routes::new()
        .get("/v1/organization_roles", list_roles)
        .post("/v1/organization_roles", create_role)
        .get(one_role, show_role)
        .patch(one_role, change_role)
        .delete(one_role, delete_role)
        .post(given, give)
        .delete(given, take)
        .get("/v1/organization_permissions", list_permissions)
        .post("/v1/organization_permissions", create_permission)
        .get(one_permission, show_permission)
        .patch(one_permission, change_permission)
        .delete(one_permission, delete_permission)
        .get("/v1/instance/organization_settings", show_settings)
        .patch("/v1/instance/organization_settings", change_settings)
}

pub(super) const ORDERS: [&str; 3] = ["created_at", "name", "key"];

/// True if the id is this, or name or key have it in them.
pub(super) fn is_like(query: &Fields, id: &str, name: &str, key: &str) -> bool {
    let query = query.get("query").map(str::to_lowercase);
    query.is_none_or(|query| {
        id.eq_ignore_ascii_case(&query)
            || name.to_lowercase().contains(&query)
            || key.contains(&query)
    })
}

/// What a record is compared by under one of [`ORDERS`].
pub(super) fn key(order: &str, name: &str, key: &str, created_at: UnixMillis) -> Key {
    match order {
        "name" => Key::Text(name.to_owned()),
        "key" => Key::Text(key.to_owned()),
        _ => Key::Number(created_at.0),
    }
}

fn list_roles(app: &Shared, call: ServerCall) -> Answer {
    let window = Window::of(&call.query)?;
    let instance = app.instance();
    let all = instance.roles();
    let all = all.filter(|known| is_like(&call.query, &known.id, &known.name, &known.key));
    let all = sorted(all.collect(), &call.query, &ORDERS, |known, order| {
        key(order, &known.name, &known.key, known.created_at)
    })?;
    Ok(json_answer(
        &window.list(all, |known| role(&instance, known)),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewRole {
    name: String,
    key: String,
    description: Option<String>,
    permissions: Option<Vec<String>>,
    include_in_initial_role_set: Option<bool>,
}

fn create_role(app: &Shared, call: ServerCall) -> Answer {
    let new: NewRole = call.body()?;
    let fields = RoleFields {
        name: Some(new.name),
        key: Some(new.key),
        description: new.description,
        permissions: new.permissions,
    };
    let is_initial = new.include_in_initial_role_set.unwrap_or_default();
    let now = app.now();
    let mut instance = app.instance();
    let made = instance.create_role(fields, is_initial, now)?.clone();
    Ok(json_answer(&role(&instance, &made)))
}

fn show_role(app: &Shared, Path(id): Path<String>) -> Answer {
    let instance = app.instance();
    Ok(json_answer(&role(&instance, instance.role(&id)?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    name: Option<String>,
    key: Option<String>,
    description: Option<String>,
    permissions: Option<Vec<String>>,
}

impl From<Change> for RoleFields {
    fn from(change: Change) -> Self {
        Self {
            name: change.name,
            key: change.key,
            description: change.description,
            permissions: change.permissions,
        }
    }
}

fn change_role(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let change: Change = call.body()?;
    let now = app.now();
    let mut instance = app.instance();
    let changed = instance.change_role(&id, change.into(), now)?.clone();
    Ok(json_answer(&role(&instance, &changed)))
}

fn delete_role(app: &Shared, Path(id): Path<String>) -> Answer {
    let gone = app.instance().delete_role(&id)?;
    Ok(json_answer(&deleted("role", &gone.id)))
}

fn give(app: &Shared, Path(ids): Path<(String, String)>) -> Answer {
    set_permission(app, &ids, true)
}

fn take(app: &Shared, Path(ids): Path<(String, String)>) -> Answer {
    set_permission(app, &ids, false)
}

fn set_permission(app: &Shared, (id, permission): &(String, String), given: bool) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    let changed = instance.give_permission(id, permission, given, now)?;
    let changed = changed.clone();
    Ok(json_answer(&role(&instance, &changed)))
}

fn list_permissions(app: &Shared, call: ServerCall) -> Answer {
    let window = Window::of(&call.query)?;
    let instance = app.instance();
    let all = instance.permissions();
    let all = all.filter(|known| is_like(&call.query, &known.id, &known.name, &known.key));
    let all = sorted(all.collect(), &call.query, &ORDERS, |known, order| {
        key(order, &known.name, &known.key, known.created_at)
    })?;
    Ok(json_answer(&window.list(all, permission)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPermission {
    name: String,
    key: String,
    description: Option<String>,
}

fn create_permission(app: &Shared, call: ServerCall) -> Answer {
    let new: NewPermission = call.body()?;
    let fields = RoleFields {
        name: Some(new.name),
        key: Some(new.key),
        description: new.description,
        permissions: None,
    };
    let now = app.now();
    let mut instance = app.instance();
    Ok(json_answer(&permission(
        instance.create_permission(fields, now)?,
    )))
}

fn show_permission(app: &Shared, Path(id): Path<String>) -> Answer {
    Ok(json_answer(&permission(app.instance().permission(&id)?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangePermission {
    name: Option<String>,
    key: Option<String>,
    description: Option<String>,
}

fn change_permission(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let change: ChangePermission = call.body()?;
    let fields = RoleFields {
        name: change.name,
        key: change.key,
        description: change.description,
        permissions: None,
    };
    let now = app.now();
    let mut instance = app.instance();
    let changed = instance.change_permission(&id, fields, now)?;
    Ok(json_answer(&permission(changed)))
}

fn delete_permission(app: &Shared, Path(id): Path<String>) -> Answer {
    let gone = app.instance().delete_permission(&id)?;
    Ok(json_answer(&deleted("permission", &gone.id)))
}

fn show_settings(app: &Shared) -> Answer {
    Ok(json_answer(&settings(&app.instance())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    enabled: Option<bool>,
    max_allowed_memberships: Option<u32>,
    admin_delete_enabled: Option<bool>,
    domains_enabled: Option<bool>,
    slug_disabled: Option<bool>,
    domains_enrollment_modes: Option<Vec<EnrollmentMode>>,
    creator_role_id: Option<String>,
    domains_default_role_id: Option<String>,
}

fn change_settings(app: &Shared, call: ServerCall) -> Answer {
    let change: Settings = call.body()?;
    let changes = OrganizationSettingsChanges {
        enabled: change.enabled,
        max_allowed_memberships: change.max_allowed_memberships,
        admin_delete_enabled: change.admin_delete_enabled,
        domains_enabled: change.domains_enabled,
        slug_disabled: change.slug_disabled,
        enrollment_modes: change.domains_enrollment_modes,
        force_selection: None,
        creator_role: change.creator_role_id,
        domains_default_role: change.domains_default_role_id,
    };
    let mut instance = app.instance();
    instance.change_organization_settings(changes)?;
    Ok(json_answer(&settings(&instance)))
}
