//! An app on poem over sockets: what a connection may take, how the server stops, and what no request built by hand has.
#![cfg(all(
    feature = "poem",
    feature = "proxy",
    feature = "testing",
    feature = "webhooks"
))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::sync::Arc;

use bytes::Bytes;
use clerk_auth::Kit;
use clerk_auth::gate::Paths;
use clerk_auth::poem::{Auth, ClerkMiddleware, SignedIn, Webhook, service};
use clerk_auth::webhooks::WebhookSecret;
use poem::web::{Data, Json};
use poem::{EndpointExt as _, Route, get, handler, post};
use serde_json::Value;
use support::poem_app::{Silence, admin, build, settings, try_build, variables};
use support::sockets::{Running, read, start, status};
use support::stage::live;
use support::upstream::Upstream;
use tokio::sync::Notify;

const WEBHOOK_SECRET: &str = concat!("whsec_", "b25seSBmb3IgdGVzdHM=");

#[handler]
fn who(auth: Auth) -> String {
    auth.user_id().unwrap_or("nobody").to_owned()
}

#[handler]
fn hook(Webhook(event): Webhook) -> String {
    event.kind
}

#[handler]
fn take(_: SignedIn, Json(order): Json<Value>) -> String {
    order.to_string().len().to_string()
}

fn kit() -> Kit {
    let mut variables = variables(live());
    let secret = WEBHOOK_SECRET.to_owned();
    variables.insert("CLERK_WEBHOOK_SIGNING_SECRET", secret);
    try_build(settings().fetch(Silence), &variables).unwrap()
}

async fn shop() -> Running {
    let kit = kit();
    let app = Route::new()
        .at("/", get(who))
        .at("/api/order", post(take))
        .at("/webhooks/clerk", post(hook))
        .with(ClerkMiddleware::new(&kit));
    start(&kit, service(app)).await
}

/// The middleware inside of `nest`, which shows it shortened paths: `/admin/docs` would be judged as `/docs`.
#[tokio::test]
async fn a_middleware_within_nested_routes_judges_the_whole_path() {
    let paths = Paths {
        public: &["/", "/docs", "/sign-in/:path*"],
        without_auth: &["/hook"],
        ..Paths::PROTECTED
    };
    let kit = build(
        Kit::builder().paths(paths).sign_in("/sign-in").health(),
        live(),
    );
    let nested = Route::new()
        .at("/", get(who))
        .at("/docs", get(who))
        .at("/hook", get(who))
        .at("/healthz", get(who))
        .with(ClerkMiddleware::new(&kit));
    let app = Route::new().nest("/admin", nested);
    let server = start(&kit, service(app)).await;
    for path in [
        "/admin",
        "/admin/",
        "/admin/docs",
        "/admin/hook",
        "/admin/healthz",
    ] {
        let page = ["sec-fetch-dest: document"];
        let reply = server.send(&format!("GET {path}"), &page, b"").await;
        assert_eq!(status(&reply), "307", "{path}: {reply}");
        let back = path.replace('/', "%2F");
        let back = format!("redirect_url=http%3A%2F%2Fapp.example{back}\r\n");
        assert!(reply.contains(&back), "{reply}");
    }
    let bearer = format!("authorization: {}", admin());
    let known = server.send("GET /admin/docs", &[&bearer], b"").await;
    assert!(known.ends_with("\r\n\r\nuser_ada"), "{known}");
}

/// A guard below an open path: the way back is the whole path, which `nest` had shortened.
#[tokio::test]
async fn the_way_back_from_nested_routes_is_the_whole_path() {
    #[handler]
    fn within(_: SignedIn) -> &'static str {
        "in"
    }
    let paths = Paths {
        public: &["/open/:path*", "/sign-in/:path*"],
        ..Paths::PROTECTED
    };
    let kit = build(Kit::builder().paths(paths).sign_in("/sign-in"), live());
    let app = Route::new()
        .nest("/open", Route::new().at("/page", get(within)))
        .with(ClerkMiddleware::new(&kit));
    let server = start(&kit, service(app)).await;
    let page = ["sec-fetch-dest: document"];
    let reply = server.send("GET /open/page?a=1", &page, b"").await;
    let back = "/sign-in?redirect_url=http%3A%2F%2Fapp.example%2Fopen%2Fpage%3Fa%3D1\r\n";
    assert!(reply.contains(back), "{reply}");
}

