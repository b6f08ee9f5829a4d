//! Keys and tokens of programs (`backend-api.md` section 7.1).

use clerk_auth::time::UnixMillis;
use serde_json::{Value, json};

use crate::emulator::instance::Instance;
use crate::emulator::instance::machines::Revocable;
use crate::emulator::instance::machines::api_key::ApiKey;
use crate::emulator::instance::machines::m2m::M2mToken;
use crate::emulator::instance::machines::machine::Machine;

/// Adds what all of them have in common.
pub(super) fn with_life(mut shape: Value, life: &Revocable, now: UnixMillis) -> Value {
    shape["revoked"] = json!(life.revoked);
    shape["revocation_reason"] = json!(life.revocation_reason);
    shape["expired"] = json!(life.is_expired(now));
    shape["expiration"] = json!(life.expiration.map(|end| end.0));
    shape["created_at"] = json!(life.created_at.0);
    shape["updated_at"] = json!(life.updated_at.0);
    shape
}

pub(in crate::emulator) fn api_key(key: &ApiKey, now: UnixMillis) -> Value {
    let shape = json!({
        "object": "api_key",
        "id": key.id,
        "type": key.kind,
        "subject": key.subject,
        "name": key.name,
        "description": key.description,
        "claims": key.claims,
        "scopes": key.scopes,
        "created_by": key.created_by,
        "last_used_at": key.life.last_used_at.map(|at| at.0),
    });
    with_life(shape, &key.life, now)
}

/// With its secret, which a page sees this once.
pub(in crate::emulator) fn new_api_key(key: &ApiKey, now: UnixMillis) -> Value {
    let mut shape = api_key(key, now);
    shape["secret"] = json!(key.secret);
    shape
}

fn bare_machine(machine: &Machine, instance_id: &str) -> Value {
    json!({
        "object": "machine",
        "id": machine.id,
        "name": machine.name,
        "instance_id": instance_id,
        "default_token_ttl": machine.default_token_ttl,
        "created_at": machine.created_at.0,
        "updated_at": machine.updated_at.0,
    })
}

/// A machine and those that it may talk to.
pub(in crate::emulator) fn machine(
    machine: &Machine,
    instance: &Instance,
    instance_id: &str,
) -> Value {
    let mut shape = bare_machine(machine, instance_id);
    let scoped = machine
        .scoped
        .iter()
        .filter_map(|id| instance.machine(id).ok());
    shape["scoped_machines"] = scoped.map(|to| bare_machine(to, instance_id)).collect();
    shape
}

/// With its key.
pub(in crate::emulator) fn new_machine(made: &Machine, instance: &Instance, id: &str) -> Value {
    let mut shape = machine(made, instance, id);
    shape["secret_key"] = json!(made.secret);
    shape
}

pub(in crate::emulator) fn machine_secret(machine: &Machine) -> Value {
    json!({ "object": "machine_secret_key", "secret": machine.secret })
}

pub(in crate::emulator) fn m2m_token(token: &M2mToken, now: UnixMillis) -> Value {
    let shape = json!({
        "object": "machine_to_machine_token",
        "id": token.id,
        "subject": token.subject,
        "scopes": token.scopes,
        "claims": token.claims,
        "last_used_at": token.life.last_used_at.map(|at| at.0),
    });
    with_life(shape, &token.life, now)
}

/// With the token itself, which nobody sees again.
pub(in crate::emulator) fn new_m2m_token(token: &M2mToken, text: &str, now: UnixMillis) -> Value {
    let mut shape = m2m_token(token, now);
    shape["token"] = json!(text);
    shape
}
