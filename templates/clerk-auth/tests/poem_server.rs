//! An app on poem over sockets: what a connection may take, how the server stops, and what no request built by hand has.
#![cfg(all(
    feature = "poem",
    feature = "proxy",
    feature = "testing",
    feature = "webhooks"
))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::poem::{Auth, ClerkMiddleware, SignedIn, Webhook, service};
use poem::web::{Data, Json};
use poem::{EndpointExt as _, Route, get, handler, post};
use serde_json::Value;
use support::events;
use support::server::{self, bearer, sends_on_to, start};
use support::shop;
use support::sockets::{self, Running, Slow, answers_what_is_under_way, status};
use support::upstream::Upstream;

#[handler]
fn who(auth: Auth) -> String {
    auth.user_id().unwrap_or("nobody").to_owned()
}

#[handler]
fn hook(Webhook(event): Webhook) -> String {
    event.kind
}

#[handler]
fn take(_: SignedIn, Json(order): Json<Value>) -> String {
    order.to_string().len().to_string()
}

async fn app() -> Running {
    let kit = events::kit();
    let app = Route::new()
        .at("/", get(who))
        .at("/api/order", post(take))
        .at("/webhooks/clerk", post(hook))
        .with(ClerkMiddleware::new(&kit));
    start(&kit, service(app)).await
}

#[tokio::test]
async fn a_middleware_within_nested_routes_judges_the_whole_path() {
    #[handler]
    fn private(_: SignedIn) -> &'static str {
        "private"
    }
    let kit = shop::open_ends();
    let nested = Route::new()
        .at("/", get(private))
        .at("/docs", get(private))
        .at("/hook", get(private))
        .at("/healthz", get(private))
        .with(ClerkMiddleware::new(&kit));
    let app = Route::new().nest("/admin", nested);
    let server = start(&kit, service(app)).await;
    shop::the_whole_path_is_judged(&server, &["/admin", "/admin/"]).await;
}

#[tokio::test]
async fn the_way_back_from_nested_routes_is_the_whole_path() {
    #[handler]
    fn within(_: SignedIn) -> &'static str {
        "in"
    }
    let kit = shop::open_with_guards();
    let app = Route::new()
        .nest("/open", Route::new().at("/page", get(within)))
        .with(ClerkMiddleware::new(&kit));
    let server = start(&kit, service(app)).await;
    shop::the_way_back_is_the_whole_path(&server).await;
}

#[tokio::test]
async fn head_is_answered_as_get_without_the_body() {
    server::head_is_answered_as_get_without_the_body(&app().await).await;
}

#[tokio::test]
async fn cookies_are_read_beside_one_that_is_no_text() {
    server::cookies_are_read_beside_one_that_is_no_text(&app().await).await;
}

#[tokio::test]
async fn a_large_event_arrives_and_one_without_end_does_not() {
    events::large_ones_arrive_and_giant_ones_do_not(&app().await).await;
}

#[tokio::test]
async fn a_body_that_does_not_say_how_long_it_is_is_cut_off_at_the_same_length() {
    let server = app().await;
    let headers = [
        &*bearer(),
        "content-type: application/json",
        "transfer-encoding: chunked",
    ];
    let chunked = |bytes: usize| {
        let text = format!("\"{}\"", "x".repeat(bytes));
        format!("{:x}\r\n{text}\r\n0\r\n\r\n", text.len()).into_bytes()
    };
    let fits = server
        .send("POST /api/order", &headers, &chunked(300_000))
        .await;
    assert!(fits.ends_with("\r\n\r\n300002"), "{fits}");
    let giant = server
        .send("POST /api/order", &headers, &chunked(3 << 20))
        .await;
    assert_eq!(status(&giant), "400", "{giant}");
}

#[tokio::test]
async fn an_app_may_take_more() {
    #[handler]
    fn size(body: Vec<u8>) -> String {
        body.len().to_string()
    }
    let kit = events::kit();
    let app = Route::new()
        .at("/", post(size))
        .with(ClerkMiddleware::new(&kit).most_body(4 << 20));
    let server = start(&kit, service(app)).await;
    let reply = server.send("POST /", &[], &vec![b'x'; 3 << 20]).await;
    assert!(reply.ends_with("\r\n\r\n3145728"), "{reply}");
}

#[tokio::test]
async fn json_is_taken_from_no_form() {
    server::json_is_taken_from_no_form(&app().await, "415").await;
}

#[tokio::test]
async fn a_giant_head_is_refused_before_it_is_read_to_the_end() {
    server::a_giant_head_is_refused(&app().await).await;
}

#[tokio::test]
async fn the_server_answers_what_is_under_way_and_waits_for_nothing_else() {
    #[handler]
    async fn wait(slow: Data<&Slow>) -> &'static str {
        slow.answer().await
    }
    let (kit, slow) = (sockets::kit(&[]), Slow::default());
    let app = Route::new()
        .at("/slow", get(wait))
        .data(slow.clone())
        .with(ClerkMiddleware::new(&kit));
    answers_what_is_under_way(start(&kit, service(app)).await, &slow).await;
}

#[tokio::test]
async fn requests_below_the_proxy_url_go_to_clerk_with_their_bodies() {
    let upstream = Upstream::answering("200 OK", &["set-cookie: __client=1"], "from Clerk").await;
    let kit = sends_on_to(&upstream);
    // A misplaced middleware: what is sent on is the whole path, not what `nest` left of it.
    let routes = Route::new()
        .at("/", get(who))
        .with(ClerkMiddleware::new(&kit));
    let app = Route::new().at("/", get(who)).nest("/__clerk", routes);
    let server = start(&kit, service(app)).await;
    server::clerk_gets_what_was_sent(&server, &upstream).await;
}
