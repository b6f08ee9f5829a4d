//! `/__clerk` as the layer serves it, and the lines of the log that requests leave.
#![cfg(all(feature = "axum", feature = "proxy", feature = "testing"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use axum::Router;
use axum::routing::get;
use clerk_auth::axum::ClerkLayer;
use clerk_auth::gate::Paths;
use clerk_auth::kit::KitBuilder;
use clerk_auth::testing::TestKeys;
use clerk_auth::{Kit, PublishableKey};
use support::axum_app::{DOCUMENT, Silence, Variables, build, send, try_build, variables};
use support::log::Log;
use support::stage::{development, live};
use support::upstream::Upstream;

const PATHS: Paths<'static> = Paths {
    public: &["/"],
    ..Paths::PROTECTED
};

fn app(builder: KitBuilder, variables: &Variables) -> Router {
    let kit = try_build(builder.paths(PATHS).fetch(Silence), variables).unwrap();
    Router::new()
        .route("/", get(async || "home"))
        .layer(ClerkLayer::new(&kit))
}

fn with_proxy(keys: &TestKeys, upstream: &str) -> Variables {
    let mut variables = variables(keys);
    variables.insert("CLERK_PROXY_URL", "/__clerk".to_owned());
    variables.insert("CLERK_FAPI_URL", upstream.to_owned());
    variables
}

/// An address where nobody listens.
async fn closed() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[tokio::test]
async fn requests_below_the_proxy_url_go_to_clerk_and_nobody_is_asked_who_he_is() {
    let upstream = Upstream::answering("200 OK", &["set-cookie: __client=1"], "from Clerk").await;
    let app = app(
        Kit::builder(),
        &with_proxy(development(), &upstream.origin()),
    );
    let reply = send(&app, "GET /__clerk/v1/client?a=b", &[]).await;
    assert_eq!((reply.status, &*reply.body), (200, "from Clerk"));
    assert_eq!(reply.header("set-cookie"), "__client=1");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.header("x-clerk-auth-status"), "");
    let seen = upstream.seen().remove(0);
    assert!(
        seen.starts_with("GET /v1/client?a=b HTTP/1.1\r\n"),
        "{seen}"
    );
    assert!(
        seen.contains("clerk-proxy-url: http://app.example/__clerk"),
        "{seen}"
    );
    let keys = send(&app, "POST /__clerk//api_keys?a=b", &[]).await;
    assert_eq!(keys.status, 200);
    let seen = upstream.seen().remove(1);
    assert!(
        seen.starts_with("POST /api_keys?a=b HTTP/1.1\r\n"),
        "{seen}"
    );
    let neighbour = send(&app, "GET /__clerkx/v1/client", &[]).await;
    assert_eq!(neighbour.status, 401);
}

#[tokio::test]
async fn without_a_proxy_url_a_page_says_how_to_switch_it_on() {
    let web = app(Kit::builder(), &variables(live()));
    let page = send(&web, "GET /__clerk/v1/client", &[DOCUMENT]).await;
    assert_eq!(page.status, 404);
    assert!(page.body.contains("CLERK_PROXY_URL"), "{page:?}");
    assert_eq!(send(&web, "GET /__clerk/v1/client", &[]).await.status, 404);
    let api = app(Kit::builder().api(), &variables(live()));
    assert_eq!(send(&api, "GET /__clerk/v1/client", &[]).await.status, 401);
}

#[tokio::test]
async fn an_unreachable_upstream_is_a_page_in_the_apps_look_or_an_error_in_clerks_form() {
    let app = app(Kit::builder(), &with_proxy(development(), &closed().await));
    let page = send(&app, "GET /__clerk/v1/client", &[DOCUMENT]).await;
    assert_eq!((page.status, page.header("retry-after")), (502, "5"));
    assert!(page.body.contains("<h1>Clerk is not here</h1>"), "{page:?}");
    assert!(page.body.contains("clerk-rs dev"), "{page:?}");
    let data = send(&app, "GET /__clerk/v1/client", &[]).await;
    assert_eq!((data.status, data.header("retry-after")), (502, "5"));
    assert!(data.body.contains("proxy_upstream_unavailable"), "{data:?}");
}

