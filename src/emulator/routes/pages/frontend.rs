//! The Frontend API's start of a page, and what stands beside it: dev browser, environment, keys, health.

use serde_json::json;

use super::environment::environment;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/v1/dev_browser", dev_browser)
        .get("/v1/environment", show_environment)
        .patch("/v1/environment", show_environment)
        .get("/v1/health", health)
        .get("/v1/proxy-health", proxy_health)
        .get("/.well-known/jwks.json", key_set)
}

fn dev_browser(app: &Shared) -> Answer {
    let now = app.now();
    let id = app.instance().new_dev_browser(now);
    // The browser library reads `id`, older ones `token`.
    Ok(json_answer(&json!({
        "object": "dev_browser", "id": id, "token": id, "created_at": now.0, "updated_at": now.0,
    })))
}

fn show_environment(app: &Shared, call: Call) -> Answer {
    Ok(json_answer(&environment(app, &call)?))
}

fn health(_: &Shared) -> Answer {
    Ok(json_answer(&json!({ "status": "healthy" })))
}

/// What arrived of the app's proxy.
fn proxy_health(_: &Shared, call: Call) -> Answer {
    let address = call.headers.get("x-forwarded-for");
    let address = address.and_then(|address| address.to_str().ok());
    Ok(json_answer(
        &json!({ "status": "healthy", "x_forwarded_for": address.unwrap_or_default() }),
    ))
}

fn key_set(app: &Shared) -> Answer {
    Ok(json_answer(&app.mint.key_set()))
}
