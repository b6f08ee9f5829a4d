//! Apps on Rocket with routes and states of their own, behind the fairing.
#![cfg(all(
    feature = "rocket",
    feature = "pages",
    feature = "testing",
    feature = "webhooks"
))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::process::Command;

use clerk_auth::gate::Paths;
use clerk_auth::has::Reverification;
use clerk_auth::kit::{KitBuilder, NoUser, Page};
use clerk_auth::rocket::{Allowed, Auth, CurrentUser, SignedIn, Webhook, protect};
use clerk_auth::testing::TestKeys;
use clerk_auth::{Check, Kit, Reply, Rule, kit};
use http::header::SET_COOKIE;
use rocket::http::{CookieJar, Status};
use rocket::local::asynchronous::Client;
use rocket::{Build, Rocket, State, catch, catchers, get, post, routes};
use serde_json::{Value, json};
use support::rocket_app::{DOCUMENT, admin, behind, build, send, settings, variables};
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
struct Shop {
    name: &'static str,
}

#[get("/")]
fn greet(shop: &State<Shop>, auth: Auth) -> String {
    format!("{}: {}", shop.name, auth.user_id().unwrap_or("nobody"))
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

#[get("/notes")]
fn notes() -> &'static str {
    "all notes"
}

#[post("/webhooks/clerk", data = "<event>")]
fn hear(event: Webhook) -> String {
    event.0.kind
}

