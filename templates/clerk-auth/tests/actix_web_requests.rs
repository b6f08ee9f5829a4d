//! Requests as actix reads them by itself, and as its apps behind the middleware are to.
#![cfg(all(feature = "actix-web", feature = "testing", feature = "webhooks"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::web;
use bytes::Bytes;
use clerk_auth::Kit;
use clerk_auth::actix_web::{Auth, CurrentUser, SignedIn, Webhook};
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use clerk_auth::gate::Paths;
use clerk_auth::kit::NoUser;
use clerk_auth::time::{Clock as _, SystemClock};
use clerk_auth::webhooks::WebhookSecret;
use http::{Request, Response};
use serde::Deserialize;
use support::actix_app::{DOCUMENT, Silence, Site, admin, build, settings, try_build, variables};
use support::stage::live;

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
    let paths = Paths {
        public: &["/open/:path*", "/about"],
        ..Paths::PROTECTED
    };
    let app = Site {
        kit: build(Kit::builder().paths(paths).health(), live()),
        routes: |config| {
            config
                .route("/about", web::get().to(async || "open"))
                .route("/open/{page}", web::get().to(async || "open"))
                .route("/{shop}", web::get().to(async || "private"))
                .route("/{shop}/{kind:.*}", web::get().to(async || "private"));
        },
    };
    for path in [
        "//about",
        "/about/",
        "/About",
        "/%61bout",
        "//open/1",
        "/open//1",
        "/%6fpen/1",
        "/Open/1",
        "http://app.example//open/1",
        "//healthz",
        "/healthz/",
        "/%68ealthz",
    ] {
        let reply = app.send(&format!("GET {path}"), &[]).await;
        assert_eq!(reply.status, 401, "{path}: {reply:?}");
    }
    for path in ["/open/../admin", "/open/%2e%2e/admin", "/open/..%2fadmin"] {
        for headers in [&[][..], &[("authorization", &*admin())]] {
            let reply = app.send(&format!("GET {path}"), headers).await;
            assert_eq!(reply.status, 400, "{path}: {reply:?}");
        }
    }
    for path in ["/about", "/open/1"] {
        assert_eq!(app.send(&format!("GET {path}"), &[]).await.body, "open");
    }
}

#[actix_web::test]
async fn head_is_answered_as_get() {
    let app = app();
    let bearer = admin();
    let known = [("authorization", &*bearer)];
    for path in ["/account", "/nested/page", "/healthz"] {
        let reply = app.send(&format!("HEAD {path}"), &known).await;
        assert_eq!(reply.status, 200, "{path}");
    }
    assert_eq!(app.send("HEAD /account", &[]).await.status, 401);
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
            let reply = app.send_body("POST /api/orders", &headers, order).await;
            let refused = matches!(reply.status, 400 | 401 | 415);
            assert!(
                refused && !reply.body.contains("pears"),
                "{kind}: {reply:?}"
            );
        }
    }
    let json = [own[0], ("content-type", "application/json")];
    let reply = app.send_body("POST /api/orders", &json, order).await;
    assert_eq!((reply.status, &*reply.body), (200, "pears"));
}

/// One cookie with a byte outside ASCII made actix's own reader see none at all.
#[actix_web::test]
async fn a_foreign_cookie_with_odd_bytes_signs_nobody_out() {
    let app = app();
    let own = live().user("user_ada").cookie_header();
    let cookie = format!("name=Zoë; {own}; other=\u{ff}");
    let reply = app
        .send("GET /account", &[DOCUMENT, ("cookie", &cookie)])
        .await;
    assert_eq!(reply.body, "user_ada");
}

/// Actix stops at 256 KiB by itself.
#[actix_web::test]
async fn a_large_webhook_arrives_and_a_giant_one_does_not() {
    const SECRET: &str = concat!("whsec_", "b25seSBmb3IgdGVzdHM=");
    let mut variables = variables(live());
    variables.insert("CLERK_WEBHOOK_SIGNING_SECRET", SECRET.to_owned());
    let app = Site {
        kit: try_build(settings().fetch(Silence), &variables).unwrap(),
        routes,
    };
    for (bytes, status) in [(300_000, 200), (3_000_000, 413)] {
        let note = "x".repeat(bytes);
        let body = format!(r#"{{"type":"user.created","data":{{"note":"{note}"}}}}"#);
        let now = SystemClock.now().seconds();
        let secret = WebhookSecret::parse(SECRET).unwrap();
        let signature = secret.sign("msg_1", now, body.as_bytes());
        let headers = [
            ("svix-id", "msg_1"),
            ("svix-timestamp", &*now.to_string()),
            ("svix-signature", &*signature),
        ];
        let reply = app.send_body("POST /webhooks/clerk", &headers, &body).await;
        assert_eq!(reply.status, status, "{bytes}");
    }
}

/// Clerk's Backend API, and how often it was asked.
struct Counted(Arc<AtomicU32>);

impl Fetch for Counted {
    fn fetch(&self, _: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, FetchError>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(async {
            tokio::task::yield_now().await;
            let user = r#"{"id":"user_ada","first_name":"Ada"}"#;
            Ok(Response::new(Bytes::from(user)))
        })
    }
}

/// Actix runs the extractors of a handler at the same time.
#[actix_web::test]
async fn the_user_is_fetched_once_in_a_request() {
    async fn twice(first: CurrentUser, second: Result<CurrentUser, NoUser>) -> String {
        assert!(Arc::ptr_eq(&first.0, &second.unwrap().0));
        first.0.first_name.clone().unwrap()
    }
    let asked = Arc::new(AtomicU32::new(0));
    let network = Counted(Arc::clone(&asked));
    let app = Site {
        kit: try_build(settings().fetch(network), &variables(live())).unwrap(),
        routes: |config| {
            config.route("/twice", web::get().to(twice));
        },
    };
    let reply = app.send("GET /twice", &[("authorization", &admin())]).await;
    assert_eq!(reply.body, "Ada");
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

/// What actix answers by itself gets the headers of every other answer.
#[actix_web::test]
async fn a_method_that_is_not_there_is_405_with_the_headers_of_every_answer() {
    let bearer = admin();
    let headers = [("authorization", &*bearer)];
    let reply = app().send("GET /api/orders", &headers).await;
    assert_eq!((reply.status, reply.header("allow")), (405, "POST"));
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("x-frame-options"), "DENY");
    let stranger = app().send("GET /api/orders", &[]).await;
    assert_eq!(stranger.status, 401);
}
