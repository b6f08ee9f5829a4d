//! Requests as actix reads them by itself, and as its apps behind the middleware are to.
#![cfg(all(feature = "actix-web", feature = "testing", feature = "webhooks"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::sync::Arc;

use actix_web::web;
use clerk_auth::actix_web::{Auth, CurrentUser, SignedIn, Webhook};
use clerk_auth::kit::NoUser;
use serde::Deserialize;
use support::actix_app::{
    DOCUMENT, OneUser, Site, admin, build, send, send_body, settings, try_build, variables,
};
use support::stage::live;
use support::{events, shop};

#[derive(Deserialize)]
struct Order {
    item: String,
}

async fn order(_: SignedIn, order: web::Json<Order>) -> String {
    order.into_inner().item
}

async fn who(auth: Auth) -> String {
    auth.user_id().unwrap_or("nobody").to_owned()
}

fn routes(config: &mut web::ServiceConfig) {
    let hook = web::post().to(async |Webhook(event): Webhook| event.kind);
    config
        .route("/account", web::get().to(who))
        .service(web::scope("/nested").route("/page", web::get().to(who)))
        .service(web::resource("/api/orders").route(web::post().to(order)))
        .route("/webhooks/clerk", hook);
}

fn app() -> Site {
    let kit = build(settings(), live());
    Site { kit, routes }
}

/// Actix decodes a path before it compares, and takes an empty segment for a parameter.
#[actix_web::test]
async fn no_spelling_of_an_open_path_reaches_the_route_beside_it() {
    let app = Site {
        kit: shop::half_open(),
        routes: |config| {
            config
                .route("/about", web::get().to(async || "open"))
                .route("/open/{page}", web::get().to(async || "open"))
                .route("/{shop}", web::get().to(async || "private"))
                .route("/{shop}/{kind:.*}", web::get().to(async || "private"));
        },
    };
    let own = [
        "/About",
        "/%6fpen/1",
        "/Open/1",
        "http://app.example//open/1",
        "/%68ealthz",
    ];
    shop::no_spelling_opens_the_route_beside(&app, &own).await;
    for path in ["/open/../admin", "/open/%2e%2e/admin", "/open/..%2fadmin"] {
        for headers in [&[][..], &[("authorization", &*admin())]] {
            let reply = send(&app, &format!("GET {path}"), headers).await;
            assert_eq!(reply.status, 400, "{path}: {reply:?}");
        }
    }
}

#[actix_web::test]
async fn head_is_answered_as_get() {
    let app = app();
    let bearer = admin();
    let known = [("authorization", &*bearer)];
    for path in ["/account", "/nested/page", "/healthz"] {
        let reply = send(&app, &format!("HEAD {path}"), &known).await;
        assert_eq!(reply.status, 200, "{path}");
    }
    assert_eq!(send(&app, "HEAD /account", &[]).await.status, 401);
}

/// A form on another site may send what it likes without asking first, but no JSON.
#[actix_web::test]
async fn a_json_route_takes_no_form_of_another_site() {
    let app = app();
    let name = &live().publishable_key().cookie_names().session;
    let cookie = format!("{name}={}", live().user("user_ada").token());
    let bearer = admin();
    let cross = [("cookie", &*cookie), ("sec-fetch-site", "cross-site")];
    let own = [("authorization", &*bearer)];
    let order = r#"{"item":"pears"}"#;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
        "application/jsonx",
    ] {
        for who in [&cross[..], &own] {
            let mut headers = who.to_vec();
            headers.extend((!kind.is_empty()).then_some(("content-type", kind)));
            let reply = send_body(&app, "POST /api/orders", &headers, order).await;
            let refused = matches!(reply.status, 400 | 401 | 415);
            assert!(
                refused && !reply.body.contains("pears"),
                "{kind}: {reply:?}"
            );
        }
    }
    let json = [own[0], ("content-type", "application/json")];
    let reply = send_body(&app, "POST /api/orders", &json, order).await;
    assert_eq!((reply.status, &*reply.body), (200, "pears"));
}

/// One cookie with a byte outside ASCII made actix's own reader see none at all.
#[actix_web::test]
async fn a_foreign_cookie_with_odd_bytes_signs_nobody_out() {
    let app = app();
    let own = live().user("user_ada").cookie_header();
    let cookie = format!("name=Zoë; {own}; other=\u{ff}");
    let reply = send(&app, "GET /account", &[DOCUMENT, ("cookie", &cookie)]).await;
    assert_eq!(reply.body, "user_ada");
}

#[actix_web::test]
async fn a_large_webhook_arrives_and_a_giant_one_does_not() {
    let kit = events::kit();
    events::large_ones_arrive_and_giant_ones_do_not(&Site { kit, routes }).await;
}

/// Actix runs the extractors of a handler at the same time.
#[actix_web::test]
async fn the_user_is_fetched_once_in_a_request() {
    async fn twice(first: CurrentUser, second: Result<CurrentUser, NoUser>) -> String {
        assert!(Arc::ptr_eq(&first.0, &second.unwrap().0));
        first.0.first_name.clone().unwrap()
    }
    let backend = OneUser::default();
    let app = Site {
        kit: try_build(settings().fetch(backend.clone()), &variables(live())).unwrap(),
        routes: |config| {
            config.route("/twice", web::get().to(twice));
        },
    };
    shop::the_user_is_asked_for_once(&app, &backend).await;
}

/// What actix answers by itself gets the headers of every other answer.
#[actix_web::test]
async fn a_method_that_is_not_there_is_405_with_the_headers_of_every_answer() {
    let bearer = admin();
    let headers = [("authorization", &*bearer)];
    let reply = send(&app(), "GET /api/orders", &headers).await;
    assert_eq!((reply.status, reply.header("allow")), (405, "POST"));
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("x-frame-options"), "DENY");
    let stranger = send(&app(), "GET /api/orders", &[]).await;
    assert_eq!(stranger.status, 401);
}
