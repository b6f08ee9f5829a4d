//! Apps on poem behind the middleware.
#![cfg(all(feature = "poem", feature = "testing", feature = "webhooks"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::poem::{
    Allowed, Auth, ClerkMiddleware, CurrentUser, SignedIn, Webhook, me, protect,
};
use http::StatusCode;
use http::header::SET_COOKIE;
use poem::endpoint::BoxEndpoint;
use poem::error::NotFoundError;
use poem::web::Data;
use poem::{EndpointExt as _, Response, Route, get, handler, post};
use support::poem_app::{build, settings};
use support::shop::{self, Admin, JustVerified, OWN_COOKIES, SHOP, Shop};
use support::stage::live;

#[handler]
fn greet(shop: Data<&Shop>, auth: Auth) -> String {
    shop.greet(auth.user_id())
}

#[handler]
fn show_books(_: Allowed<Admin>) -> &'static str {
    "the books"
}

#[handler]
fn admin_name(admin: Allowed<Admin>) -> String {
    admin.user_id().unwrap().to_owned()
}

#[handler]
fn danger(_: Allowed<JustVerified>) -> &'static str {
    "done"
}

#[handler]
fn panics() -> String {
    panic!("this panic is part of a test")
}

#[handler]
fn fails() -> poem::Result<String> {
    Err(poem::Error::from_string("no", StatusCode::IM_A_TEAPOT))
}

#[handler]
fn gone() -> poem::Result<String> {
    Err(NotFoundError.into())
}

#[handler]
fn set_cookies(_: SignedIn) -> Response {
    let response = Response::builder();
    let set = |response: poem::ResponseBuilder, cookie| response.header(SET_COOKIE, cookie);
    OWN_COOKIES.into_iter().fold(response, set).finish()
}

#[handler]
fn hook(Webhook(event): Webhook) -> String {
    event.kind
}

fn app() -> BoxEndpoint<'static> {
    Route::new()
        .at("/", get(greet))
        .at("/account", get(greet))
        .at("/api/me", get(me))
        .at("/api/admin", get(show_books))
        .at("/admin", get(admin_name))
        .at("/danger", get(danger))
        .at("/panics", get(panics))
        .at("/api/panics", get(panics))
        .at("/page", get(set_cookies))
        .at("/posted", post(set_cookies))
        .at("/fails", get(fails))
        .at("/gone", get(gone))
        .data(SHOP)
        .with(ClerkMiddleware::new(&build(settings(), live())))
        .boxed()
}

#[test]
fn an_app_of_ten_lines_is_protected_by_one() {
    shop::run_with_variables("the_app_of_ten_lines");
}

#[tokio::test]
#[ignore = "run by the test above"]
async fn the_app_of_ten_lines() {
    #[handler]
    fn hello() -> &'static str {
        "hello"
    }
    let app = Route::new().at("/hello", hello).with(protect().unwrap());
    shop::ten_lines_are_protected(&app.boxed(), "hello").await;
}

#[tokio::test]
async fn extractors_work_beside_data_of_the_apps_own() {
    shop::handlers_learn_who_asks(&app()).await;
}

#[tokio::test]
async fn a_rule_lets_in_whom_it_applies_to_and_answers_the_rest_in_the_apps_own_style() {
    shop::rules_apply(&app()).await;
}

/// Routes that stand outside of the middleware by mistake, or on a path without auth.
#[tokio::test]
async fn a_handler_that_nobody_was_asked_for_refuses_by_itself() {
    #[handler]
    fn who(_: Auth) -> &'static str {
        "open"
    }
    #[handler]
    fn signed_in(_: SignedIn) -> &'static str {
        "open"
    }
    #[handler]
    fn needs_user(_: CurrentUser) -> &'static str {
        "open"
    }
    let handlers = || {
        Route::new()
            .at("/who", get(who))
            .at("/in", get(signed_in))
            .at("/user", get(needs_user))
            .at("/admin", get(show_books))
            .at("/webhook", get(hook))
    };
    let guarded = ["GET /who", "GET /in", "GET /user", "GET /admin"];
    shop::handlers_refuse(&handlers().boxed(), &guarded).await;
    shop::handlers_refuse(&handlers().boxed(), &["GET /webhook"]).await;
    let app = handlers().with(ClerkMiddleware::new(&shop::without_auth()));
    shop::handlers_refuse(&app.boxed(), &guarded).await;
}

/// poem hands 404, 405 and errors of handlers to a middleware as `Err`: with `?` the gate's cookies were lost, and the
/// handshake began again.
#[tokio::test]
async fn a_handshake_that_ends_on_an_error_keeps_its_cookies() {
    let errors = [("/posted", 405), ("/fails", 418), ("/gone", 404)];
    shop::a_handshake_keeps_its_cookies(&app(), OWN_COOKIES, &errors).await;
}

#[tokio::test]
async fn a_handler_that_panics_is_answered() {
    shop::a_panic_is_answered(&app()).await;
}

#[tokio::test]
async fn what_is_not_there_is_404_for_those_who_may_know_in_the_apps_own_style() {
    let paths = [
        "/nothing",
        "/account/x",
        "/accounts",
        "/api",
        "/gone",
        "//x",
    ];
    shop::nothing_is_at(&app(), &paths).await;
}

#[tokio::test]
async fn no_spelling_of_an_open_path_reaches_the_route_beside_it() {
    #[handler]
    fn open() -> &'static str {
        "open"
    }
    #[handler]
    fn private() -> &'static str {
        "private"
    }
    let app = Route::new()
        .at("/about", get(open))
        .at("/open/:page", get(open))
        .at("/:shop/", get(private))
        .at("/:shop/:kind/:id", get(private))
        .at("/*path", get(private))
        .with(ClerkMiddleware::new(&shop::half_open()));
    let app = app.boxed();
    shop::no_spelling_opens_the_route_beside(&app, &["http://app.example//open/1"]).await;
}
