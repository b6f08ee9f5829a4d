//! Faults on purpose, as an app meets them.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_rs_cli::emulator::Options;
use clerk_rs_cli::emulator::faults::Rule;
use clerk_rs_cli::emulator::seed::Seed;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::world::{Answer, PAGE, World, options};

async fn desk(world: &World, method: &str, body: &str) -> Answer {
    let length = body.len();
    let head =
        format!("{method} /__emulator/faults HTTP/1.1\r\nHost: localhost\r\nConnection: close");
    let head = format!("{head}\r\nContent-Type: application/json\r\nContent-Length: {length}");
    world.raw(&format!("{head}\r\n\r\n{body}")).await
}

async fn add(world: &World, rule: &Value) {
    let added = desk(world, "POST", &rule.to_string()).await;
    assert_eq!(added.status, 200, "{rule} {}", added.body);
}

async fn status(world: &World, path: &str) -> u16 {
    world.server("GET", path).await.status
}

/// All that comes until the connection ends.
async fn bytes_of(port: u16, path: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    let _reset = stream.read_to_end(&mut bytes).await;
    bytes
}

/// Header and claims of the next token of a session.
async fn next_token(world: &World, (browser, session): &(String, String)) -> (Value, Value, usize) {
    let path = format!("/v1/client/sessions/{session}/tokens");
    let answer = world.page("POST", &path, browser, &[]).await.json();
    let jwt = answer["jwt"].as_str().unwrap();
    let part = |number| {
        let part = URL_SAFE_NO_PAD
            .decode(jwt.split('.').nth(number).unwrap())
            .unwrap();
        serde_json::from_slice::<Value>(&part).unwrap()
    };
    (part(0), part(1), jwt.len())
}

#[tokio::test]
async fn rules_count_in_their_order_for_what_they_fit_and_no_longer() {
    let world = World::new().await;
    let busy = json!({
        "method": "GET", "path": "/v1/users/*", "status": 429, "count": 2, "retry_after": 7,
    });
    add(&world, &busy).await;
    add(&world, &json!({ "path": "/v1/users/**", "status": 503 })).await;
    for _ in 0..2 {
        let answer = world.server("GET", "/v1/users/count").await;
        answer.fails_as(429, "too_many_requests", None);
        assert_eq!(answer.header("retry-after"), Some("7"));
        assert_eq!(answer.json()["errors"][0]["meta"]["ResetsIn"], 7);
    }
    let answer = world.server("GET", "/v1/users/count").await;
    answer.fails_as(503, "service_unavailable", None);
    assert_eq!(answer.header("retry-after"), None);
    assert_eq!(status(&world, "/v1/organizations").await, 200);
    let left = desk(&world, "GET", "").await.json();
    let rest = json!([{ "kind": "answer", "path": "/v1/users/**", "status": 503 }]);
    assert_eq!(left["faults"], rest);
    desk(&world, "DELETE", "").await;
    assert_eq!(status(&world, "/v1/users/count").await, 200);
    // The desk is left alone, so that everything can be taken back; and a reset takes it all back.
    add(&world, &json!({ "path": "/**", "status": 500 })).await;
    assert_eq!(
        world.send("GET", "/v1/environment", "", &[]).await.status,
        500
    );
    assert_eq!(
        world
            .send("POST", "/__emulator/reset", "", &[])
            .await
            .status,
        200
    );
    assert_eq!(status(&world, "/v1/users").await, 200);
}

#[tokio::test]
async fn a_page_may_read_an_answer_that_was_ordered() {
    let world = World::new().await;
    let browser = world.browser().await;
    add(
        &world,
        &json!({ "api": "frontend", "path": "/v1/client", "status": 500, "count": 1 }),
    )
    .await;
    let answer = world.page("GET", "/v1/client", &browser, &[]).await;
    answer.fails_as(500, "internal_clerk_error", None);
    assert_eq!(answer.header("access-control-allow-origin"), Some(PAGE));
    assert_eq!(
        world.page("GET", "/v1/client", &browser, &[]).await.status,
        200
    );
}

#[tokio::test]
async fn a_connection_is_dropped_and_the_event_says_so() {
    let world = World::new().await;
    add(
        &world,
        &json!({ "kind": "drop", "path": "/v1/environment", "count": 1 }),
    )
    .await;
    assert!(bytes_of(world.port(), "/v1/environment").await.is_empty());
    assert_eq!(
        world.send("GET", "/v1/environment", "", &[]).await.status,
        200
    );
    let events = world
        .send("GET", "/__emulator/events", "", &[])
        .await
        .json();
    let events = events["events"].as_array().unwrap().clone();
    assert!(
        events
            .iter()
            .any(|event| event["note"] == "dropped on purpose")
    );
}