/// The `Host` of a stranger went to Clerk beside the secret key, as the address of the app.
#[tokio::test]
async fn in_production_no_stranger_names_the_app_to_clerk() {
    let upstream = Upstream::answering("200 OK", &[], "from Clerk").await;
    let line = "GET /__clerk/v1/client";
    let mut variables = with_proxy(live(), &upstream.origin());
    let parties = "https://orchard.example, https://www.orchard.example";
    variables.insert("CLERK_AUTHORIZED_PARTIES", parties.to_owned());
    let listed = app(Kit::builder(), &variables);
    let refused = send(&listed, line, &[("host", "evil.example")]).await;
    assert_eq!((refused.status, upstream.seen().len()), (400, 0));
    let taken = send(&listed, line, &[("host", "www.orchard.example")]).await;
    assert_eq!(taken.status, 200);
    variables.insert(
        "CLERK_PROXY_URL",
        "https://orchard.example/__clerk".to_owned(),
    );
    let absolute = app(Kit::builder(), &variables);
    for host in ["evil.example", "10.0.0.5:3000"] {
        assert_eq!(send(&absolute, line, &[("host", host)]).await.status, 200);
    }
    let seen = upstream.seen();
    assert_eq!(seen.len(), 3);
    for (seen, host) in
        seen.iter()
            .zip(["www.orchard.example", "orchard.example", "orchard.example"])
    {
        assert!(
            seen.contains(&format!("clerk-proxy-url: https://{host}/__clerk\r\n")),
            "{seen}"
        );
        assert!(
            seen.contains(&format!("x-forwarded-host: {host}\r\n")),
            "{seen}"
        );
        assert!(seen.contains("x-forwarded-proto: https\r\n"), "{seen}");
    }
}

