//! `POST /webhooks/clerk`: what happened at Clerk, with its signature checked.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use clerk_auth::webhooks::{self, Event};

use crate::app::App;

/// The one address.
pub fn routes() -> Router<App> {
    Router::new().route("/webhooks/clerk", post(receive))
}

/// Anybody can send a request here; only what Clerk signed counts. The body is checked as it came, before it is read.
async fn receive(State(app): State<App>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let clerk = app.gate.clerk();
    if clerk.config().webhook_secrets.is_empty() {
        tracing::error!("CLERK_WEBHOOK_SIGNING_SECRET is not set: every webhook is refused");
    }
    match webhooks::verify(
        &headers,
        &body,
        &clerk.config().webhook_secrets,
        clerk.now(),
    ) {
        Ok(event) => handle(&event),
        Err(error) => {
            tracing::warn!("a webhook was refused: {error}");
            StatusCode::BAD_REQUEST
        }
    }
}

/// Your part. Clerk delivers an event again until it gets a 2xx, so the same `event.id` may come twice.
fn handle(event: &Event) -> StatusCode {
    match event.kind.as_str() {
        "user.created" | "user.updated" | "user.deleted" => {
            tracing::info!("{}: {}", event.kind, event.data["id"]);
        }
        other => tracing::debug!("{other}: nothing to do"),
    }
    StatusCode::NO_CONTENT
}
