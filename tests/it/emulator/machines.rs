//! Machines, and the tokens that they show each other: made here, believed by the core.

use clerk_auth::public_key::PublicKey;
use clerk_auth::token::decode;
use clerk_auth::token_type::TokenType;
use clerk_auth::verify::{MachineJwt, Policy, verify_machine, verify_session_token};
use serde_json::{Value, json};

use super::core_client::core_client;
use super::world::{Answer, SECRET, World};

async fn server(world: &World, method: &str, path: &str, body: &Value) -> Answer {
    world.server_sends(method, path, &body.to_string()).await
}

/// A call with the key of a machine.
async fn machine(world: &World, method: &str, path: &str, key: &str, body: &Value) -> Answer {
    let headers = format!("Authorization: Bearer {key}\r\nContent-Type: application/json\r\n");
    world
        .backend(method, path, &headers, &body.to_string())
        .await
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

/// Id and key of a new machine.
async fn made(world: &World, name: &str, scoped: &[&str]) -> (String, String) {
    let new = json!({ "name": name, "scoped_machines": scoped });
    let made = server(world, "POST", "/v1/machines", &new).await.json();
    (text(&made, "id"), text(&made, "secret_key"))
}

#[tokio::test]
async fn machines_are_made_changed_listed_and_deleted() {
    let world = World::new().await;
    let (first, _) = made(&world, "first", &[]).await;
    let (second, _) = made(&world, "second", &[&first]).await;
    let list = world.server("GET", "/v1/machines").await.json();
    assert_eq!(list["total_count"], 2);
    assert_eq!(list["data"][0]["id"], json!(second));
    assert_eq!(list["data"][0]["scoped_machines"][0]["id"], json!(first));
    let found = world
        .server("GET", "/v1/machines?query=FIR&order_by=name")
        .await;
    assert_eq!(found.json()["data"][0]["id"], json!(first));
    let path = format!("/v1/machines/{second}");
    let changes = json!({ "name": "other", "default_token_ttl": 60 });
    let changed = server(&world, "PATCH", &path, &changes).await.json();
    assert_eq!(changed["name"], "other");
    let to = json!({ "to_machine_id": first });
    let scopes = format!("{path}/scopes");
    let twice = server(&world, "POST", &scopes, &to).await;
    twice.fails_as(409, "duplicate_record", Some("to_machine_id"));
    let scope = format!("{scopes}/{first}");
    assert_eq!(world.server("DELETE", &scope).await.status, 200);
    let twice = world.server("DELETE", &scope).await;
    twice.fails_as(404, "resource_not_found", None);
    assert_eq!(server(&world, "POST", &scopes, &to).await.status, 200);
    let itself = json!({ "to_machine_id": second });
    let itself = server(&world, "POST", &scopes, &itself).await;
    itself.fails_as(422, "form_param_value_invalid", Some("to_machine_id"));
    let gone = world
        .server("DELETE", &format!("/v1/machines/{first}"))
        .await;
    assert_eq!(gone.status, 200);
    let left = world.server("GET", &path).await.json();
    assert_eq!(left["scoped_machines"], json!([]));
    for (field, value) in [
        ("name", json!("")),
        ("default_token_ttl", json!(0)),
        ("scoped_machines", json!([first])),
    ] {
        let mut new = json!({ "name": "new" });
        new[field] = value;
        let refused = server(&world, "POST", "/v1/machines", &new).await;
        refused.fails_as(422, "form_param_value_invalid", Some(field));
    }
}

#[tokio::test]
async fn a_token_is_for_the_machines_in_its_scope() {
    let world = World::new().await;
    let (reader, reader_key) = made(&world, "reader", &[]).await;
    let (_, stranger_key) = made(&world, "stranger", &[]).await;
    let (writer, key) = made(&world, "writer", &[&reader]).await;
    // As Clerk's kit sends it.
    let new = json!({ "token_format": "opaque", "seconds_until_expiration": null, "claims": { "job": 7 } });
    let token = machine(&world, "POST", "/m2m_tokens", &key, &new).await;
    assert_eq!(token.status, 201);
    let token = token.json();
    assert_eq!(token["expiration"], world.now().0 + 3_600_000);
    let shown = json!({ "token": token["token"] });
    let path = "/m2m_tokens/verify";
    for asker in [&reader_key, SECRET] {
        let found = machine(&world, "POST", path, asker, &shown).await.json();
        assert_eq!(found["subject"], json!(writer));
        assert_eq!(found["claims"], json!({ "job": 7 }));
        assert_eq!(found.get("token"), None);
    }
    for asker in [&stranger_key, &key] {
        let other = machine(&world, "POST", path, asker, &shown).await;
        other.fails_as(404, "resource_not_found", None);
    }
    let own = server(&world, "POST", "/m2m_tokens", &new).await;
    own.fails_as(401, "clerk_key_invalid", None);
    let words = text(&own.json()["errors"][0], "long_message");
    assert!(words.contains("ak_"), "{words}");
    for path in [
        "/v1/users",
        "/v1/machines",
        "/v1/api_keys",
        "/v1/m2m_tokensx",
    ] {
        let elsewhere = machine(&world, "GET", path, &key, &json!({})).await;
        elsewhere.fails_as(401, "clerk_key_invalid", None);
    }

    let list = format!("/m2m_tokens?subject={writer}");
    let foreign = machine(&world, "GET", &list, &reader_key, &json!({})).await;
    foreign.fails_as(404, "resource_not_found", None);
    let revoke = format!("/m2m_tokens/{}/revoke", text(&token, "id"));
    let foreign = machine(&world, "POST", &revoke, &reader_key, &json!({})).await;
    foreign.fails_as(404, "resource_not_found", None);
    let reason = json!({ "revocation_reason": "done" });
    let revoked = machine(&world, "POST", &revoke, &key, &reason).await.json();
    assert_eq!(revoked["revoked"], true);
    let count = async |query: &str| {
        let list = world.server("GET", &format!("{list}{query}")).await;
        list.json()["total_count"].clone()
    };
    assert_eq!(count("").await, 0);
    assert_eq!(count("&revoked=true").await, 1);
    world.pass_seconds(3_600);
    assert_eq!(count("&revoked=true").await, 0);
    assert_eq!(count("&revoked=true&expired=true").await, 1);
}

#[tokio::test]
async fn a_machine_that_can_do_with_a_token_it_has_gets_that() {
    let world = World::new().await;
    let (writer, key) = made(&world, "writer", &[]).await;
    let wanted = |least: i64, job: i64| json!({ "claims": { "job": job }, "min_remaining_ttl_seconds": least });
    let token = async |least, job| {
        let made = machine(&world, "POST", "/m2m_tokens", &key, &wanted(least, job)).await;
        assert_eq!(made.status, 201);
        text(&made.json(), "token")
    };
    let first = token(3_000, 1).await;
    assert_eq!(token(3_000, 1).await, first);
    assert_ne!(token(3_000, 2).await, first);
    world.pass_seconds(601);
    let second = token(3_000, 1).await;
    assert_ne!(second, first);
    let list = format!("/m2m_tokens?subject={writer}");
    assert_eq!(world.server("GET", &list).await.json()["total_count"], 3);
    let never = machine(&world, "POST", "/m2m_tokens", &key, &wanted(3_600, 1)).await;
    never.fails_as(
        422,
        "form_param_value_invalid",
        Some("min_remaining_ttl_seconds"),
    );
    // It would give back one that is over.
    let over = machine(&world, "POST", "/m2m_tokens", &key, &wanted(-10_000, 1)).await;
    over.fails_as(
        422,
        "form_param_value_invalid",
        Some("min_remaining_ttl_seconds"),
    );
}

#[tokio::test]
async fn a_key_that_was_replaced_counts_for_as_long_as_was_asked() {
    let world = World::new().await;
    let (id, before) = made(&world, "one", &[]).await;
    let path = format!("/v1/machines/{id}/secret_key");
    let rotate = format!("{path}/rotate");
    let late = json!({ "previous_token_ttl": 28_801 });
    let refused = server(&world, "POST", &rotate, &late).await;
    refused.fails_as(422, "form_param_value_invalid", Some("previous_token_ttl"));
    let overlap = json!({ "previous_token_ttl": 60 });
    let after = server(&world, "POST", &rotate, &overlap).await.json();
    let after = text(&after, "secret");
    assert_eq!(
        world.server("GET", &path).await.json()["secret"],
        json!(after)
    );
    let status = async |key: &str| {
        let made = machine(&world, "POST", "/m2m_tokens", key, &json!({})).await;
        made.status
    };
    assert_eq!((status(&before).await, status(&after).await), (201, 201));
    world.pass_seconds(60);
    assert_eq!((status(&before).await, status(&after).await), (401, 201));
}

#[tokio::test]
async fn the_core_takes_the_tokens_of_machines_for_what_they_are() {
    let world = World::new().await;
    let (reader, reader_key) = made(&world, "reader", &[]).await;
    let (writer, key) = made(&world, "writer", &[&reader]).await;
    let opaque = machine(&world, "POST", "/m2m_tokens", &key, &json!({}))
        .await
        .json();
    let opaque = text(&opaque, "token");
    assert_eq!(TokenType::of(&opaque), TokenType::M2m);
    let core = core_client(&world, Some(&reader_key));
    let found = core.verify_m2m_token(&opaque).await.unwrap();
    assert_eq!(found["subject"], json!(writer));

    let new = json!({ "token_format": "jwt", "claims": { "job": 7 } });
    let token = machine(&world, "POST", "/m2m_tokens", &key, &new)
        .await
        .json();
    let token = text(&token, "token");
    assert_eq!(TokenType::of(&token), TokenType::M2m);
    let keys = world.server("GET", "/v1/jwks").await.json();
    let public = PublicKey::from_jwk(&keys["keys"][0]).unwrap();
    let decoded = decode(&token).unwrap();
    let (policy, now) = (Policy::default(), world.now());
    let verified = verify_machine(&decoded, &public, MachineJwt::M2m, &policy, now).unwrap();
    assert_eq!(verified.claims()["job"], 7);
    assert_eq!(verified.claims()["scopes"], json!(reader));
    assert!(verify_session_token(&token, &public, &policy, now).is_err());
    let known = core.verify_m2m_token(&token).await.unwrap();
    assert_eq!(known["id"], verified.claims()["jti"]);
    assert_eq!(known["claims"], json!({ "job": 7 }));
    // It says all itself: it is in no list, and nobody can take it back.
    let listed = format!("/m2m_tokens?subject={writer}");
    assert_eq!(world.server("GET", &listed).await.json()["total_count"], 1);
    let revoke = format!("/m2m_tokens/{}/revoke", text(&known, "id"));
    let revoked = server(&world, "POST", &revoke, &json!({})).await;
    revoked.fails_as(404, "resource_not_found", None);
    let session = json!({ "token": world.now().0.to_string() });
    let other = server(&world, "POST", "/m2m_tokens/verify", &session).await;
    other.fails_as(404, "resource_not_found", None);
    let forged = json!({ "token_format": "jwt", "claims": { "sub": "user_1" } });
    let forged = machine(&world, "POST", "/m2m_tokens", &key, &forged).await;
    forged.fails_as(422, "form_param_value_invalid", Some("claims"));

    let new = json!({ "name": "key", "subject": reader });
    let made = server(&world, "POST", "/api_keys", &new).await.json();
    let found = core.verify_api_key(&text(&made, "secret")).await.unwrap();
    assert_eq!(found["id"], made["id"]);
    assert!(core.verify_api_key(&opaque).await.is_err());
}
