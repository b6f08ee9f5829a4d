//! What nobody can make too large or too long: heads, bodies, waits, connections, and what the instance keeps.

use std::sync::Arc;
use std::time::Duration;

use clerk_auth::time::UnixMillis;
use clerk_rs_cli::emulator::instance::contact::ContactKind;
use clerk_rs_cli::emulator::instance::random::SystemRandom;
use clerk_rs_cli::emulator::instance::sign_in::SignInFields;
use clerk_rs_cli::emulator::instance::sign_up::SignUpFields;
use clerk_rs_cli::emulator::instance::{Instance, Refusal};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::world::{PASSWORD, World};

#[tokio::test]
async fn a_head_has_a_limit() {
    let world = World::new().await;
    let long = format!("X-Long: {}\r\n", "x".repeat(200 * 1024));
    assert_eq!(
        world.send("GET", "/v1/health", &long, &[]).await.status,
        431
    );
    let many = "X: y\r\n".repeat(200);
    assert_eq!(
        world.send("GET", "/v1/health", &many, &[]).await.status,
        431
    );
    assert_eq!(world.send("GET", "/v1/health", "", &[]).await.status, 200);
}

#[tokio::test]
async fn a_body_has_a_limit() {
    let world = World::new().await;
    let browser = world.browser().await;
    let long = "x".repeat(300 * 1024);
    let answer = world
        .page(
            "POST",
            "/v1/client/sign_ups",
            &browser,
            &[("first_name", &long)],
        )
        .await;
    answer.fails_as(413, "request_body_too_large", None);
}

#[tokio::test]
async fn what_a_request_calls_itself_is_told_in_short() {
    let world = World::new().await;
    let method = "X".repeat(20_000);
    world.send(&method, "/v1/health", "", &[]).await;
    let told = world
        .send("GET", "/__emulator/events", "", &[])
        .await
        .json();
    let told = told["events"].as_array().unwrap();
    assert_eq!(told.last().unwrap()["method"], "X".repeat(200));
}

/// What the emulator says to these bytes when nothing follows them.
async fn answer_to_silence_after(world: &World, bytes: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", world.port()))
        .await
        .unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test(start_paused = true)]
async fn nobody_holds_a_connection_by_saying_nothing() {
    let world = World::new().await;
    assert_eq!(answer_to_silence_after(&world, "").await, "");
    let half = "GET /v1/health HTTP/1.1\r\nHost: localhost\r\n";
    assert_eq!(answer_to_silence_after(&world, half).await, "");
    let without_body = "POST /v1/client/sign_ins HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
                        Content-Length: 9\r\n\r\na=b";
    let answer = answer_to_silence_after(&world, without_body).await;
    assert!(
        answer.starts_with("HTTP/1.1 408 ") && answer.contains("request_timeout"),
        "{answer}"
    );
}

#[tokio::test]
async fn one_connection_too_many_waits_until_others_end() {
    let world = World::new().await;
    let connect = || TcpStream::connect(("127.0.0.1", world.port()));
    let mut silent = Vec::new();
    for _ in 0..256 {
        silent.push(connect().await.unwrap());
    }
    let mut waiting = connect().await.unwrap();
    let request = "GET /v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    waiting.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let read = waiting.read_to_string(&mut answer);
    tokio::pin!(read);
    // Long enough for an answer, had it been let in; the test holds whichever is faster.
    assert!(
        tokio::time::timeout(Duration::from_millis(200), &mut read)
            .await
            .is_err()
    );
    // Two, because the other family's listener keeps a place for itself.
    silent.drain(..2);
    read.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[tokio::test]
async fn a_name_and_metadata_have_limits() {
    let world = World::new().await;
    let (browser, session) = world.signed_in().await;
    let path = format!("/v1/me?_method=PATCH&_clerk_session_id={session}");
    let just = "é".repeat(256);
    let kept = world
        .page(
            "POST",
            &path,
            &browser,
            &[("first_name", &just), ("last_name", "L")],
        )
        .await;
    assert_eq!(kept.json()["response"]["first_name"], just.as_str());
    let long = "é".repeat(257);
    let refused = world
        .page(
            "POST",
            &path,
            &browser,
            &[("first_name", "B"), ("last_name", &long)],
        )
        .await;
    refused.fails_as(422, "form_param_max_length_exceeded", Some("last_name"));
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(8 * 1024));
    let refused = world
        .page("POST", &path, &browser, &[("unsafe_metadata", &large)])
        .await;
    refused.fails_as(
        422,
        "form_param_exceeds_allowed_size",
        Some("unsafe_metadata"),
    );
    let me = format!("/v1/me?_clerk_session_id={session}");
    let me = world.page("GET", &me, &browser, &[]).await.json();
    assert_eq!(
        me["response"]["first_name"],
        just.as_str(),
        "all or nothing"
    );

    let other = world.browser().await;
    let refused = world
        .page(
            "POST",
            "/v1/client/sign_ups",
            &other,
            &[("first_name", &long)],
        )
        .await;
    refused.fails_as(422, "form_param_max_length_exceeded", Some("first_name"));
}

