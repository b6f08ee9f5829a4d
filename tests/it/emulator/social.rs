//! Signing in by an account with a provider: the emulator's own page stands for all of them.

use serde_json::{Value, json};

use super::person::Person;
use super::world::{ADA, Answer, FOREIGN, PAGE, World};

const CALLBACK: &str = "http://localhost:3000/sign-in?a=1#/sso-callback";
const DONE: &str = "http://localhost:3000/done";
const GRACE: &str = "grace@example.com";

async fn world() -> World {
    let world = World::new().await;
    world
        .switch(&json!({ "social": ["google", "github"] }))
        .await;
    world
}

/// Asks for a provider: `sign_ins` or `sign_ups`.
async fn begin(world: &World, browser: &str, what: &str, strategy: &str) -> Value {
    let fields = [
        ("strategy", strategy),
        ("redirect_url", CALLBACK),
        ("action_complete_redirect_url", DONE),
    ];
    let path = format!("/v1/client/{what}");
    let answer = world.page("POST", &path, browser, &fields).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["response"].clone()
}

/// The address of the provider's page in what was answered.
fn page_of(made: &Value) -> String {
    let places = [
        &made["first_factor_verification"],
        &made["verifications"]["external_account"],
        &made["verification"],
    ];
    let mut urls = places
        .into_iter()
        .filter_map(|place| place["external_verification_redirect_url"].as_str());
    let url = urls.next().unwrap_or_else(|| panic!("{made}"));
    let at = url.find("/__emulator/provider?").unwrap();
    url[at..].to_owned()
}

/// Says who one is, or nothing, and follows to where the browser ends.
async fn answers(world: &World, page: &str, address: Option<&str>) -> Answer {
    let decision = if address.is_some() { "allow" } else { "deny" };
    let fields = [
        ("decision", decision),
        ("email_address", address.unwrap_or_default()),
        ("first_name", "Grace"),
        ("last_name", "Hopper"),
    ];
    let decided = world.send("POST", page, "", &fields).await;
    assert_eq!(decided.status, 303, "{}", decided.body);
    let location = decided.header("location").unwrap();
    let callback = location.strip_prefix("..").unwrap();
    world.send("GET", callback, "", &[]).await
}

async fn comes_back(world: &World, page: &str, address: Option<&str>) -> String {
    let back = answers(world, page, address).await;
    assert_eq!(back.status, 303, "{}", back.body);
    back.header("location").unwrap().to_owned()
}

async fn client(world: &World, browser: &str) -> Value {
    let answer = world.page("GET", "/v1/client", browser, &[]).await;
    answer.json()["response"].clone()
}

/// Signs up by an account of this address.
async fn signs_up(world: &World, browser: &str, address: &str) -> Value {
    let made = begin(world, browser, "sign_ups", "oauth_google").await;
    let back = comes_back(world, &page_of(&made), Some(address)).await;
    assert_eq!(back, format!("{DONE}?__clerk_db_jwt={browser}"));
    client(world, browser).await["sessions"][0]["user"].clone()
}

#[tokio::test]
async fn a_stranger_who_signs_in_by_a_provider_is_transferred_to_a_sign_up_that_needs_no_password()
{
    let world = world().await;
    let browser = world.browser().await;
    let made = begin(&world, &browser, "sign_ins", "oauth_google").await;
    assert_eq!(made["first_factor_verification"]["status"], "unverified");
    let back = comes_back(&world, &page_of(&made), Some(GRACE)).await;
    // Before the fragment, beside what was there.
    let expected =
        format!("http://localhost:3000/sign-in?a=1&__clerk_db_jwt={browser}#/sso-callback");
    assert_eq!(back, expected);
    let client = client(&world, &browser).await;
    let verification = &client["sign_in"]["first_factor_verification"];
    assert_eq!(verification["status"], "transferable");
    assert_eq!(verification["error"]["code"], "external_account_not_found");
    assert_eq!(client["sessions"], json!([]));

    let fields = [("transfer", "true")];
    let done = world
        .page("POST", "/v1/client/sign_ups", &browser, &fields)
        .await
        .json();
    assert_eq!(done["response"]["status"], "complete");
    assert_eq!(done["client"]["sign_in"], Value::Null);
    let user = &done["client"]["sessions"][0]["user"];
    assert_eq!(user["first_name"], "Grace");
    assert_eq!(user["password_enabled"], false);
    let email = &user["email_addresses"][0];
    assert_eq!(email["email_address"], GRACE);
    assert_eq!(email["verification"]["strategy"], "from_oauth_google");
    let account = &user["external_accounts"][0];
    assert_eq!(account["provider"], "oauth_google");
    assert_eq!(account["verification"]["status"], "verified");
    assert_eq!(email["linked_to"][0]["id"], account["identification_id"]);
    assert_eq!(
        done["client"]["last_authentication_strategy"],
        "oauth_google"
    );
    // It was taken over once.
    world
        .page(
            "POST",
            "/v1/client/sign_ups",
            &world.browser().await,
            &fields,
        )
        .await
        .fails_as(400, "external_account_not_found", None);
}

