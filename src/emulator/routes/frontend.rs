//! The Frontend API's start of a page, and what stands beside it: dev browser, environment, keys, health.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use serde_json::json;

use super::call::Call;
use super::environment::environment;
use super::turn::json_answer;
use super::{Answer, Shared};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/v1/dev_browser", post(dev_browser))
        .route(
            "/v1/environment",
            get(show_environment).patch(show_environment),
        )
        .route("/v1/health", get(health))
        .route("/v1/proxy-health", get(health))
        .route("/.well-known/jwks.json", get(key_set))
}

async fn dev_browser(State(app): State<Shared>) -> Answer {
    let now = app.now();
    let id = app.instance().new_dev_browser(now);
    // The browser library reads `id`, older ones `token`.
    Ok(json_answer(&json!({
        "object": "dev_browser", "id": id, "token": id, "created_at": now.0, "updated_at": now.0,
    })))
}

async fn show_environment(State(app): State<Shared>, call: Call) -> Answer {
    Ok(json_answer(&environment(&app, &call)?))
}

async fn health() -> Answer {
    Ok(json_answer(&json!({ "status": "healthy" })))
}

async fn key_set(State(app): State<Shared>) -> Answer {
    Ok(json_answer(&app.mint.key_set()))
}
