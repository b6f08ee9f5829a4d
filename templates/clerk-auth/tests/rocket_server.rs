//! How a Rocket app is launched, and how it stops.
#![cfg(all(feature = "rocket", feature = "testing"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clerk_auth::gate::Paths;
use clerk_auth::rocket::ClerkFairing;
use clerk_auth::server::launch_until;
use clerk_auth::{Kit, StartError};
use rocket::fairing::AdHoc;
use rocket::{State, get, routes};
use support::app::{Silence, try_build, variables};
use support::stage::live;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Long enough for a busy machine; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(30);

/// Told when a handler has begun, and lets it go on.
#[derive(Clone, Default)]
struct Signs {
    began: Arc<Notify>,
    go_on: Arc<Notify>,
}

#[get("/slow")]
async fn slow(signs: &State<Signs>) -> &'static str {
    signs.began.notify_one();
    signs.go_on.notified().await;
    "done"
}

struct Running {
    address: SocketAddr,
    stop: watch::Sender<u32>,
    ended: JoinHandle<Result<(), StartError>>,
    signs: Signs,
}

fn kit(port: &str) -> Kit {
    kit_with([("PORT", port.to_owned())])
}

fn kit_with<const N: usize>(more: [(&'static str, String); N]) -> Kit {
    let paths = Paths {
        without_auth: &["/slow"],
        ..Paths::PROTECTED
    };
    let mut variables = variables(live());
    variables.extend(more);
    let builder = Kit::builder().paths(paths).health().fetch(Silence);
    try_build(builder, &variables).unwrap()
}

async fn start(grace: Duration) -> Running {
    start_with(kit("0"), grace).await
}

async fn start_with(kit: Kit, grace: Duration) -> Running {
    let signs = Signs::default();
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
    let ended = tokio::spawn(async move { launch_until(app, &kit, grace, told).await });
    let address = timeout(PATIENCE, addresses.recv()).await.unwrap().unwrap();
    Running {
        address,
        stop,
        ended,
        signs,
    }
}

impl Running {
    async fn send(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream
    }

    fn stop(&self) {
        self.stop.send_modify(|times| *times += 1);
    }

    /// How long the app takes to end.
    async fn end(self) -> Duration {
        let began = now();
        let ended = timeout(PATIENCE, self.ended).await.unwrap();
        ended.unwrap().unwrap();
        began.elapsed()
    }
}

#[allow(clippy::disallowed_methods, reason = "measures the app")]
fn now() -> Instant {
    Instant::now()
}

/// What the app answers until it closes by itself.
async fn read(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    let _ = read.expect("the connection stays open");
    String::from_utf8(answer).unwrap()
}

const GRACE: Duration = Duration::from_secs(20);
const SLOW: &[u8] = b"GET /slow HTTP/1.1\r\nhost: app.example\r\n\r\n";
const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_under_way_is_answered_before_the_app_ends() {
    let app = start(GRACE).await;
    let slow = app.send(SLOW).await;
    app.signs.began.notified().await;
    app.stop();
    app.signs.go_on.notify_one();
    let answer = read(slow).await;
    assert!(answer.ends_with("\r\n\r\ndone"), "{answer}");
    assert!(app.end().await < Duration::from_secs(5));
}

/// Rocket by itself waits for both until its grace is over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_head_does_not_hold_up_the_stop() {
    let app = start(GRACE).await;
    let half = app.send(b"GET / HTTP/1.1\r\nhost: a\r\n").await;
    let idle = app.send(b"").await;
    // The app has taken in the first two once it answers the third.
    let answer = read(app.send(HEALTH).await).await;
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
    let app = start(GRACE).await;
    let slow = app.send(SLOW).await;
    app.signs.began.notified().await;
    app.stop();
    app.stop();
    assert!(app.end().await < Duration::from_secs(5));
    drop(slow);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_never_end_are_cut_off_after_the_grace() {
    let app = start(Duration::from_millis(50)).await;
    let slow = app.send(SLOW).await;
    app.signs.began.notified().await;
    app.stop();
    assert!(app.end().await < Duration::from_secs(10));
    drop(slow);
}

/// Rocket takes a body for whole that breaks off within the bytes that it looks at.
#[cfg(feature = "proxy")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_breaks_off_never_reaches_clerk_as_a_whole_one() {
    let upstream = support::upstream::Upstream::answering("200 OK", &[], "from Clerk").await;
    let variables = [
        ("PORT", "0".to_owned()),
        ("CLERK_PROXY_URL", "/__clerk".to_owned()),
        ("CLERK_FAPI_URL", upstream.origin()),
    ];
    let app = start_with(kit_with(variables), GRACE).await;
    let head = "POST /__clerk/v1/x HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
    for (chunks, status) in [
        ("zz\r\n", "400"),
        ("3\r\na=b\r\nzz\r\n", "400"),
        ("14\r\naaaaaaaaaaaaaaaaaaaa\r\nzz\r\n", "400"),
        ("3\r\na=b\r\n0\r\n\r\n", "200"),
    ] {
        let sent = app.send(format!("{head}{chunks}").as_bytes()).await;
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
    let kit = kit(&taken.local_addr().unwrap().port().to_string());
    let (_stop, told) = watch::channel(0);
    let app = rocket::build().attach(ClerkFairing::new(&kit));
    let error = launch_until(app, &kit, GRACE, told).await.unwrap_err();
    let said = error.to_string();
    assert!(said.contains("cannot listen on 127.0.0.1"), "{said}");
}

#[tokio::test]
async fn routes_that_collide_stop_the_start_and_are_named() {
    let kit = kit("0");
    let (_stop, told) = watch::channel(0);
    let app = rocket::build().mount("/", routes![slow, slow]);
    let error = launch_until(app.manage(Signs::default()), &kit, GRACE, told).await;
    let said = error.unwrap_err().to_string();
    assert!(said.contains("/slow"), "{said}");
}