#[tokio::test]
async fn whoever_is_known_comes_in_at_once_and_a_sign_up_of_theirs_is_transferred_to_a_sign_in() {
    let world = world().await;
    let user = signs_up(&world, &world.browser().await, GRACE).await;
    let browser = world.browser().await;
    let made = begin(&world, &browser, "sign_ins", "oauth_google").await;
    let back = comes_back(&world, &page_of(&made), Some(GRACE)).await;
    assert_eq!(back, format!("{DONE}?__clerk_db_jwt={browser}"));
    let known = client(&world, &browser).await;
    assert_eq!(known["sessions"][0]["user"]["id"], user["id"]);

    let browser = world.browser().await;
    let made = begin(&world, &browser, "sign_ups", "oauth_google").await;
    comes_back(&world, &page_of(&made), Some(GRACE)).await;
    let waiting = client(&world, &browser).await;
    let verification = &waiting["sign_up"]["verifications"]["external_account"];
    assert_eq!(verification["status"], "transferable");
    assert_eq!(verification["error"]["code"], "external_account_exists");
    let done = world
        .page(
            "POST",
            "/v1/client/sign_ins",
            &browser,
            &[("transfer", "true")],
        )
        .await
        .json();
    assert_eq!(done["response"]["status"], "complete");
    assert_eq!(done["client"]["sessions"][0]["user"]["id"], user["id"]);
    assert_eq!(done["client"]["sign_up"], Value::Null);
}

