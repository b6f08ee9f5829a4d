//! What a restart keeps and what it forgets.

use clerk_rs_cli::emulator::instance::random::SystemRandom;
use clerk_rs_cli::emulator::keys::{InstanceKeys, KeysError};
use serde_json::json;

use super::world::{World, options};

#[tokio::test]
async fn a_restart_keeps_the_keys_and_signs_everybody_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".clerk/emulator.json");
    let mut sets = Vec::new();
    let mut browsers: Vec<String> = Vec::new();
    for _ in 0..2 {
        let mut options = options();
        options.keys = InstanceKeys::load_or_create(&file, &SystemRandom).unwrap();
        let world = World::with(options).await;
        sets.push(
            world
                .send("GET", "/.well-known/jwks.json", "", &[])
                .await
                .json(),
        );
        if let Some(old) = browsers.first() {
            world.page("GET", "/v1/client", old, &[]).await.fails_as(
                401,
                "dev_browser_unauthenticated",
                None,
            );
        }
        browsers.push(world.signed_in().await.0);
        world.stop().await;
    }
    assert_eq!(sets[0], sets[1]);
}

#[test]
fn the_keys_are_the_users_alone_and_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("emulator.json");
    let keys = InstanceKeys::load_or_create(&file, &SystemRandom).unwrap();
    assert!(keys.instance_id().starts_with("ins_") && keys.webhook_secret().starts_with("whsec_"));
    let shown = format!("{keys:?}");
    assert!(!shown.contains("whsec_") && shown.len() < 80, "{shown}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    for text in [
        "",
        "{}",
        "{\"instance_id\":\"ins_1\",\"signing_key\":\"AAAA\",\"webhook_secret\":\"whsec_\"}",
    ] {
        std::fs::write(&file, text).unwrap();
        let refused = InstanceKeys::load_or_create(&file, &SystemRandom);
        assert!(matches!(refused, Err(KeysError::Malformed)), "{text}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    }
}

#[tokio::test]
async fn a_reset_forgets_everybody() {
    let world = World::new().await;
    let (browser, _) = world.signed_in().await;
    let state = world.send("GET", "/__emulator/state", "", &[]).await.json();
    assert_eq!(
        (
            state["users"].as_array().unwrap().len(),
            state["sessions"].as_array().unwrap().len()
        ),
        (1, 1)
    );
    assert_eq!(
        world
            .send("POST", "/__emulator/reset", "", &[])
            .await
            .status,
        200
    );
    world
        .page("GET", "/v1/client", &browser, &[])
        .await
        .fails_as(401, "dev_browser_unauthenticated", None);
    let state = world.send("GET", "/__emulator/state", "", &[]).await.json();
    assert_eq!(state, json!({ "users": [], "sessions": [] }));
}
