//! Apps on poem behind the middleware.
#![cfg(all(feature = "poem", feature = "testing", feature = "webhooks"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::process::Command;

use clerk_auth::gate::Paths;
use clerk_auth::has::Reverification;
use clerk_auth::kit::KitBuilder;
use clerk_auth::poem::{
    Allowed, Auth, ClerkMiddleware, CurrentUser, SignedIn, Webhook, me, protect,
};
use clerk_auth::testing::TestKeys;
use clerk_auth::{Check, Kit, Rule};
use http::StatusCode;
use http::header::SET_COOKIE;
use poem::error::NotFoundError;
use poem::web::Data;
use poem::{Endpoint, EndpointExt as _, IntoResponse, Route, get, handler, post};
use serde_json::{Value, json};
use support::poem_app::{DOCUMENT, admin, build, send, settings, variables};
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

/// A state of the app's own, of which the kit knows nothing.
#[derive(Clone)]
struct Shop {
    name: &'static str,
}

const SHOP: Shop = Shop { name: "Orchard" };

#[handler]
fn greet(shop: Data<&Shop>, auth: Auth) -> String {
    format!("{}: {}", shop.name, auth.user_id().unwrap_or("nobody"))
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
fn hook(Webhook(event): Webhook) -> String {
    event.kind
}

fn app(builder: KitBuilder) -> impl Endpoint {
    Route::new()
        .at("/", get(greet))
        .at("/account", get(greet))
        .at("/api/me", get(me))
        .at("/api/admin", get(show_books))
        .at("/admin", get(admin_name))
        .at("/danger", get(danger))
        .at("/panics", get(panics))
        .at("/api/panics", get(panics))
        .at("/fails", get(fails))
        .at("/gone", get(gone))
        .at("/webhooks/clerk", post(hook))
        .data(SHOP)
        .with(ClerkMiddleware::new(&build(builder, live())))
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

#[tokio::test]
#[ignore = "run by the test above"]
async fn the_app_of_ten_lines() {
    #[handler]
    fn hello() -> &'static str {
        "hello"
    }
    let app = Route::new().at("/hello", hello).with(protect().unwrap());
    #[allow(clippy::disallowed_methods, reason = "given by the test above")]
    let bearer = std::env::var("BEARER").unwrap();
    let known = send(&app, "GET /hello", &[("authorization", &bearer)]).await;
    assert_eq!((known.status, &*known.body), (200, "hello"));
    let stranger = send(&app, "GET /hello", &[]).await;
    assert_eq!((stranger.status, &*stranger.body), (401, UNAUTHORIZED));
    let page = send(&app, "GET /hello", &[DOCUMENT]).await;
    assert_eq!(page.status, 307);
    let hosted = "https://accounts.";
    assert!(page.header("location").starts_with(hosted), "{page:?}");
    assert_eq!(send(&app, "GET /nothing", &[]).await.status, 401);
}

#[tokio::test]
async fn extractors_work_beside_data_of_the_apps_own() {
    let app = app(settings());
    let home = send(&app, "GET /", &[]).await;
    assert_eq!((home.status, &*home.body), (200, "Orchard: nobody"));
    assert_eq!(home.header("cache-control"), "no-store");
    assert_eq!(home.header("x-content-type-options"), "nosniff");
    assert_eq!(home.header("strict-transport-security"), "max-age=31536000");
    let account = send(&app, "GET /account", &[("authorization", &admin())]).await;
    assert_eq!(account.body, "Orchard: user_ada");
    let stranger = send(&app, "GET /account", &[DOCUMENT]).await;
    let sign_in = "/sign-in?redirect_url=http%3A%2F%2Fapp.example%2Faccount";
    assert_eq!(
        (stranger.status, stranger.header("location")),
        (307, sign_in)
    );
    let sender = send(&app, "GET /api/me", &[("authorization", &admin())]).await;
    let sender: Value = serde_json::from_str(&sender.body).unwrap();
    assert_eq!(sender["orgRole"], "org:admin");
    assert_eq!(sender["actor"], Value::Null);
}

#[tokio::test]
async fn a_rule_lets_in_whom_it_applies_to_and_answers_the_rest_in_the_apps_own_style() {
    let app = app(settings());
    let user = live().user("user_ada").bearer();
    let ask = async |path: &str, bearer: &str, page: bool| {
        let mut headers = vec![("authorization", bearer)];
        headers.extend(page.then_some(DOCUMENT));
        send(&app, &format!("GET {path}"), &headers).await
    };
    let books = ask("/api/admin", &admin(), false).await;
    assert_eq!((books.status, &*books.body), (200, "the books"));
    assert_eq!(ask("/admin", &admin(), true).await.body, "user_ada");
    let data = ask("/api/admin", &user, false).await;
    assert_eq!(
        (data.status, &*data.body),
        (404, r#"{"error":"Not Found"}"#)
    );
    let page = ask("/admin", &user, true).await;
    assert_eq!(page.status, 404);
    assert!(
        page.body.contains("There is no page at this address."),
        "{page:?}"
    );
    let stale = live().user("user_ada").claim("fva", json!([99, -1]));
    let stale = ask("/danger", &stale.bearer(), false).await;
    assert_eq!(stale.status, 403);
    let told: Value = serde_json::from_str(&stale.body).unwrap();
    assert_eq!(told["clerk_error"]["reason"], "reverification-error");
    let fresh = live().user("user_ada").claim("fva", json!([1, -1]));
    assert_eq!(ask("/danger", &fresh.bearer(), false).await.body, "done");
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
    let headers = [("authorization", &*admin())];
    for path in ["/who", "/in", "/user", "/admin", "/webhook"] {
        let reply = send(&handlers(), &format!("GET {path}"), &headers).await;
        assert_eq!(reply.status, 500, "{path}");
        assert!(!reply.body.contains("open"));
    }
    let paths = Paths {
        without_auth: &["/:path*"],
        ..Paths::PROTECTED
    };
    let kit = build(Kit::builder().paths(paths), live());
    let app = handlers().with(ClerkMiddleware::new(&kit));
    for path in ["/who", "/in", "/user", "/admin"] {
        let reply = send(&app, &format!("GET {path}"), &headers).await;
        assert_eq!(reply.status, 500, "{path}");
    }
}

/// poem hands 404, 405 and errors of handlers to a middleware as `Err`: with `?` the gate's cookies were lost, and the
/// handshake began again.
#[tokio::test]
async fn a_handshake_that_ends_on_an_error_keeps_its_cookies() {
    #[handler]
    fn sets_cookies(_: SignedIn) -> impl IntoResponse {
        let response = poem::Response::builder()
            .header(SET_COOKIE, "theme=dark; Path=/")
            .header(SET_COOKIE, "seen=1; Path=/");
        response.finish()
    }
    let keys = live();
    let session = &keys.publishable_key().cookie_names().session;
    let session = format!("{session}={}; Path=/", keys.user("user_ada").token());
    let handshake = keys.sign(
        &json!({ "alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": TestKeys::KID }),
        &json!({ "handshake": [session, "__client_uat=1; Path=/"] }),
    );
    let cookie = format!("__clerk_handshake={handshake}");
    let headers = [DOCUMENT, ("cookie", &*cookie)];
    let own = ["theme=dark; Path=/", "seen=1; Path=/"];
    let app = Route::new()
        .at("/page", get(sets_cookies))
        .at("/posted", post(sets_cookies))
        .at("/fails", fails)
        .with(ClerkMiddleware::new(&build(settings(), keys)));
    for (path, status, own) in [
        ("/page", 200, &own[..]),
        ("/posted", 405, &[]),
        ("/fails", 418, &[]),
        ("/nothing", 404, &[]),
    ] {
        let reply = send(&app, &format!("GET {path}"), &headers).await;
        assert_eq!(reply.status, status, "{path}");
        let set = reply.headers.get_all(SET_COOKIE).iter();
        let mut set: Vec<_> = set.map(|value| value.to_str().unwrap()).collect();
        set.sort_unstable();
        let mut expected = [own, &[&session, "__client_uat=1; Path=/"]].concat();
        expected.sort_unstable();
        assert_eq!(set, expected, "{path}");
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        assert_eq!(reply.header("x-frame-options"), "DENY", "{path}");
    }
}

#[tokio::test]
async fn a_handler_that_panics_is_answered() {
    let app = app(settings());
    let bearer = admin();
    let page = send(&app, "GET /panics", &[DOCUMENT, ("authorization", &bearer)]).await;
    assert_eq!(page.status, 500);
    assert!(page.body.contains("This is our mistake."), "{page:?}");
    let data = send(&app, "GET /api/panics", &[("authorization", &bearer)]).await;
    let body = r#"{"error":"Internal Server Error"}"#;
    assert_eq!((data.status, &*data.body), (500, body));
    assert_eq!(data.header("x-frame-options"), "DENY");
}

#[tokio::test]
async fn what_is_not_there_is_404_for_those_who_may_know_in_the_apps_own_style() {
    let app = app(settings());
    let known = [("authorization", &*admin())];
    for path in [
        "/nothing",
        "/account/x",
        "/accounts",
        "/api",
        "/gone",
        "//x",
    ] {
        let reply = send(&app, &format!("GET {path}"), &known).await;
        let body = r#"{"error":"Not Found"}"#;
        assert_eq!((reply.status, &*reply.body), (404, body), "{path}");
        assert_eq!(send(&app, &format!("GET {path}"), &[]).await.status, 401);
    }
    let shown = send(&app, "GET /sign-in/x", &[DOCUMENT]).await;
    assert_eq!(shown.status, 404);
    assert_eq!(shown.header("content-type"), "text/html; charset=utf-8");
}

/// poem's router takes an empty segment for a parameter.
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
    let paths = Paths {
        public: &["/open/:path*", "/about"],
        ..Paths::PROTECTED
    };
    let kit = build(Kit::builder().paths(paths).health(), live());
    let app = Route::new()
        .at("/about", get(open))
        .at("/open/:page", get(open))
        .at("/:shop/", get(private))
        .at("/:shop/:kind/:id", get(private))
        .at("/*path", get(private))
        .with(ClerkMiddleware::new(&kit));
    for path in [
        "//about",
        "/about/",
        "/ABOUT",
        "/%61bout",
        "//open/1",
        "/open//1",
        "http://app.example//open/1",
        "//healthz",
        "/healthz/",
    ] {
        let reply = send(&app, &format!("GET {path}"), &[]).await;
        assert_eq!(reply.status, 401, "{path}: {reply:?}");
    }
    for path in ["/about", "/open/1"] {
        assert_eq!(send(&app, &format!("GET {path}"), &[]).await.body, "open");
    }
}