/// A page of a foreign name that leads to this machine (DNS rebinding) talked to the emulator through the app.
#[tokio::test]
async fn with_local_keys_only_this_machines_own_names_are_answered() {
    let upstream = Upstream::answering("200 OK", &[], "from the emulator").await;
    let mut variables = with_proxy(development(), &upstream.origin());
    let host = "emulator-0a1b2c3d.localhost.clerk.accounts.dev";
    let key = PublishableKey::build(host).unwrap();
    let secret = if key.starts_with("pk_test_") {
        "sk_test_"
    } else {
        "sk_live_"
    };
    variables.insert("CLERK_PUBLISHABLE_KEY", key);
    variables.insert(
        "CLERK_SECRET_KEY",
        format!("{secret}{}", "Orchard".repeat(6)),
    );
    variables.insert(
        "CLERK_AUTHORIZED_PARTIES",
        "http://tunnel.example".to_owned(),
    );
    let app = app(Kit::builder(), &variables);
    let status = async |host: &str| {
        let line = "GET /__clerk/v1/environment";
        send(&app, line, &[("host", host)]).await.status
    };
    for own in [
        "localhost:3000",
        "app.localhost",
        "127.0.0.1:3000",
        "[::1]:3000",
        "192.168.1.7:3000",
        "tunnel.example",
    ] {
        assert_eq!(status(own).await, 200, "{own}");
    }
    for foreign in [
        "evil.example:3000",
        "localhost.evil.example",
        "evillocalhost",
        "odd+name.evil.example:3000",
    ] {
        assert_eq!(status(foreign).await, 403, "{foreign}");
    }
    assert_eq!(upstream.seen().len(), 6);
    // Whatever the keys, the app itself answers under any name.
    assert_eq!(
        send(&app, "GET /", &[("host", "evil.example")])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn each_request_leaves_one_line_in_development_without_query_and_headers() {
    let log = Log::default();
    let _listening = log.listen();
    let app = app(Kit::builder(), &with_proxy(development(), &closed().await));
    for (line, written) in [
        ("GET /?__clerk_handshake=secret", "GET / 500 "),
        ("GET /?token=secret", "GET / 200 "),
        ("POST /private", "POST /private 401 "),
        ("GET /%0aGET", "GET /%0aGET 401 "),
        ("GET /\u{9b}x", "GET /%C2%9Bx 401 "),
    ] {
        let before = log.lines().len();
        send(&app, line, &[("cookie", "secret=1")]).await;
        let lines = log.lines().split_off(before);
        let request = format!("message={written}");
        let ours: Vec<_> = lines
            .iter()
            .filter(|line| line.starts_with(&request))
            .collect();
        assert_eq!(ours.len(), 1, "{line}: {lines:?}");
        assert!(
            ours[0].ends_with(" ms ") && !ours[0].contains("secret"),
            "{lines:?}"
        );
    }
    let long = format!("GET /{}", "x".repeat(5000));
    send(&app, &long, &[]).await;
    assert!(log.lines().pop().unwrap().len() < 300);
}

#[tokio::test]
async fn in_production_strangers_write_few_lines() {
    let log = Log::default();
    let _listening = log.listen();
    let app = app(Kit::builder(), &with_proxy(live(), "https://127.0.0.1:1"));
    for _ in 0..50 {
        for line in [
            "TRACE /__clerk/v1/client",
            "GET /__clerk/%2e%2e/x",
            "GET /private",
        ] {
            send(&app, line, &[]).await;
        }
    }
    let lines = log.lines();
    assert!(lines.len() < 4, "{lines:?}");
    assert!(
        lines.iter().any(|line| line.contains("this method")),
        "{lines:?}"
    );
}

#[tokio::test]
async fn the_defaults_open_nothing() {
    let kit = build(Kit::builder(), live());
    let app = Router::new().layer(ClerkLayer::new(&kit));
    for line in ["GET /", "GET /healthz", "GET /assets/style.css"] {
        assert_eq!(send(&app, line, &[]).await.status, 401, "{line}");
    }
}

/// `/__CLERK/x` was a path without auth to the matcher, and one of the app's own to a router: its catch-all route
/// answered strangers there. So was `/__xclerk/y` where the proxy's path is `/__:x`.
#[tokio::test]
async fn other_spellings_of_the_kits_own_paths_reach_no_route_of_the_app() {
    let upstream = Upstream::answering("200 OK", &[], "from Clerk").await;
    let mut odd = with_proxy(live(), &upstream.origin());
    odd.insert("CLERK_PROXY_URL", "/(clerk)/:x*".to_owned());
    for variables in [variables(live()), odd] {
        let builder = Kit::builder().paths(PATHS).health().fetch(Silence);
        none_reaches_the_app(&try_build(builder, &variables).unwrap()).await;
    }
}

async fn none_reaches_the_app(kit: &Kit) {
    let app = Router::new()
        .route("/{*path}", get(async || "private"))
        .layer(ClerkLayer::new(kit));
    for path in [
        "/clerk/v1/client",
        "/__CLERK/x",
        "/__clerk",
        "/__%63lerk/x",
        "//__clerk/x",
        "/HEALTHZ",
        "/healthz/",
        "/%72eadyz",
        "/anything",
    ] {
        let reply = send(&app, &format!("GET {path}"), &[]).await;
        assert!([401, 404].contains(&reply.status), "{path}: {reply:?}");
        assert!(!reply.body.contains("private"), "{path}");
    }
}

#[tokio::test]
async fn with_local_keys_an_app_without_a_sign_in_page_sends_people_to_the_emulators_form() {
    // They were sent to a hosted page whose name no DNS knows.
    let mut variables = with_proxy(development(), &closed().await);
    // The key of `emulator-0a1b2c3d.localhost.clerk.accounts.dev`.
    let key = "pk_test_ZW11bGF0b3ItMGExYjJjM2QubG9jYWxob3N0LmNsZXJrLmFjY291bnRzLmRldiQ";
    variables.insert("CLERK_PUBLISHABLE_KEY", key.to_owned());
    let app = app(Kit::builder(), &variables);
    let dev_browser = ("cookie", "__clerk_db_jwt=dvb");
    let reply = send(&app, "GET /dashboard", &[DOCUMENT, dev_browser]).await;
    assert_eq!(reply.status, 307, "{}", reply.body);
    let location = reply.header("location");
    assert!(
        location.starts_with("/__clerk/__emulator/sign-in?redirect_url="),
        "{location}"
    );
}

#[tokio::test]
async fn a_sign_in_page_on_a_path_without_auth_is_open() {
    let mut variables = with_proxy(development(), &closed().await);
    let page = "/__clerk/own/sign-in".to_owned();
    variables.insert("CLERK_SIGN_IN_URL", page);
    let app = app(Kit::builder(), &variables);
    let dev_browser = ("cookie", "__clerk_db_jwt=dvb");
    let reply = send(&app, "GET /dashboard", &[DOCUMENT, dev_browser]).await;
    assert!(
        reply
            .header("location")
            .starts_with("/__clerk/own/sign-in?"),
        "{} {}",
        reply.status,
        reply.body
    );
}
