//! `/api`, health, everything that is not there, and handlers that fail.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::support::{DEVELOPMENT, DOCUMENT, LIVE, Silence, app, send, state, variables};
use crate::gate::GateLayer;

const UNAUTHORIZED: &str = r#"{"error":"Unauthorized"}"#;

#[tokio::test]
async fn strangers_get_401_as_data() {
    let app = app(&LIVE);
    for line in [
        "GET /api/me",
        "POST /api/me",
        "GET /api",
        "GET /api/nothing",
    ] {
        for headers in [&[][..], &[DOCUMENT], &[("hx-request", "true")]] {
            let reply = send(&app, line, headers).await;
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{line}");
            assert_eq!(reply.body, UNAUTHORIZED);
            assert_eq!(reply.header("content-type"), "application/json");
            assert_eq!(reply.header("x-clerk-auth-status"), "signed-out");
            assert_eq!(reply.header("location"), "");
        }
    }
}

#[tokio::test]
async fn a_token_says_who_asks() {
    let admin = LIVE.user("user_ada").session("sess_1").organization(
        "org_1",
        "acme",
        "admin",
        &["org:invoices:read"],
    );
    let reply = send(
        &app(&LIVE),
        "GET /api/me",
        &[("authorization", &admin.bearer())],
    )
    .await;
    assert_eq!(reply.status, StatusCode::OK);
    let me: Value = serde_json::from_str(&reply.body).unwrap();
    let expected = json!({
        "userId": "user_ada",
        "sessionId": "sess_1",
        "orgId": "org_1",
        "orgSlug": "acme",
        "orgRole": "org:admin",
        "orgPermissions": ["org:invoices:read"],
        "actor": null,
    });
    assert_eq!(me, expected);
}

#[tokio::test]
async fn what_is_absent_is_null() {
    let bearer = LIVE.user("user_ada").bearer();
    let reply = send(&app(&LIVE), "GET /api/me", &[("authorization", &bearer)]).await;
    let me: Value = serde_json::from_str(&reply.body).unwrap();
    for name in ["orgId", "orgSlug", "orgRole", "orgPermissions", "actor"] {
        assert_eq!(me.get(name), Some(&Value::Null), "{name}");
    }
}

#[tokio::test]
async fn tokens_that_do_not_count() {
    let expired = LIVE.user("user_ada").claim("exp", 1_700_000_000);
    let foreign = DEVELOPMENT.user("user_ada");
    let pending = LIVE.user("user_ada").claim("sts", "pending");
    for user in [expired, foreign, pending] {
        let reply = send(
            &app(&LIVE),
            "GET /api/me",
            &[("authorization", &user.bearer())],
        )
        .await;
        assert_eq!(
            (reply.status, &*reply.body),
            (StatusCode::UNAUTHORIZED, UNAUTHORIZED)
        );
    }
}

#[tokio::test]
async fn not_knowing_is_not_signed_out() {
    let mut variables = variables(&LIVE);
    variables.remove("CLERK_JWT_KEY");
    let app = crate::router(state(&variables, Silence));
    let bearer = LIVE.user("user_ada").bearer();
    let reply = send(&app, "GET /api/me", &[("authorization", &bearer)]).await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_ne!(reply.header("retry-after"), "");
    let ready = send(&app, "GET /readyz", &[]).await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn health_asks_nobody() {
    let app = app(&LIVE);
    for line in ["GET /healthz", "GET /readyz"] {
        let reply = send(&app, line, &[DOCUMENT]).await;
        assert_eq!(reply.status, StatusCode::OK, "{line}");
        assert_eq!(reply.header("x-clerk-auth-status"), "");
    }
}

#[tokio::test]
async fn what_is_not_there_is_404_for_those_who_may_know() {
    let bearer = LIVE.user("user_ada").bearer();
    let reply = send(
        &app(&LIVE),
        "GET /api/nothing",
        &[("authorization", &bearer)],
    )
    .await;
    assert_eq!(
        (reply.status, &*reply.body),
        (StatusCode::NOT_FOUND, r#"{"error":"Not Found"}"#)
    );
}

/// A route that was added after the gate by mistake.
#[tokio::test]
async fn a_handler_without_the_gate_refuses_by_itself() {
    let state = state(&variables(&LIVE), Silence);
    let app = axum::Router::new()
        .route("/api/me", axum::routing::get(crate::api::me))
        .with_state(state);
    let bearer = LIVE.user("user_ada").bearer();
    let reply = send(&app, "GET /api/me", &[("authorization", &bearer)]).await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!reply.body.contains("user_ada"));
}

#[tokio::test]
async fn a_handler_that_panics_is_answered() {
    // A visitor saw a closed connection and nothing else.
    let broken = async || -> Response { panic!("this panic is part of a test") };
    let app = state(&variables(&LIVE), Silence);
    let router = Router::new()
        .route("/healthz", get(broken))
        .layer(GateLayer(Arc::clone(&app)))
        .with_state(app);
    let reply = send(&router, "GET /healthz", &[]).await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!reply.body.is_empty() && !reply.body.contains("panic"));
}
