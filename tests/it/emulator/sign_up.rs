//! Signing up: what a component is told decides what it asks a person next.

use serde_json::{Value, json};

use super::world::{ADA, PASSWORD, World};

const CODE: (&str, &str) = ("strategy", "email_code");

#[tokio::test]
async fn a_sign_up_asks_for_the_code_and_ends_in_a_session() {
    let world = World::new().await;
    let browser = world.browser().await;
    assert_eq!(
        world.page("GET", "/v1/client", &browser, &[]).await.json(),
        json!({ "response": null, "client": null })
    );

    let fields = [
        ("email_address", " Ada+clerk_test@Example.com"),
        ("password", PASSWORD),
        ("first_name", ""),
        ("locale", "en"),
    ];
    let made = world
        .page("POST", "/v1/client/sign_ups", &browser, &fields)
        .await
        .json();
    let sign_up = &made["response"];
    assert_eq!(sign_up["email_address"], ADA);
    assert_eq!(sign_up["missing_fields"], json!([]));
    assert_eq!(sign_up["unverified_fields"], json!(["email_address"]));
    assert_eq!(sign_up["first_name"], Value::Null);
    // A component that reads a status here believes that a code is on its way, and nobody ever sends one.
    let unprepared =
        json!({ "next_action": "needs_prepare", "supported_strategies": ["email_code"] });
    assert_eq!(sign_up["verifications"]["email_address"], unprepared);
    assert_eq!(made["client"]["sign_up"]["id"], sign_up["id"]);

    let path = format!("/v1/client/sign_ups/{}", sign_up["id"].as_str().unwrap());
    let prepared = world
        .page(
            "POST",
            &format!("{path}/prepare_verification/"),
            &browser,
            &[CODE],
        )
        .await
        .json();
    assert_eq!(
        prepared["response"]["verifications"]["email_address"]["status"],
        "unverified"
    );
    let attempt = format!("{path}/attempt_verification");
    let wrong = world
        .page("POST", &attempt, &browser, &[CODE, ("code", "111111")])
        .await;
    wrong.fails_as(422, "form_code_incorrect", Some("code"));
    let shown = world.page("GET", &path, &browser, &[]).await.json();
    assert_eq!(
        shown["response"]["verifications"]["email_address"]["attempts"],
        1
    );

    let done = world
        .page("POST", &attempt, &browser, &[CODE, ("code", "424242")])
        .await
        .json();
    assert_eq!(done["response"]["status"], "complete");
    assert_eq!(done["client"]["sign_up"], Value::Null);
    let session = &done["client"]["sessions"][0];
    assert_eq!(session["id"], done["response"]["created_session_id"]);
    assert_eq!(done["client"]["last_active_session_id"], session["id"]);
    assert_eq!(session["user"]["email_addresses"][0]["email_address"], ADA);
    assert_eq!(session["user"].get("private_metadata"), None);
    assert!(session["last_active_token"]["jwt"].is_string());
}

#[tokio::test]
async fn fields_can_come_one_after_the_other() {
    let world = World::new().await;
    let browser = world.browser().await;
    let made = world
        .page(
            "POST",
            "/v1/client/sign_ups",
            &browser,
            &[("email_address", ADA)],
        )
        .await
        .json();
    assert_eq!(made["response"]["missing_fields"], json!(["password"]));
    let path = format!(
        "/v1/client/sign_ups/{}",
        made["response"]["id"].as_str().unwrap()
    );
    world
        .page(
            "POST",
            &format!("{path}/prepare_verification"),
            &browser,
            &[CODE],
        )
        .await;
    let attempted = world
        .page(
            "POST",
            &format!("{path}/attempt_verification"),
            &browser,
            &[CODE, ("code", "424242")],
        )
        .await;
    assert_eq!(
        attempted.json()["response"]["status"],
        "missing_requirements"
    );
    let again = world
        .page(
            "POST",
            &format!("{path}/attempt_verification"),
            &browser,
            &[CODE, ("code", "424242")],
        )
        .await;
    again.fails_as(400, "verification_already_verified", None);
    let patch = format!("{path}?_method=PATCH");
    let short = world
        .page("POST", &patch, &browser, &[("password", "seven77")])
        .await;
    short.fails_as(422, "form_password_length_too_short", Some("password"));
    let known = world
        .page("POST", &patch, &browser, &[("password", "Password")])
        .await;
    known.fails_as(422, "form_password_pwned", Some("password"));
    let done = world
        .page("POST", &patch, &browser, &[("password", PASSWORD)])
        .await
        .json();
    assert_eq!(done["response"]["status"], "complete");
}