#[tokio::test]
async fn whoever_waits_on_purpose_is_answered_then_or_dropped_with_the_emulator() {
    let world = World::new().await;
    add(
        &world,
        &json!({ "path": "/v1/environment", "delay": 20, "count": 1 }),
    )
    .await;
    assert_eq!(
        world.send("GET", "/v1/environment", "", &[]).await.status,
        200
    );
    add(
        &world,
        &json!({ "path": "/v1/environment", "delay": 60_000 }),
    )
    .await;
    let waits = tokio::spawn(bytes_of(world.port(), "/v1/environment"));
    // Nobody else waits meanwhile.
    while desk(&world, "GET", "").await.json()["faults"] == json!([]) {}
    assert_eq!(world.send("GET", "/v1/client", "", &[]).await.status, 401);
    let ended = tokio::time::timeout(Duration::from_secs(20), async {
        world.stop().await;
        waits.await.unwrap()
    });
    assert!(ended.await.unwrap().is_empty());
}

#[tokio::test]
async fn a_key_can_be_revoked_and_another_one_can_sign() {
    let world = World::new().await;
    let signed_in = world.signed_in().await;
    add(&world, &json!({ "kind": "revoked_key" })).await;
    let refused = world.server("GET", "/v1/users").await;
    refused.fails_as(401, "clerk_key_invalid", None);
    // That is another project's key, and this is none.
    assert_eq!(refused.header("x-clerk-emulator"), None);
    assert_eq!(
        world.send("GET", "/v1/environment", "", &[]).await.status,
        200
    );
    desk(&world, "DELETE", "").await;

    let kid = |set: &Value| set["keys"][0]["kid"].as_str().unwrap().to_owned();
    let before = kid(&world.server("GET", "/v1/jwks").await.json());
    assert_eq!(
        next_token(&world, &signed_in).await.0["kid"],
        before.as_str()
    );
    add(&world, &json!({ "kind": "rotated_key" })).await;
    let set = world.server("GET", "/v1/jwks").await.json();
    assert_ne!(kid(&set), before);
    assert_eq!(set["keys"].as_array().unwrap().len(), 1);
    assert_eq!(
        next_token(&world, &signed_in).await.0["kid"],
        kid(&set).as_str()
    );
    let path = format!("/v1/client/sessions/{}/tokens", signed_in.1);
    let token = world.page("POST", &path, &signed_in.0, &[]).await.json();
    let public = clerk_auth::public_key::PublicKey::from_jwk(&set["keys"][0]).unwrap();
    let policy = clerk_auth::verify::Policy::default();
    let jwt = token["jwt"].as_str().unwrap();
    clerk_auth::verify::verify_session_token(jwt, &public, &policy, world.now()).unwrap();
    desk(&world, "DELETE", "").await;
    assert_eq!(kid(&world.server("GET", "/v1/jwks").await.json()), before);
    assert_eq!(
        next_token(&world, &signed_in).await.0["kid"],
        before.as_str()
    );
}

#[tokio::test]
async fn tokens_can_be_for_another_site_too_long_or_from_another_time() {
    let world = World::new().await;
    let signed_in = world.signed_in().await;
    add(&world, &json!({ "kind": "wrong_azp", "count": 1 })).await;
    add(
        &world,
        &json!({ "kind": "skew", "seconds": 90, "count": 1 }),
    )
    .await;
    let (_, claims, _) = next_token(&world, &signed_in).await;
    let now = world.now().seconds();
    assert_eq!(claims["azp"], "https://wrong-party.example");
    assert_eq!(
        (claims["iat"].as_i64(), claims["exp"].as_i64()),
        (Some(now + 90), Some(now + 150))
    );
    let (_, claims, short) = next_token(&world, &signed_in).await;
    assert_eq!(
        (claims["azp"].as_str(), claims["iat"].as_i64()),
        (Some(PAGE), Some(now))
    );
    assert!(short < 1_000);
    for (rule, length) in [
        (json!({ "kind": "large_token", "count": 1 }), 4_096),
        (
            json!({ "kind": "large_token", "count": 1, "length": 3_900 }),
            3_900,
        ),
    ] {
        add(&world, &rule).await;
        let (_, claims, long) = next_token(&world, &signed_in).await;
        assert!((length - 3..=length).contains(&long), "{long}");
        assert!(claims["padding"].is_string());
    }
}

