//! The switches of the instance, its lists, and whom they let in.

use serde_json::{Value, json};

use super::world::{ADA, PAGE, PASSWORD, World};

async fn post(world: &World, path: &str, body: Value) -> Value {
    let answer = world.server_sends("POST", path, &body.to_string()).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json()
}

async fn patch(world: &World, path: &str, body: Value) -> Value {
    let answer = world.server_sends("PATCH", path, &body.to_string()).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json()
}

async fn signs_up(world: &World, address: &str) -> super::world::Answer {
    let browser = world.browser().await;
    let fields = [("email_address", address), ("password", PASSWORD)];
    let path = "/v1/client/sign_ups";
    world.page("POST", path, &browser, &fields).await
}

#[tokio::test]
async fn switches_are_one_record_that_the_page_reads_as_well() {
    let world = World::new().await;
    let path = "/__emulator/settings";
    let before = world.send("GET", path, "", &[]).await.json();
    assert_eq!(before["single_session_mode"], true);
    assert_eq!(before["sign_up_mode"], "public");
    let changes = json!({
        "single_session_mode": false,
        "sign_up_mode": "restricted",
        "second_factor_required": true,
        "restrictions": { "blocklist": true },
    });
    let after = world.switch(&changes).await.json();
    assert_eq!(after["restrictions"]["blocklist"], true);
    assert_eq!(after["restrictions"]["allowlist"], false);
    let environment = world.send("GET", "/v1/environment", "", &[]).await.json();
    assert_eq!(environment["auth_config"]["single_session_mode"], false);
    let users = &environment["user_settings"];
    assert_eq!(users["sign_up"]["mode"], "restricted");
    assert_eq!(users["sign_in"]["second_factor"]["required"], true);
    assert_eq!(users["restrictions"]["blocklist"]["enabled"], true);
    world.switch(&json!({ "sign_up_mod": 1 })).await.fails_as(
        422,
        "form_param_unknown",
        Some("sign_up_mod"),
    );
    world
        .switch(&json!({ "restrictions": { "allowlist": "yes" } }))
        .await
        .fails_as(
            422,
            "form_param_type_invalid",
            Some("restrictions.allowlist"),
        );
    let again = world.switch(&json!({ "sign_up_mode": null })).await.json();
    assert_eq!(again["sign_up_mode"], "public");
}

#[tokio::test]
async fn servers_turn_the_same_switches() {
    let world = World::new().await;
    let body = json!({
        "test_mode": true, "allowed_origins": ["http://localhost:5000"], "support_email": "help@example.com",
        "preferred_sign_in_strategy_when_password_required": "otp",
    });
    let answer = world
        .server_sends("PATCH", "/v1/instance", &body.to_string())
        .await;
    assert_eq!(answer.status, 204);
    let shown = world.server("GET", "/v1/instance").await.json();
    assert_eq!(shown["allowed_origins"], json!(["http://localhost:5000"]));
    let environment = world.send("GET", "/v1/environment", "", &[]).await.json();
    let display = &environment["display_config"];
    assert_eq!(display["support_email"], "help@example.com");
    assert_eq!(display["preferred_sign_in_strategy"], "otp");

    let rules = patch(
        &world,
        "/v1/instance/restrictions",
        json!({ "allowlist": true }),
    )
    .await;
    assert_eq!(rules["allowlist"], true);
    let beta = json!({ "restricted_to_allowlist": false, "progressive_sign_up": false });
    let beta = patch(&world, "/v1/beta_features/instance_settings", beta).await;
    assert_eq!(beta["restricted_to_allowlist"], false);
    let path = "/v1/instance/protect";
    patch(&world, path, json!({ "rules_enabled": true })).await;
    assert_eq!(
        world.server("GET", path).await.json()["rules_enabled"],
        true
    );
    let path = "/v1/instance/communication";
    patch(
        &world,
        path,
        json!({ "blocked_country_codes": ["us", "DE"] }),
    )
    .await;
    let codes = world.server("GET", path).await.json();
    assert_eq!(codes["blocked_country_codes"], json!(["US", "DE"]));
    let wrong = json!({ "blocked_country_codes": ["USA"] });
    world
        .server_sends("PATCH", path, &wrong.to_string())
        .await
        .fails_as(
            422,
            "form_param_value_invalid",
            Some("blocked_country_codes"),
        );
    let path = "/v1/instance/oauth_application_settings";
    patch(&world, path, json!({ "oauth_jwt_access_tokens": true })).await;
    let oauth = world.server("GET", path).await.json();
    assert_eq!(oauth["oauth_jwt_access_tokens"], true);
    assert_eq!(oauth["dynamic_oauth_client_registration"], false);
}

