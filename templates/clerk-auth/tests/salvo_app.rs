//! Apps on salvo behind the hoop, over sockets.
#![cfg(all(
    feature = "salvo",
    feature = "proxy",
    feature = "testing",
    feature = "webhooks"
))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use clerk_auth::gate::Paths;
use clerk_auth::salvo::{
    Allowed, Auth, ClerkHoop, CurrentUser, SignedIn, Webhook, current_user, me, service,
};
use clerk_auth::testing::TestKeys;
use clerk_auth::webhooks::WebhookSecret;
use clerk_auth::{Check, Kit, Rule};
use salvo_core::extract::JsonBody;
use salvo_core::http::StatusError;
use salvo_core::prelude::{Depot, Request, Response, Router, Service, StatusCode};
use salvo_core::{Writer as _, handler};
use serde_json::{Value, json};
use support::app::{Silence, admin, build, settings, try_build, variables};
use support::sockets::{Running, read, start, status};
use support::stage::live;
use support::upstream::Upstream;
use tokio::sync::Notify;

const PAGE: &str = "sec-fetch-dest: document";
const WEBHOOK_SECRET: &str = concat!("whsec_", "b25seSBmb3IgdGVzdHM=");

struct Admin;

impl Rule for Admin {
    fn check() -> Check {
        Check::role("org:admin")
    }
}

#[handler]
async fn who(auth: Auth) -> String {
    auth.user_id().unwrap_or("nobody").to_owned()
}

#[handler]
async fn within(_who: SignedIn) -> &'static str {
    "in"
}

#[handler]
async fn books(_admin: Allowed<Admin>) -> &'static str {
    "the books"
}

#[handler]
async fn panics(response: &mut Response) -> String {
    response.status_code(StatusCode::ACCEPTED);
    panic!("this panic is part of a test")
}

#[handler]
async fn gone() -> StatusCode {
    StatusCode::NOT_FOUND
}

#[handler]
async fn fails() -> StatusError {
    StatusError::im_a_teapot()
}

#[handler]
async fn take(_who: SignedIn, order: JsonBody<Value>) -> String {
    order.into_inner().to_string().len().to_string()
}

#[handler]
async fn hook(event: Webhook) -> String {
    event.0.kind
}

fn routes() -> Router {
    Router::new()
        .get(who)
        .push(Router::with_path("account").get(who))
        .push(Router::with_path("sign-in").get(within))
        .push(Router::with_path("api/me").get(me))
        .push(Router::with_path("api/admin").get(books))
        .push(Router::with_path("admin").get(books))
        .push(Router::with_path("panics").get(panics))
        .push(Router::with_path("api/panics").get(panics))
        .push(Router::with_path("gone").get(gone))
        .push(Router::with_path("fails").get(fails))
        .push(Router::with_path("api/order").post(take))
        .push(Router::with_path("webhooks/clerk").post(hook))
}

fn kit() -> Kit {
    let mut variables = variables(live());
    let secret = WEBHOOK_SECRET.to_owned();
    variables.insert("CLERK_WEBHOOK_SIGNING_SECRET", secret);
    try_build(settings().fetch(Silence), &variables).unwrap()
}

async fn shop() -> Running {
    let kit = kit();
    let app = Service::new(routes()).hoop(ClerkHoop::new(&kit));
    start(&kit, service(app)).await
}

fn bearer() -> String {
    format!("authorization: {}", admin())
}

