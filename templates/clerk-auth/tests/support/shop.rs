//! A shop, which each framework has with handlers of its own, and what it answers whichever framework that is.

use std::process::Command;

use clerk_auth::gate::Paths;
use clerk_auth::has::Reverification;
use clerk_auth::testing::TestKeys;
use clerk_auth::{Check, Kit, Rule};
use http::header::SET_COOKIE;
use serde_json::{Value, json};

use super::app::{Answer, App, DOCUMENT, OneUser, admin, build, send, variables};
use super::stage::live;

const NOT_FOUND: &str = r#"{"error":"Not Found"}"#;
pub const UNAUTHORIZED: &str = r#"{"error":"Unauthorized"}"#;

/// What the handler of `/page` sets.
pub const OWN_COOKIES: [&str; 2] = ["theme=dark; Path=/", "seen=1; Path=/"];

pub struct Admin;

impl Rule for Admin {
    fn check() -> Check {
        Check::role("org:admin")
    }
}

pub struct JustVerified;

impl Rule for JustVerified {
    fn check() -> Check {
        Check::reverification(Reverification::Strict)
    }
}

/// A state of the app's own, of which the kit knows nothing.
#[derive(Clone)]
pub struct Shop {
    pub name: &'static str,
}

pub const SHOP: Shop = Shop { name: "Orchard" };

impl Shop {
    pub fn greet(&self, user: Option<&str>) -> String {
        format!("{}: {}", self.name, user.unwrap_or("nobody"))
    }
}

/// Runs an ignored test of this file in a process of its own: what an app of ten lines is told comes from the environment.
pub fn run_with_variables(test: &str) {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .envs(variables(live()))
        .env("BEARER", live().user("user_ada").bearer())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}

/// The header of a user of the app whose variables [`run_with_variables`] gave.
#[allow(clippy::disallowed_methods, reason = "given by the test around it")]
pub fn given_bearer() -> String {
    std::env::var("BEARER").unwrap()
}

/// An app of ten lines with nothing but `/hello`.
pub async fn ten_lines_are_protected(app: &impl App, greeting: &str) {
    let hello = send(app, "GET /hello", &[("authorization", &given_bearer())]).await;
    assert_eq!((hello.status, &*hello.body), (200, greeting));
    let stranger = send(app, "GET /hello", &[]).await;
    assert_eq!((stranger.status, &*stranger.body), (401, UNAUTHORIZED));
    let page = send(app, "GET /hello", &[DOCUMENT]).await;
    assert_eq!(page.status, 307);
    let hosted = "https://accounts.";
    assert!(page.header("location").starts_with(hosted), "{page:?}");
    assert_eq!(send(app, "GET /nothing", &[]).await.status, 401);
}

pub async fn handlers_learn_who_asks(app: &impl App) {
    let known = [("authorization", &*admin())];
    let home = send(app, "GET /", &[]).await;
    assert_eq!((home.status, &*home.body), (200, "Orchard: nobody"));
    assert_eq!(home.header("cache-control"), "no-store");
    assert_eq!(home.header("x-content-type-options"), "nosniff");
    assert_eq!(home.header("strict-transport-security"), "max-age=31536000");
    let account = send(app, "GET /account", &known).await;
    assert_eq!(account.body, "Orchard: user_ada");
    let stranger = send(app, "GET /account", &[DOCUMENT]).await;
    let sign_in = "/sign-in?redirect_url=http%3A%2F%2Fapp.example%2Faccount";
    assert_eq!(
        (stranger.status, stranger.header("location")),
        (307, sign_in)
    );
    let data = send(app, "GET /api/me", &[]).await;
    assert_eq!((data.status, &*data.body), (401, UNAUTHORIZED));
    let me = send(app, "GET /api/me", &known).await;
    let me: Value = serde_json::from_str(&me.body).unwrap();
    assert_eq!(me["orgRole"], "org:admin");
    assert_eq!(me["actor"], Value::Null);
}

