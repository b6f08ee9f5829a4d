//! Apps on the core's own server, and what they make of odd and of large requests whatever their framework.

use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;

use clerk_auth::Kit;
use clerk_auth::server::{ServerLimits, run};
use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::app::{Silence, admin, settings, try_build, variables};
use super::sockets::{Running, read, status};
use super::stage::live;
use super::upstream::Upstream;

/// Starts an app in the form that the server takes.
pub async fn start<F, A, B>(kit: &Kit, app: F) -> Running
where
    F: Fn(Request<Incoming>, SocketAddr) -> A + Clone + Send + 'static,
    A: Future<Output = Result<Response<B>, Infallible>> + Send + 'static,
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    start_with(kit, app, ServerLimits::default()).await
}

pub async fn start_with<F, A, B>(kit: &Kit, app: F, limits: ServerLimits) -> Running
where
    F: Fn(Request<Incoming>, SocketAddr) -> A + Clone + Send + 'static,
    A: Future<Output = Result<Response<B>, Infallible>> + Send + 'static,
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, told) = watch::channel(0);
    let kit = kit.clone();
    let ended = tokio::spawn(async move { run(&kit, listener, app, limits, told).await });
    Running {
        address,
        stop,
        ended,
    }
}

pub fn bearer() -> String {
    format!("authorization: {}", admin())
}

pub async fn head_is_answered_as_get_without_the_body(server: &Running) {
    for path in ["/", "/healthz"] {
        let reply = server.send(&format!("HEAD {path}"), &[], b"").await;
        assert_eq!(status(&reply), "200", "{path}");
        assert!(reply.ends_with("\r\n\r\n"), "{reply}");
        assert!(reply.contains("x-content-type-options: nosniff"), "{reply}");
    }
}

/// The frameworks' own readers see no cookie then.
pub async fn cookies_are_read_beside_one_that_is_no_text(server: &Running) {
    let session = live().user("user_ada").cookie_header();
    let mut head =
        b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncookie: odd=\xff\xfe; ".to_vec();
    head.extend_from_slice(session.as_bytes());
    head.extend_from_slice(b"\r\n\r\n");
    let reply = read(server.open(&head).await).await;
    assert!(reply.ends_with("user_ada"), "{reply}");
}

/// A form on another site can send what is no JSON without asking first; `/api/order` answers how long its JSON is.
pub async fn json_is_taken_from_no_form(server: &Running, refused: &str) {
    for (kind, expected) in [
        ("content-type: application/json", "200"),
        ("content-type: text/plain", refused),
        ("content-type: application/x-www-form-urlencoded", refused),
        ("content-type: multipart/form-data; boundary=x", refused),
        ("content-type: text/plain; application/json", refused),
        ("content-type: ", refused),
        ("x: no type", refused),
    ] {
        let headers = [&*bearer(), kind];
        let reply = server.send("POST /api/order", &headers, b"{}").await;
        assert_eq!(status(&reply), expected, "{kind}: {reply}");
    }
    let headers = [&*bearer(), "content-type: application/json"];
    let text = format!("\"{}\"", "x".repeat(300_000));
    let fits = server.send("POST /api/order", &headers, text.as_bytes());
    let fits = fits.await;
    assert!(fits.ends_with("\r\n\r\n300002"), "{fits}");
}

/// 64 KiB of head are enough for everybody.
pub async fn a_giant_head_is_refused(server: &Running) {
    let head = |bytes| format!("x: {}", "y".repeat(bytes));
    let fits = server.send("GET /healthz", &[&head(32_000)], b"").await;
    assert_eq!(status(&fits), "200", "{fits}");
    let giant = server.send("GET /healthz", &[&head(100_000)], b"").await;
    assert_ne!(status(&giant), "200", "{giant}");
}

/// The kit of an app that sends what is below `/__clerk` on.
pub fn sends_on_to(upstream: &Upstream) -> Kit {
    let mut variables = variables(live());
    variables.insert("CLERK_PROXY_URL", "/__clerk".to_owned());
    variables.insert("CLERK_FAPI_URL", upstream.origin());
    try_build(settings().fetch(Silence), &variables).unwrap()
}

/// Requests below the proxy URL go to Clerk with their bodies, of whatever size.
pub async fn clerk_gets_what_was_sent(server: &Running, upstream: &Upstream) {
    let body = vec![b'x'; 3 << 20];
    let reply = server.send("POST /__clerk/v1/client?a=b", &[], &body).await;
    assert!(reply.ends_with("from Clerk"), "{reply}");
    assert!(reply.contains("set-cookie: __client=1\r\n"), "{reply}");
    assert!(reply.contains("x-content-type-options: nosniff"), "{reply}");
    let (head, sent) = upstream.only();
    assert!(
        head.starts_with("post /v1/client?a=b http/1.1\r\n"),
        "{head}"
    );
    assert!(head.contains("x-forwarded-for: 127.0.0.1\r\n"), "{head}");
    assert_eq!(sent.matches('x').count(), body.len());
}
