//! Signing in: a password, a code, and the way to a new password.

use serde_json::{Value, json};

use super::world::{ADA, PASSWORD, World};

#[tokio::test]
async fn a_password_signs_in_and_a_wrong_one_does_not() {
    let world = World::new().await;
    world.signed_in().await;
    let browser = world.browser().await;
    let nobody = world
        .page(
            "POST",
            "/v1/client/sign_ins",
            &browser,
            &[("identifier", "eve@example.com")],
        )
        .await;
    nobody.fails_as(422, "form_identifier_not_found", Some("identifier"));
    let made = world
        .page(
            "POST",
            "/v1/client/sign_ins",
            &browser,
            &[("identifier", ADA)],
        )
        .await
        .json();
    let sign_in = &made["response"];
    assert_eq!(sign_in["status"], "needs_first_factor");
    assert_eq!(sign_in["first_factor_verification"], Value::Null);
    let strategies: Vec<_> = sign_in["supported_first_factors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["strategy"].clone())
        .collect();
    assert_eq!(
        strategies,
        ["password", "email_code", "reset_password_email_code"]
    );

    let attempt = format!(
        "/v1/client/sign_ins/{}/attempt_first_factor",
        sign_in["id"].as_str().unwrap()
    );
    let wrong = world
        .page(
            "POST",
            &attempt,
            &browser,
            &[("strategy", "password"), ("password", "wrong horse")],
        )
        .await;
    wrong.fails_as(422, "form_password_incorrect", Some("password"));
    let done = world
        .page(
            "POST",
            &attempt,
            &browser,
            &[("strategy", "password"), ("password", PASSWORD)],
        )
        .await
        .json();
    assert_eq!(done["response"]["status"], "complete");
    assert_eq!(done["client"]["sign_in"], Value::Null);
    assert_eq!(
        done["client"]["sessions"][0]["id"],
        done["response"]["created_session_id"]
    );
    let second = world
        .page(
            "POST",
            "/v1/client/sign_ins",
            &browser,
            &[("identifier", ADA)],
        )
        .await;
    second.fails_as(400, "session_exists", None);
}

#[tokio::test]
async fn a_code_signs_in_and_can_open_the_way_to_a_new_password() {
    let world = World::new().await;
    world.signed_in().await;
    let browser = world.browser().await;
    for strategy in ["email_code", "reset_password_email_code"] {
        let made = world
            .page(
                "POST",
                "/v1/client/sign_ins",
                &browser,
                &[("identifier", ADA)],
            )
            .await
            .json();
        let path = format!(
            "/v1/client/sign_ins/{}",
            made["response"]["id"].as_str().unwrap()
        );
        let email = made["response"]["supported_first_factors"][1]["email_address_id"]
            .as_str()
            .unwrap();
        let fields = [("strategy", strategy), ("email_address_id", email)];
        let prepared = world
            .page(
                "POST",
                &format!("{path}/prepare_first_factor"),
                &browser,
                &fields,
            )
            .await
            .json();
        assert_eq!(
            prepared["response"]["first_factor_verification"]["strategy"],
            strategy
        );
        let early = world
            .page(
                "POST",
                &format!("{path}/reset_password"),
                &browser,
                &[("password", "another horse")],
            )
            .await;
        early.fails_as(400, "verification_missing", None);
        let fields = [("strategy", strategy), ("code", "424242")];
        let attempted = world
            .page(
                "POST",
                &format!("{path}/attempt_first_factor"),
                &browser,
                &fields,
            )
            .await
            .json();
        if strategy == "email_code" {
            assert_eq!(attempted["response"]["status"], "complete");
            world
                .page("DELETE", "/v1/client/sessions", &browser, &[])
                .await;
            continue;
        }
        assert_eq!(attempted["response"]["status"], "needs_new_password");
        assert_eq!(attempted["client"]["sessions"], json!([]));
        let reset = world
            .page(
                "POST",
                &format!("{path}/reset_password"),
                &browser,
                &[("password", "another horse")],
            )
            .await;
        assert_eq!(reset.json()["response"]["status"], "complete");
    }
    let other = world.browser().await;
    let old = world
        .page(
            "POST",
            "/v1/client/sign_ins",
            &other,
            &[("identifier", ADA), ("password", PASSWORD)],
        )
        .await;
    old.fails_as(422, "form_password_incorrect", Some("password"));
    let new = world
        .page(
            "POST",
            "/v1/client/sign_ins",
            &other,
            &[("identifier", ADA), ("password", "another horse")],
        )
        .await;
    assert_eq!(new.json()["response"]["status"], "complete");
}
