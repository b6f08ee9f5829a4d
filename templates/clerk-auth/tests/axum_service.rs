//! What an app on axum answers beside its own handlers: health and files, events of Clerk, and the user.
#![cfg(all(feature = "axum", feature = "testing", feature = "webhooks"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use axum::Router;
use axum::routing::{get, post};
use bytes::Bytes;
use clerk_auth::axum::{ClerkLayer, CurrentUser, Webhook, not_found};
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use clerk_auth::kit::{Files, NoUser};
use http::{Request, Response};
use support::axum_app::{DOCUMENT, OneUser, Silence, build, send, settings, try_build, variables};
use support::events::{self, SECRET, deliver};
use support::shop;
use support::stage::{development, live};

#[tokio::test]
async fn health_and_files_ask_nobody() {
    const FILES: &[(&str, &[u8])] = &[("/assets/style.css", b"body { margin: 0 }")];
    let kit = build(settings().files(Files::new(FILES)), live());
    let app = Router::new()
        .fallback(not_found)
        .layer(ClerkLayer::new(&kit));
    for line in ["GET /healthz", "GET /readyz", "HEAD /healthz"] {
        let reply = send(&app, line, &[DOCUMENT]).await;
        assert_eq!(reply.status, 200, "{line}");
        assert_eq!(reply.header("x-clerk-auth-status"), "");
    }
    for line in ["POST /healthz", "DELETE /assets/style.css"] {
        let reply = send(&app, line, &[]).await;
        assert_eq!((reply.status, reply.header("allow")), (405, "GET,HEAD"));
    }
    assert_eq!(
        send(&app, "GET /HEALTHZ", &[]).await.status,
        401,
        "another path"
    );
    let file = send(&app, "GET /assets/style.css", &[]).await;
    assert_eq!((file.status, &*file.body), (200, "body { margin: 0 }"));
    assert_eq!(file.header("content-type"), "text/css; charset=utf-8");
    let known = [("if-none-match", file.header("etag"))];
    let again = send(&app, "GET /assets/style.css", &known).await;
    assert_eq!((again.status, &*again.body), (304, ""));
    for path in ["/assets/style.cs", "/assets/", "/assets/..%2fCargo.toml"] {
        let reply = send(&app, &format!("GET {path}"), &[]).await;
        assert!([400, 401].contains(&reply.status), "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn not_ready_without_a_key_to_check_tokens_with() {
    let mut variables = variables(live());
    variables.remove("CLERK_JWT_KEY");
    let kit = try_build(settings().fetch(Silence), &variables).unwrap();
    let app = Router::new()
        .route("/", get(async || "open"))
        .layer(ClerkLayer::new(&kit));
    assert_eq!(send(&app, "GET /readyz", &[]).await.status, 503);
    assert_eq!(send(&app, "GET /healthz", &[]).await.status, 200);
    let bearer = live().user("user_ada").bearer();
    let unknown = send(&app, "GET /", &[("authorization", &bearer)]).await;
    assert_eq!(unknown.status, 200, "a public path opens: {unknown:?}");
    let unknown = send(&app, "GET /account", &[("authorization", &bearer)]).await;
    assert_eq!(unknown.status, 503);
    assert_ne!(unknown.header("retry-after"), "");
}

#[tokio::test]
async fn only_what_clerk_signed_just_now_is_an_event() {
    let body = r#"{"type":"user.created","data":{"id":"user_ada"}}"#;
    let app = Router::new()
        .route(
            "/webhooks/clerk",
            post(async |Webhook(event): Webhook| event.kind),
        )
        .layer(ClerkLayer::new(&events::kit()));
    let event = deliver(&app, SECRET, 0, body).await;
    assert_eq!((event.status, &*event.body), (200, "user.created"));
    assert_eq!(deliver(&app, SECRET, 3600, body).await.status, 400);
    let other = concat!("whsec_", "c29tZWJvZHkgZWxzZQ==");
    assert_eq!(deliver(&app, other, 0, body).await.status, 400);
    events::large_ones_arrive_and_giant_ones_do_not(&app).await;
    assert_eq!(send(&app, "GET /webhooks/clerk", &[]).await.status, 405);
}

#[tokio::test]
async fn the_user_is_asked_for_once_in_a_request_and_never_for_a_stranger() {
    let backend = OneUser::default();
    let kit = try_build(settings().fetch(backend.clone()), &variables(live())).unwrap();
    let twice = async |CurrentUser(a): CurrentUser, CurrentUser(b): CurrentUser| {
        assert_eq!(a.id, b.id);
        a.first_name.clone().unwrap()
    };
    let app = Router::new()
        .route("/twice", get(twice))
        .layer(ClerkLayer::new(&kit));
    shop::the_user_is_asked_for_once(&app, &backend).await;
}

/// A Backend API that refuses, in words that are nobody's business.
struct Refusing;

impl Fetch for Refusing {
    fn fetch(&self, _: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, FetchError>> {
        let body = r#"{"errors":[{"code":"clerk_key_invalid","long_message":"The key of acme-internal is invalid"}]}"#;
        let answer = Response::builder().status(401).body(Bytes::from(body));
        Box::pin(async move { Ok(answer.unwrap()) })
    }
}

#[tokio::test]
async fn what_the_backend_api_said_is_not_for_visitors() {
    for (keys, told) in [(development(), "acme-internal"), (live(), "reference ")] {
        let kit = try_build(settings().fetch(Refusing), &variables(keys)).unwrap();
        let name = async |user: Result<CurrentUser, NoUser>| match user {
            Ok(CurrentUser(user)) => user.id.clone(),
            Err(error) => error.to_string(),
        };
        let app = Router::new()
            .route("/name", get(name))
            .route(
                "/user",
                get(async |CurrentUser(user): CurrentUser| user.id.clone()),
            )
            .layer(ClerkLayer::new(&kit));
        let bearer = keys.user("user_ada").bearer();
        let name = send(&app, "GET /name", &[("authorization", &bearer)]).await;
        assert!(name.body.contains(told), "{name:?}");
        let must = send(&app, "GET /user", &[("authorization", &bearer)]).await;
        assert_eq!(must.status, 503);
        assert!(!must.body.contains("acme"), "{must:?}");
    }
}