#[tokio::test]
async fn handlers_learn_who_asks() {
    let server = shop().await;
    let home = server.send("GET /", &[], b"").await;
    assert!(home.ends_with("\r\n\r\nnobody"), "{home}");
    assert!(home.contains("cache-control: no-store\r\n"), "{home}");
    assert!(
        home.contains("x-content-type-options: nosniff\r\n"),
        "{home}"
    );
    let account = server.send("GET /account", &[&bearer()], b"").await;
    assert!(account.ends_with("\r\n\r\nuser_ada"), "{account}");
    let stranger = server.send("GET /account", &[PAGE], b"").await;
    let back = "/sign-in?redirect_url=http%3A%2F%2Fapp.example%2Faccount\r\n";
    assert!(
        status(&stranger) == "307" && stranger.contains(back),
        "{stranger}"
    );
    let sender = server.send("GET /api/me", &[&bearer()], b"").await;
    assert!(sender.contains(r#""orgRole":"org:admin""#), "{sender}");
}

/// salvo's macro for handlers makes 400 of a refusal that is no error.
#[tokio::test]
async fn a_guard_on_a_public_path_sends_strangers_to_sign_in() {
    let paths = Paths {
        public: &["/account", "/in", "/sign-in"],
        ..Paths::PROTECTED
    };
    let kit = build(Kit::builder().paths(paths).sign_in("/sign-in"), live());
    let routes = routes().push(Router::with_path("in").get(within));
    let app = Service::new(routes).hoop(ClerkHoop::new(&kit));
    let server = start(&kit, service(app)).await;
    let stranger = server.send("GET /in?a=1", &[PAGE], b"").await;
    assert_eq!(status(&stranger), "307", "{stranger}");
    let back = "/sign-in?redirect_url=http%3A%2F%2Fapp.example%2Fin%3Fa%3D1\r\n";
    assert!(stranger.contains(back), "{stranger}");
    assert!(stranger.ends_with("\r\n\r\n"), "{stranger}");
    let program = server.send("GET /in", &[], b"").await;
    assert_eq!(status(&program), "401", "{program}");
}

#[tokio::test]
async fn a_rule_lets_in_whom_it_applies_to_and_answers_the_rest_in_the_apps_own_style() {
    let server = shop().await;
    let user = format!("authorization: {}", live().user("user_ada").bearer());
    let known = server.send("GET /api/admin", &[&bearer()], b"").await;
    assert!(known.ends_with("\r\n\r\nthe books"), "{known}");
    let data = server.send("GET /api/admin", &[&user], b"").await;
    assert_eq!(status(&data), "404");
    assert!(data.ends_with(r#"{"error":"Not Found"}"#), "{data}");
    let page = server.send("GET /admin", &[&user, PAGE], b"").await;
    assert_eq!(status(&page), "404");
    assert!(page.contains("There is no page at this address."), "{page}");
}

#[tokio::test]
async fn what_is_not_there_is_404_in_the_apps_own_style_and_only_for_those_who_may_know() {
    let server = shop().await;
    for path in ["/nothing", "/account/x", "/gone"] {
        let line = format!("GET {path}");
        let data = server.send(&line, &[&bearer()], b"").await;
        assert!(data.ends_with(r#"{"error":"Not Found"}"#), "{path}: {data}");
        let page = server.send(&line, &[&bearer(), PAGE], b"").await;
        assert!(page.contains("There is no page at this address."), "{page}");
        assert!(!page.contains("salvo"), "{page}");
        let stranger = server.send(&line, &[], b"").await;
        assert!(
            stranger.ends_with(r#"{"error":"Unauthorized"}"#),
            "{stranger}"
        );
    }
    let method = server.send("DELETE /account", &[&bearer()], b"").await;
    assert_eq!(status(&method), "405", "{method}");
    assert!(method.contains("allow: GET\r\n"), "{method}");
    assert!(method.contains("x-frame-options: DENY\r\n"), "{method}");
}

/// Slashes more and needless escapes reach the route, but are not the public path.
#[tokio::test]
async fn no_spelling_of_an_open_path_reaches_the_route_beside_it() {
    let paths = Paths {
        public: &["/open/:path*", "/account"],
        ..Paths::PROTECTED
    };
    let kit = build(Kit::builder().paths(paths).health(), live());
    let routes = Router::new()
        .push(Router::with_path("account").get(who))
        .push(Router::with_path("open/{page}").get(who))
        .push(Router::with_path("{**rest}").get(who));
    let app = Service::new(routes).hoop(ClerkHoop::new(&kit));
    let server = start(&kit, service(app)).await;
    for path in [
        "//account",
        "/account/",
        "/ACCOUNT",
        "/%61ccount",
        "//open/1",
        "/open//1",
        "http://app.example//open/1",
        "//healthz",
        "/healthz/",
    ] {
        let reply = server.send(&format!("GET {path}"), &[], b"").await;
        assert_eq!(status(&reply), "401", "{path}: {reply}");
    }
    for path in ["/account", "/open/1"] {
        let reply = server.send(&format!("GET {path}"), &[], b"").await;
        assert!(reply.ends_with("\r\n\r\nnobody"), "{path}: {reply}");
    }
}

#[tokio::test]
async fn a_handshake_that_ends_on_an_error_keeps_its_cookies() {
    #[handler]
    async fn sets_cookies(_who: SignedIn, response: &mut Response) {
        response
            .add_header("set-cookie", "theme=dark; Path=/", false)
            .unwrap();
        response
            .add_header("set-cookie", "seen=1; Path=/", false)
            .unwrap();
    }
    let keys = live();
    let session = &keys.publishable_key().cookie_names().session;
    let session = format!("{session}={}; Path=/", keys.user("user_ada").token());
    let handshake = keys.sign(
        &json!({ "alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": TestKeys::KID }),
        &json!({ "handshake": [session, "__client_uat=1; Path=/"] }),
    );
    let cookie = format!("cookie: __clerk_handshake={handshake}");
    let routes = routes()
        .push(Router::with_path("page").get(sets_cookies))
        .push(Router::with_path("posted").post(sets_cookies));
    let kit = build(settings(), keys);
    let app = Service::new(routes).hoop(ClerkHoop::new(&kit));
    let server = start(&kit, service(app)).await;
    for (path, code, own) in [
        ("/page", "200", 2),
        ("/posted", "405", 0),
        ("/fails", "418", 0),
        ("/nothing", "404", 0),
        ("/panics", "500", 0),
    ] {
        let reply = server
            .send(&format!("GET {path}"), &[PAGE, &cookie], b"")
            .await;
        assert_eq!(status(&reply), code, "{path}: {reply}");
        let cookies = reply
            .lines()
            .filter(|line| line.starts_with("set-cookie: "));
        assert_eq!(cookies.count(), own + 2, "{path}: {reply}");
        assert!(
            reply.contains(&format!("set-cookie: {session}\r\n")),
            "{path}"
        );
        assert!(
            reply.contains("cache-control: no-store\r\n"),
            "{path}: {reply}"
        );
        assert!(
            reply.contains("x-frame-options: DENY\r\n"),
            "{path}: {reply}"
        );
    }
}

#[tokio::test]
async fn a_handler_that_panics_is_answered() {
    let server = shop().await;
    let page = server.send("GET /panics", &[PAGE, &bearer()], b"").await;
    assert_eq!(status(&page), "500", "{page}");
    assert!(page.contains("This is our mistake."), "{page}");
    let data = server.send("GET /api/panics", &[&bearer()], b"").await;
    assert!(
        data.ends_with(r#"{"error":"Internal Server Error"}"#),
        "{data}"
    );
}

/// Routes whose app has no hoop, or that stand on a path without auth.
#[tokio::test]
async fn a_handler_that_nobody_was_asked_for_refuses_by_itself() {
    let paths = Paths {
        without_auth: &["/:path*"],
        ..Paths::PROTECTED
    };
    let kit = build(Kit::builder().paths(paths), live());
    for app in [
        Service::new(routes()),
        Service::new(routes()).hoop(ClerkHoop::new(&kit)),
    ] {
        let server = start(&kit, service(app)).await;
        for path in ["/account", "/sign-in", "/admin", "/api/me"] {
            let reply = server.send(&format!("GET {path}"), &[&bearer()], b"").await;
            assert_eq!(status(&reply), "500", "{path}: {reply}");
        }
    }
}

#[tokio::test]
async fn head_is_answered_as_get_without_the_body() {
    let server = shop().await;
    for (path, length) in [("/", 6), ("/healthz", 2)] {
        let reply = server.send(&format!("HEAD {path}"), &[], b"").await;
        assert_eq!(status(&reply), "200", "{path}");
        assert!(reply.ends_with("\r\n\r\n"), "{reply}");
        let length = format!("content-length: {length}\r\n");
        assert!(reply.contains(&length), "{reply}");
    }
    let posted = server.send("HEAD /api/order", &[&bearer()], b"").await;
    assert_eq!(status(&posted), "405", "{posted}");
}

#[tokio::test]
async fn cookies_are_read_beside_one_that_is_no_text() {
    // salvo's own reader sees no cookie then.
    let server = shop().await;
    let session = live().user("user_ada").cookie_header();
    let mut head =
        b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncookie: odd=\xff\xfe; ".to_vec();
    head.extend_from_slice(session.as_bytes());
    head.extend_from_slice(b"\r\n\r\n");
    let reply = read(server.open(&head).await).await;
    assert!(reply.ends_with("\r\n\r\nuser_ada"), "{reply}");
}

#[tokio::test]
async fn a_large_event_arrives_and_one_without_end_does_not() {
    let server = shop().await;
    let deliver = async |bytes: usize| {
        let padding = "x".repeat(bytes);
        let body = format!(r#"{{"type":"user.created","data":{{"id":"{padding}"}}}}"#);
        let now = kit().clerk().now().seconds();
        let secret = WebhookSecret::parse(WEBHOOK_SECRET).unwrap();
        let signature = secret.sign("msg_1", now, body.as_bytes());
        let headers = [
            "svix-id: msg_1".to_owned(),
            format!("svix-timestamp: {now}"),
            format!("svix-signature: {signature}"),
        ];
        let headers: Vec<_> = headers.iter().map(String::as_str).collect();
        server
            .send("POST /webhooks/clerk", &headers, body.as_bytes())
            .await
    };
    let large = deliver(300_000).await;
    assert!(large.ends_with("\r\n\r\nuser.created"), "{large}");
    let giant = deliver(3 << 20).await;
    assert_eq!(status(&giant), "413", "{giant}");
    let unsigned = server.send("POST /webhooks/clerk", &[], b"{}").await;
    assert_eq!(status(&unsigned), "400", "{unsigned}");
}

/// A form on another site can send these without asking first.
#[tokio::test]
async fn json_is_taken_from_no_form_and_up_to_the_limit() {
    let server = shop().await;
    for (kind, expected) in [
        ("application/json", "200"),
        ("text/plain", "400"),
        ("application/x-www-form-urlencoded", "400"),
        ("multipart/form-data; boundary=x", "400"),
        ("text/plain; application/json", "400"),
        ("", "400"),
    ] {
        let kind = format!("content-type: {kind}");
        let headers = [&*bearer(), &kind];
        let reply = server.send("POST /api/order", &headers, b"{}").await;
        assert_eq!(status(&reply), expected, "{kind}: {reply}");
    }
    let headers = [&*bearer(), "content-type: application/json"];
    let text = |bytes: usize| format!("\"{}\"", "x".repeat(bytes)).into_bytes();
    let fits = server
        .send("POST /api/order", &headers, &text(300_000))
        .await;
    assert!(fits.ends_with("\r\n\r\n300002"), "{fits}");
    let giant = server
        .send("POST /api/order", &headers, &text(3 << 20))
        .await;
    assert_eq!(status(&giant), "413", "{giant}");
}

/// A Backend API that knows one user and counts how often it is asked.
#[derive(Clone, Default)]
struct Backend(Arc<AtomicUsize>);

impl Fetch for Backend {
    fn fetch(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, FetchError>> {
        assert_eq!(request.uri().path(), "/v1/users/user_ada");
        self.0.fetch_add(1, Ordering::Relaxed);
        let user = r#"{"id":"user_ada","first_name":"Ada"}"#;
        Box::pin(async move { Ok(http::Response::new(Bytes::from(user))) })
    }
}

#[tokio::test]
async fn the_user_is_asked_for_once_in_a_request_and_never_for_a_stranger() {
    #[handler]
    async fn twice(user: CurrentUser, request: &mut Request, depot: &mut Depot) -> String {
        let again = current_user(request, depot).await.unwrap();
        assert_eq!(user.0.id, again.0.id);
        user.0.first_name.clone().unwrap()
    }
    #[handler]
    async fn perhaps(request: &mut Request, depot: &mut Depot) -> String {
        match current_user(request, depot).await {
            Ok(CurrentUser(user)) => user.id.clone(),
            Err(nobody) => nobody.to_string(),
        }
    }
    let backend = Backend::default();
    let kit = try_build(settings().fetch(backend.clone()), &variables(live())).unwrap();
    let routes = Router::new()
        .get(perhaps)
        .push(Router::with_path("twice").get(twice));
    let app = Service::new(routes).hoop(ClerkHoop::new(&kit));
    let server = start(&kit, service(app)).await;
    let nobody = server.send("GET /", &[], b"").await;
    assert!(nobody.ends_with("\r\n\r\nnobody is signed in"), "{nobody}");
    let stranger = server.send("GET /twice", &[], b"").await;
    assert_eq!(status(&stranger), "401");
    assert_eq!(backend.0.load(Ordering::Relaxed), 0);
    let reply = server.send("GET /twice", &[&bearer()], b"").await;
    assert!(reply.ends_with("\r\n\r\nAda"), "{reply}");
    assert_eq!(backend.0.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn the_server_answers_what_is_under_way_and_waits_for_nothing_else() {
    #[derive(Clone)]
    struct Slow(Arc<Notify>, Arc<Notify>);
    #[handler]
    impl Slow {
        async fn handle(&self) -> &'static str {
            self.0.notify_one();
            self.1.notified().await;
            "done"
        }
    }
    let slow = Slow(Arc::default(), Arc::default());
    let kit = kit();
    let routes = Router::new().get(slow.clone());
    let app = Service::new(routes).hoop(ClerkHoop::new(&kit));
    let server = start(&kit, service(app)).await;
    let half = server.open(b"GET / HTTP/1.1\r\nhost: a\r\n").await;
    let idle = server.open(b"").await;
    let waiting = server.open(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    slow.0.notified().await;
    server.stop();
    slow.1.notify_one();
    let answer = read(waiting).await;
    assert!(answer.ends_with("\r\n\r\ndone"), "{answer}");
    server.end().await;
    drop((half, idle));
}

#[tokio::test]
async fn requests_below_the_proxy_url_go_to_clerk_with_their_bodies() {
    let upstream = Upstream::answering("200 OK", &["set-cookie: __client=1"], "from Clerk").await;
    let mut variables = variables(live());
    variables.insert("CLERK_PROXY_URL", "/__clerk".to_owned());
    variables.insert("CLERK_FAPI_URL", upstream.origin());
    let kit = try_build(settings().fetch(Silence), &variables).unwrap();
    let app = Service::new(routes()).hoop(ClerkHoop::new(&kit));
    let server = start(&kit, service(app)).await;
    let body = vec![b'x'; 3 << 20];
    let reply = server.send("POST /__clerk/v1/client?a=b", &[], &body).await;
    assert!(reply.ends_with("from Clerk"), "{reply}");
    assert!(reply.contains("set-cookie: __client=1\r\n"), "{reply}");
    assert!(reply.contains("x-content-type-options: nosniff"), "{reply}");
    let seen = upstream.seen().remove(0);
    assert!(
        seen.starts_with("POST /v1/client?a=b HTTP/1.1\r\n"),
        "{seen}"
    );
    assert!(seen.contains("x-forwarded-for: 127.0.0.1\r\n"), "{seen}");
}
