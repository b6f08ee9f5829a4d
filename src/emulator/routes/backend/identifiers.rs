//! The allowlist and the blocklist.

use serde::Deserialize;

use crate::emulator::instance::access::identifier::Identifier;
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::window::{Window, old_list};
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::{deleted, identifier};

const ALLOWED: &str = "allowlist_identifier";
const BLOCKED: &str = "blocklist_identifier";

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/allowlist_identifiers", list_allowed)
        .post("/v1/allowlist_identifiers", allow)
        .delete("/v1/allowlist_identifiers/{identifier_id}", no_longer_allow)
        .get("/v1/blocklist_identifiers", list_blocked)
        .post("/v1/blocklist_identifiers", block)
        .delete("/v1/blocklist_identifiers/{identifier_id}", no_longer_block)
}

fn list_allowed(app: &Shared, call: ServerCall) -> Answer {
    let instance = app.instance();
    let all: Vec<&Identifier> = instance.allowed_identifiers().collect();
    let shape = |entry: &Identifier| identifier(entry, &app.instance_id, ALLOWED);
    Ok(json_answer(&old_list(&call.query, all, shape)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewAllowed {
    identifier: String,
    /// Nobody gets a mail from an emulator.
    #[serde(rename = "notify")]
    _notify: Option<bool>,
}

fn allow(app: &Shared, call: ServerCall) -> Answer {
    let new: NewAllowed = call.body()?;
    let entry = app.instance().allow(&new.identifier, app.now())?;
    Ok(json_answer(&identifier(&entry, &app.instance_id, ALLOWED)))
}

fn no_longer_allow(app: &Shared, Path(id): Path<String>) -> Answer {
    app.instance().no_longer_allow(&id)?;
    Ok(json_answer(&deleted(ALLOWED, &id)))
}

/// The description gives it no window: all of it is shown.
fn list_blocked(app: &Shared) -> Answer {
    let instance = app.instance();
    let all: Vec<&Identifier> = instance.blocked_identifiers().collect();
    let window = Window {
        limit: all.len(),
        offset: 0,
    };
    let shape = |entry: &Identifier| identifier(entry, &app.instance_id, BLOCKED);
    Ok(json_answer(&window.list(all, shape)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewBlocked {
    identifier: String,
}

fn block(app: &Shared, call: ServerCall) -> Answer {
    let new: NewBlocked = call.body()?;
    let entry = app.instance().block(&new.identifier, app.now())?;
    Ok(json_answer(&identifier(&entry, &app.instance_id, BLOCKED)))
}

fn no_longer_block(app: &Shared, Path(id): Path<String>) -> Answer {
    app.instance().no_longer_block(&id)?;
    Ok(json_answer(&deleted(BLOCKED, &id)))
}
