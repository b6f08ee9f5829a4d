//! What a connection may take, and how the server stops.
#![cfg(all(feature = "axum", feature = "testing"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use clerk_auth::axum::{ClerkLayer, service};
use clerk_auth::server::ServerLimits;
use support::server::{a_giant_head_is_refused, start_with};
use support::sockets::{self, Running, Slow, read};

async fn start(limits: ServerLimits) -> (Running, Slow) {
    let (kit, slow) = (sockets::kit(&[]), Slow::default());
    let waits = slow.clone();
    let app = Router::new()
        .route("/slow", get(async move || waits.answer().await))
        .layer(ClerkLayer::new(&kit));
    (start_with(&kit, service(app), limits).await, slow)
}

#[tokio::test]
async fn a_head_that_never_ends_does_not_hold_its_connection() {
    // A stranger held all connections of an app by sending a request's first line on each, and no more.
    let limits = ServerLimits {
        head_time: Duration::from_millis(50),
        ..ServerLimits::default()
    };
    let (server, _) = start(limits).await;
    let head = b"GET /healthz HTTP/1.1\r\nhost: app.example\r\nx: ";
    read(server.open(head).await).await;
}

#[tokio::test]
async fn a_giant_head_is_refused_before_it_is_read_to_the_end() {
    // Cookies of 400 kB were taken apart, in many times as much memory.
    let (server, _) = start(ServerLimits::default()).await;
    a_giant_head_is_refused(&server).await;
    let fits = server.send("GET /healthz", &[], b"").await;
    assert!(
        fits.ends_with("\r\n\r\nok") && fits.contains("content-length: 2"),
        "{fits}"
    );
}

#[tokio::test]
async fn half_a_head_does_not_hold_up_the_stop() {
    // One such connection made every stop last ten seconds.
    let (server, _) = start(ServerLimits::default()).await;
    let half = server.open(b"GET / HTTP/1.1\r\nhost: a\r\n").await;
    let idle = server.open(b"").await;
    // The server has taken in the first two once it answers the third.
    let third = server.send("GET /healthz", &[], b"").await;
    assert!(third.contains("200 OK"), "{third}");
    server.stop();
    let took = server.end().await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    drop((half, idle));
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_server_ends() {
    let (server, slow) = start(ServerLimits::default()).await;
    sockets::answers_what_is_under_way(server, &slow).await;
}

#[tokio::test]
async fn a_second_signal_ends_at_once() {
    let (server, slow) = start(ServerLimits::default()).await;
    sockets::ends_at_once_at_the_second_signal(server, &slow).await;
}

#[tokio::test]
async fn requests_that_never_end_are_cut_off_after_the_grace() {
    let limits = ServerLimits {
        grace: Duration::from_millis(50),
        ..ServerLimits::default()
    };
    let (server, slow) = start(limits).await;
    sockets::cuts_off_what_never_ends(server, &slow).await;
}
