//! Runs that are the same to the byte, a clock that somebody moves, and a state that is carried elsewhere.

use std::collections::BTreeSet;

use clerk_auth::keys::{PublishableKey, SecretKey};
use clerk_rs_cli::emulator::Options;
use serde_json::{Value, json};

use super::world::{ADA, PUBLISHABLE, SECRET, World};

async fn deterministic(seed: u64) -> World {
    let publishable = PublishableKey::parse(PUBLISHABLE).unwrap();
    let secret = SecretKey::new(SECRET).unwrap();
    World::as_given(Options::deterministic(publishable, secret, seed).unwrap()).await
}

/// Everything that a short visit is answered, heads included.
async fn visit(world: &World) -> Vec<String> {
    let mut said = Vec::new();
    let browser = world.browser().await;
    said.push(browser.clone());
    let done = world.sign_up(&browser, "grace@example.com").await;
    said.push(done.to_string());
    said.push(world.last_code().await);
    let moved = world.send("POST", "/__emulator/clock", "", &[("move", "+61s")]);
    said.push(moved.await.body);
    let session = done["response"]["created_session_id"].as_str().unwrap();
    let tokens = format!("/v1/client/sessions/{session}/tokens");
    for (method, path) in [
        ("POST", tokens.as_str()),
        ("GET", "/v1/client"),
        ("GET", "/.well-known/jwks.json"),
    ] {
        let answer = world.page(method, path, &browser, &[]).await;
        assert_eq!(answer.status, 200);
        said.push(answer.head);
        said.push(answer.body);
    }
    said
}

#[tokio::test]
async fn two_runs_with_one_seed_answer_the_same_to_the_byte_and_another_seed_does_not() {
    let first = visit(&deterministic(7).await).await;
    let second = visit(&deterministic(7).await).await;
    assert_eq!(first, second);
    let other = visit(&deterministic(8).await).await;
    assert_ne!(first[0], other[0]);
    assert_ne!(first[2], other[2], "the code");
    let ids: BTreeSet<_> = first[1].split('"').filter(|it| it.contains('_')).collect();
    assert!(ids.len() > 10);
}

fn claim(token: &Value, name: &str) -> i64 {
    use base64::Engine as _;
    let payload = token["jwt"].as_str().unwrap().split('.').nth(1).unwrap();
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload);
    let claims: Value = serde_json::from_slice(&payload.unwrap()).unwrap();
    claims[name].as_i64().unwrap()
}

#[tokio::test]
async fn tokens_sessions_and_the_date_go_by_the_moved_clock() {
    let world = World::new().await;
    let (browser, session) = world.signed_in().await;
    let tokens = format!("/v1/client/sessions/{session}/tokens");
    let begun = world.now().seconds();
    let token = world.page("POST", &tokens, &browser, &[]).await.json();
    assert_eq!(claim(&token, "iat"), begun);
    let clock = |change: &'static str| {
        let form = [("move", change)];
        let world = &world;
        async move { world.send("POST", "/__emulator/clock", "", &form).await }
    };
    let moved = clock("+61s").await.json();
    assert_eq!(
        moved,
        json!({ "now": world.now().0 + 61_000, "moved_by": 61_000 })
    );
    let answer = world.page("POST", &tokens, &browser, &[]).await;
    assert_eq!(claim(&answer.json(), "iat"), begun + 61);
    assert_eq!(answer.header("date"), Some("Fri, 15 Jan 2027 08:01:01 GMT"));
    // As a plus arrives that nobody encoded.
    assert_eq!(clock(" 8d").await.json()["moved_by"], 691_261_000);
    let over = world.page("POST", &tokens, &browser, &[]).await;
    over.fails_as(401, "authentication_invalid", None);
    for wrong in ["", "tomorrow", "1y", "999999d"] {
        assert_eq!(clock(wrong).await.status, 422, "{wrong}");
    }
    let read = world.send("GET", "/__emulator/clock", "", &[]).await;
    assert_eq!(read.json()["moved_by"], 691_261_000);
    assert_eq!(clock("reset").await.json()["moved_by"], 0);
    assert_eq!(world.page("POST", &tokens, &browser, &[]).await.status, 200);
    let through_app = "Clerk-Proxy-Url: http://localhost:3000/__clerk\r\n";
    let refused = world.send("POST", "/__emulator/clock", through_app, &[("move", "1s")]);
    refused.await.fails_as(403, "not_through_proxy", None);
}

