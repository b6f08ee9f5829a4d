//! What an app on salvo makes of odd and of large requests, and how its server ends.
#![cfg(all(
    feature = "salvo",
    feature = "proxy",
    feature = "testing",
    feature = "webhooks"
))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::sync::Arc;

use clerk_auth::salvo::{ClerkHoop, service};
use clerk_auth::webhooks::WebhookSecret;
use salvo_core::handler;
use salvo_core::prelude::{Router, Service};
use support::app::{Silence, settings, try_build, variables};
use support::salvo_app::{WEBHOOK_SECRET, bearer, kit, routes, shop};
use support::sockets::{read, start, status};
use support::stage::live;
use support::upstream::Upstream;
use tokio::sync::Notify;

#[tokio::test]
async fn head_is_answered_as_get_without_the_body() {
    let server = shop().await;
    for (path, length) in [("/", 6), ("/healthz", 2)] {
        let reply = server.send(&format!("HEAD {path}"), &[], b"").await;
        assert_eq!(status(&reply), "200", "{path}");
        assert!(reply.ends_with("\r\n\r\n"), "{reply}");
        let length = format!("content-length: {length}\r\n");
        assert!(reply.contains(&length), "{reply}");
    }
    let posted = server.send("HEAD /api/order", &[&bearer()], b"").await;
    assert_eq!(status(&posted), "405", "{posted}");
}

#[tokio::test]
async fn cookies_are_read_beside_one_that_is_no_text() {
    // salvo's own reader sees no cookie then.
    let server = shop().await;
    let session = live().user("user_ada").cookie_header();
    let mut head =
        b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncookie: odd=\xff\xfe; ".to_vec();
    head.extend_from_slice(session.as_bytes());
    head.extend_from_slice(b"\r\n\r\n");
    let reply = read(server.open(&head).await).await;
    assert!(reply.ends_with("\r\n\r\nuser_ada"), "{reply}");
}

#[tokio::test]
async fn a_large_event_arrives_and_one_without_end_does_not() {
    let server = shop().await;
    let deliver = async |bytes: usize| {
        let padding = "x".repeat(bytes);
        let body = format!(r#"{{"type":"user.created","data":{{"id":"{padding}"}}}}"#);
        let now = kit().clerk().now().seconds();
        let secret = WebhookSecret::parse(WEBHOOK_SECRET).unwrap();
        let signature = secret.sign("msg_1", now, body.as_bytes());
        let headers = [
            "svix-id: msg_1".to_owned(),
            format!("svix-timestamp: {now}"),
            format!("svix-signature: {signature}"),
        ];
        let headers: Vec<_> = headers.iter().map(String::as_str).collect();
        server
            .send("POST /webhooks/clerk", &headers, body.as_bytes())
            .await
    };
    let large = deliver(300_000).await;
    assert!(large.ends_with("\r\n\r\nuser.created"), "{large}");
    let giant = deliver(3 << 20).await;
    assert_eq!(status(&giant), "413", "{giant}");
    let unsigned = server.send("POST /webhooks/clerk", &[], b"{}").await;
    assert_eq!(status(&unsigned), "400", "{unsigned}");
}

/// A form on another site can send these without asking first.
#[tokio::test]
async fn json_is_taken_from_no_form_and_up_to_the_limit() {
    let server = shop().await;
    for (kind, expected) in [
        ("application/json", "200"),
        ("text/plain", "400"),
        ("application/x-www-form-urlencoded", "400"),
        ("multipart/form-data; boundary=x", "400"),
        ("text/plain; application/json", "400"),
        ("", "400"),
    ] {
        let kind = format!("content-type: {kind}");
        let headers = [&*bearer(), &kind];
        let reply = server.send("POST /api/order", &headers, b"{}").await;
        assert_eq!(status(&reply), expected, "{kind}: {reply}");
    }
    let headers = [&*bearer(), "content-type: application/json"];
    let text = |bytes: usize| format!("\"{}\"", "x".repeat(bytes)).into_bytes();
    let fits = server
        .send("POST /api/order", &headers, &text(300_000))
        .await;
    assert!(fits.ends_with("\r\n\r\n300002"), "{fits}");
    let giant = server
        .send("POST /api/order", &headers, &text(3 << 20))
        .await;
    assert_eq!(status(&giant), "413", "{giant}");
}

#[tokio::test]
async fn the_server_answers_what_is_under_way_and_waits_for_nothing_else() {
    #[derive(Clone)]
    struct Slow(Arc<Notify>, Arc<Notify>);
    #[handler]
    impl Slow {
        async fn handle(&self) -> &'static str {
            self.0.notify_one();
            self.1.notified().await;
            "done"
        }
    }
    let slow = Slow(Arc::default(), Arc::default());
    let kit = kit();
    let routes = Router::new().get(slow.clone());
    let app = Service::new(routes).hoop(ClerkHoop::new(&kit));
    let server = start(&kit, service(app)).await;
    let half = server.open(b"GET / HTTP/1.1\r\nhost: a\r\n").await;
    let idle = server.open(b"").await;
    let waiting = server.open(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    slow.0.notified().await;
    server.stop();
    slow.1.notify_one();
    let answer = read(waiting).await;
    assert!(answer.ends_with("\r\n\r\ndone"), "{answer}");
    server.end().await;
    drop((half, idle));
}

#[tokio::test]
async fn requests_below_the_proxy_url_go_to_clerk_with_their_bodies() {
    let upstream = Upstream::answering("200 OK", &["set-cookie: __client=1"], "from Clerk").await;
    let mut variables = variables(live());
    variables.insert("CLERK_PROXY_URL", "/__clerk".to_owned());
    variables.insert("CLERK_FAPI_URL", upstream.origin());
    let kit = try_build(settings().fetch(Silence), &variables).unwrap();
    let app = Service::new(routes()).hoop(ClerkHoop::new(&kit));
    let server = start(&kit, service(app)).await;
    let body = vec![b'x'; 3 << 20];
    let reply = server.send("POST /__clerk/v1/client?a=b", &[], &body).await;
    assert!(reply.ends_with("from Clerk"), "{reply}");
    assert!(reply.contains("set-cookie: __client=1\r\n"), "{reply}");
    assert!(reply.contains("x-content-type-options: nosniff"), "{reply}");
    let seen = upstream.seen().remove(0);
    assert!(
        seen.starts_with("POST /v1/client?a=b HTTP/1.1\r\n"),
        "{seen}"
    );
    assert!(seen.contains("x-forwarded-for: 127.0.0.1\r\n"), "{seen}");
}
