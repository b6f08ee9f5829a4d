//! How a Rocket app is launched, and how it stops.
#![cfg(all(feature = "rocket", feature = "testing"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::net::SocketAddr;
use std::time::Duration;

use clerk_auth::Kit;
use clerk_auth::rocket::ClerkFairing;
use clerk_auth::server::launch_until;
use rocket::fairing::AdHoc;
use rocket::{State, get, routes};
use support::sockets::{self, PATIENCE, Running, Slow, kit, read};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

const GRACE: Duration = Duration::from_secs(20);

#[get("/slow")]
async fn slow(slow: &State<Slow>) -> &'static str {
    slow.answer().await
}

async fn start(grace: Duration) -> (Running, Slow) {
    start_with(kit(&[("PORT", "0")]), grace).await
}

async fn start_with(kit: Kit, grace: Duration) -> (Running, Slow) {
    let signs = Slow::default();
    let (listens, mut addresses) = mpsc::unbounded_channel();
    let app = rocket::build()
        .manage(signs.clone())
        .mount("/", routes![slow])
        .attach(AdHoc::on_liftoff("Tells the address", move |rocket| {
            let config = rocket.config();
            // By itself Rocket cuts requests off after two seconds.
            assert_eq!(u64::from(config.shutdown.grace), grace.as_secs());
            listens
                .send(SocketAddr::new(config.address, config.port))
                .unwrap();
            Box::pin(async {})
        }))
        .attach(ClerkFairing::new(&kit));
    let (stop, told) = watch::channel(0);
    let ended = async move { launch_until(app, &kit, grace, told).await.unwrap() };
    let ended = tokio::spawn(ended);
    let address = timeout(PATIENCE, addresses.recv()).await.unwrap().unwrap();
    let server = Running {
        address,
        stop,
        ended,
    };
    (server, signs)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_under_way_is_answered_before_the_app_ends() {
    let (app, slow) = start(GRACE).await;
    sockets::answers_what_is_under_way(app, &slow).await;
}

/// Rocket by itself waits for both until its grace is over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_head_does_not_hold_up_the_stop() {
    let (app, _) = start(GRACE).await;
    let half = app.open(b"GET / HTTP/1.1\r\nhost: a\r\n").await;
    let idle = app.open(b"").await;
    // The app has taken in the first two once it answers the third.
    let answer = app.send("GET /healthz", &[], b"").await;
    assert!(answer.contains("200 OK"), "{answer}");
    // Rocket's own headers would say what the app is made of.
    assert!(!answer.to_lowercase().contains("server:"), "{answer}");
    app.stop();
    let took = app.end().await;
    assert!(took < Duration::from_secs(10), "{took:?}");
    drop((half, idle));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_signal_ends_at_once() {
    let (app, slow) = start(GRACE).await;
    sockets::ends_at_once_at_the_second_signal(app, &slow).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_never_end_are_cut_off_after_the_grace() {
    let (app, slow) = start(Duration::from_millis(50)).await;
    sockets::cuts_off_what_never_ends(app, &slow).await;
}

/// Rocket takes a body for whole that breaks off within the bytes that it looks at.
#[cfg(feature = "proxy")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_breaks_off_never_reaches_clerk_as_a_whole_one() {
    let upstream = support::upstream::Upstream::answering("200 OK", &[], "from Clerk").await;
    let variables = [
        ("PORT", "0"),
        ("CLERK_PROXY_URL", "/__clerk"),
        ("CLERK_FAPI_URL", &*upstream.origin()),
    ];
    let (app, _) = start_with(kit(&variables), GRACE).await;
    let head = "POST /__clerk/v1/x HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
    for (chunks, status) in [
        ("zz\r\n", "400"),
        ("3\r\na=b\r\nzz\r\n", "400"),
        ("14\r\naaaaaaaaaaaaaaaaaaaa\r\nzz\r\n", "400"),
        ("3\r\na=b\r\n0\r\n\r\n", "200"),
    ] {
        let sent = app.open(format!("{head}{chunks}").as_bytes()).await;
        let answer = read(sent).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{chunks}: {answer}"
        );
    }
    let (_, body) = upstream.only();
    assert_eq!(body, "3\r\na=b\r\n0\r\n\r\n");
}

#[tokio::test]
async fn a_port_that_is_taken_stops_the_start_with_advice() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let kit = kit(&[("PORT", &*port)]);
    let (_stop, told) = watch::channel(0);
    let app = rocket::build().attach(ClerkFairing::new(&kit));
    let error = launch_until(app, &kit, GRACE, told).await.unwrap_err();
    let said = error.to_string();
    assert!(said.contains("cannot listen on 127.0.0.1"), "{said}");
}

#[tokio::test]
async fn routes_that_collide_stop_the_start_and_are_named() {
    let kit = kit(&[("PORT", "0")]);
    let (_stop, told) = watch::channel(0);
    let app = rocket::build().mount("/", routes![slow, slow]);
    let error = launch_until(app.manage(Slow::default()), &kit, GRACE, told).await;
    let said = error.unwrap_err().to_string();
    assert!(said.contains("/slow"), "{said}");
}
