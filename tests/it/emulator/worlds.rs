//! Several instances in one emulator: each request finds its own, and nothing of one is seen in another.

use std::collections::BTreeSet;

use clerk_auth::keys::{PublishableKey, SecretKey};
use clerk_auth::public_key::PublicKey;
use clerk_auth::time::UnixMillis;
use clerk_auth::token::decode;
use clerk_auth::verify::{Policy, verify_session_token};
use clerk_rs_cli::emulator::Options;
use serde_json::{Value, json};

use super::world::{ADA, Answer, PASSWORD, PUBLISHABLE, SECRET, World};

/// One that was made, and what it was answered with.
struct Other<'a> {
    world: &'a World,
    made: Value,
}

impl<'a> Other<'a> {
    async fn new(world: &'a World) -> Self {
        let made = world.send("POST", "/__emulator/worlds", "", &[]).await;
        assert_eq!(made.status, 200, "{}", made.body);
        let made = made.json();
        Self { world, made }
    }

    fn text(&self, name: &str) -> &str {
        self.made[name].as_str().unwrap()
    }

    async fn server(&self, method: &str, path: &str, body: &Value) -> Answer {
        let headers = format!(
            "Authorization: Bearer {}\r\nContent-Type: application/json\r\n",
            self.text("secret_key")
        );
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        self.world.backend(method, path, &headers, &body).await
    }

    /// As an app's proxy forwards it.
    async fn proxied(&self, method: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        let headers = format!("Clerk-Secret-Key: {}\r\n", self.text("secret_key"));
        self.world.send(method, path, &headers, form).await
    }

    async fn desk(&self, method: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        let headers = format!("Authorization: Bearer {}\r\n", self.text("secret_key"));
        self.world.send(method, path, &headers, form).await
    }

    async fn user(&self, address: &str) -> String {
        let body = json!({ "email_address": [address], "password": PASSWORD });
        let made = self.server("POST", "/v1/users", &body).await;
        made.json()["id"].as_str().unwrap().to_owned()
    }

    async fn users(&self) -> usize {
        let users = self.server("GET", "/v1/users", &Value::Null).await;
        users.json().as_array().unwrap().len()
    }

    async fn session_token(&self, user: &str) -> String {
        let body = json!({ "user_id": user });
        let session = self.server("POST", "/v1/sessions", &body).await.json();
        let path = format!("/v1/sessions/{}/tokens", session["id"].as_str().unwrap());
        let token = self.server("POST", &path, &Value::Null).await.json();
        token["jwt"].as_str().unwrap().to_owned()
    }
}

async fn users_of_first(world: &World) -> usize {
    let users = world.server("GET", "/v1/users").await.json();
    users.as_array().unwrap().len()
}

#[tokio::test]
async fn a_world_has_keys_users_and_mails_of_its_own() {
    let world = World::new().await;
    let (one, two) = (Other::new(&world).await, Other::new(&world).await);
    world.signed_in().await;
    one.user(ADA).await;
    one.user("grace@example.com").await;
    assert_eq!((one.users().await, two.users().await), (2, 0));
    assert_eq!(users_of_first(&world).await, 1);

    let outbox = |answer: Answer| answer.json()["mails"].as_array().unwrap().len();
    assert_eq!(outbox(one.desk("GET", "/__emulator/outbox", &[]).await), 0);
    let first = world.send("GET", "/__emulator/outbox", "", &[]).await;
    assert_eq!(outbox(first), 1);

    // Whatever one is answered about itself is its own.
    let instance = |answer: Answer| answer.json()["id"].as_str().unwrap().to_owned();
    let asked = one.server("GET", "/v1/instance", &Value::Null).await;
    assert_eq!(instance(asked), one.text("id"));
    let ids: BTreeSet<_> = [one.text("id"), two.text("id")].into();
    assert_eq!(ids.len(), 2);
    let listed = world.send("GET", "/__emulator/worlds", "", &[]).await;
    let users = listed.json()["worlds"].as_array().unwrap().clone();
    let users: Vec<_> = users.iter().map(|world| world["users"].clone()).collect();
    assert_eq!(users, [1, 2, 0]);
    for secret in [SECRET, one.text("secret_key")] {
        assert!(!listed.body.contains(secret));
    }
}

