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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use axum::body::Body;
    use axum::http::Request;
    use clerk_auth::webhooks::WebhookSecret;
    use tower::ServiceExt as _;

    use super::StatusCode;
    use crate::tests::support::{LIVE, Silence, state, variables};

    /// In two parts, so that no scanner of secrets takes it for a real one.
    const SECRET: &str = concat!("whsec_", "b25seSBmb3IgdGVzdHM=");
    const BODY: &str = r#"{"type":"user.created","data":{"id":"user_ada"}}"#;

    async fn deliver(signed_with: &str, age: i64) -> StatusCode {
        let mut variables = variables(&LIVE);
        variables.insert("CLERK_WEBHOOK_SIGNING_SECRET", SECRET.to_owned());
        let state = state(&variables, Silence);
        let timestamp = state.gate.clerk().now().seconds() - age;
        let secret = WebhookSecret::parse(signed_with).unwrap();
        let request = Request::post("/webhooks/clerk")
            .header("host", "app.example")
            .header("svix-id", "msg_1")
            .header("svix-timestamp", timestamp)
            .header(
                "svix-signature",
                secret.sign("msg_1", timestamp, BODY.as_bytes()),
            )
            .body(Body::from(BODY))
            .unwrap();
        crate::router(state)
            .oneshot(request)
            .await
            .unwrap()
            .status()
    }

    #[tokio::test]
    async fn only_what_clerk_signed_just_now_counts() {
        assert_eq!(deliver(SECRET, 0).await, StatusCode::NO_CONTENT);
        assert_eq!(
            deliver(concat!("whsec_", "c29tZWJvZHkgZWxzZQ=="), 0).await,
            StatusCode::BAD_REQUEST
        );
        assert_eq!(deliver(SECRET, 3600).await, StatusCode::BAD_REQUEST);
    }
}
