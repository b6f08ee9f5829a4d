//! What an app on salvo makes of odd and of large requests, and how its server ends.
#![cfg(all(
    feature = "salvo",
    feature = "proxy",
    feature = "testing",
    feature = "webhooks"
))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::salvo::{ClerkHoop, service};
use salvo_core::handler;
use salvo_core::prelude::{Router, Service};
use support::events;
use support::salvo_app::{app, routes};
use support::server::{self, bearer, sends_on_to, start};
use support::sockets::{self, Slow, answers_what_is_under_way, status};
use support::upstream::Upstream;

#[tokio::test]
async fn head_is_answered_as_get_without_the_body() {
    let server = app().await;
    server::head_is_answered_as_get_without_the_body(&server).await;
    for (line, length) in [("HEAD /", 15), ("HEAD /healthz", 2)] {
        let reply = server.send(line, &[], b"").await;
        let length = format!("content-length: {length}\r\n");
        assert!(reply.contains(&length), "{reply}");
    }
    let posted = server.send("HEAD /api/order", &[&bearer()], b"").await;
    assert_eq!(status(&posted), "405", "{posted}");
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
async fn a_giant_head_is_refused_before_it_is_read_to_the_end() {
    server::a_giant_head_is_refused(&app().await).await;
}

#[tokio::test]
async fn json_is_taken_from_no_form_and_up_to_the_limit() {
    let server = app().await;
    server::json_is_taken_from_no_form(&server, "400").await;
    let headers = [&*bearer(), "content-type: application/json"];
    let giant = format!("\"{}\"", "x".repeat(3 << 20));
    let giant = server.send("POST /api/order", &headers, giant.as_bytes());
    let giant = giant.await;
    assert_eq!(status(&giant), "413", "{giant}");
}

#[handler]
impl Slow {
    async fn handle(&self) -> &'static str {
        self.answer().await
    }
}

#[tokio::test]
async fn the_server_answers_what_is_under_way_and_waits_for_nothing_else() {
    let (kit, slow) = (sockets::kit(&[]), Slow::default());
    let routes = Router::with_path("slow").get(slow.clone());
    let app = Service::new(routes).hoop(ClerkHoop::new(&kit));
    answers_what_is_under_way(start(&kit, service(app)).await, &slow).await;
}

#[tokio::test]
async fn requests_below_the_proxy_url_go_to_clerk_with_their_bodies() {
    let upstream = Upstream::answering("200 OK", &["set-cookie: __client=1"], "from Clerk").await;
    let kit = sends_on_to(&upstream);
    let app = Service::new(routes()).hoop(ClerkHoop::new(&kit));
    let server = start(&kit, service(app)).await;
    server::clerk_gets_what_was_sent(&server, &upstream).await;
}
