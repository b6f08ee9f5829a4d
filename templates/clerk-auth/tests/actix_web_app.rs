//! Apps on actix-web with routers and states of their own, behind the middleware.
#![cfg(all(feature = "actix-web", feature = "testing", feature = "webhooks"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::process::Command;

use actix_web::error::ErrorImATeapot;
use actix_web::test::{call_service, init_service};
use actix_web::{App, Error, HttpResponse, web};
use clerk_auth::actix_web::{
    Allowed, Auth, CurrentUser, SignedIn, Webhook, me, not_found, protect,
};
use clerk_auth::gate::Paths;
use clerk_auth::has::Reverification;
use clerk_auth::kit::KitBuilder;
use clerk_auth::testing::TestKeys;
use clerk_auth::{Check, Kit, Rule};
use http::header::SET_COOKIE;
use serde_json::{Value, json};
use support::actix_app::{DOCUMENT, Site, admin, build, request, settings, variables};
use support::stage::live;

const UNAUTHORIZED: &str = r#"{"error":"Unauthorized"}"#;

struct Admin;

impl Rule for Admin {
    fn check() -> Check {
        Check::role("org:admin")
    }
}

struct JustVerified;

impl Rule for JustVerified {
    fn check() -> Check {
        Check::reverification(Reverification::Strict)
    }
}

/// Something of the app's own, of which the kit knows nothing.
struct Shop {
    name: &'static str,
}

async fn greet(shop: web::Data<Shop>, auth: Auth) -> String {
    format!("{}: {}", shop.name, auth.user_id().unwrap_or("nobody"))
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

fn routes(config: &mut web::ServiceConfig) {
    let books = web::get().to(async |_: Allowed<Admin>| "the books");
    let danger = web::get().to(async |_: Allowed<JustVerified>| "done");
    let nested = web::get().to(async |_: Allowed<Admin>| "nested");
    config
        .app_data(web::Data::new(Shop { name: "Orchard" }))
        .route("/", web::get().to(greet))
        .route("/account", web::get().to(greet))
        .route("/api/me", web::get().to(me))
        .route("/api/admin", books)
        .route("/admin", web::get().to(administer))
        .route("/danger", danger)
        .route("/panics", web::get().to(panics))
        .route("/api/panics", web::get().to(panics))
        .route("/api/fails", web::get().to(fails))
        .service(web::scope("/nested").route("/page", nested));
}

fn app(builder: KitBuilder) -> Site {
    let kit = build(builder, live());
    Site { kit, routes }
}

#[test]
fn an_app_of_ten_lines_is_protected_by_one() {
    // What it is told comes from the environment, so it runs in a process of its own.
    let child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "the_app_of_ten_lines",
            "--ignored",
            "--nocapture",
        ])
        .envs(variables(live()))
        .env("BEARER", live().user("user_ada").bearer())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}

#[actix_web::test]
#[ignore = "run by the test above"]
async fn the_app_of_ten_lines() {
    let app = App::new()
        .route("/hello", web::get().to(async || "hello"))
        .wrap(protect().unwrap());
    let app = init_service(app).await;
    #[allow(clippy::disallowed_methods, reason = "given by the test above")]
    let bearer = std::env::var("BEARER").unwrap();
    let ask = async |path: &str, headers: &[(&str, &str)]| {
        call_service(&app, request(path, headers).to_request()).await
    };
    let hello = ask("GET /hello", &[("authorization", &bearer)]).await;
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
    let app = app(settings());
    let home = app.send("GET /", &[]).await;
    assert_eq!((home.status, &*home.body), (200, "Orchard: nobody"));
    assert_eq!(home.header("cache-control"), "no-store");
    assert_eq!(home.header("x-content-type-options"), "nosniff");
    assert_eq!(home.header("strict-transport-security"), "max-age=31536000");
    let account = app
        .send("GET /account", &[("authorization", &admin())])
        .await;
    assert_eq!(account.body, "Orchard: user_ada");
    let stranger = app.send("GET /account", &[DOCUMENT]).await;
    let sign_in = "/sign-in?redirect_url=http%3A%2F%2Fapp.example%2Faccount";
    assert_eq!(
        (stranger.status, stranger.header("location")),
        (307, sign_in)
    );
    let data = app.send("GET /api/me", &[]).await;
    assert_eq!((data.status, &*data.body), (401, UNAUTHORIZED));
    let me = app
        .send("GET /api/me", &[("authorization", &admin())])
        .await;
    let me: Value = serde_json::from_str(&me.body).unwrap();
    assert_eq!(me["orgRole"], "org:admin");
    assert_eq!(me["actor"], Value::Null);
}

