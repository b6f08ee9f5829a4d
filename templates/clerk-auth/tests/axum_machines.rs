//! An app that programs call: what its handlers take, and what clients learn of it before they ask for a token.
#![cfg(all(feature = "axum", feature = "machines", feature = "testing"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use axum::Router;
use axum::routing::{get, post};
use clerk_auth::axum::{Allowed, Auth, Caller, ClerkLayer, SignedIn, not_found};
use clerk_auth::gate::Paths;
use clerk_auth::kit::{self, KitBuilder};
use clerk_auth::testing::{ApiKeys, TestKeys};
use clerk_auth::{CallerRule, Check, Kit, Rule, Tokens};
use serde_json::{Value, json};
use support::axum_app::{Answer, Variables, send, try_build, variables};
use support::log::Log;
use support::stage::{development, live};

struct ReadsReports;

impl CallerRule for ReadsReports {
    fn tokens() -> Tokens {
        Tokens::any().scope("reports:read")
    }
}

struct Admin;

impl Rule for Admin {
    fn check() -> Check {
        Check::role("org:admin")
    }
}

const KEYS: ApiKeys = ApiKeys(&[
    ("ak_reader", "user_ada", &["reports:read"]),
    ("ak_plain", "org_acme", &[]),
]);
const METADATA: &str = "/.well-known/oauth-protected-resource";

fn settings() -> KitBuilder {
    let paths = Paths {
        public: &["/api/machines/open"],
        data: &["/api/:path*"],
        machines: &["/api/machines/:path*"],
        ..Paths::PROTECTED
    };
    Kit::builder().paths(paths).fetch(KEYS)
}

fn app_of(builder: KitBuilder, variables: &Variables) -> Router {
    let kit = try_build(builder, variables).unwrap();
    let who = async |auth: Auth| auth.user_id().unwrap_or("nobody").to_owned();
    let machines = Router::new()
        .route("/me", get(async |caller: Caller| kit::caller(&caller)))
        .route("/reports", get(async |_: Caller<ReadsReports>| "reports"))
        .route("/admin", get(async |_: Allowed<Admin>| "admin"))
        .route("/user", get(async |_: SignedIn| "user"))
        .route("/who", get(who))
        .route("/open", get(who))
        .route("/any", post(async || "any"));
    Router::new()
        .nest("/api/machines", machines)
        .route("/api/elsewhere", get(async |_: Caller| "elsewhere"))
        .fallback(not_found)
        .layer(ClerkLayer::new(&kit))
        .route("/outside", get(async |_: Caller| "outside"))
}

fn app() -> Router {
    app_of(
        settings().oauth_scopes(&["profile", "email"]),
        &variables(live()),
    )
}

async fn call(app: &Router, path: &str, token: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    send(app, &format!("GET {path}"), &[("authorization", &bearer)]).await
}

#[tokio::test]
async fn handlers_take_the_tokens_that_they_name() {
    let app = app();
    let oauth = live().oauth_token("user_ada", &["profile"]);
    for (path, token, status) in [
        ("me", "ak_reader", 200),
        ("me", "ak_plain", 200),
        ("me", &*oauth, 200),
        ("me", "ak_unknown", 401),
        ("reports", "ak_reader", 200),
        ("reports", "ak_plain", 403),
        ("reports", &*oauth, 403),
        // Handlers for people, for whoever the key belongs to.
        ("admin", "ak_reader", 401),
        ("user", "ak_reader", 401),
        ("user", &*oauth, 401),
    ] {
        let answer = call(&app, &format!("/api/machines/{path}"), token).await;
        assert_eq!(answer.status, status, "{path} {token:.20}");
    }
    for path in ["who", "open"] {
        let answer = call(&app, &format!("/api/machines/{path}"), "ak_reader").await;
        assert_eq!((answer.status, &*answer.body), (200, "nobody"), "{path}");
    }
    let me = call(&app, "/api/machines/me", &oauth).await;
    let me: Value = serde_json::from_str(&me.body).unwrap();
    let expected = json!({
        "tokenType": "oauth_token", "id": "oat_test", "subject": "user_ada", "userId": "user_ada", "orgId": null,
        "machineId": null, "clientId": "client_test", "scopes": ["profile"],
    });
    assert_eq!(me, expected);
}