#[tokio::test]
async fn an_address_signs_up_once_and_must_be_one() {
    let world = World::new().await;
    world.signed_in().await;
    let browser = world.browser().await;
    let taken = world
        .page(
            "POST",
            "/v1/client/sign_ups",
            &browser,
            &[("email_address", "ADA+clerk_test@example.com")],
        )
        .await;
    taken.fails_as(422, "form_identifier_exists", Some("email_address"));
    for address in [
        "ada",
        "ada@",
        "@example.com",
        "a b@example.com",
        "a@b",
        "a@b..com",
        "a@b.com\r\nX: y",
        "<script>@example.com",
        "a\u{1b}[2J@example.com",
        "a\u{202e}b@example.com",
        "a@exa\u{200b}mple.com",
        "\"a b\"@example.com",
        "a@b@example.com",
        "a@-.<b>.com",
    ] {
        let refused = world
            .page(
                "POST",
                "/v1/client/sign_ups",
                &browser,
                &[("email_address", address)],
            )
            .await;
        refused.fails_as(422, "form_param_format_invalid", Some("email_address"));
    }
}

#[tokio::test]
async fn codes_are_random_expire_and_bear_no_guessing() {
    let world = World::new().await;
    let browser = world.browser().await;
    let made = world
        .page(
            "POST",
            "/v1/client/sign_ups",
            &browser,
            &[("email_address", "grace@example.com")],
        )
        .await
        .json();
    let path = format!(
        "/v1/client/sign_ups/{}",
        made["response"]["id"].as_str().unwrap()
    );
    let (prepare, attempt) = (
        format!("{path}/prepare_verification"),
        format!("{path}/attempt_verification"),
    );
    let unsent = world
        .page("POST", &attempt, &browser, &[CODE, ("code", "424242")])
        .await;
    unsent.fails_as(400, "verification_missing", None);

    world.page("POST", &prepare, &browser, &[CODE]).await;
    let first = world.last_code().await;
    world.page("POST", &prepare, &browser, &[CODE]).await;
    let second = world.last_code().await;
    assert!(
        first.len() == 6 && second.len() == 6 && first.bytes().all(|byte| byte.is_ascii_digit())
    );
    assert!(
        first != "424242" || second != "424242",
        "two random codes are not both the test code"
    );

    for _ in 0..5 {
        let wrong = world
            .page("POST", &attempt, &browser, &[CODE, ("code", "wrong")])
            .await;
        assert_eq!(wrong.status, 422);
    }
    let late = world
        .page("POST", &attempt, &browser, &[CODE, ("code", &second)])
        .await;
    late.fails_as(400, "verification_failed", None);

    // Nor do new codes, or all of them could be tried five at a time; a test address has no code to guess.
    let soon = world.page("POST", &prepare, &browser, &[CODE]).await;
    soon.fails_as(429, "verification_code_too_many_requests", None);
    assert_eq!(soon.header("retry-after"), Some("30"));
    let other = world.browser().await;
    world.sign_up(&other, ADA).await;
    world.pass_seconds(30);
    world.page("POST", &prepare, &browser, &[CODE]).await;
    let third = world.last_code().await;
    world.pass_seconds(600);
    let expired = world
        .page("POST", &attempt, &browser, &[CODE, ("code", &third)])
        .await;
    expired.fails_as(400, "verification_expired", None);
}

#[tokio::test]
async fn nobody_reaches_into_another_browsers_sign_up() {
    let world = World::new().await;
    let (hers, his) = (world.browser().await, world.browser().await);
    let made = world
        .page(
            "POST",
            "/v1/client/sign_ups",
            &hers,
            &[("email_address", ADA)],
        )
        .await
        .json();
    let path = format!(
        "/v1/client/sign_ups/{}",
        made["response"]["id"].as_str().unwrap()
    );
    world
        .page("GET", &path, &his, &[])
        .await
        .fails_as(404, "resource_not_found", None);
    world.page("GET", &path, "dvb_unknown", &[]).await.fails_as(
        401,
        "dev_browser_unauthenticated",
        None,
    );
    world
        .send("GET", &path, "", &[])
        .await
        .fails_as(401, "dev_browser_unauthenticated", None);
    let cookie = format!("Cookie: __clerk_db_jwt={hers}\r\n");
    world
        .send("GET", &path, &cookie, &[])
        .await
        .fails_as(401, "dev_browser_unauthenticated", None);
}

