//! API keys, which servers and signed-in users make.

use serde_json::{Value, json};

use super::world::{ADA, Answer, PAGE, World};

async fn server(world: &World, method: &str, path: &str, body: &Value) -> Answer {
    world.server_sends(method, path, &body.to_string()).await
}

/// A page's call with a session token: JSON, and no form.
async fn page(world: &World, method: &str, path: &str, token: &str, body: &Value) -> Answer {
    let body = body.to_string();
    world
        .raw(&format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\nOrigin: {PAGE}\r\n\
             Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            world.port(),
            body.len(),
        ))
        .await
}

/// A user, and a token of the user's session.
async fn user(world: &World, address: &str) -> (String, String) {
    let browser = world.browser().await;
    let done = world.sign_up(&browser, address).await;
    let session = done["response"]["created_session_id"].as_str().unwrap();
    let path = format!("/v1/client/sessions/{session}/tokens");
    let token = world.page("POST", &path, &browser, &[]).await.json();
    (
        done["response"]["created_user_id"]
            .as_str()
            .unwrap()
            .to_owned(),
        token["jwt"].as_str().unwrap().to_owned(),
    )
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_server_makes_keys_and_its_users_programs_show_them() {
    let world = World::new().await;
    let (user, _) = user(&world, ADA).await;
    let new = json!({
        "name": "ci run", "subject": user, "description": "for builds", "claims": { "tier": 1 },
        "scopes": ["read:all"], "created_by": user, "seconds_until_expiration": 60,
    });
    let made = server(&world, "POST", "/api_keys", &new).await.json();
    let (id, secret) = (text(&made, "id"), text(&made, "secret"));
    let shown = json!({ "secret": secret });
    let verified = server(&world, "POST", "/api_keys/verify", &shown)
        .await
        .json();
    assert_eq!(verified["claims"], json!({ "tier": 1 }));
    assert_eq!(verified["last_used_at"], world.now().0);
    assert_eq!(verified.get("secret"), None);
    let path = format!("/api_keys/{id}");
    let again = world.server("GET", &format!("{path}/secret")).await.json();
    assert_eq!(again, shown);

    world.pass_seconds(61);
    let late = server(&world, "POST", "/api_keys/verify", &shown)
        .await
        .json();
    assert_eq!(
        (&late["expired"], &late["revoked"]),
        (&json!(true), &json!(false))
    );
    let list = format!("/api_keys?subject={user}");
    let count = async |query: &str| {
        world.server("GET", &format!("{list}{query}")).await.json()["total_count"].clone()
    };
    assert_eq!(count("").await, 0);
    assert_eq!(count("&include_invalid=true").await, 1);

    let changes = json!({ "description": null, "scopes": [], "seconds_until_expiration": null });
    let changed = server(&world, "PATCH", &path, &changes).await.json();
    assert_eq!(changed["description"], Value::Null);
    assert_eq!(changed["claims"], json!({ "tier": 1 }));
    assert_eq!(changed["expired"], false);
    assert_eq!(count("&query=CI").await, 1);
    assert_eq!(count("&query=other").await, 0);

    let reason = json!({ "revocation_reason": "leaked" });
    let revoke = format!("{path}/revoke");
    assert_eq!(server(&world, "POST", &revoke, &reason).await.status, 200);
    let twice = server(&world, "POST", &revoke, &json!({})).await.json();
    assert_eq!(twice["revocation_reason"], "leaked");
    let shown = server(&world, "POST", "/v1/api_keys/verify", &shown)
        .await
        .json();
    assert_eq!(shown["revoked"], true);
    assert_eq!(world.server("GET", &path).await.status, 200);
    assert_eq!(world.server("DELETE", &path).await.status, 200);
    for method in ["GET", "DELETE", "PATCH"] {
        let gone = world.server(method, &path).await;
        gone.fails_as(404, "resource_not_found", None);
    }
}

#[tokio::test]
async fn a_key_that_production_would_not_make_is_not_made() {
    let world = World::new().await;
    let (user, _) = user(&world, ADA).await;
    let nobody = format!("user_{}", "0".repeat(27));
    for (field, value) in [
        ("subject", json!(nobody)),
        ("subject", json!("ins_1")),
        ("name", json!("ab")),
        ("name", json!(" abc")),
        ("type", json!("ab")),
        ("created_by", json!(nobody)),
        ("seconds_until_expiration", json!(-1)),
        ("seconds_until_expiration", json!(1e300)),
        ("scopes", json!([""])),
    ] {
        let mut new = json!({ "name": "key", "subject": user });
        new[field] = value;
        let refused = server(&world, "POST", "/api_keys", &new).await;
        refused.fails_as(422, "form_param_value_invalid", Some(field));
    }
    let list = format!("/api_keys?subject={user}");
    for (query, field) in [
        ("&limit=101", "limit"),
        ("&include_invalid=1", "include_invalid"),
    ] {
        let refused = world.server("GET", &format!("{list}{query}")).await;
        refused.fails_as(422, "form_param_value_invalid", Some(field));
    }
    let all = world.server("GET", "/api_keys").await;
    all.fails_as(422, "form_param_missing", Some("subject"));
}

#[tokio::test]
async fn users_make_and_revoke_keys_of_their_own_and_nobody_elses() {
    let world = World::new().await;
    let (ada, token) = user(&world, ADA).await;
    let (bob, bobs) = user(&world, "bob+clerk_test@example.com").await;
    let new = json!({ "type": "api_key", "name": "laptop", "subject": ada });
    let off = page(&world, "POST", "//api_keys", &token, &new).await;
    off.fails_as(422, "api_keys_not_enabled", None);
    world.switch(&json!({ "user_api_keys": true })).await;
    let of_organization = json!({ "name": "laptop", "subject": "org_1" });
    let off = page(&world, "POST", "//api_keys", &token, &of_organization).await;
    off.fails_as(422, "api_keys_not_enabled", None);
    // Clerk's component asks with two slashes.
    let made = page(&world, "POST", "//api_keys", &token, &new).await;
    assert_eq!(made.status, 201);
    let made = made.json();
    assert_eq!(made["created_by"], json!(ada));
    let path = format!("//api_keys/{}", text(&made, "id"));
    let list = format!("//api_keys?subject={ada}&query=&limit=10&offset=0");
    let listed = page(&world, "GET", &list, &token, &json!({})).await.json();
    assert_eq!(listed["total_count"], 1);
    assert_eq!(listed["data"][0].get("secret"), None);
    let described = json!({ "description": "mine" });
    let changed = page(&world, "PATCH", &path, &token, &described)
        .await
        .json();
    assert_eq!(changed["description"], "mine");

    let revoke = format!("{path}/revoke");
    for (method, path, body) in [
        ("GET", &list, json!({})),
        ("POST", &"/api_keys".to_owned(), new.clone()),
        ("PATCH", &path, described),
        ("POST", &revoke, json!({})),
    ] {
        let foreign = page(&world, method, path, &bobs, &body).await;
        foreign.fails_as(404, "resource_not_found", None);
        let mut forged = token.clone();
        forged.replace_range(token.len() - 9..token.len() - 1, "AAAAAAAA");
        let stranger = page(&world, method, path, &forged, &body).await;
        stranger.fails_as(401, "signed_out", None);
    }
    let other = json!({ "name": "laptop", "subject": bob, "scopes": [] });
    let refused = page(&world, "POST", "/api_keys", &bobs, &other).await;
    refused.fails_as(422, "form_param_unknown", Some("scopes"));
    let revoked = page(&world, "POST", &revoke, &token, &json!({}))
        .await
        .json();
    assert_eq!(revoked["revoked"], true);
    let listed = page(&world, "GET", &list, &token, &json!({})).await.json();
    assert_eq!(listed["total_count"], 0);
    world.pass_seconds(66);
    let late = page(&world, "GET", &list, &token, &json!({})).await;
    late.fails_as(401, "signed_out", None);
}
