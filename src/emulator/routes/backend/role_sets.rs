//! Role sets of the instance.

use std::collections::HashMap;

use serde::Deserialize;

use super::order::sorted;
use super::organization_roles::{ORDERS, is_like, key};
use crate::emulator::instance::organization::role_set::{RoleSet, RoleSetFields};
use crate::emulator::instance::{Instance, Refusal};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::window::Window;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::deleted;
use crate::emulator::shape::role::role_set;

pub(super) fn routes() -> Routes {
    let one = "/v1/role_sets/{role_set_key_or_id}";
    Routes::new()
        .get("/v1/role_sets", list)
        .post("/v1/role_sets", create)
        .get(one, show)
        .patch(one, change)
        .post("/v1/role_sets/{role_set_key_or_id}/replace", replace)
        .post("/v1/role_sets/{role_set_key_or_id}/roles", add)
        .post(
            "/v1/role_sets/{role_set_key_or_id}/roles/replace",
            replace_role,
        )
}

fn list(app: &Shared, call: ServerCall) -> Answer {
    let window = Window::of(&call.query)?;
    let instance = app.instance();
    let all = instance.role_sets();
    let all = all.filter(|known| is_like(&call.query, &known.id, &known.name, &known.key));
    let all = sorted(all.collect(), &call.query, &ORDERS, |known, order| {
        key(order, &known.name, &known.key, known.created_at)
    })?;
    Ok(json_answer(
        &window.list(all, |known| role_set(&instance, known)),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    key: Option<String>,
    description: Option<String>,
    default_role_key: String,
    creator_role_key: String,
    #[serde(rename = "type")]
    kind: Option<Kind>,
    roles: Vec<String>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Initial,
    Custom,
}

fn create(app: &Shared, call: ServerCall) -> Answer {
    let new: New = call.body()?;
    let fields = RoleSetFields {
        name: Some(new.name),
        key: new.key,
        description: new.description,
        is_initial: new.kind == Some(Kind::Initial),
        roles: Some(new.roles),
        default_role: Some(new.default_role_key),
        creator_role: Some(new.creator_role_key),
    };
    let now = app.now();
    let mut instance = app.instance();
    let made = instance.create_role_set(fields, now)?.clone();
    answer(&instance, &made)
}

fn show(app: &Shared, Path(name): Path<String>) -> Answer {
    let instance = app.instance();
    answer(&instance, instance.role_set(&name)?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    name: Option<String>,
    key: Option<String>,
    description: Option<String>,
    #[serde(rename = "type")]
    kind: Option<Kind>,
    default_role_key: Option<String>,
    creator_role_key: Option<String>,
}

fn change(app: &Shared, Path(name): Path<String>, call: ServerCall) -> Answer {
    let change: Change = call.body()?;
    // A set stops being the initial one when another one becomes it.
    if change.kind == Some(Kind::Custom) {
        return Err(Refusal::ParamValue("type").into());
    }
    let fields = RoleSetFields {
        name: change.name,
        key: change.key,
        description: change.description,
        is_initial: change.kind.is_some(),
        roles: None,
        default_role: change.default_role_key,
        creator_role: change.creator_role_key,
    };
    let now = app.now();
    let mut instance = app.instance();
    let changed = instance.change_role_set(&name, fields, now)?.clone();
    answer(&instance, &changed)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Add {
    role_keys: Vec<String>,
    default_role_key: Option<String>,
    creator_role_key: Option<String>,
}

fn add(app: &Shared, Path(name): Path<String>, call: ServerCall) -> Answer {
    let add: Add = call.body()?;
    let fields = RoleSetFields {
        roles: Some(add.role_keys),
        default_role: add.default_role_key,
        creator_role: add.creator_role_key,
        ..RoleSetFields::default()
    };
    let now = app.now();
    let mut instance = app.instance();
    let changed = instance.add_to_role_set(&name, fields, now)?.clone();
    answer(&instance, &changed)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplaceRole {
    role_key: String,
    to_role_key: String,
}

fn replace_role(app: &Shared, Path(name): Path<String>, call: ServerCall) -> Answer {
    let roles: ReplaceRole = call.body()?;
    let now = app.now();
    let mut instance = app.instance();
    let changed = instance.replace_role(&name, &roles.role_key, &roles.to_role_key, now)?;
    let changed = changed.clone();
    answer(&instance, &changed)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replace {
    dest_role_set_key: String,
    #[serde(default)]
    reassignment_mappings: HashMap<String, String>,
}

fn replace(app: &Shared, Path(name): Path<String>, call: ServerCall) -> Answer {
    let sets: Replace = call.body()?;
    let mut instance = app.instance();
    let mapping = &sets.reassignment_mappings;
    let gone = instance.replace_role_set(&name, &sets.dest_role_set_key, mapping)?;
    Ok(json_answer(&deleted("role_set", &gone.id)))
}

fn answer(instance: &Instance, set: &RoleSet) -> Answer {
    Ok(json_answer(&role_set(instance, set)))
}
