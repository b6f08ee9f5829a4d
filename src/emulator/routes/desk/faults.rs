//! Faults on purpose: listed, added, taken back.

use serde_json::json;

use crate::emulator::app::App;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/__emulator/faults", list)
        .post("/__emulator/faults", add)
        .delete("/__emulator/faults", clear)
}

fn list(app: &Shared) -> Answer {
    Ok(told(app))
}

/// A JSON object.
fn add(app: &Shared, call: ServerCall) -> Answer {
    app.faults.add(call.own_body()?)?;
    Ok(told(app))
}

fn clear(app: &Shared) -> Answer {
    app.faults.clear();
    Ok(told(app))
}

fn told(app: &App) -> axum::response::Response {
    json_answer(&json!({ "faults": app.faults.all() }))
}
