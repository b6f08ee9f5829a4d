//! Actix's server as the adapter sets it up: what a connection may take, how it stops, and what it passes on to Clerk.
#![cfg(all(feature = "actix-web", feature = "testing", feature = "upload"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::cell::RefCell;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::rt;
use actix_web::{App, web};
use clerk_auth::Kit;
use clerk_auth::actix_web::{ClerkMiddleware, run};
use clerk_auth::server::ServerLimits;
use support::sockets::{self, Running, Slow, read};
use support::upstream::Upstream;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

/// An address that nobody answers at.
const NOBODY: &str = "http://127.0.0.1:1";

thread_local! {
    static THREAD: RefCell<Option<Ends>> = const { RefCell::new(None) };
}

struct Started {
    server: Running,
    slow: Slow,
    /// Told when one of actix's threads has ended.
    worker_ended: Arc<Notify>,
}

async fn start(limits: ServerLimits, upstream: &str) -> Started {
    let kit = sockets::kit(&[
        ("CLERK_PROXY_URL", "/__clerk"),
        ("CLERK_FAPI_URL", upstream),
    ]);
    let (slow, worker_ended) = (Slow::default(), Arc::new(Notify::new()));
    let (waits, ends) = (slow.clone(), Arc::clone(&worker_ended));
    let app = move |kit: Kit| {
        let ends = Ends(Arc::clone(&ends));
        THREAD.with_borrow_mut(|thread| *thread = Some(ends));
        let wait = async |slow: web::Data<Slow>| slow.answer().await;
        App::new()
            .app_data(web::Data::new(waits.clone()))
            .route("/slow", web::get().to(wait))
            .wrap(ClerkMiddleware::new(&kit))
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, told) = watch::channel(0);
    let ended = async move { run(app, kit, listener, limits, told).await.unwrap() };
    let server = Running {
        address,
        stop,
        ended: rt::spawn(ended),
    };
    Started {
        server,
        slow,
        worker_ended,
    }
}