#[tokio::test]
async fn head_is_answered_as_get_without_the_body() {
    let server = shop().await;
    for path in ["/", "/healthz"] {
        let reply = server.send(&format!("HEAD {path}"), &[], b"").await;
        assert_eq!(status(&reply), "200", "{path}");
        assert!(reply.ends_with("\r\n\r\n"), "{reply}");
        assert!(reply.contains("x-content-type-options: nosniff"), "{reply}");
    }
}

#[tokio::test]
async fn cookies_are_read_beside_one_that_is_no_text() {
    // poem's own reader sees no cookie then.
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
    assert!(giant.contains("x-content-type-options: nosniff"), "{giant}");
}

#[tokio::test]
async fn a_body_that_does_not_say_how_long_it_is_is_cut_off_at_the_same_length() {
    let server = shop().await;
    let bearer = format!("authorization: {}", admin());
    let headers = [
        &*bearer,
        "content-type: application/json",
        "transfer-encoding: chunked",
    ];
    let chunked = |bytes: usize| {
        let text = format!("\"{}\"", "x".repeat(bytes));
        format!("{:x}\r\n{text}\r\n0\r\n\r\n", text.len()).into_bytes()
    };
    let fits = server
        .send("POST /api/order", &headers, &chunked(300_000))
        .await;
    assert!(fits.ends_with("\r\n\r\n300002"), "{fits}");
    let giant = server
        .send("POST /api/order", &headers, &chunked(3 << 20))
        .await;
    assert_eq!(status(&giant), "400", "{giant}");
}

#[tokio::test]
async fn an_app_may_take_more() {
    #[handler]
    fn size(body: Vec<u8>) -> String {
        body.len().to_string()
    }
    let kit = kit();
    let app = Route::new()
        .at("/", post(size))
        .with(ClerkMiddleware::new(&kit).most_body(4 << 20));
    let server = start(&kit, service(app)).await;
    let reply = server.send("POST /", &[], &vec![b'x'; 3 << 20]).await;
    assert!(reply.ends_with("\r\n\r\n3145728"), "{reply}");
}

/// A form on another site can send these without asking first.
#[tokio::test]
async fn json_is_taken_from_no_form() {
    let server = shop().await;
    let bearer = format!("authorization: {}", admin());
    for (kind, expected) in [
        ("application/json", "200"),
        ("text/plain", "415"),
        ("application/x-www-form-urlencoded", "415"),
        ("multipart/form-data; boundary=x", "415"),
        ("text/plain; application/json", "415"),
        ("", "415"),
    ] {
        let kind = format!("content-type: {kind}");
        let headers = [&*bearer, &kind];
        let reply = server.send("POST /api/order", &headers, b"{}").await;
        assert_eq!(status(&reply), expected, "{kind}: {reply}");
    }
    let reply = server.send("POST /api/order", &[&bearer], b"{}").await;
    assert_eq!(status(&reply), "415", "{reply}");
}

#[tokio::test]
async fn a_giant_head_is_refused_before_it_is_read_to_the_end() {
    let server = shop().await;
    let head = |bytes| format!("x: {}", "y".repeat(bytes));
    let fits = server.send("GET /healthz", &[&head(32_000)], b"").await;
    assert_eq!(status(&fits), "200", "{fits}");
    let giant = server.send("GET /healthz", &[&head(100_000)], b"").await;
    assert_ne!(status(&giant), "200", "{giant}");
}

#[tokio::test]
async fn the_server_answers_what_is_under_way_and_waits_for_nothing_else() {
    let (began, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    #[derive(Clone)]
    struct Signals(Arc<Notify>, Arc<Notify>);
    #[handler]
    async fn wait(Data(Signals(began, go_on)): Data<&Signals>) -> &'static str {
        began.notify_one();
        go_on.notified().await;
        "done"
    }
    let kit = kit();
    let app = Route::new()
        .at("/", get(wait))
        .data(Signals(Arc::clone(&began), Arc::clone(&go_on)))
        .with(ClerkMiddleware::new(&kit));
    let server = start(&kit, service(app)).await;
    let half = server.open(b"GET / HTTP/1.1\r\nhost: a\r\n").await;
    let idle = server.open(b"").await;
    let slow = server.open(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    began.notified().await;
    server.stop();
    go_on.notify_one();
    let answer = read(slow).await;
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
    // A misplaced middleware: what is sent on is the whole path, not what `nest` left of it.
    let routes = Route::new()
        .at("/", get(who))
        .with(ClerkMiddleware::new(&kit));
    let app = Route::new().at("/", get(who)).nest("/__clerk", routes);
    let server = start(&kit, service(app)).await;
    let body = Bytes::from(vec![b'x'; 3 << 20]);
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
