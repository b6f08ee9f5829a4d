//! Sessions and their tokens, as a page, an app's server and the core see them.

use clerk_auth::public_key::PublicKey;
use clerk_auth::verify::{Policy, verify_session_token};
use serde_json::{Value, json};

use super::world::{ADA, ISSUER, PAGE, PASSWORD, World};

async fn key(world: &World) -> PublicKey {
    let set = world
        .send("GET", "/.well-known/jwks.json", "", &[])
        .await
        .json();
    assert_eq!(world.server("GET", "/v1/jwks").await.json(), set);
    let jwk = &set["keys"][0];
    PublicKey::from_jwk(jwk).unwrap()
}

fn token_of(answer: &Value) -> &str {
    answer["response"]["sessions"][0]["last_active_token"]["jwt"]
        .as_str()
        .unwrap()
}

#[tokio::test]
async fn the_core_verifies_the_tokens_and_finds_the_page_in_them() {
    let world = World::new().await;
    let (browser, session) = world.signed_in().await;
    let key = key(&world).await;
    let policy = Policy {
        authorized_parties: vec![PAGE.to_owned()],
        issuers: vec![ISSUER.to_owned()],
        ..Policy::default()
    };
    let path = format!("/v1/client/sessions/{session}/tokens");
    let fresh = world
        .page("POST", &path, &browser, &[("organization_id", "")])
        .await
        .json();
    let token = fresh["jwt"].as_str().unwrap();
    let verified = verify_session_token(token, &key, &policy, world.now()).unwrap();
    assert_eq!(verified.claim_str("sid"), Some(session.as_str()));
    assert_eq!(verified.claims()["fva"], json!([0, -1]));
    assert_eq!(verified.claims()["v"], 2);
    world.pass_seconds(70);
    assert!(verify_session_token(token, &key, &policy, world.now()).is_err());
    let later = world.page("GET", "/v1/client", &browser, &[]).await.json();
    let verified = verify_session_token(token_of(&later), &key, &policy, world.now()).unwrap();
    assert_eq!(verified.claims()["fva"], json!([1, -1]));
}

#[tokio::test]
async fn a_token_names_the_page_that_asked_however_that_is_told() {
    let world = World::new().await;
    let (browser, _) = world.signed_in().await;
    let foreign = "http://evil.example/";
    for (headers, party) in [
        (format!("Origin: {PAGE}\r\n"), Some(PAGE)),
        (format!("Referer: {PAGE}/dashboard?a=b\r\n"), Some(PAGE)),
        (
            format!("Origin: {PAGE}\r\nReferer: http://localhost:9/\r\n"),
            Some(PAGE),
        ),
        (format!("Referer: {foreign}\r\n"), None),
        (String::new(), None),
    ] {
        assert_eq!(azp(&world, &browser, &headers).await.as_deref(), party);
    }
}

/// The `azp` of the token in the client's answer.
async fn azp(world: &World, browser: &str, headers: &str) -> Option<String> {
    let path = format!("/v1/client?__clerk_db_jwt={browser}");
    let client = world.send("GET", &path, headers, &[]).await.json();
    let token = clerk_auth::token::decode(token_of(&client)).unwrap();
    token.claim_str("azp").map(str::to_owned)
}

#[tokio::test]
async fn a_switch_leaves_the_authorized_party_out() {
    let world = World::new().await;
    let (browser, _) = world.signed_in().await;
    let origin = format!("Origin: {PAGE}\r\n");
    let switch = async |value: &str| {
        let fields = [("azp", value)];
        world.send("POST", "/__emulator/tokens", "", &fields).await
    };
    assert_eq!(switch("absent").await.json()["azp"], "absent");
    assert_eq!(azp(&world, &browser, &origin).await, None);
    assert_eq!(switch("present").await.status, 200);
    assert_eq!(azp(&world, &browser, &origin).await.as_deref(), Some(PAGE));
    switch("perhaps")
        .await
        .fails_as(422, "form_param_value_invalid", Some("azp"));
    assert_eq!(switch("absent").await.status, 200);
    world.send("POST", "/__emulator/reset", "", &[]).await;
    let (browser, _) = world.signed_in().await;
    assert_eq!(azp(&world, &browser, &origin).await.as_deref(), Some(PAGE));
}

#[tokio::test]
async fn nobody_is_in_an_organization_and_the_components_are_told_so() {
    let world = World::new().await;
    let (browser, session) = world.signed_in().await;
    let environment = world.send("GET", "/v1/environment", "", &[]).await.json();
    assert_eq!(environment["organization_settings"]["enabled"], true);
    for list in ["memberships", "invitations", "suggestions"] {
        let path = format!(
            "/v1/me/organization_{list}?paginated=true&limit=10&_clerk_session_id={session}"
        );
        let answer = world.page("GET", &path, &browser, &[]).await.json();
        let none = json!({ "data": [], "total_count": 0 });
        assert_eq!(answer["response"], none);
    }
}

