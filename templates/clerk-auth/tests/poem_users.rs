//! The user of a request on poem, whom handlers ask for.
#![cfg(all(feature = "poem", feature = "testing"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use clerk_auth::kit::NoUser;
use clerk_auth::poem::{ClerkMiddleware, CurrentUser};
use http::Response;
use poem::{EndpointExt as _, Route, get, handler};
use support::poem_app::{admin, build, send, settings, try_build, variables};
use support::stage::live;

/// A Backend API that knows one user and counts how often it is asked.
#[derive(Clone, Default)]
struct Backend(Arc<AtomicUsize>);

impl Fetch for Backend {
    fn fetch(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, FetchError>> {
        assert_eq!(request.uri().path(), "/v1/users/user_ada");
        self.0.fetch_add(1, Ordering::Relaxed);
        let user = r#"{"id":"user_ada","first_name":"Ada"}"#;
        Box::pin(async move { Ok(Response::new(Bytes::from(user))) })
    }
}

#[tokio::test]
async fn the_user_is_asked_for_once_in_a_request_and_never_for_a_stranger() {
    #[handler]
    fn twice(CurrentUser(a): CurrentUser, CurrentUser(b): CurrentUser) -> String {
        assert_eq!(a.id, b.id);
        a.first_name.clone().unwrap()
    }
    let backend = Backend::default();
    let kit = try_build(settings().fetch(backend.clone()), &variables(live())).unwrap();
    let app = Route::new()
        .at("/twice", get(twice))
        .with(ClerkMiddleware::new(&kit));
    assert_eq!(send(&app, "GET /twice", &[]).await.status, 401);
    assert_eq!(backend.0.load(Ordering::Relaxed), 0);
    let reply = send(&app, "GET /twice", &[("authorization", &admin())]).await;
    assert_eq!((reply.status, &*reply.body), (200, "Ada"));
    assert_eq!(backend.0.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_handler_can_do_without_the_user() {
    #[handler]
    fn tell(user: poem::Result<CurrentUser>) -> String {
        match user {
            Ok(CurrentUser(user)) => user.id.clone(),
            Err(error) => {
                assert!(error.is::<NoUser>());
                error.to_string()
            }
        }
    }
    #[handler]
    fn must(CurrentUser(user): CurrentUser) -> String {
        user.id.clone()
    }
    let app = Route::new()
        .at("/", get(tell))
        .at("/name", get(tell))
        .at("/user", get(must))
        .with(ClerkMiddleware::new(&build(settings(), live())));
    let nobody = send(&app, "GET /", &[]).await;
    assert_eq!(nobody.body, "nobody is signed in");
    let known = [("authorization", &*admin())];
    let told = send(&app, "GET /name", &known).await;
    assert!(told.body.starts_with("reference "), "{told:?}");
    let refused = send(&app, "GET /user", &known).await;
    assert_eq!(refused.status, 503);
    assert_eq!(refused.body, r#"{"error":"Service Unavailable"}"#);
}
