//! What happens at the emulator reaches the app's route, signed with the secret that the app knows.

use std::fs;
use std::io::Read as _;

use clerk_auth::time::{Clock as _, SystemClock};
use clerk_auth::webhooks::{self, WebhookSecret};
use http::{HeaderMap, HeaderName, HeaderValue};
use rustix::process::Signal;
use serde_json::Value;

use super::apps::{App, SAYS_READY, Wire};
use super::running::{LOCAL_KEYS, Running, project};
use crate::support::Sandbox;

/// In two parts, so that no scanner of secrets takes it for a real one.
const SECRET: &str = concat!("whsec_", "b25seSBmb3IgdGVzdHM=");
const NO_CONTENT: &str = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

fn made_with(extras: &str) -> Sandbox {
    let keys = format!("{LOCAL_KEYS}CLERK_WEBHOOK_SIGNING_SECRET={SECRET}\n");
    let sandbox = project(&keys, SAYS_READY);
    let manifest = format!(
        "[package]\nname = \"orchard\"\n[package.metadata.clerk-rs]\nversion = \"0.2.0\"\nframework = \"axum\"\n\
         template = \"api\"\nextras = [{extras}]\ncore = \"0.2.0\"\ncore-mode = \"copy\"\n"
    );
    fs::write(sandbox.path("Cargo.toml"), manifest).unwrap();
    let code = "Router::new().route(\"/hooks/mine\", post(receive))";
    fs::write(sandbox.path("src/webhooks.rs"), code).unwrap();
    sandbox
}

/// Where the emulator's Backend API is.
fn backend(said: &str) -> String {
    let line = said.lines().find(|line| line.contains("its Backend API"));
    let address = line.unwrap().split("http://").nth(1).unwrap();
    address.split(' ').next().unwrap().to_owned()
}

fn new_user(address: &str) {
    let body = r#"{"email_address":["ada@example.com"],"password":"correct horse battery"}"#;
    let mut wire = Wire::to(address);
    wire.say(&format!(
        "POST /v1/users HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Authorization: Bearer sk_test_0123456789abcdefghijABCDEFGHIJ0123456789\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len(),
    ));
    let answer = wire.rest();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// The event in a request, if the secret signed it.
fn event(wire: &mut Wire) -> Value {
    let lines = wire.head.lines().skip(1);
    let pairs = lines.filter_map(|line| line.split_once(": "));
    let headers: HeaderMap = pairs
        .map(|(name, value)| {
            let name: HeaderName = name.parse().unwrap();
            (name, HeaderValue::from_str(value).unwrap())
        })
        .collect();
    let length = headers["content-length"].to_str().unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    wire.stream.read_exact(&mut body).unwrap();
    let secret = [WebhookSecret::parse(SECRET).unwrap()];
    let event = webhooks::verify(&headers, &body, &secret, SystemClock.now());
    event.unwrap().raw
}

#[test]
fn a_new_user_arrives_at_the_route_of_the_app_without_any_step() {
    let sandbox = made_with("\"webhooks\"");
    let app = App::next(&sandbox);
    let mut running = Running::start(&sandbox, "dev --offline");
    running.until("webhooks go to http://localhost:");
    running.until("ready in");
    new_user(&backend(&running.said));
    let mut request = app.request();
    assert!(
        request.head.starts_with("POST /hooks/mine HTTP/1.1\r\n"),
        "{}",
        request.head
    );
    let event = event(&mut request);
    request.say(NO_CONTENT);
    assert_eq!(event["type"], "user.created");
    assert_eq!(
        event["data"]["email_addresses"][0]["email_address"],
        "ada@example.com"
    );
    assert!(!running.said.contains("whsec_"), "{}", running.said);
    running.signal(Signal::TERM);
    running.end();
}

#[test]
fn an_app_without_webhooks_is_told_nothing() {
    let sandbox = made_with("");
    let _app = App::next(&sandbox);
    let mut running = Running::start(&sandbox, "dev --offline");
    running.until("ready in");
    assert!(!running.said.contains("webhooks"), "{}", running.said);
    running.signal(Signal::TERM);
    running.end();
}