#[tokio::test]
async fn the_list_of_events_stays_short_whatever_is_asked() {
    let world = World::new().await;
    let path = format!("/v1/{}", "x".repeat(60_000));
    for _ in 0..501 {
        world.send("GET", &path, "", &[]).await;
    }
    let events = world.send("GET", "/__emulator/events", "", &[]).await;
    assert_eq!(events.json()["events"].as_array().unwrap().len(), 500);
    assert!(events.body.len() < 500 * 400, "{}", events.body.len());
}

#[test]
fn a_flood_of_new_browsers_drops_those_that_nobody_uses() {
    let mut instance = Instance::new(Arc::new(SystemRandom));
    let used = instance.new_dev_browser(UnixMillis(0));
    let unused = instance.new_dev_browser(UnixMillis(1));
    instance.ensure_client(&used, UnixMillis(1));
    for at in 0..10_000 {
        instance.new_dev_browser(UnixMillis(2 + at));
    }
    assert!(instance.knows_dev_browser(&used));
    assert!(!instance.knows_dev_browser(&unused));
}

fn sign_up(instance: &mut Instance, number: usize, now: UnixMillis) -> Result<String, Refusal> {
    let browser = instance.new_dev_browser(now);
    let fields = SignUpFields {
        email_address: Some(format!("u{number}+clerk_test@example.com")),
        // Hashing one for each would be all that the test does.
        password: (number == 0).then(|| PASSWORD.to_owned()),
        ..SignUpFields::default()
    };
    let made = instance.create_sign_up(&browser, fields, now)?;
    instance.prepare_sign_up(&browser, &made.id, ContactKind::Email, now)?;
    instance.attempt_sign_up(&browser, &made.id, ContactKind::Email, "424242", now)?;
    Ok(browser)
}

#[test]
fn a_flood_of_sign_ins_drops_sessions_that_are_over() {
    let mut instance = Instance::new(Arc::new(SystemRandom));
    let now = UnixMillis(1);
    let kept = sign_up(&mut instance, 0, now).unwrap();
    let live = instance.client(&kept).unwrap().unwrap().sessions[0].clone();
    let other = instance.new_dev_browser(now);
    for at in 1..10_200 {
        let now = UnixMillis(1 + at);
        let fields = SignInFields {
            identifier: Some("u0+clerk_test@example.com".to_owned()),
            strategy: Some(clerk_rs_cli::emulator::instance::Strategy::EmailCode),
            ..SignInFields::default()
        };
        let made = instance.create_sign_in(&other, fields, now).unwrap();
        let strategy = clerk_rs_cli::emulator::instance::Strategy::EmailCode;
        instance
            .attempt_code(&other, &made.id, strategy, "424242", now)
            .unwrap();
        instance.sign_out(&other, now);
    }
    assert!(instance.sessions().len() <= 10_000);
    let client = instance.client(&other).unwrap().unwrap();
    assert!(client.sessions.len() < 10_000);
    assert!(
        instance
            .own_session(&kept, &live, UnixMillis(20_000))
            .is_ok(),
        "who is signed in stays"
    );
}
