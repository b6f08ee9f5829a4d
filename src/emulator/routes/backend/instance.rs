//! The instance itself, its public keys and its domain.

use axum::extract::State;
use clerk_auth::keys::accounts_portal_origin;
use serde_json::json;

use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/jwks", key_set)
        .get("/v1/instance", show)
        .get("/v1/domains", list_domains)
}

async fn key_set(State(app): State<Shared>) -> Answer {
    Ok(json_answer(&app.mint.key_set()))
}

async fn show(State(app): State<Shared>) -> Answer {
    Ok(json_answer(&json!({
        "object": "instance",
        "id": app.instance_id,
        "environment_type": "development",
        "allowed_origins": null,
        "workspace_id": null,
    })))
}

async fn list_domains(State(app): State<Shared>) -> Answer {
    let host = app.publishable_key.frontend_api_host();
    let domain = json!({
        "object": "domain",
        "id": app.instance_id.replace("ins_", "dmn_"),
        "name": host,
        "is_satellite": false,
        "frontend_api_url": format!("https://{host}"),
        "accounts_portal_url": accounts_portal_origin(host),
        "proxy_url": null,
        "development_origin": "",
        "cname_targets": null,
    });
    Ok(json_answer(&json!({ "data": [domain], "total_count": 1 })))
}
