//! What stands beside the Frontend API at its address.

use serde_json::json;

use super::world::{FOREIGN, World};

#[tokio::test]
async fn a_redirect_goes_to_pages_of_this_machine_alone() {
    let world = World::new().await;
    let get = async |query: &str| {
        let path = format!("/v1/redirect{query}");
        world.send("GET", &path, "", &[]).await
    };
    let page = "http://localhost:3000/a?b=1#c";
    let query = url::form_urlencoded::Serializer::new("?".to_owned())
        .append_pair("redirect_url", page)
        .finish();
    let sent = get(&query).await;
    assert_eq!((sent.status, sent.header("location")), (307, Some(page)));
    let home = get("").await;
    assert_eq!((home.status, home.header("location")), (307, Some("/")));
    for foreign in FOREIGN {
        let query = url::form_urlencoded::Serializer::new("?".to_owned())
            .append_pair("redirect_url", foreign)
            .finish();
        let refused = get(&query).await;
        refused.fails_as(400, "invalid_redirect_url", Some("redirect_url"));
    }
}

#[tokio::test]
async fn the_forms_are_the_portal_and_no_app_on_a_telephone_is_known() {
    let world = World::new().await;
    let get = async |path: &str| world.send("GET", path, "", &[]).await.json();
    assert_eq!(get("/v1/account_portal").await["enabled"], true);
    assert_eq!(get("/.well-known/assetlinks.json").await, json!([]));
    assert_eq!(
        get("/.well-known/apple-app-site-association").await["webcredentials"]["apps"],
        json!([])
    );
}
