//! Apps on salvo behind the hoop, over sockets: who gets where.
#![cfg(all(
    feature = "salvo",
    feature = "proxy",
    feature = "testing",
    feature = "webhooks"
))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::salvo::{ClerkHoop, CurrentUser, current_user, service};
use salvo_core::prelude::{Depot, Request, Router, Service};
use salvo_core::{Writer as _, handler};
use support::app::{DOCUMENT, OneUser, admin, send, settings, try_build, variables};
use support::salvo_app::{app, routes, within};
use support::server::{bearer, start};
use support::shop::{self, OWN_COOKIES};
use support::sockets::status;
use support::stage::live;

#[tokio::test]
async fn handlers_learn_who_asks() {
    shop::handlers_learn_who_asks(&app().await).await;
}

/// salvo's macro for handlers makes 400 of a refusal that is no error.
#[tokio::test]
async fn a_guard_on_a_public_path_sends_strangers_to_sign_in() {
    let kit = shop::open_with_guards();
    let routes = Router::with_path("open/page").get(within);
    let app = Service::new(routes).hoop(ClerkHoop::new(&kit));
    shop::the_way_back_is_the_whole_path(&start(&kit, service(app)).await).await;
}

#[tokio::test]
async fn a_rule_lets_in_whom_it_applies_to_and_answers_the_rest_in_the_apps_own_style() {
    shop::rules_apply(&app().await).await;
}

#[tokio::test]
async fn what_is_not_there_is_404_in_the_apps_own_style_and_only_for_those_who_may_know() {
    let server = app().await;
    let paths = ["/nothing", "/account/x", "/gone"];
    shop::nothing_is_at(&server, &paths).await;
    for path in paths {
        let known = [DOCUMENT, ("authorization", &*admin())];
        let page = send(&server, &format!("GET {path}"), &known).await;
        assert!(!page.body.contains("salvo"), "{page:?}");
    }
    let method = server.send("DELETE /account", &[&bearer()], b"").await;
    assert_eq!(status(&method), "405", "{method}");
    assert!(method.contains("allow: GET\r\n"), "{method}");
    assert!(method.contains("x-frame-options: DENY\r\n"), "{method}");
}

#[tokio::test]
async fn no_spelling_of_an_open_path_reaches_the_route_beside_it() {
    #[handler]
    async fn open() -> &'static str {
        "open"
    }
    #[handler]
    async fn private() -> &'static str {
        "private"
    }
    let kit = shop::half_open();
    let routes = Router::new()
        .push(Router::with_path("about").get(open))
        .push(Router::with_path("open/{page}").get(open))
        .push(Router::with_path("{**rest}").get(private));
    let app = Service::new(routes).hoop(ClerkHoop::new(&kit));
    let server = start(&kit, service(app)).await;
    let more = ["http://app.example//open/1"];
    shop::no_spelling_opens_the_route_beside(&server, &more).await;
}

#[tokio::test]
async fn a_handshake_that_ends_on_an_error_keeps_its_cookies() {
    let errors = [
        ("/posted", 405),
        ("/fails", 418),
        ("/gone", 404),
        ("/panics", 500),
    ];
    shop::a_handshake_keeps_its_cookies(&app().await, OWN_COOKIES, &errors).await;
}

#[tokio::test]
async fn a_handler_that_panics_is_answered() {
    shop::a_panic_is_answered(&app().await).await;
}

/// Routes whose app has no hoop, or that stand on a path without auth.
#[tokio::test]
async fn a_handler_that_nobody_was_asked_for_refuses_by_itself() {
    let kit = shop::without_auth();
    for app in [
        Service::new(routes()),
        Service::new(routes()).hoop(ClerkHoop::new(&kit)),
    ] {
        let lines = ["GET /account", "GET /sign-in", "GET /admin", "GET /api/me"];
        shop::handlers_refuse(&start(&kit, service(app)).await, &lines).await;
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
    let backend = OneUser::default();
    let kit = try_build(settings().fetch(backend.clone()), &variables(live())).unwrap();
    let routes = Router::new()
        .get(perhaps)
        .push(Router::with_path("twice").get(twice));
    let app = Service::new(routes).hoop(ClerkHoop::new(&kit));
    let server = start(&kit, service(app)).await;
    let nobody = server.send("GET /", &[], b"").await;
    assert!(nobody.ends_with("\r\n\r\nnobody is signed in"), "{nobody}");
    shop::the_user_is_asked_for_once(&server, &backend).await;
}