#[tokio::test]
async fn refusals_are_json_and_name_what_is_missing() {
    let app = app();
    let lacks = call(&app, "/api/machines/reports", "ak_plain").await;
    assert_eq!(lacks.body, r#"{"error":"Forbidden"}"#);
    let place = format!("resource_metadata=\"http://app.example{METADATA}/api/machines/reports\"");
    let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"reports:read\", {place}");
    assert_eq!(lacks.header("www-authenticate"), challenge);
    let stranger = send(&app, "POST /api/machines/any", &[]).await;
    assert_eq!(
        (stranger.status, &*stranger.body),
        (401, r#"{"error":"Unauthorized"}"#)
    );
    let outside = call(&app, "/outside", "ak_reader").await;
    assert_eq!(outside.status, 500);
}

#[tokio::test]
async fn a_handler_where_no_token_gets_in_is_told_in_the_log() {
    let app = app();
    let session = live().user("user_ada").token();
    let log = Log::default();
    let _listening = log.listen();
    let answer = call(&app, "/api/elsewhere", &session).await;
    assert_eq!(answer.status, 401);
    let lines = log.lines().concat();
    assert!(lines.contains("Paths::machines"), "{lines}");
}

#[tokio::test]
async fn clients_learn_where_tokens_for_a_resource_come_from() {
    let app = app();
    for (path, resource) in [
        ("", "http://app.example"),
        ("/api/machines", "http://app.example/api/machines"),
        ("/api/machines/me", "http://app.example/api/machines/me"),
        ("/api/machines/me?x=1", "http://app.example/api/machines/me"),
    ] {
        let answer = send(&app, &format!("GET {METADATA}{path}"), &[]).await;
        assert_eq!(answer.status, 200, "{path}");
        let told: Value = serde_json::from_str(&answer.body).unwrap();
        let expected = json!({
            "resource": resource,
            "authorization_servers": ["https://clerk.app.example"],
            "bearer_methods_supported": ["header"],
            "scopes_supported": ["profile", "email"],
        });
        assert_eq!(told, expected);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("content-type"), "application/json");
    }
    let line = format!("HEAD {METADATA}/api/machines");
    assert_eq!(send(&app, &line, &[]).await.status, 200);
    let preflight = send(
        &app,
        &format!("OPTIONS {METADATA}/api/machines"),
        &[("origin", "https://inspector.example")],
    )
    .await;
    assert_eq!(preflight.status, 204);
    assert_eq!(preflight.header("access-control-allow-headers"), "*");
    let posted = send(&app, &format!("POST {METADATA}"), &[]).await;
    assert_eq!(
        (posted.status, posted.header("allow")),
        (405, "GET,HEAD,OPTIONS")
    );
    for path in [
        "/api/me",
        "/dashboard",
        "/API/machines",
        "/api//machines",
        "x",
    ] {
        let answer = send(&app, &format!("GET {METADATA}{path}"), &[]).await;
        assert!(
            matches!(answer.status, 401 | 404),
            "{path}: {}",
            answer.status
        );
        assert!(!answer.body.contains("resource"), "{path}");
    }
}

#[tokio::test]
async fn an_app_without_paths_for_programs_has_no_such_address() {
    let app = app_of(Kit::builder().fetch(KEYS), &variables(live()));
    for line in [METADATA, "/.well-known/oauth-protected-resource/api"] {
        assert_eq!(send(&app, &format!("GET {line}"), &[]).await.status, 401);
    }
}

/// What is said of the start address to whoever names this host.
async fn told(keys: &TestKeys, more: &[(&'static str, &str)], host: &str) -> Option<Value> {
    let mut variables = variables(keys);
    variables.extend(
        more.iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    let app = app_of(settings(), &variables);
    let answer = send(&app, &format!("GET {METADATA}"), &[("host", host)]).await;
    let told: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(answer.status == 200, told["resource"].is_string());
    told["resource"].is_string().then_some(told)
}

#[tokio::test]
async fn only_an_own_host_is_called_the_apps_own() {
    let parties = [
        ("CLERK_AUTHORIZED_PARTIES", "https://app.example"),
        ("CLERK_ACCEPT_ABSENT_AZP", "true"),
    ];
    let listed = told(live(), &parties, "app.example").await.unwrap();
    assert_eq!(listed["resource"], "https://app.example");
    assert_eq!(listed["scopes_supported"], Value::Null);
    for host in ["evil.example", "app.example:81", "app.example.evil.example"] {
        assert_eq!(told(live(), &parties, host).await, None, "{host}");
    }
    let local = [(
        "CLERK_PUBLISHABLE_KEY",
        "pk_test_ZW11bGF0b3ItMGExYjJjM2QubG9jYWxob3N0LmNsZXJrLmFjY291bnRzLmRldiQ",
    )];
    let own = told(development(), &local, "127.0.0.1:3000").await.unwrap();
    assert_eq!(own["resource"], "http://127.0.0.1:3000");
    assert_eq!(told(development(), &local, "rebound.example").await, None);
}

#[tokio::test]
async fn the_server_that_gives_out_tokens_is_named_by_an_address_that_answers() {
    const LOCAL: (&str, &str) = (
        "CLERK_PUBLISHABLE_KEY",
        "pk_test_ZW11bGF0b3ItMGExYjJjM2QubG9jYWxob3N0LmNsZXJrLmFjY291bnRzLmRldiQ",
    );
    let (emulator, path) = (
        ("CLERK_FAPI_URL", "http://127.0.0.1:4400"),
        ("CLERK_PROXY_URL", "/__clerk"),
    );
    for (keys, more, server) in [
        (
            development(),
            &[LOCAL, emulator, path][..],
            "http://127.0.0.1:4400",
        ),
        (
            development(),
            &[],
            "https://only-tests-0.clerk.accounts.dev",
        ),
        (live(), &[path], "http://localhost/__clerk"),
        (
            live(),
            &[("CLERK_PROXY_URL", "https://app.example/__clerk/")],
            "https://app.example/__clerk",
        ),
    ] {
        let told = told(keys, more, "localhost").await.unwrap();
        assert_eq!(told["authorization_servers"], json!([server]));
    }
}

#[test]
fn an_app_without_a_secret_key_is_told_at_start_what_it_cannot_check() {
    let mut variables = variables(live());
    variables.remove("CLERK_SECRET_KEY");
    for (builder, is_told) in [(settings(), true), (Kit::builder().fetch(KEYS), false)] {
        let log = Log::default();
        let _listening = log.listen();
        try_build(builder.api(), &variables).unwrap();
        let lines = log.lines().concat();
        let words = "CLERK_SECRET_KEY is not set: API keys";
        assert_eq!(lines.contains(words), is_told, "{lines}");
    }
}