#[actix_web::test]
async fn a_head_that_never_ends_does_not_hold_its_connection() {
    let limits = ServerLimits {
        head_time: Duration::from_millis(50),
        ..ServerLimits::default()
    };
    let server = start(limits, NOBODY).await.server;
    let stream = server.open(b"GET /healthz HTTP/1.1\r\nhost: a\r\nx: ");
    let answer = read(stream.await).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[actix_web::test]
async fn a_giant_head_is_refused_before_it_is_read_to_the_end() {
    let server = start(ServerLimits::default(), NOBODY).await.server;
    let head = |bytes| {
        let text = "y".repeat(bytes);
        let head = "GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close";
        format!("{head}\r\nx: {text}\r\n\r\n").into_bytes()
    };
    let fits = read(server.open(&head(60_000)).await).await;
    assert!(fits.starts_with("HTTP/1.1 200 "), "{fits}");
    assert!(fits.ends_with("\r\n\r\nok"), "{fits}");
    let giant = read(server.open(&head(200_000)).await).await;
    assert!(!giant.starts_with("HTTP/1.1 200 "), "{giant}");
}

#[actix_web::test]
async fn half_a_head_does_not_hold_up_the_stop() {
    let server = start(ServerLimits::default(), NOBODY).await.server;
    let half = server.open(b"GET / HTTP/1.1\r\nhost: a\r\n").await;
    let idle = server.open(b"").await;
    // One that was used before, with the next head half sent.
    let mut used = server
        .open(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")
        .await;
    let mut answer = [0; 15];
    used.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    used.write_all(b"GET / HTTP/1.1\r\nhost").await.unwrap();
    let last = b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    assert!(read(server.open(last).await).await.contains("200 OK"));
    server.stop();
    let took = server.end().await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    drop((half, idle, used));
}

#[actix_web::test]
async fn a_request_under_way_is_answered_before_the_server_ends() {
    let app = start(ServerLimits::default(), NOBODY).await;
    sockets::answers_what_is_under_way(app.server, &app.slow).await;
}

#[actix_web::test]
async fn a_second_signal_ends_at_once() {
    let app = start(ServerLimits::default(), NOBODY).await;
    sockets::ends_at_once_at_the_second_signal(app.server, &app.slow).await;
}

#[actix_web::test]
async fn requests_that_never_end_are_cut_off_after_the_grace() {
    let limits = ServerLimits {
        grace: Duration::from_secs(1),
        ..ServerLimits::default()
    };
    let app = start(limits, NOBODY).await;
    sockets::cuts_off_what_never_ends(app.server, &app.slow).await;
}

#[actix_web::test]
async fn bodies_go_to_clerk_piece_by_piece_and_answers_come_back() {
    let cookies = ["set-cookie: __client=1", "set-cookie: __client_uat=2"];
    let upstream = Upstream::answering("200 OK", &cookies, "from Clerk").await;
    let server = start(ServerLimits::default(), &upstream.origin())
        .await
        .server;
    let body = "x".repeat(500_000);
    for framing in [
        format!("content-length: {}\r\n\r\n{body}", body.len()),
        format!(
            "transfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
            body.len()
        ),
    ] {
        let head = "POST /__clerk/v1/me HTTP/1.1\r\nhost: localhost\r\nconnection: close";
        let request = format!("{head}\r\n{framing}");
        let answer = read(server.open(request.as_bytes()).await).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(answer.ends_with("\r\n\r\nfrom Clerk"), "{answer}");
        assert_eq!(answer.matches("set-cookie: __client").count(), 2);
        assert!(answer.contains("x-content-type-options: nosniff"));
    }
    let seen = upstream.seen();
    // Pieces have lines with their lengths between them.
    let whole = |seen: &String| seen.matches('x').count() >= body.len();
    assert!(seen.len() == 2 && seen.iter().all(whole));
    let head = b"HEAD /__clerk/v1/me HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let answer = read(server.open(head).await).await;
    assert!(answer.contains("content-length: 10\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

/// A client that went away half-way must not pass for one that sent all of it.
#[actix_web::test]
async fn half_a_body_does_not_pass_for_a_whole_one() {
    let upstream = Upstream::answering("200 OK", &[], "from Clerk").await;
    let server = start(ServerLimits::default(), &upstream.origin())
        .await
        .server;
    let half = b"POST /__clerk/v1/me HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99\r\n\r\nhalf";
    let mut stream = server.open(half).await;
    stream.shutdown().await.unwrap();
    let answer = read(stream).await;
    assert!(!answer.contains("200 OK"), "{answer}");
    assert_eq!(upstream.seen().len(), 0);
}

/// Says at the end of its thread that it has ended.
struct Ends(Arc<Notify>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

/// Clerk's API as two requests see it that come over one connection: the second is answered when a test says so.
async fn one_connection(began: Arc<Notify>, go_on: Arc<Notify>) -> (String, JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let mut stream = listener.accept().await.unwrap().0;
        for is_second in [false, true] {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            if is_second {
                began.notify_one();
                go_on.notified().await;
            }
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfrom Clerk";
            stream.write_all(answer).await.unwrap();
        }
    });
    (origin, serving)
}

/// A worker ends as soon as it has no connections left; the connections to Clerk that it opened are used by others, too.
#[actix_web::test]
async fn a_request_for_clerk_is_answered_though_the_worker_that_connected_has_ended() {
    let (began, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let serving = one_connection(Arc::clone(&began), Arc::clone(&go_on));
    let (origin, serving) = serving.await;
    let app = start(ServerLimits::default(), &origin).await;
    let server = app.server;
    // New connections go to the workers in turn.
    let request = b"GET /__clerk/v1/me HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let first = read(server.open(request).await).await;
    assert!(first.ends_with("from Clerk"), "{first}");
    let second = server.open(request).await;
    began.notified().await;
    server.stop();
    app.worker_ended.notified().await;
    go_on.notify_one();
    let second = read(second).await;
    assert!(second.ends_with("from Clerk"), "{second}");
    serving.await.unwrap();
    server.end().await;
}
