//! The front end: open to everybody, and the same for everybody.

use axum::Router;
use axum::http::StatusCode;
use clerk_auth::kit::FrontEnd;

use super::support::{DOCUMENT, KEYS, Silence, kit, send};

/// The app with a front end that needed no build.
fn app() -> Router {
    let page = ("/index.html".to_owned(), b"<!doctype html>".to_vec());
    let settings = crate::clerk::kit().front_end(FrontEnd::new([page]));
    crate::app(&kit(settings.fetch(Silence), &[]))
}

#[tokio::test]
async fn every_address_that_is_not_the_servers_shows_it() {
    let user = KEYS.user("user_ada").bearer();
    for line in ["GET /", "GET /sign-in/factor-one", "GET /no/such/page"] {
        for headers in [&[][..], &[DOCUMENT], &[DOCUMENT, ("authorization", &user)]] {
            let reply = send(&app(), line, headers).await;
            assert_eq!(reply.status, StatusCode::OK, "{line}");
            assert_eq!(reply.body, "<!doctype html>");
            let policy = reply.header("content-security-policy");
            assert!(policy.contains("script-src 'self'"), "{policy}");
        }
    }
}

#[tokio::test]
async fn it_learns_where_clerk_is() {
    let reply = send(&app(), "GET /api/clerk", &[]).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.body.contains(KEYS.publishable_key().as_str()));
    assert!(!reply.body.contains(KEYS.secret_key().expose()));
}
