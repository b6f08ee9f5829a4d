//! Links in mails: at a sign-in, at a sign-up, and for an address of the profile.

use serde_json::{Value, json};

use super::person::Person;
use super::world::{ADA, Answer, FOREIGN, PASSWORD, World};

const HERE: &str = "http://localhost:3000/sign-in?a=1#/verify";

async fn world() -> World {
    let world = World::new().await;
    world.switch(&json!({ "email_link": true })).await;
    world
}

/// The path of the link in the last mail.
async fn link(world: &World) -> String {
    let outbox = world
        .send("GET", "/__emulator/outbox", "", &[])
        .await
        .json();
    let mail = outbox["mails"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(mail["code"], Value::Null);
    let link = mail["link"].as_str().unwrap_or_else(|| panic!("{mail}"));
    link[link.find("/v1/verify?").unwrap()..].to_owned()
}

/// Follows a link on a browser; where it leads, without the address that was asked for.
async fn follow(world: &World, link: &str, browser: &str) -> String {
    let cookie = format!("Cookie: __clerk_db_jwt={browser}\r\n");
    let answer = world.send("GET", link, &cookie, &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let location = answer.header("location").unwrap();
    let rest = location.strip_prefix("http://localhost:3000/sign-in?a=1&");
    rest.and_then(|rest| rest.strip_suffix("#/verify"))
        .unwrap_or_else(|| panic!("{location}"))
        .to_owned()
}

/// Asks for a link at a sign-in of Ada's; the path of the sign-in.
async fn asks(world: &World, browser: &str) -> String {
    let sign_ins = "/v1/client/sign_ins";
    let made = world
        .page("POST", sign_ins, browser, &[("identifier", ADA)])
        .await
        .json();
    let sign_in = &made["response"];
    let factors = sign_in["supported_first_factors"].as_array().unwrap();
    let factor = factors.iter().find(|one| one["strategy"] == "email_link");
    let address = factor.unwrap()["email_address_id"].as_str().unwrap();
    let path = format!("{sign_ins}/{}", sign_in["id"].as_str().unwrap());
    let fields = [
        ("strategy", "email_link"),
        ("email_address_id", address),
        ("redirect_url", HERE),
    ];
    let prepare = format!("{path}/prepare_first_factor");
    let sent = world.page("POST", &prepare, browser, &fields).await.json();
    let verification = &sent["response"]["first_factor_verification"];
    assert_eq!(verification["object"], "verification_email_link");
    assert_eq!(verification["status"], "unverified");
    path
}

async fn polls(world: &World, path: &str, browser: &str) -> Value {
    let answer = world.page("GET", path, browser, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

#[tokio::test]
async fn a_link_signs_in_once_and_the_page_that_waits_learns_of_it() {
    let world = world().await;
    world.signed_in().await;
    let browser = world.browser().await;
    let path = asks(&world, &browser).await;
    let link = link(&world).await;
    assert_eq!(
        polls(&world, &path, &browser).await["response"]["status"],
        "needs_first_factor"
    );
    let led = follow(&world, &link, &browser).await;
    let done = polls(&world, &path, &browser).await;
    let (response, client) = (&done["response"], &done["client"]);
    let session = response["created_session_id"].as_str().unwrap();
    assert_eq!(
        led,
        format!("__clerk_status=verified&__clerk_created_session={session}")
    );
    assert_eq!(response["status"], "complete");
    let verification = &response["first_factor_verification"];
    assert_eq!(verification["status"], "verified");
    assert_eq!(verification["verified_at_client"], client["id"]);
    // The component draws from it, in the page that waits, that there is another one to go on in.
    assert_eq!(client["sign_in"]["status"], "complete");
    let later = world.page("GET", "/v1/client", &browser, &[]).await.json();
    assert_eq!(later["response"]["sign_in"], Value::Null);
    assert_eq!(client["sessions"][0]["id"], session);
    assert_eq!(client["last_authentication_strategy"], "email_link");
    assert_eq!(
        follow(&world, &link, &browser).await,
        "__clerk_status=failed"
    );
}

#[tokio::test]
async fn a_link_that_is_too_old_or_was_replaced_or_is_opened_elsewhere_says_so() {
    let world = world().await;
    world.signed_in().await;
    let browser = world.browser().await;
    asks(&world, &browser).await;
    let first = link(&world).await;
    let path = asks(&world, &browser).await;
    let second = link(&world).await;
    assert_eq!(
        follow(&world, &first, &browser).await,
        "__clerk_status=failed"
    );
    let other = world.browser().await;
    for elsewhere in [other.as_str(), "", "dvb_unknown"] {
        let led = follow(&world, &second, elsewhere).await;
        assert_eq!(led, "__clerk_status=client_mismatch");
    }
    world.pass_seconds(599);
    let waits = polls(&world, &path, &browser).await;
    assert_eq!(
        waits["response"]["first_factor_verification"]["status"],
        "unverified"
    );
    world.pass_seconds(1);
    assert_eq!(
        follow(&world, &second, &browser).await,
        "__clerk_status=expired"
    );
    let late = polls(&world, &path, &browser).await;
    assert_eq!(
        late["response"]["first_factor_verification"]["status"],
        "expired"
    );
}

#[tokio::test]
async fn where_any_browser_may_open_a_link_the_one_that_asked_is_signed_in() {
    let world = world().await;
    world
        .switch(&json!({ "email_link_same_client": false }))
        .await;
    world.signed_in().await;
    let browser = world.browser().await;
    let path = asks(&world, &browser).await;
    let phone = world.browser().await;
    let led = follow(&world, &link(&world).await, &phone).await;
    let done = polls(&world, &path, &browser).await;
    let session = done["response"]["created_session_id"].as_str().unwrap();
    assert_eq!(
        led,
        format!("__clerk_status=verified&__clerk_created_session={session}")
    );
    let verification = &done["response"]["first_factor_verification"];
    assert_eq!(verification["verified_at_client"], Value::Null);
    let there = world.page("GET", "/v1/client", &phone, &[]).await.json();
    assert_eq!(there["response"], Value::Null);
}

#[tokio::test]
async fn a_link_signs_up() {
    let world = world().await;
    let browser = world.browser().await;
    let fields = [("email_address", ADA), ("password", PASSWORD)];
    let made = world
        .page("POST", "/v1/client/sign_ups", &browser, &fields)
        .await
        .json();
    let sign_up = &made["response"];
    let ways = &sign_up["verifications"]["email_address"]["supported_strategies"];
    assert_eq!(*ways, json!(["email_code", "email_link"]));
    let path = format!("/v1/client/sign_ups/{}", sign_up["id"].as_str().unwrap());
    let fields = [("strategy", "email_link"), ("redirect_url", HERE)];
    let prepare = format!("{path}/prepare_verification");
    let sent = world.page("POST", &prepare, &browser, &fields).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let led = follow(&world, &link(&world).await, &browser).await;
    let done = polls(&world, &path, &browser).await;
    let response = &done["response"];
    let session = response["created_session_id"].as_str().unwrap();
    assert_eq!(
        led,
        format!("__clerk_status=verified&__clerk_created_session={session}")
    );
    assert_eq!(
        response["verifications"]["email_address"]["status"],
        "verified"
    );
    let user = &done["client"]["sessions"][0]["user"];
    let verification = &user["email_addresses"][0]["verification"];
    assert_eq!(verification["strategy"], "email_link");
}

#[tokio::test]
async fn a_link_proves_an_address_of_the_profile() {
    let world = world().await;
    let ada = Person::new(&world, "ada").await;
    let fields = [("email_address", "second@example.com")];
    let made = ada.gets("POST", "/v1/me/email_addresses", &fields).await;
    let path = format!("/v1/me/email_addresses/{}", made["id"].as_str().unwrap());
    let fields = [("strategy", "email_link"), ("redirect_url", HERE)];
    let prepare = format!("{path}/prepare_verification");
    ada.gets("POST", &prepare, &fields).await;
    let link = link(&world).await;
    let other = world.browser().await;
    assert_eq!(
        follow(&world, &link, &other).await,
        "__clerk_status=client_mismatch"
    );
    let led = follow(&world, &link, &ada.browser).await;
    assert_eq!(led, "__clerk_status=verified");
    let proven = ada.gets("GET", &path, &[]).await;
    assert_eq!(proven["verification"]["object"], "verification_email_link");
    assert_eq!(proven["verification"]["status"], "verified");
}

/// Asks at a sign-in for a link that leads to `url`.
async fn asks_to(world: &World, url: &str) -> Answer {
    let browser = world.browser().await;
    let fields = [
        ("strategy", "email_link"),
        ("identifier", ADA),
        ("redirect_url", url),
    ];
    world
        .page("POST", "/v1/client/sign_ins", &browser, &fields)
        .await
}

#[tokio::test]
async fn a_link_leads_to_this_machine_alone_and_no_other_token_is_one() {
    let world = world().await;
    let (_, session) = world.signed_in().await;
    for url in FOREIGN {
        let refused = asks_to(&world, url).await;
        assert!(refused.status >= 400, "{url}: {}", refused.body);
    }
    let asked = asks_to(&world, HERE).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let link = link(&world).await;
    let cut = &link[..link.len() - 3];
    let token = world
        .server("POST", &format!("/v1/sessions/{session}/tokens"))
        .await
        .json();
    let token = token["jwt"].as_str().unwrap();
    let other = format!("/v1/verify?token={token}");
    for wrong in ["/v1/verify", "/v1/verify?token=x.y.z", cut, &other] {
        let refused = world.send("GET", wrong, "", &[]).await;
        assert_eq!(refused.status, 400, "{wrong}: {}", refused.body);
    }
}

#[tokio::test]
async fn without_the_switch_nobody_gets_a_link() {
    let world = World::new().await;
    world.signed_in().await;
    asks_to(&world, HERE)
        .await
        .fails_as(422, "form_param_value_invalid", Some("strategy"));
}
