//! Apps on Rocket with routes and states of their own, behind the fairing.
#![cfg(all(
    feature = "rocket",
    feature = "pages",
    feature = "testing",
    feature = "webhooks"
))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::Reply;
use clerk_auth::kit::{self, NoUser, Page};
use clerk_auth::rocket::{Allowed, Auth, CurrentUser, SignedIn, Webhook, protect};
use rocket::http::{CookieJar, Status};
use rocket::local::asynchronous::Client;
use rocket::shield::{Frame, Shield};
use rocket::{Build, Rocket, State, catch, catchers, get, post, routes};
use support::rocket_app::{DOCUMENT, admin, behind, build, send, settings};
use support::shop::{self, Admin, JustVerified, SHOP, Shop};
use support::stage::live;

#[get("/")]
fn greet(shop: &State<Shop>, auth: Auth) -> String {
    shop.greet(auth.user_id())
}

#[get("/account")]
fn account(shop: &State<Shop>, auth: Auth) -> String {
    greet(shop, auth)
}

#[get("/me")]
fn me(user: SignedIn) -> Reply {
    kit::me(&user.0)
}

#[get("/admin")]
fn administer(admin: Allowed<Admin>) -> String {
    admin.user_id().unwrap().to_owned()
}

#[get("/admin")]
fn books(_admin: Allowed<Admin>) -> &'static str {
    "the books"
}

#[get("/danger")]
fn danger(_user: Allowed<JustVerified>) -> &'static str {
    "done"
}

#[get("/panics")]
fn panics() -> String {
    panic!("this panic is part of a test")
}

/// Refused by its guard, it answers something else.
#[get("/tea?<status>")]
fn tea(status: u16, user: Option<SignedIn>) -> (Status, String) {
    (Status::new(status), format!("{}", user.is_some()))
}

#[get("/fails")]
fn fails(_user: Option<SignedIn>) -> Status {
    Status::ImATeapot
}

#[get("/user")]
fn user(user: Result<CurrentUser, NoUser>) -> String {
    user.map_or_else(|none| none.to_string(), |user| user.0.id.clone())
}

#[post("/webhooks/clerk", data = "<event>")]
fn hear(event: Webhook) -> String {
    event.0.kind
}

#[get("/page")]
fn set_cookies(_user: SignedIn, jar: &CookieJar<'_>) -> &'static str {
    jar.add(("theme", "dark"));
    jar.add(("seen", "1"));
    ""
}

fn rocket() -> Rocket<Build> {
    let api = routes![me, books, panics];
    rocket::build()
        .manage(SHOP)
        .attach(Shield::default().enable(Frame::Deny))
        .mount("/", routes![greet, account, administer, danger, panics])
        .mount("/", routes![tea, fails, user, set_cookies])
        .mount("/api", api)
}

async fn app() -> Client {
    behind(rocket(), &build(settings(), live())).await
}

#[test]
fn an_app_of_ten_lines_is_protected_by_one() {
    shop::run_with_variables("the_app_of_ten_lines");
}

#[rocket::async_test]
#[ignore = "run by the test above"]
async fn the_app_of_ten_lines() {
    #[get("/hello")]
    fn hello() -> &'static str {
        "hello"
    }
    let rocket = rocket::build()
        .mount("/", routes![hello])
        .attach(protect().unwrap());
    let app = Client::untracked(rocket).await.unwrap();
    shop::ten_lines_are_protected(&app, "hello").await;
}

#[rocket::async_test]
async fn guards_work_with_a_state_of_the_apps_own() {
    let app = app().await;
    shop::handlers_learn_who_asks(&app).await;
    let nobody = send(&app, "GET /user", &[("authorization", &admin())]).await;
    assert!(nobody.body.contains("nobody is there") || nobody.body.contains("reference"));
}

#[rocket::async_test]
async fn a_rule_lets_in_whom_it_applies_to_and_answers_the_rest_in_the_apps_own_style() {
    shop::rules_apply(&app().await).await;
}

