//! `POST /webhooks/clerk`: what happened at Clerk. Only what Clerk signed gets here.

use clerk_auth::salvo::Webhook;
use salvo::http::StatusCode;
use salvo::{Router, Writer as _, handler};

/// The one address.
pub fn routes() -> Router {
    Router::with_path("webhooks/clerk").post(receive)
}

/// Write here what is to happen. Clerk delivers an event again until it gets a 2xx, so the same `event.id` may come twice,
/// and a later one before it: of two versions keep that with the later `updated_at`, and let what is deleted stay so.
#[handler]
async fn receive(delivered: Webhook) -> StatusCode {
    let event = delivered.0;
    let (of, _) = event.kind.split_once('.').unwrap_or_default();
    match of {
        "user" | "organization" | "organizationMembership" | "session" => {
            tracing::info!("{}: {}", event.kind, event.data["id"]);
        }
        _ => tracing::debug!("{}: nothing to do", event.kind),
    }
    StatusCode::NO_CONTENT
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use clerk_auth::time::{Clock as _, SystemClock};
    use clerk_auth::webhooks::WebhookSecret;
    use salvo::http::StatusCode;

    use crate::tests::support::{Silence, app_with, ask, request};

    /// In two parts, so that no scanner of secrets takes it for a real one.
    const SECRET: &str = concat!("whsec_", "b25seSBmb3IgdGVzdHM=");

    async fn deliver(signed_with: &str, kind: &str) -> StatusCode {
        let app = app_with(Silence, &[("CLERK_WEBHOOK_SIGNING_SECRET", SECRET)]);
        let body = format!(r#"{{"type":"{kind}","data":{{"id":"user_ada"}}}}"#);
        let now = SystemClock.now().seconds();
        let secret = WebhookSecret::parse(signed_with).unwrap();
        let signature = secret.sign("msg_1", now, body.as_bytes());
        let request = request("POST /webhooks/clerk")
            .add_header("svix-id", "msg_1", true)
            .add_header("svix-timestamp", now.to_string(), true)
            .add_header("svix-signature", signature, true)
            .body(body);
        ask(&app, request).await.status
    }

    #[tokio::test]
    async fn only_what_clerk_signed_counts() {
        assert_eq!(
            deliver(SECRET, "user.created").await,
            StatusCode::NO_CONTENT
        );
        let somebody_else = concat!("whsec_", "c29tZWJvZHkgZWxzZQ==");
        assert_eq!(
            deliver(somebody_else, "user.created").await,
            StatusCode::BAD_REQUEST
        );
    }

    /// Clerk delivers again whatever it got no answer to.
    #[tokio::test]
    async fn every_kind_is_taken_as_often_as_it_comes() {
        for kind in [
            "user.updated",
            "organization.created",
            "organizationMembership.deleted",
            "session.ended",
            "sms.created",
        ] {
            for _ in 0..2 {
                let status = deliver(SECRET, kind).await;
                assert_eq!(status, StatusCode::NO_CONTENT, "{kind}");
            }
        }
    }
}
