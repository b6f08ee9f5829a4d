//! For whoever watches over the process: `/healthz` answers while it lives, `/readyz` once it can check tokens.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use crate::app::App;

/// Both addresses.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
}

async fn ready(State(app): State<App>) -> Response {
    match app.gate.clerk().ready().await {
        Ok(()) => "ready".into_response(),
        Err(error) => {
            tracing::warn!("not ready: {error}");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "not ready: no key to check tokens with",
            )
                .into_response()
        }
    }
}
