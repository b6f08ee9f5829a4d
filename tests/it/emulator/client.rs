//! The client of a browser, and what in it can be asked for by itself.

use serde_json::Value;

use super::world::{ADA, World};

#[tokio::test]
async fn a_client_is_made_once_and_can_be_forgotten() {
    let world = World::new().await;
    let browser = world.browser().await;
    let none = world.page("GET", "/v1/client", &browser, &[]).await.json();
    assert_eq!(none["response"], Value::Null);
    let mut ids = Vec::new();
    for method in ["POST", "PUT"] {
        let made = world.page(method, "/v1/client", &browser, &[]).await.json();
        assert_eq!(made["response"]["sessions"], Value::Array(Vec::new()));
        ids.push(made["response"]["id"].clone());
    }
    assert!(ids[0].is_string() && ids[0] == ids[1]);
    let forgotten = world.page("DELETE", "/v1/client", &browser, &[]).await;
    assert_eq!(forgotten.json()["response"], Value::Null);
    let again = world.page("PUT", "/v1/client", &browser, &[]).await.json();
    assert_ne!(again["response"]["id"], ids[0]);
}

#[tokio::test]
async fn a_sign_in_and_a_session_can_be_asked_for_and_a_session_ended() {
    let world = World::new().await;
    for (word, status) in [("end", "ended"), ("remove", "removed")] {
        let (browser, session) = world.signed_in().await;
        let path = format!("/v1/client/sessions/{session}");
        let shown = world.page("GET", &path, &browser, &[]).await.json();
        assert_eq!(shown["response"]["id"], session.as_str());
        assert_eq!(shown["client"]["last_active_session_id"], session.as_str());
        let closed = world
            .page("POST", &format!("{path}/{word}"), &browser, &[])
            .await
            .json();
        assert_eq!(closed["response"]["status"], status);
        assert_eq!(closed["client"]["sessions"], Value::Array(Vec::new()));

        let fields = [("identifier", ADA)];
        let made = world
            .page("POST", "/v1/client/sign_ins", &browser, &fields)
            .await
            .json();
        let id = made["response"]["id"].as_str().unwrap();
        let path = format!("/v1/client/sign_ins/{id}");
        let shown = world.page("GET", &path, &browser, &[]).await.json();
        assert_eq!(shown["response"], made["response"]);
        world.send("POST", "/__emulator/reset", "", &[]).await;
    }
}
