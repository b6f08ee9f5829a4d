//! Sign-ups under way.

use serde::Deserialize;
use serde_json::Value;

use crate::emulator::instance::{Refusal, SignUp};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape;
use clerk_auth::time::UnixMillis;

/// In bytes.
const MAX_ID: usize = 256;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/sign_ups/{id}", show)
        .patch("/v1/sign_ups/{id}", change)
}

/// Servers are told less of it than its page.
fn for_servers(found: &SignUp, now: UnixMillis) -> Value {
    let mut shape = shape::sign_up(found, now);
    if let Some(members) = shape.as_object_mut() {
        members.remove("has_password");
        // Absent while there is none: the description knows no null here.
        members.remove("external_account");
    }
    let email = &mut shape["verifications"]["email_address"];
    if let Some(members) = email.as_object_mut() {
        members.retain(|name, _| name == "next_action" || name == "supported_strategies");
    }
    shape
}

fn show(app: &Shared, Path(id): Path<String>) -> Answer {
    let instance = app.instance();
    let found = instance.sign_up_of_id(&id).ok_or(Refusal::NotFound)?;
    Ok(json_answer(&for_servers(found, app.now())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    external_id: Option<String>,
    custom_action: Option<bool>,
}

fn change(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let changes: Changes = call.body()?;
    let external = changes.external_id;
    if external.as_ref().is_some_and(|id| id.len() > MAX_ID) {
        return Err(Refusal::TooLong("external_id").into());
    }
    let mut instance = app.instance();
    let changed = instance.annotate_sign_up(&id, external, changes.custom_action)?;
    Ok(json_answer(&for_servers(&changed, app.now())))
}