#[tokio::test]
async fn an_account_is_linked_to_the_user_who_has_its_address() {
    let world = world().await;
    let ada = Person::new(&world, "ada").await;
    let browser = world.browser().await;
    let made = begin(&world, &browser, "sign_ins", "oauth_github").await;
    comes_back(&world, &page_of(&made), Some("Ada+clerk_test@Example.com")).await;
    let client = client(&world, &browser).await;
    let user = &client["sessions"][0]["user"];
    assert_eq!(user["id"], ada.id.as_str());
    assert_eq!(user["first_name"], "Ada");
    assert_eq!(user["external_accounts"][0]["provider"], "oauth_github");
    // Once more it is the same account.
    let browser = world.browser().await;
    let made = begin(&world, &browser, "sign_ins", "oauth_github").await;
    comes_back(&world, &page_of(&made), Some(ADA)).await;
    let me = ada.gets("GET", "/v1/me", &[]).await;
    assert_eq!(me["external_accounts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_address_that_is_not_proven_links_nobody() {
    let world = world().await;
    let ada = Person::new(&world, "ada").await;
    ada.gets(
        "POST",
        "/v1/me/email_addresses",
        &[("email_address", GRACE)],
    )
    .await;
    let user = signs_up(&world, &world.browser().await, GRACE).await;
    assert_ne!(user["id"], ada.id.as_str());
}

#[tokio::test]
async fn whoever_says_no_to_the_provider_is_told_and_stays_outside() {
    let world = world().await;
    let browser = world.browser().await;
    for (what, place) in [
        ("sign_ins", "/sign_in/first_factor_verification"),
        ("sign_ups", "/sign_up/verifications/external_account"),
    ] {
        let made = begin(&world, &browser, what, "oauth_google").await;
        comes_back(&world, &page_of(&made), None).await;
        let client = client(&world, &browser).await;
        let verification = client.pointer(place).unwrap();
        assert_eq!(verification["status"], "failed");
        assert_eq!(verification["error"]["code"], "oauth_access_denied");
        assert_eq!(client["sessions"], json!([]));
    }
}

#[tokio::test]
async fn a_provider_s_page_offers_those_who_were_here_and_says_what_is_no_address() {
    let world = world().await;
    let browser = world.browser().await;
    let done = world.sign_up(&browser, ADA).await;
    let session = done["response"]["created_session_id"].as_str().unwrap();
    let path = format!("/v1/client/sessions/{session}/remove");
    world.page("POST", &path, &browser, &[]).await;
    let made = begin(&world, &browser, "sign_ins", "oauth_google").await;
    let page = page_of(&made);
    let shown = world.send("GET", &page, "", &[]).await;
    assert_eq!(shown.status, 200);
    assert!(shown.body.contains("Sign in with Google"), "{}", shown.body);
    assert!(shown.body.contains(ADA), "{}", shown.body);
    let policy = shown.header("content-security-policy").unwrap();
    assert!(policy.contains("form-action 'self' http://localhost:3000"));
    let other = world.browser().await;
    let made = begin(&world, &other, "sign_ins", "oauth_google").await;
    let shown = world.send("GET", &page_of(&made), "", &[]).await;
    assert!(!shown.body.contains(ADA), "{}", shown.body);
    let fields = [("decision", "allow"), ("email_address", "<b>nobody")];
    let refused = world.send("POST", &page, "", &fields).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("valid email address"));
    assert!(!refused.body.contains("<b>"));
}

#[tokio::test]
async fn an_answer_counts_once_in_its_time_and_for_the_browser_that_asked() {
    let world = world().await;
    let browser = world.browser().await;
    let stranger = world.browser().await;
    let made = begin(&world, &browser, "sign_ins", "oauth_google").await;
    let page = page_of(&made);
    // Another browser sees neither the page nor what comes of it.
    let theirs = page.replace(&browser, &stranger);
    let fields = [("decision", "allow"), ("email_address", GRACE)];
    for method in ["GET", "POST"] {
        let answer = world.send(method, &theirs, "", &fields).await;
        answer.fails_as(404, "resource_not_found", None);
    }
    let decided = world.send("POST", &page, "", &fields).await;
    let callback = decided.header("location").unwrap().to_owned();
    let callback = callback.strip_prefix("..").unwrap();
    world
        .send("GET", &callback.replace(&browser, &stranger), "", &[])
        .await
        .fails_as(400, "oauth_callback_invalid", None);
    // A code of one's own does not answer what another asked.
    let other = begin(&world, &stranger, "sign_ins", "oauth_google").await;
    let decided = world.send("POST", &page_of(&other), "", &fields).await;
    let other = decided.header("location").unwrap();
    let code = |url: &str| {
        let (_, rest) = url.split_once("code=").unwrap();
        rest.split('&').next().unwrap().to_owned()
    };
    let mixed = callback.replace(&code(callback), &code(other));
    world
        .send("GET", &mixed, "", &[])
        .await
        .fails_as(400, "oauth_callback_invalid", None);
    assert_eq!(world.send("GET", callback, "", &[]).await.status, 303);
    world
        .send("GET", callback, "", &[])
        .await
        .fails_as(400, "oauth_callback_invalid", None);
    // Too late.
    let made = begin(&world, &browser, "sign_ins", "oauth_google").await;
    let page = page_of(&made);
    world.pass_seconds(601);
    world
        .send("GET", &page, "", &[])
        .await
        .fails_as(404, "resource_not_found", None);
    let client = client(&world, &browser).await;
    let verification = &client["sign_in"]["first_factor_verification"];
    assert_eq!(verification["status"], "expired");
}

#[tokio::test]
async fn a_provider_that_posts_is_asked_to_come_again() {
    let world = world().await;
    let browser = world.browser().await;
    let made = begin(&world, &browser, "sign_ins", "oauth_google").await;
    let page = page_of(&made);
    let (_, rest) = page.split_once("state=").unwrap();
    let state = rest.split('&').next().unwrap();
    let fields = [
        ("state", state),
        ("error", "access_denied\r\nX-Evil: 1"),
        ("next", "http://evil.example"),
    ];
    let posted = world
        .send(
            "POST",
            &format!("/v1/oauth_callback?__clerk_db_jwt={browser}"),
            "",
            &fields,
        )
        .await;
    assert_eq!(posted.status, 303);
    let location = posted.header("location").unwrap();
    assert!(location.starts_with("oauth_callback?state="), "{location}");
    assert!(!location.contains("evil.example"), "{location}");
    assert_eq!(posted.header("x-evil"), None);
    let back = world.send("GET", &format!("/v1/{location}"), "", &[]).await;
    assert_eq!(back.status, 303);
}

#[tokio::test]
async fn nobody_is_sent_to_a_foreign_page_or_a_provider_that_is_not_there() {
    let world = world().await;
    let person = Person::new(&world, "ada").await;
    let browser = world.browser().await;
    let google = ("strategy", "oauth_google");
    for foreign in FOREIGN {
        for fields in [
            [google, ("redirect_url", foreign), ("x", "")],
            [
                google,
                ("redirect_url", PAGE),
                ("action_complete_redirect_url", foreign),
            ],
        ] {
            for path in ["/v1/client/sign_ins", "/v1/client/sign_ups"] {
                let answer = world.page("POST", path, &browser, &fields).await;
                answer.fails_as(400, "invalid_redirect_url", Some("redirect_url"));
            }
            let answer = person
                .asks("POST", "/v1/me/external_accounts", &fields)
                .await;
            answer.fails_as(400, "invalid_redirect_url", Some("redirect_url"));
        }
    }
    for strategy in ["oauth_gitlab", "oauth_nobody", "oauth_"] {
        let fields = [("strategy", strategy), ("redirect_url", CALLBACK)];
        for path in ["/v1/client/sign_ins", "/v1/client/sign_ups"] {
            let answer = world.page("POST", path, &browser, &fields).await;
            answer.fails_as(422, "form_param_value_invalid", Some("strategy"));
        }
    }
    world
        .page("POST", "/v1/client/sign_ins", &browser, &[google])
        .await
        .fails_as(422, "form_param_missing", Some("redirect_url"));
    let settings = world.switch(&json!({ "social": ["nobody"] })).await;
    assert_eq!(settings.status, 422, "{}", settings.body);
}

#[tokio::test]
async fn the_environment_shows_the_providers_that_are_on() {
    let world = World::new().await;
    let shown = world.send("GET", "/v1/environment", "", &[]).await.json();
    assert_eq!(shown["user_settings"]["social"], json!({}));
    world.switch(&json!({ "social": ["google"] })).await;
    let shown = world.send("GET", "/v1/environment", "", &[]).await.json();
    let google = &shown["user_settings"]["social"]["oauth_google"];
    assert_eq!(google["name"], "Google");
    assert_eq!(google["authenticatable"], true);
    let factors = shown["auth_config"]["first_factors"].as_array().unwrap();
    assert!(factors.contains(&json!("oauth_google")));
}

#[tokio::test]
async fn a_user_connects_an_account_and_disconnects_it() {
    let world = world().await;
    let person = Person::new(&world, "ada").await;
    let fields = [
        ("strategy", "oauth_google"),
        ("redirect_url", "http://localhost:3000/account"),
        ("additional_scope", "calendar"),
    ];
    let made = person
        .gets("POST", "/v1/me/external_accounts", &fields)
        .await;
    assert_eq!(made["verification"]["status"], "unverified");
    let back = comes_back(&world, &page_of(&made), Some(GRACE)).await;
    assert!(back.starts_with("http://localhost:3000/account?"), "{back}");
    let me = person.gets("GET", "/v1/me", &[]).await;
    let account = &me["external_accounts"][0];
    assert_eq!(account["id"], made["id"]);
    assert_eq!(account["verification"]["status"], "verified");
    assert_eq!(account["email_address"], GRACE);
    assert_eq!(account["approved_scopes"], "email profile calendar");
    // Its address is the user's from now on.
    let emails = me["email_addresses"].as_array().unwrap();
    let grace = emails.iter().find(|one| one["email_address"] == GRACE);
    let verification = &grace.unwrap()["verification"];
    assert_eq!(verification["strategy"], "from_oauth_google");
    person
        .asks("POST", "/v1/me/external_accounts", &fields)
        .await
        .fails_as(400, "oauth_account_already_connected", None);

    let path = format!("/v1/users/{}/oauth_access_tokens/google", person.id);
    let tokens = world.server("GET", &path).await.json();
    assert_eq!(tokens[0]["scopes"], json!(["email", "profile", "calendar"]));
    let id = made["id"].as_str().unwrap();
    let path_of_tokens = format!("/v1/me/external_accounts/{id}/tokens");
    person.gets("DELETE", &path_of_tokens, &[]).await;
    assert_eq!(world.server("GET", &path).await.json(), json!([]));

    let fields = [("redirect_url", "http://localhost:3000/account")];
    let path_of_account = format!("/v1/me/external_accounts/{id}");
    let again = person
        .gets("PATCH", &format!("{path_of_account}/reauthorize"), &fields)
        .await;
    comes_back(&world, &page_of(&again), Some(GRACE)).await;
    let tokens = world.server("GET", &path).await.json();
    assert_eq!(tokens[0]["external_account_id"], made["id"]);

    let other = Person::new(&world, "eve").await;
    other
        .asks("DELETE", &path_of_account, &[])
        .await
        .fails_as(404, "resource_not_found", None);
    let gone = person.gets("DELETE", &path_of_account, &[]).await;
    assert_eq!(gone["deleted"], true);
    let me = person.gets("GET", "/v1/me", &[]).await;
    assert_eq!(me["external_accounts"], json!([]));
}

#[tokio::test]
async fn what_went_wrong_with_a_connection_is_told_by_the_account() {
    let world = world().await;
    signs_up(&world, &world.browser().await, GRACE).await;
    let person = Person::new(&world, "ada").await;
    let fields = [("strategy", "oauth_google"), ("redirect_url", PAGE)];
    for (address, code) in [
        (None, "oauth_access_denied"),
        (Some(GRACE), "oauth_identification_claimed"),
    ] {
        let made = person
            .gets("POST", "/v1/me/external_accounts", &fields)
            .await;
        comes_back(&world, &page_of(&made), address).await;
        let me = person.gets("GET", "/v1/me", &[]).await;
        let accounts = me["external_accounts"].as_array().unwrap();
        assert_eq!(accounts.len(), 1);
        let verification = &accounts[0]["verification"];
        assert_eq!(verification["status"], "failed");
        assert_eq!(verification["error"]["code"], code);
    }
}

/// An account outlives its address at a user, and the address may be another's by then.
#[tokio::test]
async fn an_account_that_is_proven_again_takes_no_address_from_its_new_holder() {
    let world = world().await;
    let ada = Person::new(&world, "ada").await;
    let fields = [("strategy", "oauth_google"), ("redirect_url", PAGE)];
    let made = ada.gets("POST", "/v1/me/external_accounts", &fields).await;
    comes_back(&world, &page_of(&made), Some(GRACE)).await;
    let path = format!(
        "/v1/me/email_addresses/{}",
        grace_of(&ada).await["id"].as_str().unwrap()
    );
    ada.gets("DELETE", &path, &[]).await;
    let address = [("email_address", GRACE)];
    ada.gets("POST", "/v1/me/email_addresses", &address).await;
    let done = world.sign_up(&world.browser().await, GRACE).await;
    assert_eq!(done["response"]["status"], "complete");

    let id = made["id"].as_str().unwrap();
    let path = format!("/v1/me/external_accounts/{id}/reauthorize");
    let again = ada.gets("PATCH", &path, &[("redirect_url", PAGE)]).await;
    comes_back(&world, &page_of(&again), Some(GRACE)).await;
    assert_eq!(grace_of(&ada).await["verification"], Value::Null);
}

/// The second address of this person.
async fn grace_of(person: &Person<'_>) -> Value {
    let me = person.gets("GET", "/v1/me", &[]).await;
    let emails = me["email_addresses"].as_array().unwrap();
    let grace = emails.iter().find(|one| one["email_address"] == GRACE);
    grace.unwrap().clone()
}

#[tokio::test]
async fn a_server_cuts_a_user_loose_from_an_account() {
    let world = world().await;
    let user = signs_up(&world, &world.browser().await, GRACE).await;
    let user_id = user["id"].as_str().unwrap();
    let account = user["external_accounts"][0]["id"].as_str().unwrap();
    let path = format!("/v1/users/{user_id}/external_accounts/{account}");
    let gone = world.server("DELETE", &path).await.json();
    assert_eq!(gone["deleted"], true);
    world
        .server("DELETE", &path)
        .await
        .fails_as(404, "resource_not_found", None);
    let user = world
        .server("GET", &format!("/v1/users/{user_id}"))
        .await
        .json();
    assert_eq!(user["external_accounts"], json!([]));
}

#[tokio::test]
async fn whoever_is_kept_out_is_kept_out_there_as_well() {
    let world = world().await;
    let browser = world.browser().await;
    let user = signs_up(&world, &browser, GRACE).await;
    let path = format!("/v1/users/{}/ban", user["id"].as_str().unwrap());
    assert_eq!(world.server("POST", &path).await.status, 200);
    let browser = world.browser().await;
    let made = begin(&world, &browser, "sign_ins", "oauth_google").await;
    comes_back(&world, &page_of(&made), Some(GRACE)).await;
    let shown = client(&world, &browser).await;
    let error = &shown["sign_in"]["first_factor_verification"]["error"];
    assert_eq!(error["code"], "user_banned");

    let rules = r#"{"blocklist":true}"#;
    world
        .server_sends("PATCH", "/v1/instance/restrictions", rules)
        .await;
    let entry = r#"{"identifier":"*@blocked.example"}"#;
    world
        .server_sends("POST", "/v1/blocklist_identifiers", entry)
        .await;
    let made = begin(&world, &browser, "sign_ups", "oauth_google").await;
    comes_back(&world, &page_of(&made), Some("eve@blocked.example")).await;
    let shown = client(&world, &browser).await;
    let error = &shown["sign_up"]["verifications"]["external_account"]["error"];
    assert_eq!(error["code"], "not_allowed_access");
    assert_eq!(shown["sessions"], json!([]));
}
