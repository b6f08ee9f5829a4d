//! What a signed-in person changes about the account, as `<UserProfile/>` asks for it.

use serde_json::json;

use super::world::{ADA, PASSWORD, World};

const NEW: &str = "another horse battery";

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_other_sessions() {
    let world = World::new().await;
    // A proof of the last ten minutes would do instead.
    world.switch(&json!({ "reverification": false })).await;
    let (browser, session) = world.signed_in().await;
    let elsewhere = world.browser().await;
    let fields = [("identifier", ADA), ("password", PASSWORD)];
    let there = world
        .page("POST", "/v1/client/sign_ins", &elsewhere, &fields)
        .await
        .json();
    let there = there["response"]["created_session_id"].as_str().unwrap();
    let path = format!("/v1/me/change_password?_clerk_session_id={session}");
    let change = |current, new| {
        let (world, path, browser) = (&world, &path, &browser);
        async move {
            let fields = [
                ("current_password", current),
                ("new_password", new),
                ("sign_out_of_other_sessions", "true"),
            ];
            world.page("POST", path, browser, &fields).await
        }
    };
    change("", NEW)
        .await
        .fails_as(422, "form_param_missing", Some("current_password"));
    change("wrong horse", NEW).await.fails_as(
        422,
        "form_password_validation_failed",
        Some("current_password"),
    );
    change(PASSWORD, "short").await.fails_as(
        422,
        "form_password_length_too_short",
        Some("new_password"),
    );
    change(PASSWORD, "")
        .await
        .fails_as(422, "form_param_missing", Some("new_password"));
    let tokens = format!("/v1/client/sessions/{there}/tokens");
    let alive = world.page("POST", &tokens, &elsewhere, &[]).await;
    assert_eq!(alive.status, 200, "a refused change ends nothing");

    let changed = change(PASSWORD, NEW).await.json();
    assert_eq!(changed["response"]["password_enabled"], true);
    assert_eq!(changed["client"]["sessions"][0]["id"], session.as_str());
    world.page("POST", &tokens, &elsewhere, &[]).await.fails_as(
        401,
        "authentication_invalid",
        None,
    );
    let sign_in = |password| {
        let (world, elsewhere) = (&world, &elsewhere);
        async move {
            let fields = [("identifier", ADA), ("password", password)];
            world
                .page("POST", "/v1/client/sign_ins", elsewhere, &fields)
                .await
        }
    };
    sign_in(PASSWORD)
        .await
        .fails_as(422, "form_password_incorrect", Some("password"));
    assert_eq!(sign_in(NEW).await.json()["response"]["status"], "complete");
}

#[tokio::test]
async fn nobody_changes_the_password_of_another_browsers_session() {
    let world = World::new().await;
    let (_, session) = world.signed_in().await;
    let other = world.browser().await;
    let fields = [("current_password", PASSWORD), ("new_password", NEW)];
    for path in [
        format!("/v1/me/change_password?_clerk_session_id={session}"),
        "/v1/me/change_password".to_owned(),
    ] {
        world
            .page("POST", &path, &other, &fields)
            .await
            .fails_as(401, "signed_out", None);
    }
    let path = "/v1/me/change_password?_clerk_session_id=x";
    world
        .page("POST", path, "dvb_unknown", &fields)
        .await
        .fails_as(401, "dev_browser_unauthenticated", None);
}