#[tokio::test]
async fn the_allowlist_lets_nobody_else_in() {
    let world = World::new().await;
    let list = "/v1/allowlist_identifiers";
    let ada = post(&world, list, json!({ "identifier": ADA, "notify": false })).await;
    post(&world, list, json!({ "identifier": "*@good.example.com" })).await;
    assert_eq!(signs_up(&world, "eve@example.com").await.status, 200);
    patch(
        &world,
        "/v1/instance/restrictions",
        json!({ "allowlist": true }),
    )
    .await;
    signs_up(&world, "eve@example.com")
        .await
        .fails_as(403, "not_allowed_access", None);
    assert_eq!(signs_up(&world, "bob@good.example.com").await.status, 200);
    world.signed_in().await;

    let taken = json!({ "identifier": ADA.to_uppercase() });
    world
        .server_sends("POST", list, &taken.to_string())
        .await
        .fails_as(400, "duplicate_record", Some("identifier"));
    for nonsense in ["", "*@", "ada", "+12", "*@*@example.com"] {
        let body = json!({ "identifier": nonsense }).to_string();
        world.server_sends("POST", list, &body).await.fails_as(
            422,
            "form_param_format_invalid",
            Some("identifier"),
        );
    }
    let all = world.server("GET", list).await.json();
    assert_eq!(all[0]["identifier"], "*@good.example.com");
    let first = world
        .server("GET", &format!("{list}?paginated=true&limit=1"))
        .await
        .json();
    assert_eq!(
        (
            &first["total_count"],
            first["data"].as_array().unwrap().len()
        ),
        (&json!(2), 1)
    );

    // Who is no longer in the list does not come back either, unless that is left alone.
    let path = format!("{list}/{}", ada["id"].as_str().unwrap());
    assert_eq!(world.server("DELETE", &path).await.json()["deleted"], true);
    world
        .server("DELETE", &path)
        .await
        .fails_as(404, "resource_not_found", None);
    let browser = world.browser().await;
    let fields = [("identifier", ADA), ("password", PASSWORD)];
    let sign_in = "/v1/client/sign_ins";
    world
        .page("POST", sign_in, &browser, &fields)
        .await
        .fails_as(403, "not_allowed_access", None);
    let rules = json!({ "allowlist_blocklist_disabled_on_sign_in": true });
    patch(&world, "/v1/instance/restrictions", rules).await;
    let back = world.page("POST", sign_in, &browser, &fields).await.json();
    assert_eq!(back["response"]["status"], "complete");
}

#[tokio::test]
async fn the_blocklist_and_the_kinds_of_addresses_keep_people_out() {
    let world = World::new().await;
    let list = "/v1/blocklist_identifiers";
    let entry = post(&world, list, json!({ "identifier": "*@evil.example" })).await;
    post(&world, list, json!({ "identifier": "+15555550100" })).await;
    let rules = json!({
        "blocklist": true, "block_email_subaddresses": true, "block_disposable_email_domains": true,
    });
    patch(&world, "/v1/instance/restrictions", rules).await;
    signs_up(&world, "eve@evil.example")
        .await
        .fails_as(403, "not_allowed_access", None);
    for address in ["eve+1@example.com", "eve@mailinator.com"] {
        signs_up(&world, address).await.fails_as(
            422,
            "form_email_address_blocked",
            Some("email_address"),
        );
    }
    assert_eq!(signs_up(&world, ADA).await.status, 200);
    let all = world.server("GET", list).await.json();
    assert_eq!(all["total_count"], 2);
    assert_eq!(all["data"][0]["identifier_type"], "phone_number");
    let path = format!("{list}/{}", entry["id"].as_str().unwrap());
    assert_eq!(world.server("DELETE", &path).await.status, 200);
    assert_eq!(signs_up(&world, "eve@evil.example").await.status, 200);
}

