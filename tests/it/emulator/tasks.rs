//! Sessions that do not count yet, apps outside a browser, and what servers ask about sessions and sign-ups under way.

use clerk_auth::token::decode;
use serde_json::{Value, json};

use super::profile::Page;
use super::world::{ADA, PASSWORD, World};

fn sts(token: &Value) -> Value {
    let token = decode(token["jwt"].as_str().unwrap()).unwrap();
    token.claims()["sts"].clone()
}

#[tokio::test]
async fn a_session_is_pending_until_its_password_is_another() {
    let world = World::new().await;
    let (browser, session) = world.signed_in().await;
    let shown = world
        .server("GET", &format!("/v1/sessions/{session}"))
        .await
        .json();
    let user = shown["user_id"].as_str().unwrap();
    let path = format!("/v1/users/{user}/password/set_compromised");
    let set = world
        .server_sends("POST", &path, r#"{"revoke_all_sessions":false}"#)
        .await;
    assert!(set.status < 300, "{}", set.body);
    let client = world.page("GET", "/v1/client", &browser, &[]).await.json();
    let pending = &client["response"]["sessions"][0];
    assert_eq!(pending["status"], "pending");
    assert_eq!(pending["tasks"], json!([{ "key": "reset-password" }]));
    assert_eq!(sts(&pending["last_active_token"]), "pending");
    let me = format!("/v1/me?_clerk_session_id={session}");
    assert_eq!(world.page("GET", &me, &browser, &[]).await.status, 200);
    let shown = world
        .server("GET", &format!("/v1/sessions/{session}"))
        .await
        .json();
    assert_eq!(shown["status"], "pending");
    let path = format!("/v1/users/{user}/password/unset_compromised");
    assert!(world.server("POST", &path).await.status < 300);
    let touch = format!("/v1/client/sessions/{session}/touch");
    let fields = [("active_organization_id", ""), ("intent", "select_session")];
    let done = world.page("POST", &touch, &browser, &fields).await.json();
    assert_eq!(done["response"]["status"], "active");
    assert_eq!(done["response"]["tasks"], Value::Null);
    assert_eq!(sts(&done["response"]["last_active_token"]), "active");
}

#[tokio::test]
async fn a_session_is_pending_until_its_user_has_a_second_factor_where_all_have_one() {
    let world = World::new().await;
    world
        .switch(&json!({ "second_factor_required": true }))
        .await;
    let environment = world.send("GET", "/v1/environment", "", &[]).await.json();
    let attribute = &environment["user_settings"]["attributes"]["authenticator_app"];
    assert_eq!(attribute["used_for_second_factor"], true);
    let page = Page::new(&world).await;
    let client = page.ask("GET", "/v1/client", &[]).await.json();
    let pending = &client["response"]["sessions"][0];
    assert_eq!(pending["status"], "pending");
    assert_eq!(pending["tasks"], json!([{ "key": "setup-mfa" }]));
    page.with_totp().await;
    let touch = format!("/v1/client/sessions/{}/touch", page.session);
    let done = page
        .ask("POST", &touch, &[("intent", "select_session")])
        .await
        .json();
    assert_eq!(done["response"]["status"], "active");
    assert_eq!(sts(&done["response"]["last_active_token"]), "active");
}

#[tokio::test]
async fn a_refresh_is_refused_by_the_first_reason() {
    let world = World::new().await;
    let (browser, session) = world.signed_in().await;
    let tokens = format!("/v1/client/sessions/{session}/tokens");
    let token = world.page("POST", &tokens, &browser, &[]).await.json();
    let token = token["jwt"].as_str().unwrap();
    let server = world
        .server("POST", &format!("/v1/sessions/{session}/tokens"))
        .await;
    let server = server.json()["jwt"].as_str().unwrap().to_owned();
    let page = super::world::PAGE;
    let path = format!("/v1/sessions/{session}/refresh");
    for (path, token, origin, code) in [
        (&path, "a.b.c", page, "expired_session_token_invalid"),
        (
            &path,
            server.as_str(),
            page,
            "expired_session_token_missing_azp",
        ),
        (&path, token, "nowhere", "refresh_request_origin_invalid"),
        (
            &path,
            token,
            "http://localhost:1",
            "refresh_request_origin_azp_mismatch",
        ),
        (
            &"/v1/sessions/sess_0/refresh".to_owned(),
            token,
            page,
            "refresh_sid_mismatch",
        ),
        (&path, token, page, "refresh_token_not_found"),
    ] {
        let body =
            json!({ "expired_token": token, "refresh_token": "r", "request_origin": origin });
        let answer = world.server_sends("POST", path, &body.to_string()).await;
        answer.fails_as(401, code, None);
    }
    world
        .server("POST", &format!("/v1/sessions/{session}/revoke"))
        .await;
    let body = json!({ "expired_token": token, "refresh_token": "r", "request_origin": page });
    world
        .server_sends("POST", &path, &body.to_string())
        .await
        .fails_as(401, "session_refresh_inactive_session", None);
}

#[tokio::test]
async fn a_server_sees_and_annotates_a_sign_up_under_way() {
    let world = World::new().await;
    let browser = world.browser().await;
    let fields = [("email_address", ADA)];
    let made = world
        .page("POST", "/v1/client/sign_ups", &browser, &fields)
        .await
        .json();
    let path = format!("/v1/sign_ups/{}", made["response"]["id"].as_str().unwrap());
    let shown = world.server("GET", &path).await.json();
    assert_eq!(shown["missing_fields"], json!(["password"]));
    let body = r#"{"external_id":"customer-1","custom_action":true}"#;
    let changed = world.server_sends("PATCH", &path, body).await.json();
    assert_eq!(changed["external_id"], "customer-1");
    assert_eq!(changed["custom_action"], true);
    world
        .server("GET", "/v1/sign_ups/sua_nobody")
        .await
        .fails_as(404, "resource_not_found", None);
}

#[tokio::test]
async fn an_app_outside_a_browser_is_known_by_its_token() {
    let world = World::new().await;
    let path = "/v1/client/sign_ins?_is_native=1";
    let fields = [("identifier", ADA), ("password", PASSWORD)];
    world
        .send("POST", path, "", &fields)
        .await
        .fails_as(403, "native_api_disabled", None);
    world.switch(&json!({ "native_api": true })).await;
    world.signed_in().await;
    let answer = world.send("POST", path, "", &fields).await;
    assert_eq!(answer.json()["response"]["status"], "complete");
    let token = answer.header("authorization").unwrap().to_owned();
    let headers = format!("Authorization: {token}\r\n");
    let client = world
        .send("GET", "/v1/client?_is_native=1", &headers, &[])
        .await;
    let client = client.json();
    assert_eq!(client["response"]["sessions"].as_array().unwrap().len(), 1);
    // A server knows the client by the same token.
    let body = json!({ "token": token }).to_string();
    let verified = world
        .server_sends("POST", "/v1/clients/verify", &body)
        .await
        .json();
    assert_eq!(verified["id"], client["response"]["id"]);
    let wrong = "Authorization: a.b.c\r\n";
    world
        .send("GET", "/v1/client?_is_native=1", wrong, &[])
        .await
        .fails_as(401, "client_token_invalid", None);
}

#[tokio::test]
async fn nothing_is_sold() {
    let world = World::new().await;
    let (browser, session) = world.signed_in().await;
    for list in [
        "subscription_items",
        "payment_methods",
        "payment_attempts",
        "statements",
    ] {
        let path = format!("/v1/me/billing/{list}?limit=10&offset=0&_clerk_session_id={session}");
        let answer = world.page("GET", &path, &browser, &[]).await.json();
        assert_eq!(answer["response"]["total_count"], 0);
    }
    let path = format!("/v1/me/billing/subscription?_clerk_session_id={session}");
    let answer = world.page("GET", &path, &browser, &[]).await.json();
    assert_eq!(answer["response"]["subscription_items"], json!([]));
    let plans = world
        .server("GET", "/v1/billing/plans?payer_type=org")
        .await;
    assert_eq!(plans.json()["total_count"], 0);
    world
        .send("GET", "/v1/me/billing/subscription", "", &[])
        .await
        .fails_as(401, "signed_out", None);
}

#[tokio::test]
async fn the_rules_of_organizations_are_turned_among_the_switches() {
    let world = World::new().await;
    let rules = json!({ "organization_settings": { "force_selection": true } });
    let turned = world.switch(&rules).await.json();
    assert_eq!(turned["organization_settings"]["force_selection"], true);
    assert_eq!(
        turned["organization_settings"]["max_allowed_memberships"],
        5
    );
    let (browser, _) = world.signed_in().await;
    let client = world.page("GET", "/v1/client", &browser, &[]).await.json();
    let pending = &client["response"]["sessions"][0];
    assert_eq!(pending["tasks"], json!([{ "key": "choose-organization" }]));
    let wrong = json!({ "test_mode": false, "organization_settings": { "else": 1 } });
    assert_eq!(world.switch(&wrong).await.status, 422);
    let shown = world
        .send("GET", "/__emulator/settings", "", &[])
        .await
        .json();
    assert_eq!(shown["test_mode"], true, "all of a change or nothing");
    // Clerk's own call has no such field.
    let refused = world
        .server_sends(
            "PATCH",
            "/v1/instance/organization_settings",
            r#"{"force_organization_selection":true}"#,
        )
        .await;
    refused.fails_as(
        422,
        "form_param_unknown",
        Some("force_organization_selection"),
    );
}