#[tokio::test]
async fn a_number_is_asked_for_and_proven_where_the_instance_wants_one() {
    let world = World::new().await;
    let browser = world.browser().await;
    let number = "+12025550123";
    let fields = [
        ("email_address", ADA),
        ("password", PASSWORD),
        ("phone_number", number),
    ];
    world
        .page("POST", "/v1/client/sign_ups", &browser, &fields)
        .await
        .fails_as(422, "form_param_value_invalid", Some("phone_number"));
    world.switch(&json!({ "phone_number": "required" })).await;
    let environment = world.send("GET", "/v1/environment", "", &[]).await.json();
    let attribute = &environment["user_settings"]["attributes"]["phone_number"];
    assert_eq!(
        (&attribute["enabled"], &attribute["required"]),
        (&json!(true), &json!(true))
    );
    let made = world
        .page("POST", "/v1/client/sign_ups", &browser, &fields[..2])
        .await
        .json();
    assert_eq!(made["response"]["missing_fields"], json!(["phone_number"]));
    let path = format!(
        "/v1/client/sign_ups/{}",
        made["response"]["id"].as_str().unwrap()
    );
    let given = world
        .page(
            "PATCH",
            &path,
            &browser,
            &[("phone_number", "+1 (202) 555-0123")],
        )
        .await
        .json();
    let sign_up = &given["response"];
    assert_eq!(sign_up["phone_number"], number);
    assert_eq!(
        sign_up["unverified_fields"],
        json!(["email_address", "phone_number"])
    );
    let prepare = format!("{path}/prepare_verification");
    let attempt = format!("{path}/attempt_verification");
    let mut done = json!(null);
    for strategy in ["phone_code", "email_code"] {
        let strategy = ("strategy", strategy);
        let sent = world.page("POST", &prepare, &browser, &[strategy]).await;
        assert_eq!(sent.status, 200, "{}", sent.body);
        world
            .page("POST", &attempt, &browser, &[strategy, ("code", "111111")])
            .await
            .fails_as(422, "form_code_incorrect", Some("code"));
        let fields = [strategy, ("code", "424242")];
        done = world.page("POST", &attempt, &browser, &fields).await.json();
    }
    assert_eq!(done["response"]["status"], "complete");
    let user = &done["client"]["sessions"][0]["user"];
    assert_eq!(user["phone_numbers"][0]["phone_number"], number);
    assert_eq!(
        user["phone_numbers"][0]["verification"]["status"],
        "verified"
    );
    // The number is theirs alone, and signs in.
    let other = world.browser().await;
    let taken = [("phone_number", number), ("password", PASSWORD)];
    world
        .page("POST", "/v1/client/sign_ups", &other, &taken)
        .await
        .fails_as(422, "form_identifier_exists", Some("phone_number"));
    let fields = [("identifier", number), ("password", PASSWORD)];
    let inside = world
        .page("POST", "/v1/client/sign_ins", &other, &fields)
        .await
        .json();
    assert_eq!(inside["response"]["status"], "complete");
    assert_eq!(
        inside["response"]["supported_identifiers"],
        json!(["email_address", "phone_number"])
    );
}

#[tokio::test]
async fn a_user_gets_the_name_that_a_server_gave_the_sign_up() {
    let world = World::new().await;
    let browser = world.browser().await;
    let fields = [("email_address", ADA), ("password", PASSWORD)];
    let made = world
        .page("POST", "/v1/client/sign_ups", &browser, &fields)
        .await
        .json();
    let id = made["response"]["id"].as_str().unwrap();
    let body = r#"{"external_id":"customer-1"}"#;
    world
        .server_sends("PATCH", &format!("/v1/sign_ups/{id}"), body)
        .await;
    let path = format!("/v1/client/sign_ups/{id}");
    let prepare = format!("{path}/prepare_verification");
    world.page("POST", &prepare, &browser, &[CODE]).await;
    let attempt = format!("{path}/attempt_verification");
    let fields = [CODE, ("code", "424242")];
    let done = world.page("POST", &attempt, &browser, &fields).await.json();
    let user = &done["client"]["sessions"][0]["user"];
    assert_eq!(user["external_id"], "customer-1");
}
