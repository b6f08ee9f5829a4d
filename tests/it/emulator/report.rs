//! The report: what a development instance takes and production would not.

use serde_json::{Value, json};

use super::world::{ADA, World};

async fn report(world: &World) -> Vec<Value> {
    let told = world
        .send("GET", "/__emulator/report", "", &[])
        .await
        .json();
    told["findings"].as_array().unwrap().clone()
}

/// Ids and counts.
async fn found(world: &World) -> Vec<(String, u64)> {
    let all = report(world).await;
    let pair = |one: &Value| {
        (
            one["id"].as_str().unwrap().to_owned(),
            one["count"].as_u64().unwrap(),
        )
    };
    all.iter().map(pair).collect()
}

async fn server(world: &World, method: &str, path: &str, headers: &str, body: &str) -> u16 {
    let secret = super::world::SECRET;
    let headers =
        format!("Authorization: Bearer {secret}\r\nContent-Type: application/json\r\n{headers}");
    world.backend(method, path, &headers, body).await.status
}

#[tokio::test]
async fn each_kind_is_found_once_with_its_count_and_first_request() {
    let world = World::new().await;
    assert!(report(&world).await.is_empty());
    let (browser, session) = world.signed_in().await;
    let tokens = format!("/v1/client/sessions/{session}/tokens?__clerk_db_jwt={browser}");
    for _ in 0..2 {
        assert_eq!(world.send("POST", &tokens, "", &[]).await.status, 200);
    }
    let old = "Clerk-API-Version: 2025-04-10\r\n";
    assert_eq!(server(&world, "GET", "/v1/users", old, "").await, 200);
    assert_eq!(
        server(
            &world,
            "GET",
            "/v1/users",
            "Clerk-API-Version: 2026-05-12\r\n",
            ""
        )
        .await,
        200
    );
    assert_eq!(server(&world, "GET", "/v1/clients", "", "").await, 200);
    let user = world.server("GET", "/v1/users").await.json()[0]["id"].clone();
    let body = json!({ "user_id": user }).to_string();
    assert_eq!(server(&world, "POST", "/v1/sessions", "", &body).await, 200);
    let all = found(&world).await;
    let all: Vec<_> = all
        .iter()
        .map(|(id, count)| (id.as_str(), *count))
        .collect();
    assert_eq!(
        all,
        [
            ("dev-browser", 1),
            ("development-only", 1),
            ("azp-missing", 2),
            ("old-version", 1),
            ("deprecated", 1),
            ("test-address", 1),
        ]
    );
    let all = report(&world).await;
    assert_eq!(all[0]["request"], "POST /v1/dev_browser");
    assert_eq!(all[0]["at"], world.now().0);
    assert_eq!(all[5]["request"], Value::Null);
    assert!(
        all.iter()
            .all(|one| one["what"].is_string() && one["help"].is_string())
    );
    // Neither who was signed in nor a token is in it.
    let text = serde_json::to_string(&all).unwrap();
    assert!(!text.contains(ADA) && !text.contains(&browser), "{text}");

    world.send("DELETE", "/__emulator/report", "", &[]).await;
    assert_eq!(found(&world).await, [("test-address".to_owned(), 1)]);
    world.send("POST", "/__emulator/reset", "", &[]).await;
    assert!(report(&world).await.is_empty());
}

#[tokio::test]
async fn what_clerks_own_library_does_in_development_is_no_finding() {
    let world = World::new().await;
    let made = world
        .page("POST", "/v1/dev_browser?_clerk_js_version=6.0.0", "", &[])
        .await;
    let browser = made.json()["id"].as_str().unwrap().to_owned();
    for path in ["/v1/environment", "/v1/client"] {
        assert_eq!(world.page("GET", path, &browser, &[]).await.status, 200);
    }
    assert!(report(&world).await.is_empty());
}

#[tokio::test]
async fn calls_that_are_too_fast_are_counted_by_the_clock() {
    let world = World::new().await;
    let browser = world.browser().await;
    world.send("DELETE", "/__emulator/report", "", &[]).await;
    let ask = async || {
        let fields = [("identifier", "nobody@example.com")];
        let made = world
            .page("POST", "/v1/client/sign_ins", &browser, &fields)
            .await;
        assert_eq!(made.status, 422);
    };
    for _ in 0..5 {
        ask().await;
    }
    world.pass_seconds(10);
    for _ in 0..5 {
        ask().await;
    }
    assert!(report(&world).await.is_empty());
    ask().await;
    ask().await;
    assert_eq!(found(&world).await, [("rate-limit".to_owned(), 2)]);
    assert_eq!(
        report(&world).await[0]["request"],
        "POST /v1/client/sign_ins"
    );
    // A server may ask more often than anybody does by hand.
    for _ in 0..20 {
        world.server("GET", "/v1/jwks").await;
        world.server("GET", "/v1/users/count").await;
    }
    assert_eq!(found(&world).await.len(), 1);
}

#[tokio::test]
async fn a_page_over_http_elsewhere_is_found_if_it_is_let_in_at_all() {
    let mut options = super::world::options();
    options.allowed_origins = vec!["http://app.test:3000".to_owned()];
    let world = World::with(options).await;
    let from = async |origin: &str| {
        let headers = format!("Origin: {origin}\r\n");
        world
            .send("GET", "/v1/environment", &headers, &[])
            .await
            .status
    };
    assert_eq!(from("http://app.test:3000").await, 200);
    assert_eq!(from("http://evil.example").await, 400);
    assert_eq!(found(&world).await, [("http-origin".to_owned(), 1)]);
}

#[tokio::test]
async fn changes_of_one_object_and_invitations_have_limits_of_their_own() {
    let world = World::new().await;
    let mut users = Vec::new();
    for name in ["a", "b"] {
        let body = json!({
            "email_address": [format!("{name}@example.com")], "skip_password_requirement": true,
        })
        .to_string();
        let made = world.server_sends("POST", "/v1/users", &body).await.json();
        users.push(format!("/v1/users/{}", made["id"].as_str().unwrap()));
    }
    let change = async |path: &str| {
        let body = json!({ "first_name": "Ada" }).to_string();
        assert_eq!(world.server_sends("PATCH", path, &body).await.status, 200);
    };
    for _ in 0..10 {
        change(&users[0]).await;
        change(&users[1]).await;
    }
    assert!(report(&world).await.is_empty());
    change(&users[1]).await;
    assert_eq!(found(&world).await, [("rate-limit".to_owned(), 1)]);
    let request = &report(&world).await[0]["request"];
    assert_eq!(*request, format!("PATCH {}", users[1]));
    world.pass_seconds(10);
    change(&users[1]).await;
    assert_eq!(found(&world).await, [("rate-limit".to_owned(), 1)]);

    let invite = async |count: usize| {
        let all: Vec<_> = (0..count)
            .map(|_| json!({ "email_address": format!("i{}@example.com", world.mark()) }))
            .collect();
        let body = json!(all).to_string();
        let made = world.server_sends("POST", "/v1/invitations/bulk", &body);
        assert_eq!(made.await.status, 200);
    };
    for _ in 0..25 {
        invite(1).await;
        world.pass_seconds(60);
    }
    assert_eq!(found(&world).await, [("rate-limit".to_owned(), 1)]);
    invite(1).await;
    assert_eq!(found(&world).await, [("rate-limit".to_owned(), 2)]);
}
