//! Apps on axum with routers and states of their own, behind the layer.
#![cfg(all(feature = "axum", feature = "testing", feature = "webhooks"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::process::Command;

use axum::Router;
use axum::extract::State;
use axum::response::AppendHeaders;
use axum::routing::{get, post};
use clerk_auth::axum::{
    Allowed, Auth, ClerkLayer, CurrentUser, SignedIn, Webhook, me, not_found, protect,
};
use clerk_auth::gate::Paths;
use clerk_auth::has::Reverification;
use clerk_auth::kit::KitBuilder;
use clerk_auth::testing::TestKeys;
use clerk_auth::{Check, Kit, Rule};
use http::header::SET_COOKIE;
use serde_json::{Value, json};
use support::axum_app::{DOCUMENT, admin, build, send, settings, variables};
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

async fn greet(State(shop): State<Shop>, auth: Auth) -> String {
    format!("{}: {}", shop.name, auth.user_id().unwrap_or("nobody"))
}

fn app(builder: KitBuilder) -> Router {
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
        .route(
            "/webhooks/clerk",
            post(async |Webhook(event): Webhook| event.kind),
        )
        .fallback(not_found)
        .layer(ClerkLayer::new(&build(builder, live())))
        .with_state(SHOP)
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
    let app = Router::new()
        .route("/hello", get(async |State(shop): State<Shop>| shop.name))
        .layer(protect().unwrap())
        .with_state(SHOP);
    #[allow(clippy::disallowed_methods, reason = "given by the test above")]
    let bearer = std::env::var("BEARER").unwrap();
    let hello = send(&app, "GET /hello", &[("authorization", &bearer)]).await;
    assert_eq!((hello.status, &*hello.body), (200, "Orchard"));
    let stranger = send(&app, "GET /hello", &[]).await;
    assert_eq!((stranger.status, &*stranger.body), (401, UNAUTHORIZED));
    let page = send(&app, "GET /hello", &[DOCUMENT]).await;
    assert_eq!(page.status, 307);
    let hosted = "https://accounts.";
    assert!(page.header("location").starts_with(hosted), "{page:?}");
    let nothing = send(&app, "GET /nothing", &[]).await;
    assert_eq!(nothing.status, 401);
}

#[tokio::test]
async fn extractors_work_with_a_state_of_the_apps_own() {
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
    let me = send(&app, "GET /api/me", &[("authorization", &admin())]).await;
    let me: Value = serde_json::from_str(&me.body).unwrap();
    assert_eq!(me["orgRole"], "org:admin");
    assert_eq!(me["actor"], Value::Null);
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
    assert!(
        page.header("content-security-policy")
            .contains("default-src 'none'")
    );
    assert_eq!(ask("/nested/page", &user, true).await.status, 404);
    assert_eq!(ask("/nested/page", &admin(), true).await.body, "nested");
    let old = live().user("user_ada").claim("fva", json!([99, -1]));
    let old = old.bearer();
    let stale = ask("/danger", &old, false).await;
    assert_eq!(stale.status, 403);
    let told: Value = serde_json::from_str(&stale.body).unwrap();
    assert_eq!(told["clerk_error"]["reason"], "reverification-error");
    let page = ask("/danger", &old, true).await;
    assert_eq!(page.status, 403);
    assert!(
        page.body.contains("Confirm that it is you"),
        "{}",
        page.body
    );
    let fresh = live().user("user_ada").claim("fva", json!([1, -1]));
    assert_eq!(ask("/danger", &fresh.bearer(), false).await.body, "done");
}

/// A guard below an open path, in a nested router: the way back is the whole path, which the router had shortened.
#[tokio::test]
async fn the_way_back_from_a_nested_router_is_the_whole_path() {
    let nested = Router::new().route("/page", get(async |_: SignedIn| "in"));
    let paths = Paths {
        public: &["/open/:path*", "/sign-in/:path*"],
        ..Paths::PROTECTED
    };
    let kit = build(Kit::builder().paths(paths).sign_in("/sign-in"), live());
    let app = Router::new()
        .nest("/open", nested)
        .layer(ClerkLayer::new(&kit));
    let reply = send(&app, "GET /open/page?a=1", &[DOCUMENT]).await;
    let back = "/sign-in?redirect_url=http%3A%2F%2Fapp.example%2Fopen%2Fpage%3Fa%3D1";
    assert_eq!((reply.status, reply.header("location")), (307, back));
}