/// A rule lets in whom it applies to, and the rest is answered in the app's own style.
pub async fn rules_apply(app: &impl App) {
    let user = live().user("user_ada").bearer();
    let ask = async |path: &str, bearer: &str, page: bool| {
        let mut headers = vec![("authorization", bearer)];
        headers.extend(page.then_some(DOCUMENT));
        send(app, &format!("GET {path}"), &headers).await
    };
    let books = ask("/api/admin", &admin(), false).await;
    assert_eq!((books.status, &*books.body), (200, "the books"));
    assert_eq!(ask("/admin", &admin(), true).await.body, "user_ada");
    let data = ask("/api/admin", &user, false).await;
    assert_eq!((data.status, &*data.body), (404, NOT_FOUND));
    is_the_page_for_nothing(&ask("/admin", &user, true).await);
    let old = live().user("user_ada").claim("fva", json!([99, -1]));
    let stale = ask("/danger", &old.bearer(), false).await;
    assert_eq!(stale.status, 403);
    let told: Value = serde_json::from_str(&stale.body).unwrap();
    assert_eq!(told["clerk_error"]["reason"], "reverification-error");
    let page = ask("/danger", &old.bearer(), true).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("Confirm that it is you"), "{page:?}");
    let fresh = live().user("user_ada").claim("fva", json!([1, -1]));
    assert_eq!(ask("/danger", &fresh.bearer(), false).await.body, "done");
}

fn is_the_page_for_nothing(page: &Answer) {
    assert_eq!(page.status, 404);
    let told = "There is no page at this address.";
    assert!(page.body.contains(told), "{page:?}");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{page:?}");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
}

/// What is not there is 404 for those who may know.
pub async fn nothing_is_at(app: &impl App, paths: &[&str]) {
    let known = [DOCUMENT, ("authorization", &*admin())];
    for path in paths {
        let line = format!("GET {path}");
        let data = send(app, &line, &known[1..]).await;
        assert_eq!((data.status, &*data.body), (404, NOT_FOUND), "{path}");
        if !path.starts_with("/api") {
            is_the_page_for_nothing(&send(app, &line, &known).await);
        }
        let stranger = send(app, &line, &[]).await;
        let told = (stranger.status, &*stranger.body);
        assert_eq!(told, (401, UNAUTHORIZED), "{path}");
    }
    is_the_page_for_nothing(&send(app, "GET /sign-in/x", &[DOCUMENT]).await);
}

