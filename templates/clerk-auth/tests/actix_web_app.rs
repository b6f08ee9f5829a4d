//! Apps on actix-web with routers and states of their own, behind the middleware.
#![cfg(all(feature = "actix-web", feature = "testing", feature = "webhooks"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use actix_web::error::ErrorImATeapot;
use actix_web::test::{call_service, init_service};
use actix_web::{App, Error, HttpResponse, web};
use clerk_auth::actix_web::{
    Allowed, Auth, CurrentUser, SignedIn, Webhook, me, not_found, protect,
};
use support::actix_app::{DOCUMENT, Site, admin, build, request, send, settings};
use support::shop::{self, Admin, JustVerified, OWN_COOKIES, SHOP, Shop, given_bearer};
use support::stage::live;

async fn greet(shop: web::Data<Shop>, auth: Auth) -> String {
    shop.greet(auth.user_id())
}

async fn panics() -> String {
    panic!("this panic is part of a test")
}

async fn fails() -> Result<String, Error> {
    Err(ErrorImATeapot("short and stout"))
}

async fn administer(admin: Allowed<Admin>) -> String {
    admin.user_id().unwrap().to_owned()
}

async fn set_cookies(_: SignedIn) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    for cookie in OWN_COOKIES {
        response.append_header(("set-cookie", cookie));
    }
    response.finish()
}

fn routes(config: &mut web::ServiceConfig) {
    let books = web::get().to(async |_: Allowed<Admin>| "the books");
    let danger = web::get().to(async |_: Allowed<JustVerified>| "done");
    let nested = web::get().to(async |_: Allowed<Admin>| "nested");
    config
        .app_data(web::Data::new(SHOP))
        .route("/", web::get().to(greet))
        .route("/account", web::get().to(greet))
        .route("/api/me", web::get().to(me))
        .route("/api/admin", books)
        .route("/admin", web::get().to(administer))
        .route("/danger", danger)
        .route("/page", web::get().to(set_cookies))
        .route("/panics", web::get().to(panics))
        .route("/api/panics", web::get().to(panics))
        .route("/api/fails", web::get().to(fails))
        .service(web::scope("/nested").route("/page", nested));
}

fn app() -> Site {
    let kit = build(settings(), live());
    Site { kit, routes }
}

#[test]
fn an_app_of_ten_lines_is_protected_by_one() {
    shop::run_with_variables("the_app_of_ten_lines");
}

#[actix_web::test]
#[ignore = "run by the test above"]
async fn the_app_of_ten_lines() {
    let app = App::new()
        .route("/hello", web::get().to(async || "hello"))
        .wrap(protect().unwrap());
    let app = init_service(app).await;
    let ask = async |path: &str, headers: &[(&str, &str)]| {
        let request = request(path, headers).insert_header(("host", "app.example"));
        call_service(&app, request.to_request()).await
    };
    let hello = ask("GET /hello", &[("authorization", &given_bearer())]).await;
    assert_eq!(hello.status(), 200);
    assert_eq!(ask("GET /hello", &[]).await.status(), 401);
    let page = ask("GET /hello", &[DOCUMENT]).await;
    assert_eq!(page.status(), 307);
    let location = page.headers().get("location").unwrap().to_str().unwrap();
    assert!(location.starts_with("https://accounts."), "{location}");
    assert_eq!(ask("GET /nothing", &[]).await.status(), 401);
}

#[actix_web::test]
async fn extractors_work_beside_data_of_the_apps_own() {
    shop::handlers_learn_who_asks(&app()).await;
}

#[actix_web::test]
async fn a_rule_lets_in_whom_it_applies_to_and_answers_the_rest_in_the_apps_own_style() {
    let app = app();
    shop::rules_apply(&app).await;
    let user = [("authorization", &*live().user("user_ada").bearer())];
    assert_eq!(send(&app, "GET /nested/page", &user).await.status, 404);
    let admin = [("authorization", &*admin())];
    assert_eq!(send(&app, "GET /nested/page", &admin).await.body, "nested");
}

/// Actix knows the whole path in a scope; the guard of a page there names it as the way back.
#[actix_web::test]
async fn the_way_back_from_a_scope_is_the_whole_path() {
    let app = Site {
        kit: shop::open_with_guards(),
        routes: |config| {
            let page = web::get().to(async |_: SignedIn| "in");
            config.service(web::scope("/open").route("/page", page));
        },
    };
    shop::the_way_back_is_the_whole_path(&app).await;
}

fn unguarded(config: &mut web::ServiceConfig) {
    config
        .route("/who", web::get().to(async |_: Auth| "open"))
        .route("/in", web::get().to(async |_: SignedIn| "open"))
        .route("/user", web::get().to(async |_: CurrentUser| "open"))
        .route("/admin", web::get().to(async |_: Allowed<Admin>| "open"))
        .route("/webhook", web::get().to(async |_: Webhook| "open"))
        .default_service(web::to(not_found));
}

/// Routes that nobody wrapped, or that stand on a path without auth.
#[actix_web::test]
async fn a_handler_that_nobody_was_asked_for_refuses_by_itself() {
    let bearer = admin();
    let headers = [("authorization", &*bearer)];
    let bare = init_service(App::new().configure(unguarded)).await;
    for path in ["/who", "/in", "/user", "/admin", "/webhook", "/nothing"] {
        let request = request(&format!("GET {path}"), &headers).to_request();
        assert_eq!(call_service(&bare, request).await.status(), 500, "{path}");
    }
    let app = Site {
        kit: shop::without_auth(),
        routes: unguarded,
    };
    let guarded = ["GET /who", "GET /in", "GET /user", "GET /admin"];
    shop::handlers_refuse(&app, &guarded).await;
}

/// An app that set a cookie of its own lost it, or Clerk's, on the first request after a handshake.
#[actix_web::test]
async fn cookies_of_a_handler_survive_beside_those_of_a_handshake() {
    shop::a_handshake_keeps_its_cookies(&app(), OWN_COOKIES, &[]).await;
}

#[actix_web::test]
async fn a_handler_that_panics_or_fails_is_answered_with_the_headers_of_every_answer() {
    let app = app();
    shop::a_panic_is_answered(&app).await;
    let failed = send(&app, "GET /api/fails", &[("authorization", &admin())]).await;
    assert_eq!((failed.status, &*failed.body), (418, "short and stout"));
    assert_eq!(failed.header("x-frame-options"), "DENY");
    assert_eq!(failed.header("cache-control"), "no-store");
}

#[actix_web::test]
async fn what_is_not_there_is_404_for_those_who_may_know() {
    shop::nothing_is_at(&app(), &["/nothing"]).await;
}