#[tokio::test]
async fn a_rule_that_cannot_be_meant_so_is_refused_by_its_field() {
    let world = World::new().await;
    for (rule, field) in [
        (json!({}), "status"),
        (json!({ "status": 200 }), "status"),
        (json!({ "status": 503, "count": 0 }), "count"),
        (json!({ "status": 503, "path": "v1" }), "path"),
        (json!({ "status": 503, "path": "/**/users" }), "path"),
        (json!({ "status": 503, "method": "get" }), "method"),
        (json!({ "delay": 60_001 }), "delay"),
        (json!({ "delay": 1, "retry_after": 1 }), "retry_after"),
        (json!({ "kind": "drop", "status": 500 }), "status"),
        (json!({ "kind": "skew" }), "seconds"),
        (json!({ "kind": "skew", "seconds": 86_401 }), "seconds"),
        (
            json!({ "kind": "skew", "seconds": 1, "path": "/v1" }),
            "path",
        ),
        (json!({ "kind": "rotated_key", "count": 1 }), "count"),
        (json!({ "kind": "large_token", "length": 10 }), "length"),
        (json!({ "kind": "wrong_azp", "length": 4_000 }), "length"),
    ] {
        let refused = desk(&world, "POST", &rule.to_string()).await;
        refused.fails_as(422, "form_param_value_invalid", Some(field));
    }
    let unknown = desk(&world, "POST", "{\"status\":500,\"paht\":\"/v1\"}").await;
    unknown.fails_as(422, "form_param_unknown", Some("paht"));
    let unknown = desk(&world, "POST", "{\"kind\":\"worse\"}").await;
    unknown.fails_as(422, "form_param_value_invalid", Some("kind"));
    for number in 0..100 {
        add(
            &world,
            &json!({ "status": 500, "path": format!("/v1/{number}") }),
        )
        .await;
    }
    let more = desk(&world, "POST", "{\"status\":500}").await;
    assert_eq!(more.status, 403);
    // Once more is no more.
    add(&world, &json!({ "status": 500, "path": "/v1/7" })).await;
    assert_eq!(
        desk(&world, "GET", "").await.json()["faults"]
            .as_array()
            .unwrap()
            .len(),
        100
    );
}

#[tokio::test]
async fn a_seed_and_a_test_in_rust_order_faults_too() {
    let text = "[[faults]]\npath = \"/v1/users\"\nstatus = 504\ncount = 1\n";
    let seed = Some(Seed::parse(text).unwrap());
    let world = World::with(Options { seed, ..options() }).await;
    assert_eq!(status(&world, "/v1/users").await, 504);
    assert_eq!(status(&world, "/v1/users").await, 200);
    let rule: Rule = serde_json::from_value(json!({ "status": 500, "count": 1 })).unwrap();
    world.faults().add(rule).unwrap();
    assert_eq!(status(&world, "/v1/users").await, 500);
    let wrong = Seed::parse("[[faults]]\npath = \"/v1/users\"\nstatus = 7\n")
        .err()
        .unwrap();
    assert_eq!(wrong.line, 3);
    assert!(wrong.words.contains("`status`"), "{wrong}");
}

/// "This value is not allowed here" was all that somebody read who had mistyped a kind.
#[tokio::test]
async fn a_wrong_rule_is_refused_by_its_field_and_with_what_is_possible() {
    let world = World::new().await;
    for (rule, field, words) in [
        (
            r#"{"status":200}"#,
            "status",
            "`status` is to be 400 to 599",
        ),
        (r#"{}"#, "status", "wants it unless there is a delay"),
        (
            r#"{"kind":"drops"}"#,
            "kind",
            "expected one of `answer`, `drop`",
        ),
        (
            r#"{"kind":"skew"}"#,
            "seconds",
            "`seconds` is to be -86400 to 86400",
        ),
        (
            r#"{"kind":"skew","seconds":"x"}"#,
            "seconds",
            "expected i64",
        ),
        (
            r#"{"statuss":503}"#,
            "statuss",
            "expected one of `kind`, `api`",
        ),
        (r#"{"api":"back","status":500}"#, "api", "`frontend`"),
        (
            r#"{"path":"v1","status":500}"#,
            "path",
            "as /v1/users/* or /v1/**",
        ),
        (
            r#"{"kind":"rotated_key","count":1}"#,
            "count",
            "of all kinds but rotated_key",
        ),
    ] {
        let refused = desk(&world, "POST", rule).await;
        assert_eq!(refused.status, 422, "{rule}");
        let error = refused.json()["errors"][0].take();
        assert_eq!(error["meta"]["param_name"], field, "{rule}: {error}");
        let long = error["long_message"].as_str().unwrap();
        assert!(long.contains(words), "{rule}: {long}");
    }
    assert!(world.faults().all().is_empty());
}
