//! What a connection may take, and how the server stops.
#![cfg(all(feature = "axum", feature = "testing"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use clerk_auth::Kit;
use clerk_auth::axum::{ClerkLayer, service};
use clerk_auth::gate::Paths;
use clerk_auth::server::{ServerLimits, run};
use support::axum_app::build;
use support::stage::live;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Long enough for a busy machine; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(20);

struct Running {
    address: std::net::SocketAddr,
    stop: watch::Sender<u32>,
    ended: JoinHandle<()>,
    /// Told when a handler has begun.
    began: Arc<Notify>,
    /// Lets the handler go on.
    go_on: Arc<Notify>,
}

async fn start(limits: ServerLimits) -> Running {
    let paths = Paths {
        without_auth: &["/slow"],
        ..Paths::PROTECTED
    };
    let kit = build(Kit::builder().paths(paths).health(), live());
    let (began, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (told, wait) = (Arc::clone(&began), Arc::clone(&go_on));
    let slow = async move || {
        told.notify_one();
        wait.notified().await;
        "done"
    };
    let app = Router::new()
        .route("/slow", get(slow))
        .layer(ClerkLayer::new(&kit));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, told) = watch::channel(0);
    let ended = tokio::spawn(async move { run(&kit, listener, service(app), limits, told).await });
    Running {
        address,
        stop,
        ended,
        began,
        go_on,
    }
}

impl Running {
    async fn send(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // Whoever is refused early may be cut off while still writing.
        let _ = stream.write_all(bytes).await;
        stream
    }

    fn stop(&self) {
        self.stop.send_modify(|times| *times += 1);
    }

    /// How long the server takes to end.
    async fn end(self) -> Duration {
        let began = now();
        timeout(PATIENCE, self.ended).await.unwrap().unwrap();
        began.elapsed()
    }
}

#[allow(clippy::disallowed_methods, reason = "measures the server")]
fn now() -> Instant {
    Instant::now()
}

/// What the server answers until it closes by itself.
async fn read(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    let _ = read.expect("the connection stays open");
    String::from_utf8(answer).unwrap()
}

const SLOW: &[u8] = b"GET /slow HTTP/1.1\r\nhost: app.example\r\n\r\n";

#[tokio::test]
async fn a_head_that_never_ends_does_not_hold_its_connection() {
    // A stranger held all connections of an app by sending a request's first line on each, and no more.
    let server = start(ServerLimits {
        head_time: Duration::from_millis(50),
        ..ServerLimits::default()
    })
    .await;
    let stream = server
        .send(b"GET /healthz HTTP/1.1\r\nhost: app.example\r\nx: ")
        .await;
    read(stream).await;
}

#[tokio::test]
async fn a_giant_head_is_refused_before_it_is_read_to_the_end() {
    // Cookies of 400 kB were taken apart, in many times as much memory.
    let server = start(ServerLimits::default()).await;
    let head = |bytes| {
        let text = "y".repeat(bytes);
        format!("GET /healthz HTTP/1.1\r\nconnection: close\r\nx: {text}\r\n\r\n").into_bytes()
    };
    let fits = read(server.send(&head(32_000)).await).await;
    assert!(fits.starts_with("HTTP/1.1 200 "), "{fits}");
    assert!(
        fits.ends_with("\r\n\r\nok") && fits.contains("content-length: 2"),
        "{fits}"
    );
    let giant = read(server.send(&head(100_000)).await).await;
    assert!(!giant.starts_with("HTTP/1.1 200 "), "{giant}");
}

#[tokio::test]
async fn half_a_head_does_not_hold_up_the_stop() {
    // One such connection made every stop last ten seconds.
    let server = start(ServerLimits::default()).await;
    let half = server.send(b"GET / HTTP/1.1\r\nhost: a\r\n").await;
    let idle = server.send(b"").await;
    // The server has taken in the first two once it answers the third.
    let third = b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    assert!(read(server.send(third).await).await.contains("200 OK"));
    server.stop();
    let took = server.end().await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    drop((half, idle));
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_server_ends() {
    let server = start(ServerLimits::default()).await;
    let slow = server.send(SLOW).await;
    server.began.notified().await;
    server.stop();
    server.go_on.notify_one();
    let answer = read(slow).await;
    assert!(answer.ends_with("\r\n\r\ndone"), "{answer}");
    assert!(server.end().await < Duration::from_secs(5));
}

#[tokio::test]
async fn a_second_signal_ends_at_once() {
    let server = start(ServerLimits::default()).await;
    let slow = server.send(SLOW).await;
    server.began.notified().await;
    server.stop();
    server.stop();
    assert!(server.end().await < Duration::from_secs(5));
    drop(slow);
}

#[tokio::test]
async fn requests_that_never_end_are_cut_off_after_the_grace() {
    let server = start(ServerLimits {
        grace: Duration::from_millis(50),
        ..ServerLimits::default()
    })
    .await;
    let slow = server.send(SLOW).await;
    server.began.notified().await;
    server.stop();
    assert!(server.end().await < Duration::from_secs(5));
    drop(slow);
}
