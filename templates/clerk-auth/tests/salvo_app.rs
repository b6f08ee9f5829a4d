//! Apps on salvo behind the hoop, over sockets: who gets where.
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
use clerk_auth::Kit;
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use clerk_auth::gate::Paths;
use clerk_auth::salvo::{ClerkHoop, CurrentUser, SignedIn, current_user, service};
use clerk_auth::testing::TestKeys;
use salvo_core::prelude::{Depot, Request, Response, Router, Service};
use salvo_core::{Writer as _, handler};
use serde_json::json;
use support::app::{build, settings, try_build, variables};
use support::salvo_app::{PAGE, bearer, routes, shop, who, within};
use support::sockets::{start, status};
use support::stage::live;

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
