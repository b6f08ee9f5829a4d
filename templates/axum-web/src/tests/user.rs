//! The user as Clerk's Backend API knows them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::http::{Request, Response, StatusCode};
use axum::routing::get;
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};

use super::support::{DOCUMENT, LIVE, Silence, send, state, variables};
use crate::clerk::CurrentUser;
use crate::gate::GateLayer;

/// A Backend API that knows one user and counts how often it is asked.
#[derive(Clone, Default)]
struct Backend(Arc<AtomicUsize>);

impl Fetch for Backend {
    fn fetch(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, FetchError>> {
        assert_eq!(request.uri().path(), "/v1/users/user_ada");
        self.0.fetch_add(1, Ordering::Relaxed);
        let user = r#"{"id":"user_ada","first_name":"Ada"}"#;
        Box::pin(async move { Ok(Response::new(Bytes::from(user))) })
    }
}

#[tokio::test]
async fn the_dashboard_greets_by_name() {
    let app = crate::router(state(&variables(&LIVE), Backend::default()));
    let cookie = LIVE.user("user_ada").cookie_header();
    let reply = send(&app, "GET /dashboard", &[DOCUMENT, ("cookie", &cookie)]).await;
    assert!(reply.body.contains("Hello, Ada"));
}

#[tokio::test]
async fn the_dashboard_opens_while_nobody_knows_the_name() {
    let app = crate::router(state(&variables(&LIVE), Silence));
    let cookie = LIVE.user("user_ada").cookie_header();
    let reply = send(&app, "GET /dashboard", &[DOCUMENT, ("cookie", &cookie)]).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.body.contains("Your name could not be read"));
}

#[tokio::test]
async fn the_user_is_asked_for_once_in_a_request() {
    let backend = Backend::default();
    let state = state(&variables(&LIVE), backend.clone());
    let handler = async |CurrentUser(a): CurrentUser, CurrentUser(b): CurrentUser| {
        assert_eq!(a.id, b.id);
    };
    let app = Router::new()
        .route("/twice", get(handler))
        .layer(GateLayer(Arc::clone(&state)))
        .with_state(state);
    let cookie = LIVE.user("user_ada").cookie_header();
    let reply = send(&app, "GET /twice", &[("cookie", &cookie)]).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(backend.0.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn nobody_is_asked_for_a_stranger() {
    let backend = Backend::default();
    let app = crate::router(state(&variables(&LIVE), backend.clone()));
    send(&app, "GET /dashboard", &[]).await;
    assert_eq!(backend.0.load(Ordering::Relaxed), 0);
}
