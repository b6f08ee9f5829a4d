//! The instance's switches, for people and tests.

use axum::extract::State;
use serde_json::{Map, Value, json};

use crate::emulator::instance::Settings;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::{ServerCall, typed};
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/__emulator/settings", show)
        .patch("/__emulator/settings", change)
}

async fn show(State(app): State<Shared>) -> Answer {
    Ok(json_answer(&json!(app.instance().settings())))
}

/// A JSON object with those that change; null gives one its first value back.
async fn change(State(app): State<Shared>, call: ServerCall) -> Answer {
    let patch: Map<String, Value> = call.body()?;
    let mut instance = app.instance();
    let settings: Settings = typed(instance.settings().patched(patch))?;
    instance.set_settings(settings.clone());
    Ok(json_answer(&json!(settings)))
}