/// A guard below an open path: its answer comes through the catcher, with the way back.
#[rocket::async_test]
async fn a_guard_below_an_open_path_sends_strangers_to_sign_in() {
    #[get("/page")]
    fn page(_user: SignedIn) -> &'static str {
        "in"
    }
    let rocket = rocket::build().mount("/open", routes![page, tea, fails]);
    let app = behind(rocket, &shop::open_with_guards()).await;
    shop::the_way_back_is_the_whole_path(&app).await;
    // A guard that was asked in vain is not the reason of what the handler says.
    let tea = send(&app, "GET /open/tea?status=200", &[DOCUMENT]).await;
    assert_eq!((tea.status, &*tea.body), (200, "false"));
    let fails = send(&app, "GET /open/fails", &[DOCUMENT]).await;
    assert_eq!((fails.status, fails.header("location")), (418, ""));
}

#[rocket::async_test]
async fn a_handler_that_nobody_was_asked_for_refuses_by_itself() {
    #[get("/page")]
    fn page(_page: Page) -> &'static str {
        "open"
    }
    let handlers =
        || rocket::build().mount("/", routes![account, me, user, administer, hear, page]);
    let without = Client::untracked(handlers().manage(SHOP)).await;
    let without = without.unwrap();
    let guarded = ["GET /account", "GET /me", "GET /admin"];
    shop::handlers_refuse(&without, &guarded).await;
    shop::handlers_refuse(&without, &["GET /page", "POST /webhooks/clerk"]).await;
    let app = behind(handlers().manage(SHOP), &shop::without_auth()).await;
    shop::handlers_refuse(&app, &guarded).await;
}

/// Rocket's jar would give Clerk's cookies `SameSite=Strict`, and forgets what a fairing puts into it on the way out.
#[rocket::async_test]
async fn cookies_of_a_handler_survive_beside_those_of_a_handshake() {
    let own = [
        "theme=dark; SameSite=Strict; Path=/",
        "seen=1; SameSite=Strict; Path=/",
    ];
    shop::a_handshake_keeps_its_cookies(&app().await, own, &[("/fails", 418)]).await;
}

#[rocket::async_test]
async fn a_handler_that_panics_is_answered() {
    shop::a_panic_is_answered(&app().await).await;
}

#[rocket::async_test]
async fn what_is_not_there_is_404_for_those_who_may_know() {
    let app = app().await;
    shop::nothing_is_at(&app, &["/nothing"]).await;
    // Rocket does not tell a wrong method from a wrong path.
    let posted = send(&app, "POST /", &[DOCUMENT]).await;
    assert_eq!(posted.status, 404);
    assert_eq!(posted.header("x-clerk-auth-status"), "signed-out");
}

#[rocket::async_test]
async fn an_app_may_have_a_default_catcher_of_its_own() {
    #[catch(default)]
    fn own(status: Status, _: &rocket::Request<'_>) -> String {
        format!("own {}", status.code)
    }
    let kit = build(settings(), live());
    let app = behind(rocket().register("/", catchers![own]), &kit).await;
    let known = send(&app, "GET /nothing", &[("authorization", &admin())]).await;
    assert_eq!((known.status, &*known.body), (404, "own 404"));
}

#[rocket::async_test]
async fn a_head_request_goes_where_get_goes() {
    let app = app().await;
    for path in ["/", "/healthz", "/account"] {
        let headers = [("authorization", &*admin())];
        let get = send(&app, &format!("GET {path}"), &headers).await;
        let head = send(&app, &format!("HEAD {path}"), &headers).await;
        assert_eq!((get.status, head.status), (200, 200), "{path}");
        assert_eq!(head.body, "");
        assert!(!get.body.is_empty());
    }
    let stranger = send(&app, "HEAD /account", &[DOCUMENT]).await;
    assert_eq!((stranger.status, &*stranger.body), (307, ""));
}