/// A visitor saw a closed connection and nothing else.
pub async fn a_panic_is_answered(app: &impl App) {
    let headers = [DOCUMENT, ("authorization", &*admin())];
    let page = send(app, "GET /panics", &headers).await;
    assert_eq!(page.status, 500);
    assert!(page.body.contains("This is our mistake."), "{page:?}");
    let data = send(app, "GET /api/panics", &headers[1..]).await;
    let body = r#"{"error":"Internal Server Error"}"#;
    assert_eq!((data.status, &*data.body), (500, body));
    for answer in [page, data] {
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

/// Clerk's cookies are set by whichever answer ends a handshake, on these paths with these statuses; beside them only the
/// handler of `/page` sets the app's own.
pub async fn a_handshake_keeps_its_cookies(app: &impl App, own: [&str; 2], paths: &[(&str, u16)]) {
    let keys = live();
    let name = &keys.publishable_key().cookie_names().session;
    let session = format!("{name}={}; Path=/", keys.user("user_ada").token());
    let handshake = keys.sign(
        &json!({ "alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": TestKeys::KID }),
        &json!({ "handshake": [session, "__client_uat=1; Path=/"] }),
    );
    let cookie = format!("__clerk_handshake={handshake}");
    let headers = [DOCUMENT, ("cookie", &*cookie)];
    for (path, status) in [&[("/page", 200), ("/nothing", 404)], paths].concat() {
        let reply = send(app, &format!("GET {path}"), &headers).await;
        assert_eq!(reply.status, status, "{path}");
        let set = reply.headers.get_all(SET_COOKIE).iter();
        let mut set: Vec<_> = set.map(|value| value.to_str().unwrap()).collect();
        set.sort_unstable();
        let mut expected = vec![&*session, "__client_uat=1; Path=/"];
        if path == "/page" {
            expected.extend(own);
        }
        expected.sort_unstable();
        assert_eq!(set, expected, "{path}");
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        assert_eq!(reply.header("x-frame-options"), "DENY", "{path}");
    }
}

/// An app with the open paths `/about` and `/open/...`, where routes beside them would take all that follows.
pub fn half_open() -> Kit {
    let paths = Paths {
        public: &["/open/:path*", "/about"],
        ..Paths::PROTECTED
    };
    build(Kit::builder().paths(paths).health(), live())
}

/// Routers take an empty segment for a parameter, some decode a path first: `//open/1` is `/{shop}/{kind}/{id}` to them.
pub async fn no_spelling_opens_the_route_beside(app: &impl App, more: &[&str]) {
    let spellings = [
        "//about",
        "/about/",
        "/ABOUT",
        "/%61bout",
        "//open/1",
        "/open//1",
        "//healthz",
        "/healthz/",
    ];
    for path in spellings.iter().chain(more) {
        let reply = send(app, &format!("GET {path}"), &[]).await;
        assert_eq!(reply.status, 401, "{path}: {reply:?}");
    }
    for path in ["/about", "/open/1"] {
        assert_eq!(send(app, &format!("GET {path}"), &[]).await.body, "open");
    }
}

/// An app that asks nobody.
pub fn without_auth() -> Kit {
    let paths = Paths {
        without_auth: &["/:path*"],
        ..Paths::PROTECTED
    };
    build(Kit::builder().paths(paths), live())
}

/// Handlers that nobody was asked for, because the gate does not stand before them, or looks away.
pub async fn handlers_refuse(app: &impl App, lines: &[&str]) {
    for line in lines {
        let reply = send(app, line, &[("authorization", &admin())]).await;
        assert_eq!(reply.status, 500, "{line}");
        assert!(!reply.body.contains("open"), "{line}");
    }
}

/// A handler at `/twice` that asks for the user two times.
pub async fn the_user_is_asked_for_once(app: &impl App, backend: &OneUser) {
    assert_eq!(send(app, "GET /twice", &[]).await.status, 401);
    assert_eq!(backend.asked(), 0);
    let reply = send(app, "GET /twice", &[("authorization", &admin())]).await;
    assert_eq!((reply.status, &*reply.body), (200, "Ada"));
    assert_eq!(backend.asked(), 1);
}

/// An app whose public paths below `/open` have a guard of their own.
pub fn open_with_guards() -> Kit {
    let paths = Paths {
        public: &["/open/:path*", "/sign-in/:path*"],
        ..Paths::PROTECTED
    };
    build(Kit::builder().paths(paths).sign_in("/sign-in"), live())
}

/// The guard of `/open/page` names the whole path as the way back, which a nested router may have shortened.
pub async fn the_way_back_is_the_whole_path(app: &impl App) {
    let page = send(app, "GET /open/page?a=1", &[DOCUMENT]).await;
    let back = "/sign-in?redirect_url=http%3A%2F%2Fapp.example%2Fopen%2Fpage%3Fa%3D1";
    assert_eq!((page.status, page.header("location")), (307, back));
    assert_eq!(page.body, "");
    let data = send(app, "GET /open/page?a=1", &[]).await;
    assert_eq!((data.status, &*data.body), (401, UNAUTHORIZED));
}

/// An app whose open paths are also the ends of paths below `/admin`.
pub fn open_ends() -> Kit {
    let paths = Paths {
        public: &["/", "/docs", "/sign-in/:path*"],
        without_auth: &["/hook"],
        ..Paths::PROTECTED
    };
    let builder = Kit::builder().paths(paths).sign_in("/sign-in").health();
    build(builder, live())
}

/// A gate inside of routes nested below `/admin`, which show it shortened paths: `/admin/docs` was judged as `/docs`.
pub async fn the_whole_path_is_judged(app: &impl App, more: &[&str]) {
    let paths = ["/admin/docs", "/admin/hook", "/admin/healthz"];
    for path in paths.iter().chain(more) {
        let reply = send(app, &format!("GET {path}"), &[DOCUMENT]).await;
        let back = path.replace('/', "%2F");
        let back = format!("/sign-in?redirect_url=http%3A%2F%2Fapp.example{back}");
        assert_eq!((reply.status, reply.header("location")), (307, &*back));
    }
    let known = send(app, "GET /admin/docs", &[("authorization", &admin())]).await;
    assert_eq!(known.body, "private");
}
