//! Apps on axum with routers and states of their own, behind the layer.
#![cfg(all(feature = "axum", feature = "testing", feature = "webhooks"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use axum::Router;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::get;
use clerk_auth::axum::{
    Allowed, Auth, ClerkLayer, CurrentUser, SignedIn, Webhook, me, not_found, protect,
};
use http::header::SET_COOKIE;
use support::axum_app::{admin, build, send, settings};
use support::shop::{self, Admin, JustVerified, OWN_COOKIES, SHOP, Shop};
use support::stage::live;

async fn greet(State(shop): State<Shop>, auth: Auth) -> String {
    shop.greet(auth.user_id())
}

async fn set_cookies(_: SignedIn) -> impl IntoResponse {
    AppendHeaders(OWN_COOKIES.map(|cookie| (SET_COOKIE, cookie)))
}

fn app() -> Router {
    Router::new()
        .route("/", get(greet))
        .route("/account", get(greet))
        .route("/api/me", get(me))
        .route("/api/admin", get(async |_: Allowed<Admin>| "the books"))
        .route(
            "/admin",
            get(async |admin: Allowed<Admin>| admin.user_id().unwrap().to_owned()),
        )
        .route("/danger", get(async |_: Allowed<JustVerified>| "done"))
        .route("/page", get(set_cookies))
        .route(
            "/panics",
            get(async || -> String { panic!("this panic is part of a test") }),
        )
        .route(
            "/api/panics",
            get(async || -> String { panic!("this panic is part of a test") }),
        )
        .nest(
            "/nested",
            Router::new().route("/page", get(async |_: Allowed<Admin>| "nested")),
        )
        .fallback(not_found)
        .layer(ClerkLayer::new(&build(settings(), live())))
        .with_state(SHOP)
}

#[test]
fn an_app_of_ten_lines_is_protected_by_one() {
    shop::run_with_variables("the_app_of_ten_lines");
}

#[tokio::test]
#[ignore = "run by the test above"]
async fn the_app_of_ten_lines() {
    let app = Router::new()
        .route("/hello", get(async |State(shop): State<Shop>| shop.name))
        .layer(protect().unwrap())
        .with_state(SHOP);
    shop::ten_lines_are_protected(&app, SHOP.name).await;
}

#[tokio::test]
async fn extractors_work_with_a_state_of_the_apps_own() {
    shop::handlers_learn_who_asks(&app()).await;
}

#[tokio::test]
async fn a_rule_lets_in_whom_it_applies_to_and_answers_the_rest_in_the_apps_own_style() {
    let app = app();
    shop::rules_apply(&app).await;
    let user = [("authorization", &*live().user("user_ada").bearer())];
    assert_eq!(send(&app, "GET /nested/page", &user).await.status, 404);
    let admin = [("authorization", &*admin())];
    assert_eq!(send(&app, "GET /nested/page", &admin).await.body, "nested");
}

#[tokio::test]
async fn the_way_back_from_a_nested_router_is_the_whole_path() {
    let nested = Router::new().route("/page", get(async |_: SignedIn| "in"));
    let app = Router::new()
        .nest("/open", nested)
        .layer(ClerkLayer::new(&shop::open_with_guards()));
    shop::the_way_back_is_the_whole_path(&app).await;
}

#[tokio::test]
async fn a_layer_within_a_nested_router_judges_the_whole_path() {
    let nested = Router::new()
        .route("/docs", get(async || "private"))
        .route("/hook", get(async || "private"))
        .route("/healthz", get(async || "private"))
        .layer(ClerkLayer::new(&shop::open_ends()));
    shop::the_whole_path_is_judged(&Router::new().nest("/admin", nested), &[]).await;
}

#[tokio::test]
async fn no_spelling_of_an_open_path_reaches_the_route_beside_it() {
    let app = Router::new()
        .route("/about", get(async || "open"))
        .route("/open/{page}", get(async || "open"))
        .route("/{shop}/", get(async || "private"))
        .route("/{shop}/{kind}/{id}", get(async || "private"))
        .fallback(async || "private")
        .layer(ClerkLayer::new(&shop::half_open()));
    shop::no_spelling_opens_the_route_beside(&app, &["http://app.example//open/1"]).await;
}

/// Routes that were added after the layer by mistake, or that stand on a path without auth.
#[tokio::test]
async fn a_handler_that_nobody_was_asked_for_refuses_by_itself() {
    let handlers = || {
        Router::new()
            .route("/who", get(async |_: Auth| "open"))
            .route("/in", get(async |_: SignedIn| "open"))
            .route("/user", get(async |_: CurrentUser| "open"))
            .route("/admin", get(async |_: Allowed<Admin>| "open"))
            .route("/webhook", get(async |_: Webhook| "open"))
            .fallback(not_found)
    };
    let guarded = ["GET /who", "GET /in", "GET /user", "GET /admin"];
    shop::handlers_refuse(&handlers(), &guarded).await;
    shop::handlers_refuse(&handlers(), &["GET /webhook", "GET /nothing"]).await;
    let app = handlers().layer(ClerkLayer::new(&shop::without_auth()));
    shop::handlers_refuse(&app, &guarded).await;
}

/// An app that set a cookie of its own lost it, or Clerk's, on the first request after a handshake.
#[tokio::test]
async fn cookies_of_a_handler_survive_beside_those_of_a_handshake() {
    shop::a_handshake_keeps_its_cookies(&app(), OWN_COOKIES, &[]).await;
}

#[tokio::test]
async fn a_handler_that_panics_is_answered() {
    shop::a_panic_is_answered(&app()).await;
}

#[tokio::test]
async fn what_is_not_there_is_404_for_those_who_may_know() {
    shop::nothing_is_at(&app(), &["/nothing"]).await;
}