#[tokio::test]
async fn a_token_of_one_world_is_good_in_no_other() {
    let world = World::new().await;
    let (one, two) = (Other::new(&world).await, Other::new(&world).await);
    let user = one.user(ADA).await;
    let token = one.session_token(&user).await;
    let host = PublishableKey::parse(one.text("publishable_key")).unwrap();
    let issuer = format!("https://{}", host.frontend_api_host());
    assert_eq!(decode(&token).unwrap().claim_str("iss"), Some(&*issuer));
    let verdict = |world: &Other<'_>| {
        let key = PublicKey::from_pem(world.text("jwt_key")).unwrap();
        let now = UnixMillis(world.world.now().0);
        verify_session_token(&token, &key, &Policy::default(), now)
    };
    assert_eq!(verdict(&one).unwrap().claims()["sub"], user);
    assert!(verdict(&two).is_err());
    let keys = |answer: Answer| answer.json()["keys"][0]["kid"].clone();
    let shown = one.server("GET", "/v1/jwks", &Value::Null).await;
    assert_eq!(keys(shown), one.text("id"));
}

#[tokio::test]
async fn a_page_is_led_to_its_world_by_the_apps_key_by_host_and_by_its_dev_browser() {
    let world = World::new().await;
    let (one, two) = (Other::new(&world).await, Other::new(&world).await);
    one.user(ADA).await;
    two.user("grace@example.com").await;
    let made = one.proxied("POST", "/v1/dev_browser", &[]).await.json();
    let browser = made["id"].as_str().unwrap();
    // Without the app between them, the dev browser alone tells.
    let fields = [("identifier", ADA), ("password", PASSWORD)];
    let path = "/v1/client/sign_ins";
    let done = world.page("POST", path, browser, &fields).await.json();
    assert_eq!(done["response"]["status"], "complete");
    let stranger = world.browser().await;
    world.page("POST", path, &stranger, &fields).await.fails_as(
        422,
        "form_identifier_not_found",
        Some("identifier"),
    );

    let host = one.text("url").strip_prefix("http://").unwrap();
    for (host, meant) in [
        (host, one.text("id")),
        (
            two.text("url").strip_prefix("http://").unwrap(),
            two.text("id"),
        ),
    ] {
        let request = format!(
            "GET /.well-known/jwks.json HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        );
        let keys = world.raw(&request).await.json();
        assert_eq!(keys["keys"][0]["kid"], meant);
    }
    // The key of another world counts more than what the address or the browser says.
    let path = format!("/v1/client?__clerk_db_jwt={browser}");
    two.proxied("GET", &path, &[])
        .await
        .fails_as(401, "dev_browser_unauthenticated", None);
}

#[tokio::test]
async fn an_app_outside_a_browser_stays_in_its_world() {
    let world = World::new().await;
    let one = Other::new(&world).await;
    one.user(ADA).await;
    let patch = json!({ "native_api": true }).to_string();
    let host = one.text("url").strip_prefix("http://").unwrap();
    let switched = world
        .raw(&format!(
            "PATCH /__emulator/settings HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{patch}",
            patch.len()
        ))
        .await;
    assert_eq!(switched.status, 200);
    let path = "/v1/client/sign_ins?_is_native=1";
    let fields = [("identifier", ADA), ("password", PASSWORD)];
    let done = one.proxied("POST", path, &fields).await;
    assert_eq!(done.json()["response"]["status"], "complete");
    let token = done.header("authorization").unwrap();
    let headers = format!("Authorization: {token}\r\n");
    let path = "/v1/client?_is_native=1";
    let client = world.send("GET", path, &headers, &[]).await.json();
    assert_eq!(client["response"]["sessions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_machine_key_leads_to_its_world() {
    let world = World::new().await;
    let (_, two) = (Other::new(&world).await, Other::new(&world).await);
    let body = json!({ "name": "robot" });
    let machine = two.server("POST", "/v1/machines", &body).await.json();
    let headers = format!(
        "Authorization: Bearer {}\r\nContent-Type: application/json\r\n",
        machine["secret_key"].as_str().unwrap()
    );
    let made = world
        .backend("POST", "/v1/m2m_tokens", &headers, "{}")
        .await;
    assert_eq!(made.json()["subject"], machine["id"]);
}

#[tokio::test]
async fn the_control_routes_change_the_world_whose_key_is_sent_and_no_other() {
    let world = World::new().await;
    let one = Other::new(&world).await;
    world.signed_in().await;
    one.user(ADA).await;
    let moved = one
        .desk("POST", "/__emulator/clock", &[("move", "+1h")])
        .await;
    assert_eq!(moved.json()["moved_by"], 3_600_000);
    let first = world.send("GET", "/__emulator/clock", "", &[]).await;
    assert_eq!(first.json()["moved_by"], 0);
    assert_eq!(one.desk("POST", "/__emulator/reset", &[]).await.status, 200);
    assert_eq!((one.users().await, users_of_first(&world).await), (0, 1));

    let wrong = format!("Authorization: Bearer {SECRET}x\r\n");
    world
        .send("POST", "/__emulator/reset", &wrong, &[])
        .await
        .fails_as(401, "clerk_key_invalid", None);
    assert_eq!(users_of_first(&world).await, 1);
}

#[tokio::test]
async fn a_world_that_was_ended_is_gone_and_the_first_cannot_be_ended() {
    let world = World::new().await;
    let (one, two) = (Other::new(&world).await, Other::new(&world).await);
    let path = "/__emulator/worlds";
    let ended = one.desk("DELETE", path, &[]).await;
    assert_eq!(
        ended.json(),
        json!({ "id": one.text("id"), "deleted": true })
    );
    one.server("GET", "/v1/users", &Value::Null)
        .await
        .fails_as(401, "clerk_key_invalid", None);
    one.proxied("GET", "/v1/environment", &[]).await.fails_as(
        403,
        "emulator_of_another_project",
        None,
    );
    one.desk("DELETE", path, &[])
        .await
        .fails_as(401, "clerk_key_invalid", None);
    assert_eq!(two.users().await, 0);
    for headers in [String::new(), format!("Authorization: Bearer {SECRET}\r\n")] {
        world
            .send("DELETE", path, &headers, &[])
            .await
            .fails_as(422, "emulator_first_world", None);
    }
}

#[tokio::test]
async fn worlds_are_not_to_be_had_through_an_app() {
    let world = World::new().await;
    let headers =
        format!("Clerk-Secret-Key: {SECRET}\r\nClerk-Proxy-Url: http://localhost:3000/__clerk\r\n");
    for method in ["GET", "POST", "DELETE"] {
        world
            .send(method, "/__emulator/worlds", &headers, &[])
            .await
            .fails_as(403, "not_through_proxy", None);
    }
}

async fn deterministic() -> World {
    let publishable = PublishableKey::parse(PUBLISHABLE).unwrap();
    let secret = SecretKey::new(SECRET).unwrap();
    World::as_given(Options::deterministic(publishable, secret, 7).unwrap()).await
}

#[tokio::test]
async fn when_too_many_are_made_the_one_that_nobody_asked_for_longest_goes() {
    // These make no key each, so it takes no time.
    let world = deterministic().await;
    let (kept, gone) = (Other::new(&world).await, Other::new(&world).await);
    for _ in 0..99 {
        assert_eq!(kept.users().await, 0);
        Other::new(&world).await;
    }
    let listed = world.send("GET", "/__emulator/worlds", "", &[]).await;
    assert_eq!(listed.json()["worlds"].as_array().unwrap().len(), 101);
    assert_eq!(kept.users().await, 0);
    gone.server("GET", "/v1/users", &Value::Null)
        .await
        .fails_as(401, "clerk_key_invalid", None);
}

#[tokio::test]
async fn worlds_of_a_deterministic_emulator_are_the_same_in_the_order_of_their_making() {
    let mut runs = Vec::new();
    for disturbance in 0..2 {
        let world = deterministic().await;
        let one = Other::new(&world).await;
        // What happens in one world does not change what another draws.
        for _ in 0..disturbance {
            one.user("first@example.com").await;
            world.browser().await;
        }
        let two = Other::new(&world).await;
        let (port, backend) = (world.port().to_string(), world.backend_port().to_string());
        let plain = |value: &Value| {
            let text = value.to_string();
            text.replace(&port, "PORT").replace(&backend, "BACKEND")
        };
        let user = two.user(ADA).await;
        runs.push((plain(&one.made), plain(&two.made), user));
        assert_ne!(one.made["secret_key"], two.made["secret_key"]);
        assert_ne!(one.made["id"], two.made["id"]);
    }
    assert_eq!(runs[0], runs[1]);
}