#[tokio::test]
async fn redirect_urls_are_kept_once_each() {
    let world = World::new().await;
    let list = "/v1/redirect_urls";
    let body = json!({ "url": "myapp://callback" });
    let made = post(&world, list, body.clone()).await;
    world
        .server_sends("POST", list, &body.to_string())
        .await
        .fails_as(400, "duplicate_record", Some("url"));
    world
        .server_sends("POST", list, &json!({ "url": "/callback" }).to_string())
        .await
        .fails_as(422, "form_param_format_invalid", Some("url"));
    let path = format!("{list}/{}", made["id"].as_str().unwrap());
    assert_eq!(world.server("GET", &path).await.json(), made);
    assert_eq!(world.server("GET", list).await.json(), json!([made]));
    let all = world.server("GET", &format!("{list}?paginated=true")).await;
    assert_eq!(all.json()["total_count"], 1);
    assert_eq!(world.server("DELETE", &path).await.json()["deleted"], true);
    world
        .server("GET", &path)
        .await
        .fails_as(404, "resource_not_found", None);
}

#[tokio::test]
async fn satellites_come_and_go_and_the_first_domain_stays() {
    let world = World::new().await;
    let list = "/v1/domains";
    let body = json!({ "name": "Shop.example.com", "is_satellite": true });
    let made = post(&world, list, body.clone()).await;
    assert_eq!(made["name"], "shop.example.com");
    world
        .server_sends("POST", list, &body.to_string())
        .await
        .fails_as(400, "duplicate_record", Some("name"));
    let all = world.server("GET", list).await.json();
    assert_eq!(all["total_count"], 2);
    let primary = format!("{list}/{}", all["data"][0]["id"].as_str().unwrap());
    world.server("DELETE", &primary).await.fails_as(
        403,
        "operation_not_allowed_on_primary_domain",
        None,
    );
    let path = format!("{list}/{}", made["id"].as_str().unwrap());
    let renamed = patch(&world, &path, json!({ "name": "new.example.com" })).await;
    assert_eq!(renamed["name"], "new.example.com");
    world
        .server_sends("PATCH", &path, r#"{"proxy_url":"https://a.example/x"}"#)
        .await
        .fails_as(400, "production_instance_required", Some("proxy_url"));
    assert_eq!(world.server("DELETE", &path).await.status, 200);
    let id = all["data"][0]["id"].as_str().unwrap();
    let check = json!({ "domain_id": id, "proxy_url": format!("{PAGE}/__clerk") });
    let check = post(&world, "/v1/proxy_checks", check).await;
    assert_eq!(check["successful"], true);
    let check = json!({ "domain_id": id, "proxy_url": "https://evil.example/__clerk" });
    let check = post(&world, "/v1/proxy_checks", check).await;
    assert_eq!(check["successful"], false);
}

#[tokio::test]
async fn a_test_runner_gets_its_token() {
    let world = World::new().await;
    let token = world.server("POST", "/v1/testing_tokens").await.json();
    assert!(token["token"].as_str().unwrap().len() > 40);
    assert!(token["expires_at"].as_i64().unwrap() > world.now().seconds());
}

#[tokio::test]
async fn a_client_has_several_sessions_where_that_is_allowed() {
    let world = World::new().await;
    world.switch(&json!({ "single_session_mode": false })).await;
    let browser = world.browser().await;
    let first = world.sign_up(&browser, ADA).await;
    let first = first["response"]["created_session_id"].as_str().unwrap();
    let second = world.sign_up(&browser, "bob+clerk_test@example.com").await;
    let ids = |client: &Value| -> Vec<String> {
        let sessions = client["sessions"].as_array().unwrap().iter();
        sessions
            .map(|session| session["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let client = &second["client"];
    assert_eq!(ids(client).len(), 2);
    assert_eq!(ids(client)[0], first);
    assert_eq!(client["last_active_session_id"], ids(client)[1].as_str());
    let touch = format!("/v1/client/sessions/{first}/touch");
    let fields = [("active_organization_id", ""), ("intent", "select_session")];
    let touched = world.page("POST", &touch, &browser, &fields).await.json();
    assert_eq!(touched["client"]["last_active_session_id"], first);
    assert_eq!(ids(&touched["client"]), ids(client));
    let remove = format!("/v1/client/sessions/{first}/remove");
    let left = world.page("POST", &remove, &browser, &[]).await.json();
    let other = ids(client)[1].clone();
    assert_eq!(ids(&left["client"]), std::slice::from_ref(&other));
    assert_eq!(left["client"]["last_active_session_id"], other.as_str());
    // The same user again is the same place.
    let fields = [
        ("identifier", "bob+clerk_test@example.com"),
        ("password", PASSWORD),
    ];
    let again = world
        .page("POST", "/v1/client/sign_ins", &browser, &fields)
        .await
        .json();
    assert_eq!(ids(&again["client"]).len(), 1);
    assert_ne!(ids(&again["client"])[0], other);
}
