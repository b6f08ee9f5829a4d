//! Connections that outlast their request: who may open one, and when it ends.
#![cfg(all(feature = "axum", feature = "connected", feature = "testing"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use clerk_auth::axum::{ClerkLayer, Connected, End, service};
use clerk_auth::kit::KitBuilder;
use clerk_auth::server::{ServerLimits, run};
use clerk_auth::time::UnixMillis;
use clerk_auth::{Kit, Paths};
use support::axum_app::{Silence, send, settings, try_build, variables};
use support::stage::{NOW, live};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

const PARTY: &str = "https://www.orchard.example";

/// An app whose clock the test moves, and everybody who opened a connection there.
struct Stage {
    app: Router,
    kit: Kit,
    now: Arc<AtomicI64>,
    opened: mpsc::UnboundedReceiver<Connected>,
}

impl Stage {
    fn new(settings: KitBuilder) -> Self {
        let now = Arc::new(AtomicI64::new(NOW.0));
        let clock = Arc::clone(&now);
        let mut variables = variables(live());
        variables.insert("CLERK_AUTHORIZED_PARTIES", PARTY.to_owned());
        variables.insert("CLERK_ACCEPT_ABSENT_AZP", "true".to_owned());
        let builder = settings.fetch(Silence);
        let builder = builder.clock(move || UnixMillis(clock.load(Ordering::Relaxed)));
        let kit = try_build(builder, &variables).unwrap();
        let (told, opened) = mpsc::unbounded_channel();
        let open = async move |connected: Connected| told.send(connected).is_ok().to_string();
        let app = Router::new()
            .route("/api/live", get(open.clone()))
            .route("/", get(open))
            .layer(ClerkLayer::new(&kit));
        Self {
            app,
            kit,
            now,
            opened,
        }
    }

    async fn status(&self, headers: &[(&str, &str)]) -> u16 {
        send(&self.app, "GET /api/live", headers).await.status
    }

    /// Somebody who has just opened a connection.
    async fn open(&mut self) -> Connected {
        let bearer = live().user("user_ada").at(NOW).bearer();
        let status = self.status(&[("authorization", &bearer)]).await;
        assert_eq!(status, 200);
        self.opened.recv().await.unwrap()
    }

    fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1000, Ordering::Relaxed);
    }
}

/// A page of another site opened a WebSocket in the name of whoever looked at it.
#[tokio::test]
async fn only_pages_of_the_app_open_connections() {
    let stage = Stage::new(settings());
    let user = live().user("user_ada").at(NOW);
    let (cookie, bearer) = (user.cookie_header(), user.bearer());
    let (cookie, bearer) = (("cookie", &*cookie), ("authorization", &*bearer));
    let site = |word| ("sec-fetch-site", word);
    for (headers, status) in [
        // The host of these requests is app.example.
        (&[("origin", "http://app.example")][..], 200),
        (&[("origin", PARTY)], 200),
        (&[("origin", PARTY), site("same-site")], 200),
        (&[("referer", "http://app.example/live")], 200),
        (&[site("same-origin")], 200),
        // A proxy in front speaks TLS, and nobody told the app.
        (
            &[("origin", "https://app.example"), site("same-origin")],
            200,
        ),
        (&[("origin", "https://app.example")], 403),
        (&[("origin", "http://app.example.evil.example")], 403),
        (&[("origin", "http://app.example:8080")], 403),
        (&[("origin", "https://blog.orchard.example")], 403),
        (
            &[("origin", "https://evil.example"), site("cross-site")],
            403,
        ),
        (
            &[("referer", "https://evil.example/http://app.example")],
            403,
        ),
        (&[("origin", "null")], 403),
        (&[("origin", "")], 403),
        (&[site("same-site")], 403),
        (&[site("none")], 403),
        // What sends none of these is no browser, or one that others could have sent.
        (&[], 403),
        (&[("authorization", "Basic YWRhOnNlY3JldA==")], 403),
    ] {
        let with_cookie = [headers, &[cookie]].concat();
        assert_eq!(stage.status(&with_cookie).await, status, "{headers:?}");
        assert_eq!(stage.status(headers).await, 401, "{headers:?}, a stranger");
    }
    for (headers, status) in [
        (&[bearer][..], 200),
        (&[bearer, ("origin", "https://evil.example")], 403),
        (&[bearer, site("cross-site")], 403),
    ] {
        assert_eq!(stage.status(headers).await, status, "{headers:?}");
    }
}

#[tokio::test]
async fn strangers_open_none_on_public_paths_either() {
    let stage = Stage::new(settings());
    let origin = ("origin", "http://app.example");
    assert_eq!(send(&stage.app, "GET /", &[origin]).await.status, 401);
}

#[tokio::test(start_paused = true)]
async fn a_connection_ends_with_its_token_by_the_clock_of_the_app() {
    let mut stage = Stage::new(settings());
    let connected = stage.open().await;
    assert_eq!(connected.user_id(), Some("user_ada"));
    assert_eq!(connected.during(async { 7 }).await, Ok(7));
    // The clock stands at the last millisecond, however long somebody waits.
    stage.now.fetch_add(59_999, Ordering::Relaxed);
    let waits = timeout(Duration::from_secs(3600), connected.during(pending::<()>()));
    assert!(waits.await.is_err());
    stage.pass(1);
    assert_eq!(connected.during(pending::<()>()).await, Err(End::Expired));
    // Nothing more is done, not even what takes no time.
    assert_eq!(connected.during(async { 7 }).await, Err(End::Expired));
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_moved_ends_those_who_wait() {
    let mut stage = Stage::new(settings());
    let connected = stage.open().await;
    let waits = tokio::spawn(async move { connected.during(pending::<()>()).await });
    tokio::task::yield_now().await;
    stage.pass(61);
    assert_eq!(waits.await.unwrap(), Err(End::Expired));
}

/// The other requests of somebody who opened connections without end were the first to suffer.
#[tokio::test]
async fn nobody_has_more_than_thirty_two() {
    let mut stage = Stage::new(settings());
    let mut open = Vec::new();
    for _ in 0..32 {
        open.push(stage.open().await);
    }
    let bearer = live().user("user_ada").session("other").at(NOW).bearer();
    assert_eq!(stage.status(&[("authorization", &bearer)]).await, 429);
    let other = live().user("user_eve").at(NOW).bearer();
    assert_eq!(stage.status(&[("authorization", &other)]).await, 200);
    open.pop();
    stage.opened.recv().await.unwrap();
    stage.open().await;
}

/// Whoever was connected heard nothing of a stop, and their page took the silence for the network's.
#[tokio::test]
async fn the_server_ends_them_before_it_stops() {
    let paths = Paths::PROTECTED;
    let mut stage = Stage::new(Kit::builder().paths(paths));
    let connected = stage.open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (stop, told) = watch::channel(0);
    let (kit, app) = (stage.kit.clone(), service(stage.app.clone()));
    let limits = ServerLimits::default();
    let stopped = tokio::spawn(async move { run(&kit, listener, app, limits, told).await });
    stop.send_replace(1);
    assert_eq!(connected.during(pending::<()>()).await, Err(End::Stopping));
    // It waits until they have said so.
    assert!(!stopped.is_finished());
    drop(connected);
    stopped.await.unwrap();
    // Whoever comes late is sent away at once.
    let late = stage.open().await;
    assert_eq!(late.during(pending::<()>()).await, Err(End::Stopping));
}