#[actix_web::test]
async fn a_rule_lets_in_whom_it_applies_to_and_answers_the_rest_in_the_apps_own_style() {
    let app = app(settings());
    let user = live().user("user_ada").bearer();
    let ask = async |path: &str, bearer: &str, page: bool| {
        let mut headers = vec![("authorization", bearer)];
        headers.extend(page.then_some(DOCUMENT));
        app.send(&format!("GET {path}"), &headers).await
    };
    let books = ask("/api/admin", &admin(), false).await;
    assert_eq!((books.status, &*books.body), (200, "the books"));
    assert_eq!(ask("/admin", &admin(), true).await.body, "user_ada");
    let data = ask("/api/admin", &user, false).await;
    let not_found = r#"{"error":"Not Found"}"#;
    assert_eq!((data.status, &*data.body), (404, not_found));
    let page = ask("/admin", &user, true).await;
    assert_eq!(page.status, 404);
    let told = "There is no page at this address.";
    assert!(page.body.contains(told), "{page:?}");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert_eq!(ask("/nested/page", &user, true).await.status, 404);
    assert_eq!(ask("/nested/page", &admin(), true).await.body, "nested");
    let stale = live().user("user_ada").claim("fva", json!([99, -1]));
    let stale = ask("/danger", &stale.bearer(), false).await;
    assert_eq!(stale.status, 403);
    let told: Value = serde_json::from_str(&stale.body).unwrap();
    assert_eq!(told["clerk_error"]["reason"], "reverification-error");
    let fresh = live().user("user_ada").claim("fva", json!([1, -1]));
    assert_eq!(ask("/danger", &fresh.bearer(), false).await.body, "done");
}

/// Actix knows the whole path in a scope; the guard of a page there names it as the way back.
#[actix_web::test]
async fn the_way_back_from_a_scope_is_the_whole_path() {
    let paths = Paths {
        public: &["/open/:path*", "/sign-in/:path*"],
        ..Paths::PROTECTED
    };
    let app = Site {
        kit: build(Kit::builder().paths(paths).sign_in("/sign-in"), live()),
        routes: |config| {
            let page = web::get().to(async |_: SignedIn| "in");
            config.service(web::scope("/open").route("/page", page));
        },
    };
    let reply = app.send("GET /open/page?a=1", &[DOCUMENT]).await;
    let back = "/sign-in?redirect_url=http%3A%2F%2Fapp.example%2Fopen%2Fpage%3Fa%3D1";
    assert_eq!((reply.status, reply.header("location")), (307, back));
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
    let paths = Paths {
        without_auth: &["/:path*"],
        ..Paths::PROTECTED
    };
    let app = Site {
        kit: build(Kit::builder().paths(paths), live()),
        routes: unguarded,
    };
    for path in ["/who", "/in", "/user", "/admin"] {
        let reply = app.send(&format!("GET {path}"), &headers).await;
        assert_eq!(reply.status, 500, "{path}");
    }
}

/// An app that set a cookie of its own lost it, or Clerk's, on the first request after a handshake.
#[actix_web::test]
async fn cookies_of_a_handler_survive_beside_those_of_a_handshake() {
    let keys = live();
    let name = &keys.publishable_key().cookie_names().session;
    let session = format!("{name}={}; Path=/", keys.user("user_ada").token());
    let handshake = keys.sign(
        &json!({ "alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": TestKeys::KID }),
        &json!({ "handshake": [session, "__client_uat=1; Path=/"] }),
    );
    async fn own(_: SignedIn) -> HttpResponse {
        HttpResponse::Ok()
            .append_header(("set-cookie", "theme=dark; Path=/"))
            .append_header(("set-cookie", "seen=1; Path=/"))
            .finish()
    }
    let app = Site {
        kit: build(settings(), keys),
        routes: |config| {
            config.route("/page", web::get().to(own));
        },
    };
    let cookie = format!("__clerk_handshake={handshake}");
    // On pages that fail as well: the handshake is over then, too.
    for (path, status, more) in [
        ("/page", 200, &["seen=1; Path=/", "theme=dark; Path=/"][..]),
        ("/nothing", 404, &[]),
    ] {
        let line = format!("GET {path}");
        let reply = app.send(&line, &[DOCUMENT, ("cookie", &cookie)]).await;
        assert_eq!(reply.status, status, "{path}");
        let set = reply.headers.get_all(SET_COOKIE).iter();
        let mut set: Vec<_> = set.map(|value| value.to_str().unwrap()).collect();
        set.sort_unstable();
        let mut expected = vec![&*session, "__client_uat=1; Path=/"];
        expected.extend(more);
        expected.sort_unstable();
        assert_eq!(set, expected, "{path}");
        assert_eq!(reply.header("cache-control"), "no-store");
    }
}

#[actix_web::test]
async fn a_handler_that_panics_or_fails_is_answered_with_the_headers_of_every_answer() {
    // A visitor saw a closed connection and nothing else.
    let app = app(settings());
    let bearer = admin();
    let known = ("authorization", &*bearer);
    let page = app.send("GET /panics", &[DOCUMENT, known]).await;
    assert_eq!(page.status, 500);
    assert!(page.body.contains("This is our mistake."), "{page:?}");
    let data = app.send("GET /api/panics", &[known]).await;
    let body = r#"{"error":"Internal Server Error"}"#;
    assert_eq!((data.status, &*data.body), (500, body));
    let failed = app.send("GET /api/fails", &[known]).await;
    assert_eq!((failed.status, &*failed.body), (418, "short and stout"));
    for answer in [page, data, failed] {
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[actix_web::test]
async fn what_is_not_there_is_404_for_those_who_may_know() {
    let app = app(settings());
    let bearer = admin();
    let known = app
        .send("GET /nothing", &[("authorization", &bearer)])
        .await;
    let not_found = r#"{"error":"Not Found"}"#;
    assert_eq!((known.status, &*known.body), (404, not_found));
    assert_eq!(app.send("GET /nothing", &[]).await.status, 401);
    let open = app.send("GET /sign-in/x", &[DOCUMENT]).await;
    assert_eq!(open.status, 404);
    assert_eq!(open.header("content-type"), "text/html; charset=utf-8");
}
