//! Templates of tokens, claims that the instance adds, and sessions as servers make and see them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_auth::token::{Unverified, decode};
use serde_json::{Value, json};

use super::world::World;

fn token(answer: &Value) -> Unverified {
    decode(answer["jwt"].as_str().unwrap()).unwrap()
}

async fn create(world: &World, body: &Value) -> Value {
    let path = "/v1/jwt_templates";
    let answer = world.server_sends("POST", path, &body.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

#[tokio::test]
async fn a_template_says_what_its_token_carries() {
    let world = World::new().await;
    let (browser, session) = world.signed_in().await;
    let body = json!({
        "name": "backend", "lifetime": 600, "allowed_clock_skew": 7,
        "claims": { "aud": "db", "who": "{{user.first_name}} <{{user.primary_email_address}}>",
            "ok": "{{user.email_verified}}", "deep": { "id": "{{user.id}}" }, "secret": "{{user.private_metadata}}" },
    });
    let made = create(&world, &body).await;
    let path = format!("/v1/client/sessions/{session}/tokens/backend");
    let answer = world.page("POST", &path, &browser, &[]).await.json();
    let token_of_page = token(&answer);
    let claims = token_of_page.claims();
    assert_eq!(claims["who"], "Ada <ada+clerk_test@example.com>");
    assert_eq!(claims["ok"], true);
    assert_eq!(claims["aud"], "db");
    assert_eq!(claims["secret"], Value::Null);
    assert_eq!(claims["deep"]["id"], claims["sub"]);
    assert_eq!(claims["azp"], super::world::PAGE);
    let now = world.now().seconds();
    assert_eq!(
        (&claims["exp"], &claims["nbf"]),
        (&json!(now + 600), &json!(now - 7))
    );
    for name in ["sid", "v", "pla", "fea", "sts"] {
        assert!(claims.get(name).is_none(), "{name}");
    }
    let server = format!("/v1/sessions/{session}/tokens/backend");
    let short = world
        .server_sends("POST", &server, r#"{"expires_in_seconds":30}"#)
        .await
        .json();
    assert_eq!(token(&short).claims()["exp"], now + 30);
    assert!(token(&short).claims().get("azp").is_none());

    let path = format!("/v1/jwt_templates/{}", made["id"].as_str().unwrap());
    assert_eq!(world.server("GET", &path).await.json(), made);
    let change = json!({ "name": "other", "claims": {} }).to_string();
    let changed = world.server_sends("PATCH", &path, &change).await.json();
    assert_eq!(
        (&changed["name"], &changed["lifetime"]),
        (&json!("other"), &json!(60))
    );
    let gone = world.server_sends("POST", &server, "").await;
    gone.fails_as(404, "resource_not_found", None);
    assert_eq!(
        world.server("GET", "/v1/jwt_templates").await.json(),
        json!([changed])
    );
    assert_eq!(world.server("DELETE", &path).await.json()["deleted"], true);
    let none = world
        .server("GET", "/v1/jwt_templates?paginated=true")
        .await;
    assert_eq!(none.json()["total_count"], 0);
}

#[tokio::test]
async fn a_template_may_sign_with_a_key_that_it_shares_and_nobody_sees_it() {
    let world = World::new().await;
    let (_, session) = world.signed_in().await;
    let body = json!({
        "name": "shared", "claims": {}, "custom_signing_key": true, "signing_algorithm": "HS256",
        "signing_key": "a shared key of the other service",
    });
    let made = world
        .server_sends("POST", "/v1/jwt_templates", &body.to_string())
        .await;
    assert!(!made.body.contains("a shared key"));
    assert_eq!(made.json()["signing_algorithm"], "HS256");
    let path = format!("/v1/sessions/{session}/tokens/shared");
    let answer = world.server("POST", &path).await.json();
    let jwt = answer["jwt"].as_str().unwrap();
    let (signed, signature) = jwt.rsplit_once('.').unwrap();
    let key = aws_lc_rs::hmac::Key::new(
        aws_lc_rs::hmac::HMAC_SHA256,
        b"a shared key of the other service",
    );
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    aws_lc_rs::hmac::verify(&key, signed.as_bytes(), &signature).unwrap();
}

#[tokio::test]
async fn a_template_that_cannot_be_is_refused() {
    let world = World::new().await;
    create(&world, &json!({ "name": "taken", "claims": {} })).await;
    for (body, status, code, field) in [
        (
            json!({ "name": "a", "claims": { "sub": "x" } }),
            400,
            "jwt_template_reserved_claim",
            "claims",
        ),
        (
            json!({ "name": "taken", "claims": {} }),
            400,
            "duplicate_record",
            "name",
        ),
        (
            json!({ "name": "a/b", "claims": {} }),
            422,
            "form_param_value_invalid",
            "name",
        ),
        (
            json!({ "name": "a", "claims": {}, "lifetime": 29 }),
            422,
            "form_param_value_invalid",
            "lifetime",
        ),
        (
            json!({ "name": "a", "claims": {}, "allowed_clock_skew": 301 }),
            422,
            "form_param_value_invalid",
            "allowed_clock_skew",
        ),
        (
            json!({ "name": "a", "claims": {}, "signing_algorithm": "none" }),
            422,
            "form_param_value_invalid",
            "signing_algorithm",
        ),
        (
            json!({ "name": "a", "claims": {}, "custom_signing_key": true, "signing_algorithm": "HS256" }),
            422,
            "form_param_missing",
            "signing_key",
        ),
        (
            json!({ "name": "a", "claims": { "x": "y".repeat(9000) } }),
            422,
            "form_param_exceeds_allowed_size",
            "claims",
        ),
        (json!({ "name": "a" }), 422, "form_param_missing", "claims"),
    ] {
        world
            .server_sends("POST", "/v1/jwt_templates", &body.to_string())
            .await
            .fails_as(status, code, Some(field));
    }
}

#[tokio::test]
async fn the_instance_adds_claims_to_session_tokens_and_replaces_none() {
    let world = World::new().await;
    let claims = json!({ "session_token_claims": {
        "name": "{{user.full_name}}", "sub": "user_evil", "sid": "x", "v": 1,
    } });
    assert_eq!(world.switch(&claims).await.status, 200);
    let (browser, session) = world.signed_in().await;
    let path = format!("/v1/client/sessions/{session}/tokens");
    let answer = world.page("POST", &path, &browser, &[]).await.json();
    let token = token(&answer);
    assert_eq!(token.claims()["name"], "Ada");
    assert_eq!(token.claims()["sid"], session.as_str());
    assert_eq!(token.claims()["v"], 2);
    assert_ne!(token.claims()["sub"], "user_evil");
}

#[tokio::test]
async fn a_server_makes_sessions_and_their_tokens_and_finds_them() {
    let world = World::new().await;
    let (browser, first) = world.signed_in().await;
    let shown = world
        .server("GET", &format!("/v1/sessions/{first}"))
        .await
        .json();
    let user = shown["user_id"].as_str().unwrap();
    let body = json!({ "user_id": user }).to_string();
    let made = world
        .server_sends("POST", "/v1/sessions", &body)
        .await
        .json();
    assert_eq!(
        (&made["status"], &made["user_id"]),
        (&json!("active"), &json!(user))
    );
    let id = made["id"].as_str().unwrap();
    let path = format!("/v1/sessions/{id}/tokens");
    let short = world
        .server_sends("POST", &path, r#"{"expires_in_seconds":300}"#)
        .await
        .json();
    assert_eq!(token(&short).claims()["exp"], world.now().seconds() + 300);
    assert_eq!(
        token(&world.server("POST", &path).await.json()).claims()["sid"],
        id
    );
    world
        .server_sends("POST", &path, r#"{"expires_in_seconds":29}"#)
        .await
        .fails_as(422, "form_param_value_invalid", Some("expires_in_seconds"));

    let list = format!("/v1/sessions?user_id={user}");
    let all = world.server("GET", &list).await.json();
    assert_eq!((&all[0]["id"], &all[1]["id"]), (&json!(id), &json!(first)));
    let revoke = format!("/v1/sessions/{id}/revoke");
    assert_eq!(
        world.server("POST", &revoke).await.json()["status"],
        "revoked"
    );
    let left = world
        .server("GET", &format!("{list}&status=active&paginated=true"))
        .await
        .json();
    assert_eq!(
        (&left["total_count"], &left["data"][0]["id"]),
        (&json!(1), &json!(first))
    );
    let client = shown["client_id"].as_str().unwrap();
    let of_client = world
        .server("GET", &format!("/v1/sessions?client_id={client}"))
        .await;
    assert_eq!(of_client.json()[0]["id"], first.as_str());
    world
        .server("GET", "/v1/sessions")
        .await
        .fails_as(422, "form_param_missing", Some("user_id"));
    world
        .server("POST", &path)
        .await
        .fails_as(401, "authentication_invalid", None);
    let nobody = r#"{"user_id":"user_nobody"}"#;
    world
        .server_sends("POST", "/v1/sessions", nobody)
        .await
        .fails_as(404, "resource_not_found", None);

    let all = world
        .server("GET", "/v1/clients?paginated=true")
        .await
        .json();
    assert_eq!(all["total_count"], 2);
    let shown = world
        .server("GET", &format!("/v1/clients/{client}"))
        .await
        .json();
    assert_eq!(shown["session_ids"], json!([first]));
    assert_eq!(shown["last_active_session_id"], first.as_str());
    let (jwt, path) = (&short["jwt"], "/v1/clients/verify");
    let body = json!({ "token": jwt }).to_string();
    world
        .server_sends("POST", path, &body)
        .await
        .fails_as(401, "client_token_invalid", None);
    assert_eq!(
        world.page("GET", "/v1/client", &browser, &[]).await.status,
        200
    );
}