#[get("/cookies")]
fn cookies(_user: SignedIn, jar: &CookieJar<'_>) -> &'static str {
    jar.add(("theme", "dark"));
    jar.add(("seen", "1"));
    ""
}

fn rocket() -> Rocket<Build> {
    let api = routes![me, administer, panics];
    rocket::build()
        .manage(Shop { name: "Orchard" })
        .mount("/", routes![greet, account, administer, danger, panics])
        .mount("/", routes![tea, fails, user, cookies])
        .mount("/api", api)
}

async fn app(builder: KitBuilder) -> Client {
    behind(rocket(), &build(builder, live())).await
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

#[rocket::async_test]
#[ignore = "run by the test above"]
async fn the_app_of_ten_lines() {
    let rocket = rocket::build()
        .mount("/hello", routes![notes])
        .attach(protect().unwrap());
    let app = Client::untracked(rocket).await.unwrap();
    #[allow(clippy::disallowed_methods, reason = "given by the test above")]
    let bearer = std::env::var("BEARER").unwrap();
    let hello = send(&app, "GET /hello/notes", &[("authorization", &bearer)]).await;
    assert_eq!((hello.status, &*hello.body), (200, "all notes"));
    let stranger = send(&app, "GET /hello/notes", &[]).await;
    assert_eq!((stranger.status, &*stranger.body), (401, UNAUTHORIZED));
    let page = send(&app, "GET /hello/notes", &[DOCUMENT]).await;
    assert_eq!(page.status, 307);
    assert!(page.header("location").starts_with("https://accounts."));
    let nothing = send(&app, "GET /nothing", &[]).await;
    assert_eq!(nothing.status, 401);
}

#[rocket::async_test]
async fn guards_work_with_a_state_of_the_apps_own() {
    let app = app(settings()).await;
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
    let nobody = send(&app, "GET /user", &[("authorization", &admin())]).await;
    assert!(nobody.body.contains("nobody is there") || nobody.body.contains("reference"));
}

#[rocket::async_test]
async fn a_rule_lets_in_whom_it_applies_to_and_answers_the_rest_in_the_apps_own_style() {
    let app = app(settings()).await;
    let user = live().user("user_ada").bearer();
    let ask = async |path: &str, bearer: &str, page: bool| {
        let mut headers = vec![("authorization", bearer)];
        headers.extend(page.then_some(DOCUMENT));
        send(&app, &format!("GET {path}"), &headers).await
    };
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

/// A guard below an open path: its answer comes through the catcher, with the way back.
#[rocket::async_test]
async fn a_guard_below_an_open_path_sends_strangers_to_sign_in() {
    let paths = Paths {
        public: &["/open/:path*", "/sign-in/:path*"],
        ..Paths::PROTECTED
    };
    let kit = build(Kit::builder().paths(paths).sign_in("/sign-in"), live());
    let app = behind(
        rocket::build().mount("/open", routes![me, tea, fails]),
        &kit,
    )
    .await;
    let reply = send(&app, "GET /open/me?a=1", &[DOCUMENT]).await;
    let back = "/sign-in?redirect_url=http%3A%2F%2Fapp.example%2Fopen%2Fme%3Fa%3D1";
    assert_eq!((reply.status, reply.header("location")), (307, back));
    let data = send(&app, "GET /open/me", &[]).await;
    assert_eq!((data.status, &*data.body), (401, UNAUTHORIZED));
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
    let without = Client::untracked(handlers().manage(Shop { name: "" })).await;
    let without = without.unwrap();
    let known = [("authorization", &*admin())];
    for line in [
        "GET /account",
        "GET /me",
        "GET /admin",
        "GET /page",
        "POST /webhooks/clerk",
    ] {
        let reply = send(&without, line, &known).await;
        assert_eq!(reply.status, 500, "{line}");
    }
    let paths = Paths {
        without_auth: &["/:path*"],
        ..Paths::PROTECTED
    };
    let kit = build(Kit::builder().paths(paths), live());
    let app = behind(handlers().manage(Shop { name: "" }), &kit).await;
    for path in ["/account", "/me", "/admin"] {
        let reply = send(&app, &format!("GET {path}"), &known).await;
        assert_eq!(reply.status, 500, "{path}");
    }
}

/// Rocket's jar would give Clerk's cookies `SameSite=Strict`, and forgets what a fairing puts into it on the way out.
#[rocket::async_test]
async fn cookies_of_a_handler_survive_beside_those_of_a_handshake() {
    let keys = live();
    let name = &keys.publishable_key().cookie_names().session;
    let session = format!("{name}={}; Path=/", keys.user("user_ada").token());
    let handshake = keys.sign(
        &json!({ "alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": TestKeys::KID }),
        &json!({ "handshake": [session, "__client_uat=1; Path=/"] }),
    );
    let app = app(settings()).await;
    let cookie = format!("__clerk_handshake={handshake}");
    let reply = send(&app, "GET /cookies", &[DOCUMENT, ("cookie", &cookie)]).await;
    assert_eq!(reply.status, 200);
    let set = reply.headers.get_all(SET_COOKIE).iter();
    let set: Vec<_> = set.map(|value| value.to_str().unwrap()).collect();
    assert_eq!(set.len(), 4, "{set:?}");
    for own in [&*session, "__client_uat=1; Path=/"] {
        assert!(set.contains(&own), "{set:?}");
    }
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[rocket::async_test]
async fn a_handler_that_panics_is_answered() {
    let app = app(settings()).await;
    let headers = [DOCUMENT, ("authorization", &*admin())];
    let page = send(&app, "GET /panics", &headers).await;
    assert_eq!(page.status, 500);
    assert!(page.body.contains("This is our mistake."), "{page:?}");
    let data = send(&app, "GET /api/panics", &headers[1..]).await;
    let body = r#"{"error":"Internal Server Error"}"#;
    assert_eq!((data.status, &*data.body), (500, body));
    assert_eq!(data.header("cache-control"), "no-store");
}

#[rocket::async_test]
async fn what_is_not_there_is_404_for_those_who_may_know() {
    let app = app(settings()).await;
    let known = send(&app, "GET /nothing", &[("authorization", &admin())]).await;
    assert_eq!(
        (known.status, &*known.body),
        (404, r#"{"error":"Not Found"}"#)
    );
    assert_eq!(send(&app, "GET /nothing", &[]).await.status, 401);
    let open = send(&app, "GET /sign-in/x", &[DOCUMENT]).await;
    assert_eq!(open.status, 404);
    assert_eq!(open.header("content-type"), "text/html; charset=utf-8");
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
    let app = app(settings()).await;
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
