//! The instance itself, and its public keys.

use serde_json::json;

use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/jwks", key_set)
        .get("/v1/instance", show)
}

fn key_set(app: &Shared) -> Answer {
    Ok(json_answer(&app.mint.key_set()))
}

fn show(app: &Shared) -> Answer {
    Ok(json_answer(&json!({
        "object": "instance",
        "id": app.instance_id,
        "environment_type": "development",
        "allowed_origins": app.instance().settings().allowed_origins,
        "workspace_id": null,
    })))
}
