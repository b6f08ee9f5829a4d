//! Machines, their keys, and which of them may talk to which (`backend-api.md` section 7.1).

use serde::Deserialize;
use serde_json::json;

use super::order::{Key, sorted};
use crate::emulator::instance::machines::machine::NewMachine;
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::window::Window;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::deleted;
use crate::emulator::shape::machines::{machine, machine_secret, new_machine};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/machines", list)
        .post("/v1/machines", create)
        .get("/v1/machines/{id}", show)
        .patch("/v1/machines/{id}", change)
        .delete("/v1/machines/{id}", remove)
        .get("/v1/machines/{id}/secret_key", secret)
        .post("/v1/machines/{id}/secret_key/rotate", rotate)
        .post("/v1/machines/{id}/scopes", scope)
        .delete("/v1/machines/{id}/scopes/{to}", unscope)
}

fn list(app: &Shared, call: ServerCall) -> Answer {
    let instance = app.instance();
    let all = instance.machines_with(call.query.get("query"));
    let all = sorted(
        all,
        &call.query,
        &["created_at", "name"],
        |one, name| match name {
            "name" => Key::Text(one.name.clone()),
            _ => Key::Number(one.created_at.0),
        },
    )?;
    let list = Window::of(&call.query)?.list(all, |one| machine(one, &instance, &app.instance_id));
    Ok(json_answer(&list))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    #[serde(default)]
    scoped_machines: Vec<String>,
    default_token_ttl: Option<i64>,
}

fn create(app: &Shared, call: ServerCall) -> Answer {
    let new: New = call.body()?;
    let mut instance = app.instance();
    let new = NewMachine {
        name: new.name,
        scoped: new.scoped_machines,
        default_token_ttl: new.default_token_ttl,
        ..NewMachine::default()
    };
    let id = instance.create_machine(new, app.now())?.id.clone();
    Ok(json_answer(&new_machine(
        instance.machine(&id)?,
        &instance,
        &app.instance_id,
    )))
}

fn show(app: &Shared, Path(id): Path<String>) -> Answer {
    let instance = app.instance();
    let found = instance.machine(&id)?;
    Ok(json_answer(&machine(found, &instance, &app.instance_id)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    name: Option<String>,
    default_token_ttl: Option<i64>,
}

fn change(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let changes: Changes = call.body()?;
    let mut instance = app.instance();
    instance.change_machine(&id, changes.name, changes.default_token_ttl, app.now())?;
    Ok(json_answer(&machine(
        instance.machine(&id)?,
        &instance,
        &app.instance_id,
    )))
}

fn remove(app: &Shared, Path(id): Path<String>) -> Answer {
    app.instance().remove_machine(&id)?;
    Ok(json_answer(&deleted("machine", &id)))
}

fn secret(app: &Shared, Path(id): Path<String>) -> Answer {
    Ok(json_answer(&machine_secret(app.instance().machine(&id)?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rotation {
    previous_token_ttl: i64,
}

fn rotate(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let Rotation { previous_token_ttl } = call.body()?;
    let mut instance = app.instance();
    let rotated = instance.rotate_machine_key(&id, previous_token_ttl, app.now())?;
    Ok(json_answer(&machine_secret(rotated)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scope {
    to_machine_id: String,
}

fn scope(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let Scope { to_machine_id } = call.body()?;
    let now = app.now();
    app.instance().scope_machine(&id, &to_machine_id, now)?;
    Ok(json_answer(&json!({
        "object": "machine_scope",
        "from_machine_id": id,
        "to_machine_id": to_machine_id,
        "created_at": now.0,
    })))
}

fn unscope(app: &Shared, Path((id, to)): Path<(String, String)>) -> Answer {
    app.instance().unscope_machine(&id, &to, app.now())?;
    Ok(json_answer(&json!({
        "object": "machine_scope",
        "from_machine_id": id,
        "to_machine_id": to,
        "deleted": true,
    })))
}
