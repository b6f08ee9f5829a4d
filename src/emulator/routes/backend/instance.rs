//! The instance itself, and its public keys.

use axum::extract::State;
use serde_json::json;

use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/jwks", key_set)
        .get("/v1/instance", show)
}

async fn key_set(State(app): State<Shared>) -> Answer {
    Ok(json_answer(&app.mint.key_set()))
}

async fn show(State(app): State<Shared>) -> Answer {
    Ok(json_answer(&json!({
        "object": "instance",
        "id": app.instance_id,
        "environment_type": "development",
        "allowed_origins": app.instance().settings().allowed_origins,
        "workspace_id": null,
    })))
}