#[tokio::test]
async fn only_a_change_of_the_live_sessions_moves_the_client() {
    let world = World::new().await;
    let (browser, session) = world.signed_in().await;
    let since = world.now().0;
    world.pass_seconds(5);
    let touch = format!("/v1/client/sessions/{session}/touch");
    let fields = [("active_organization_id", ""), ("intent", "focus")];
    let touched = world.page("POST", &touch, &browser, &fields).await.json();
    assert_eq!(touched["client"]["updated_at"], since);
    assert_eq!(touched["response"]["last_active_at"], since + 5000);
    let foreign = [("active_organization_id", "org_1")];
    world
        .page("POST", &touch, &browser, &foreign)
        .await
        .fails_as(403, "not_a_member_in_organization", None);

    let out = world
        .page("POST", "/v1/client/sessions?_method=DELETE", &browser, &[])
        .await
        .json();
    assert_eq!(out["client"], Value::Null);
    assert_eq!(out["response"]["sessions"], json!([]));
    assert_eq!(out["response"]["last_active_session_id"], Value::Null);
    assert_eq!(out["response"]["updated_at"], since + 5000);
    let path = format!("/v1/client/sessions/{session}/tokens");
    world
        .page("POST", &path, &browser, &[])
        .await
        .fails_as(401, "authentication_invalid", None);
}

#[tokio::test]
async fn a_revoked_session_gets_no_more_tokens() {
    let world = World::new().await;
    let (browser, session) = world.signed_in().await;
    let revoked = world
        .server("POST", &format!("/v1/sessions/{session}/revoke"))
        .await
        .json();
    assert_eq!(revoked["status"], "revoked");
    let path = format!("/v1/client/sessions/{session}/tokens");
    world
        .page("POST", &path, &browser, &[])
        .await
        .fails_as(401, "authentication_invalid", None);
    let me = format!("/v1/me?_clerk_session_id={session}");
    world
        .page("GET", &me, &browser, &[])
        .await
        .fails_as(401, "signed_out", None);
    let client = world.page("GET", "/v1/client", &browser, &[]).await.json();
    assert_eq!(client["response"]["sessions"], json!([]));
    world
        .server("POST", "/v1/sessions/sess_unknown/revoke")
        .await
        .fails_as(404, "resource_not_found", None);
}

#[tokio::test]
async fn a_session_ends_after_a_week() {
    let world = World::new().await;
    let (browser, _) = world.signed_in().await;
    world.pass_seconds(7 * 24 * 3600);
    let client = world.page("GET", "/v1/client", &browser, &[]).await.json();
    assert_eq!(client["response"]["sessions"], json!([]));
    let again = [("identifier", ADA), ("password", PASSWORD)];
    assert_eq!(
        world
            .page("POST", "/v1/client/sign_ins", &browser, &again)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_session_is_no_business_of_another_browser() {
    let world = World::new().await;
    let (_, session) = world.signed_in().await;
    let other = world.browser().await;
    let path = format!("/v1/client/sessions/{session}");
    for (method, path) in [
        ("GET", path.clone()),
        ("POST", format!("{path}/tokens")),
        ("POST", format!("{path}/end")),
    ] {
        world
            .page(method, &path, &other, &[])
            .await
            .fails_as(404, "resource_not_found", None);
    }
}

#[tokio::test]
async fn the_server_reads_the_user_and_the_page_reads_itself() {
    let world = World::new().await;
    let (browser, session) = world.signed_in().await;
    let me = world
        .page(
            "GET",
            &format!("/v1/me?_clerk_session_id={session}"),
            &browser,
            &[],
        )
        .await
        .json();
    let id = me["response"]["id"].as_str().unwrap();
    let change = [
        ("first_name", " Augusta "),
        ("last_name", ""),
        ("unsafe_metadata", "{\"a\":1}"),
    ];
    let path = format!("/v1/me?_method=PATCH&_clerk_session_id={session}");
    let changed = world.page("POST", &path, &browser, &change).await.json();
    assert_eq!(changed["response"]["first_name"], "Augusta");
    assert_eq!(
        changed["client"]["sessions"][0]["user"]["unsafe_metadata"],
        json!({ "a": 1 })
    );
    let odd = world
        .page("POST", &path, &browser, &[("unsafe_metadata", "[")])
        .await;
    odd.fails_as(422, "form_param_value_invalid", Some("unsafe_metadata"));
    let user = world.server("GET", &format!("/v1/users/{id}")).await.json();
    assert_eq!(user["first_name"], "Augusta");
    assert_eq!(user["private_metadata"], json!({}));
    world
        .server("GET", "/v1/users/user_unknown")
        .await
        .fails_as(404, "resource_not_found", None);
    let active = format!("/v1/me/sessions/active?_clerk_session_id={session}");
    let active = world.page("GET", &active, &browser, &[]).await.json();
    assert_eq!(active[0]["id"], session.as_str());
    assert_eq!(active[0]["user"], Value::Null);
}