/// The layer inside of a nested router, which shows it shortened paths: `/admin/docs` was judged as `/docs`.
#[tokio::test]
async fn a_layer_within_a_nested_router_judges_the_whole_path() {
    let paths = Paths {
        public: &["/docs", "/sign-in/:path*"],
        without_auth: &["/hook"],
        ..Paths::PROTECTED
    };
    let kit = build(
        Kit::builder().paths(paths).sign_in("/sign-in").health(),
        live(),
    );
    let nested = Router::new()
        .route("/docs", get(async || "private"))
        .route("/hook", get(async || "private"))
        .route("/healthz", get(async || "private"))
        .layer(ClerkLayer::new(&kit));
    let app = Router::new().nest("/admin", nested);
    for path in ["/admin/docs", "/admin/hook", "/admin/healthz"] {
        let reply = send(&app, &format!("GET {path}"), &[DOCUMENT]).await;
        let back = format!(
            "/sign-in?redirect_url=http%3A%2F%2Fapp.example{}",
            path.replace('/', "%2F")
        );
        assert_eq!((reply.status, reply.header("location")), (307, &*back));
    }
    let known = send(&app, "GET /admin/docs", &[("authorization", &admin())]).await;
    assert_eq!(known.body, "private");
}

/// Routers take an empty segment for a parameter: `//open/x/1` is `/{shop}/{kind}/{id}/{page}` to them.
#[tokio::test]
async fn no_spelling_of_an_open_path_reaches_the_route_beside_it() {
    let paths = Paths {
        public: &["/open/:path*", "/about"],
        ..Paths::PROTECTED
    };
    let kit = build(Kit::builder().paths(paths).health(), live());
    let app = Router::new()
        .route("/about", get(async || "open"))
        .route("/open/{page}", get(async || "open"))
        .route("/{shop}/", get(async || "private"))
        .route("/{shop}/{kind}/{id}", get(async || "private"))
        .fallback(async || "private")
        .layer(ClerkLayer::new(&kit));
    for path in [
        "//about",
        "/about/",
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
    for path in ["/who", "/in", "/user", "/admin", "/webhook", "/nothing"] {
        let headers = [("authorization", &*admin())];
        let reply = send(&handlers(), &format!("GET {path}"), &headers).await;
        assert_eq!(reply.status, 500, "{path}");
        assert!(!reply.body.contains("open"));
    }
    let paths = Paths {
        without_auth: &["/:path*"],
        ..Paths::PROTECTED
    };
    let kit = build(Kit::builder().paths(paths), live());
    let app = handlers().layer(ClerkLayer::new(&kit));
    for path in ["/who", "/in", "/user", "/admin"] {
        let headers = [("authorization", &*admin())];
        let reply = send(&app, &format!("GET {path}"), &headers).await;
        assert_eq!(reply.status, 500, "{path}");
    }
}

/// An app that set a cookie of its own lost it, or Clerk's, on the first request after a handshake.
#[tokio::test]
async fn cookies_of_a_handler_survive_beside_those_of_a_handshake() {
    let keys = live();
    let name = &keys.publishable_key().cookie_names().session;
    let session = format!("{name}={}; Path=/", keys.user("user_ada").token());
    let handshake = keys.sign(
        &json!({ "alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": TestKeys::KID }),
        &json!({ "handshake": [session, "__client_uat=1; Path=/"] }),
    );
    let own = async |_: SignedIn| {
        AppendHeaders([
            (SET_COOKIE, "theme=dark; Path=/"),
            (SET_COOKIE, "seen=1; Path=/"),
        ])
    };
    let kit = build(settings(), keys);
    let app = Router::new()
        .route("/page", get(own))
        .layer(ClerkLayer::new(&kit));
    let cookie = format!("__clerk_handshake={handshake}");
    let reply = send(&app, "GET /page", &[DOCUMENT, ("cookie", &cookie)]).await;
    assert_eq!(reply.status, 200);
    let set = reply.headers.get_all(SET_COOKIE).iter();
    let mut set: Vec<_> = set.map(|value| value.to_str().unwrap()).collect();
    set.sort_unstable();
    let mut expected = [
        &*session,
        "__client_uat=1; Path=/",
        "theme=dark; Path=/",
        "seen=1; Path=/",
    ];
    expected.sort_unstable();
    assert_eq!(set, expected);
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_handler_that_panics_is_answered() {
    // A visitor saw a closed connection and nothing else.
    let app = app(settings());
    let page = send(
        &app,
        "GET /panics",
        &[DOCUMENT, ("authorization", &admin())],
    )
    .await;
    assert_eq!(page.status, 500);
    assert!(page.body.contains("This is our mistake."), "{page:?}");
    let data = send(&app, "GET /api/panics", &[("authorization", &admin())]).await;
    let body = r#"{"error":"Internal Server Error"}"#;
    assert_eq!((data.status, &*data.body), (500, body));
    assert_eq!(data.header("x-frame-options"), "DENY");
}

#[tokio::test]
async fn what_is_not_there_is_404_for_those_who_may_know() {
    let app = app(settings());
    let known = send(&app, "GET /nothing", &[("authorization", &admin())]).await;
    assert_eq!(
        (known.status, &*known.body),
        (404, r#"{"error":"Not Found"}"#)
    );
    assert_eq!(send(&app, "GET /nothing", &[]).await.status, 401);
    let open = send(&app, "GET /sign-in/x", &[DOCUMENT]).await;
    assert_eq!(open.status, 404);
    assert_eq!(open.header("content-type"), "text/html; charset=utf-8");
}
