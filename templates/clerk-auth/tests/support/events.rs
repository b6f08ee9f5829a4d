//! Events of Clerk as an app gets them.

use clerk_auth::Kit;
use clerk_auth::webhooks::WebhookSecret;

use super::app::{Answer, App, Silence, send_body, settings, try_build, variables};
use super::stage::live;

pub const SECRET: &str = concat!("whsec_", "b25seSBmb3IgdGVzdHM=");

/// The kit of an app that takes events.
pub fn kit() -> Kit {
    let mut variables = variables(live());
    variables.insert("CLERK_WEBHOOK_SIGNING_SECRET", SECRET.to_owned());
    try_build(settings().fetch(Silence), &variables).unwrap()
}

/// Sends an event that was signed so many seconds ago.
pub async fn deliver(app: &impl App, secret: &str, age: i64, body: &str) -> Answer {
    let at = kit().clerk().now().seconds() - age;
    let secret = WebhookSecret::parse(secret).unwrap();
    let signature = secret.sign("msg_1", at, body.as_bytes());
    let headers = [
        ("svix-id", "msg_1"),
        ("svix-timestamp", &*at.to_string()),
        ("svix-signature", &*signature),
    ];
    send_body(app, "POST /webhooks/clerk", &headers, body).await
}

/// An event with so much text in it.
pub async fn deliver_large(app: &impl App, bytes: usize) -> Answer {
    let text = "x".repeat(bytes);
    let body = format!(r#"{{"type":"user.created","data":{{"note":"{text}"}}}}"#);
    deliver(app, SECRET, 0, &body).await
}

/// Frameworks stop at 8 or 256 KiB by themselves.
pub async fn large_ones_arrive_and_giant_ones_do_not(app: &impl App) {
    let large = deliver_large(app, 300_000).await;
    assert_eq!((large.status, &*large.body), (200, "user.created"));
    let giant = deliver_large(app, 3 << 20).await;
    assert_eq!(giant.status, 413);
    assert_eq!(giant.header("x-content-type-options"), "nosniff");
    let unsigned = send_body(app, "POST /webhooks/clerk", &[], "{}").await;
    let told = (unsigned.status, &*unsigned.body);
    assert_eq!(told, (400, r#"{"error":"Bad Request"}"#));
}