/// The app reads it there.
#[tokio::test]
async fn the_file_with_the_addresses_says_what_the_clock_says() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".clerk/emulator-address.json");
    let written = || -> Value { serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap() };
    for is_deterministic in [false, true] {
        let mut options = if is_deterministic {
            let secret = SecretKey::new(SECRET).unwrap();
            Options::deterministic(PublishableKey::parse(PUBLISHABLE).unwrap(), secret, 7).unwrap()
        } else {
            super::world::options()
        };
        options.address_file = Some(file.clone());
        let world = World::as_given(options).await;
        let stands_at = is_deterministic.then_some(1_893_456_000_000_i64);
        for (change, moved_by) in [("+61s", 61_000), ("+1s", 62_000), ("reset", 0)] {
            let form = [("move", change)];
            world.send("POST", "/__emulator/clock", "", &form).await;
            let told = written();
            assert_eq!(told["moved_by"], moved_by);
            assert_eq!(told["stands_at"].as_i64(), stands_at);
            let backend = format!("http://127.0.0.1:{}", world.backend_port());
            assert_eq!(told["backend"], backend);
        }
        // The clock of another world is nobody else's.
        let made = world
            .send("POST", "/__emulator/worlds", "", &[])
            .await
            .json();
        let key = format!(
            "Authorization: Bearer {}\r\n",
            made["secret_key"].as_str().unwrap()
        );
        world
            .send("POST", "/__emulator/clock", &key, &[("move", "+1d")])
            .await;
        assert_eq!(written()["moved_by"], 0);
        world.stop().await;
        assert!(!file.exists());
    }
}

#[tokio::test]
async fn what_was_exported_is_imported_whole_or_not_at_all() {
    let world = World::new().await;
    let (browser, _) = world.signed_in().await;
    let text = world.send("GET", "/__emulator/export", "", &[]).await.body;
    assert!(text.contains(ADA) && text.contains(&browser));

    let other = World::new().await;
    let theirs = other.browser().await;
    other.sign_up(&theirs, "bob+clerk_test@example.com").await;
    let import = |text: String| {
        let other = &other;
        async move {
            let length = text.len();
            let head = format!(
                "POST /__emulator/import HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}"
            );
            other.raw(&format!("{head}\r\n\r\n{text}")).await
        }
    };
    let half = text[..text.len() / 2].to_owned();
    for wrong in [String::new(), "{}\n".to_owned(), half] {
        import(wrong)
            .await
            .fails_as(422, "emulator_state_invalid", None);
    }
    // As many users as could never have been made.
    let user = text.lines().find(|line| line.contains(ADA)).unwrap();
    let header = text.lines().next().unwrap();
    let id = user.find("user_").map(|at| &user[at..at + 20]).unwrap();
    let many: String = (0..20_001)
        .map(|number| user.replace(id, &format!("user_{number}")) + "\n")
        .collect();
    import(format!("{header}\n{many}"))
        .await
        .fails_as(422, "emulator_state_invalid", None);
    let still = other.page("GET", "/v1/client", &theirs, &[]).await;
    assert_eq!(still.status, 200);

    assert_eq!(import(text.clone()).await.json(), json!({ "users": 1 }));
    let again = other.send("GET", "/__emulator/export", "", &[]).await;
    assert_eq!(again.body, text);
    let here = other.page("GET", "/v1/client", &browser, &[]).await;
    assert_eq!(here.status, 200);
    let gone = other.page("GET", "/v1/client", &theirs, &[]).await;
    gone.fails_as(401, "dev_browser_unauthenticated", None);
}

/// Tests in a browser start a second one beside `dev`.
#[tokio::test]
async fn the_file_names_the_emulator_that_goes_on_when_a_second_one_ends() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".clerk/emulator-address.json");
    let named = || -> Option<Value> {
        let text = std::fs::read(&file).ok()?;
        Some(serde_json::from_slice::<Value>(&text).unwrap()["backend"].clone())
    };
    let start = async || {
        let mut options = super::world::options();
        options.address_file = Some(file.clone());
        let world = World::as_given(options).await;
        let address = Value::from(format!("http://127.0.0.1:{}", world.backend_port()));
        (world, address)
    };
    let (first, first_address) = start().await;
    let (second, second_address) = start().await;
    assert_eq!(named(), Some(second_address.clone()));
    // Its clock is told beside the other's, and the app of the first goes on by it.
    let moved = first.send("POST", "/__emulator/clock", "", &[("move", "+1h")]);
    assert_eq!(moved.await.status, 200);
    let told: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(
        (&told["backend"], &told["moved_by"]),
        (&second_address, &json!(0))
    );
    let other = &told["others"][0];
    assert_eq!(
        (&other["backend"], &other["moved_by"]),
        (&first_address, &json!(3_600_000))
    );
    second.stop().await;
    assert_eq!(named(), Some(first_address.clone()));

    let (third, third_address) = start().await;
    first.stop().await;
    assert_eq!(named(), Some(third_address));
    third.stop().await;
    assert_eq!(named(), None, "the first has ended");
}
