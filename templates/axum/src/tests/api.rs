//! The API.

use axum::http::StatusCode;
use serde_json::Value;

use super::support::{DOCUMENT, KEYS, app, send};

#[tokio::test]
async fn strangers_get_401_as_json() {
    for line in ["GET /api/me", "POST /api/me", "GET /api/nothing"] {
        for headers in [&[][..], &[DOCUMENT]] {
            let reply = send(&app(), line, headers).await;
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{line}");
            assert_eq!(reply.body, r#"{"error":"Unauthorized"}"#);
            assert_eq!(reply.header("content-type"), "application/json");
        }
    }
}

#[tokio::test]
async fn a_token_says_who_asks() {
    let admin = KEYS
        .user("user_ada")
        .organization("org_1", "acme", "org:admin", &[])
        .bearer();
    let reply = send(&app(), "GET /api/me", &[("authorization", &admin)]).await;
    assert_eq!(reply.status, StatusCode::OK);
    let me: Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(me["userId"], "user_ada");
    assert_eq!(me["orgRole"], "org:admin");
}

#[tokio::test]
async fn a_token_that_has_expired_does_not_count() {
    let user = KEYS.user("user_ada").claim("exp", 1_700_000_000).bearer();
    let reply = send(&app(), "GET /api/me", &[("authorization", &user)]).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn whoever_watches_over_the_process_is_asked_nothing() {
    for line in ["GET /healthz", "GET /readyz"] {
        let reply = send(&app(), line, &[]).await;
        assert_eq!(reply.status, StatusCode::OK, "{line}");
    }
}
