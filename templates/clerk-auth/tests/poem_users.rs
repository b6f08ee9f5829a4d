//! The user of a request on poem, whom handlers ask for.
#![cfg(all(feature = "poem", feature = "testing"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::kit::NoUser;
use clerk_auth::poem::{ClerkMiddleware, CurrentUser};
use poem::{EndpointExt as _, Route, get, handler};
use support::poem_app::{OneUser, admin, build, send, settings, try_build, variables};
use support::shop;
use support::stage::live;

#[tokio::test]
async fn the_user_is_asked_for_once_in_a_request_and_never_for_a_stranger() {
    #[handler]
    fn twice(CurrentUser(a): CurrentUser, CurrentUser(b): CurrentUser) -> String {
        assert_eq!(a.id, b.id);
        a.first_name.clone().unwrap()
    }
    let backend = OneUser::default();
    let kit = try_build(settings().fetch(backend.clone()), &variables(live())).unwrap();
    let app = Route::new()
        .at("/twice", get(twice))
        .with(ClerkMiddleware::new(&kit));
    shop::the_user_is_asked_for_once(&app.boxed(), &backend).await;
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
        .with(ClerkMiddleware::new(&build(settings(), live())))
        .boxed();
    let nobody = send(&app, "GET /", &[]).await;
    assert_eq!(nobody.body, "nobody is signed in");
    let known = [("authorization", &*admin())];
    let told = send(&app, "GET /name", &known).await;
    assert!(told.body.starts_with("reference "), "{told:?}");
    let refused = send(&app, "GET /user", &known).await;
    assert_eq!(refused.status, 503);
    assert_eq!(refused.body, r#"{"error":"Service Unavailable"}"#);
}
