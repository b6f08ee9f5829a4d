//! Addresses, numbers, picture, devices and the end of an account, as `<UserProfile/>` asks for them.

use serde_json::{Value, json};

use super::world::{ADA, Answer, PAGE, PASSWORD, World};

/// A page on which somebody is signed in.
pub struct Page<'a> {
    pub world: &'a World,
    pub browser: String,
    pub session: String,
}

impl<'a> Page<'a> {
    pub async fn new(world: &'a World) -> Self {
        let (browser, session) = world.signed_in().await;
        Self {
            world,
            browser,
            session,
        }
    }

    pub async fn ask(&self, method: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        let path = format!("{path}?_clerk_session_id={}", self.session);
        self.world.page(method, &path, &self.browser, form).await
    }

    pub async fn me(&self) -> Value {
        self.ask("GET", "/v1/me", &[]).await.json()["response"].clone()
    }

    /// The same user on another browser.
    pub async fn elsewhere(&self) -> Self {
        let browser = self.world.browser().await;
        let fields = [("identifier", ADA), ("password", PASSWORD)];
        let done = self
            .world
            .page("POST", "/v1/client/sign_ins", &browser, &fields);
        let session = done.await.json()["response"]["created_session_id"].clone();
        Self {
            world: self.world,
            browser,
            session: session.as_str().unwrap().to_owned(),
        }
    }
}

pub fn id(answer: &Value) -> &str {
    answer["response"]["id"].as_str().unwrap()
}

#[tokio::test]
async fn an_address_and_a_number_are_added_verified_promoted_and_removed() {
    let world = World::new().await;
    let page = Page::new(&world).await;
    for (list, field, address, strategy, other) in [
        (
            "/v1/me/email_addresses",
            "email_address",
            "More+clerk_test@example.com",
            "email_code",
            "phone_code",
        ),
        (
            "/v1/me/phone_numbers",
            "phone_number",
            "+1 (202) 555-0100",
            "phone_code",
            "email_code",
        ),
    ] {
        let made = page.ask("POST", list, &[(field, address)]).await.json();
        assert_eq!(made["response"]["verification"], Value::Null);
        let one = format!("{list}/{}", id(&made));
        let user = &made["client"]["sessions"][0]["user"];
        let shown = if field == "email_address" {
            &user["email_addresses"][1]
        } else {
            &user["phone_numbers"][0]
        };
        assert_eq!(shown, &made["response"], "the component reads the client");
        let again = page.ask("POST", list, &[(field, address)]).await;
        again.fails_as(422, "form_identifier_exists", Some(field));
        let primary = format!("primary_{field}_id");
        page.ask("PATCH", "/v1/me", &[(&primary, id(&made))])
            .await
            .fails_as(400, "identification_not_verified", None);
        let attempt = format!("{one}/attempt_verification");
        page.ask("POST", &attempt, &[("code", "424242")])
            .await
            .fails_as(400, "verification_missing", None);
        let prepare = format!("{one}/prepare_verification");
        page.ask("POST", &prepare, &[("strategy", other)])
            .await
            .fails_as(422, "form_param_value_invalid", Some("strategy"));
        let sent = page
            .ask("POST", &prepare, &[("strategy", strategy)])
            .await
            .json();
        assert_eq!(sent["response"]["verification"]["status"], "unverified");
        page.ask("POST", &attempt, &[("code", "000000")])
            .await
            .fails_as(422, "form_code_incorrect", Some("code"));
        let done = page
            .ask("POST", &attempt, &[("code", "424242")])
            .await
            .json();
        assert_eq!(done["response"]["verification"]["status"], "verified");
        page.ask("POST", &attempt, &[("code", "424242")])
            .await
            .fails_as(400, "verification_already_verified", None);
        assert_eq!(
            page.ask("GET", &one, &[]).await.json()["response"],
            done["response"]
        );
        let promoted = page
            .ask("PATCH", "/v1/me", &[(&primary, id(&made))])
            .await
            .json();
        assert_eq!(promoted["response"][&primary], made["response"]["id"]);
        let all = page.ask("GET", list, &[]).await.json();
        assert!(all.as_array().unwrap().contains(&done["response"]));
        let gone = page.ask("DELETE", &one, &[]).await.json();
        assert_eq!(gone["response"]["deleted"], true);
        page.ask("GET", &one, &[])
            .await
            .fails_as(404, "resource_not_found", None);
    }
    let last = page.me().await["primary_email_address_id"]
        .as_str()
        .unwrap()
        .to_owned();
    page.ask("DELETE", &format!("/v1/me/email_addresses/{last}"), &[])
        .await
        .fails_as(400, "identification_deletion_failed", None);
}

#[tokio::test]
async fn who_proves_an_address_first_has_it() {
    let world = World::new().await;
    let page = Page::new(&world).await;
    let list = "/v1/me/email_addresses";
    let address = "shared+clerk_test@example.com";
    let made = page
        .ask("POST", list, &[("email_address", address)])
        .await
        .json();
    let one = format!("{list}/{}", id(&made));
    page.ask(
        "POST",
        &format!("{one}/prepare_verification"),
        &[("strategy", "email_code")],
    )
    .await;
    let other = world.browser().await;
    let theirs = world.sign_up(&other, address).await;
    assert_eq!(theirs["response"]["status"], "complete");
    page.ask(
        "POST",
        &format!("{one}/attempt_verification"),
        &[("code", "424242")],
    )
    .await
    .fails_as(422, "form_identifier_exists", Some("email_address"));
    // Nobody touches what is somebody else's.
    let theirs = &theirs["client"]["sessions"][0]["user"]["email_addresses"][0]["id"];
    let theirs = format!("{list}/{}", theirs.as_str().unwrap());
    for method in ["GET", "DELETE"] {
        page.ask(method, &theirs, &[])
            .await
            .fails_as(404, "resource_not_found", None);
    }
}

#[tokio::test]
async fn a_picture_is_shown_until_it_is_removed() {
    let world = World::new().await;
    let page = Page::new(&world).await;
    let target = format!(
        "/v1/me/profile_image?_clerk_session_id={}&__clerk_db_jwt={}",
        page.session, page.browser
    );
    let upload = async |kind: &str, body: &str| {
        let head = format!(
            "Host: localhost:{}\r\nOrigin: {PAGE}\r\nConnection: close",
            world.port()
        );
        let length = body.len();
        world
            .raw(&format!(
                "POST {target} HTTP/1.1\r\n{head}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}"
            ))
            .await
    };
    let form = |content: &str| {
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.gif\"\r\n\r\n{content}\r\n--b--\r\n"
        )
    };
    let kind = "multipart/form-data; boundary=b";
    let made = upload(kind, &form("GIF89a-one")).await.json();
    let url = made["response"]["public_url"].as_str().unwrap().to_owned();
    let me = page.me().await;
    assert_eq!(
        (&me["image_url"], &me["has_image"]),
        (&json!(url), &json!(true))
    );
    let path = |url: &str| format!("/images/{}", url.rsplit('/').next().unwrap());
    let shown = world.send("GET", &path(&url), "", &[]).await;
    assert_eq!(
        (shown.header("content-type"), &*shown.body),
        (Some("image/gif"), "GIF89a-one")
    );
    // A data URL takes its place.
    let second = upload(
        "application/octet-stream",
        "data:image/gif;base64,R0lGODlhMg==",
    )
    .await
    .json();
    let second = second["response"]["public_url"].as_str().unwrap();
    let shown = world.send("GET", &path(second), "", &[]).await;
    assert_eq!(shown.body, "GIF89a2");
    world
        .send("GET", &path(&url), "", &[])
        .await
        .fails_as(404, "resource_not_found", None);
    upload(kind, &form("<svg/>"))
        .await
        .fails_as(400, "image_type_not_supported", Some("file"));
    upload(kind, "--b--")
        .await
        .fails_as(400, "file_invalid", Some("file"));
    let gone = page.ask("DELETE", "/v1/me/profile_image", &[]).await.json();
    assert_eq!(gone["response"]["deleted"], true);
    assert_eq!(page.me().await["has_image"], false);
    page.ask("DELETE", "/v1/me/profile_image", &[])
        .await
        .fails_as(404, "resource_not_found", None);
    // Servers do the same.
    let user = format!(
        "/v1/users/{}/profile_image",
        page.me().await["id"].as_str().unwrap()
    );
    let headers = format!(
        "Authorization: Bearer {}\r\nContent-Type: {kind}\r\n",
        super::world::SECRET
    );
    let set = world
        .backend("POST", &user, &headers, &form("GIF89a-three"))
        .await
        .json();
    assert_eq!(set["has_image"], true);
    let removed = world.server("DELETE", &user).await.json();
    assert_eq!(removed["has_image"], false);
}

#[tokio::test]
async fn metadata_of_a_page_is_merged() {
    let world = World::new().await;
    let page = Page::new(&world).await;
    let path = "/v1/me/metadata";
    for (text, after) in [
        (r#"{"a":{"b":1},"c":2}"#, json!({ "a": { "b": 1 }, "c": 2 })),
        (
            r#"{"a":{"d":3},"c":null}"#,
            json!({ "a": { "b": 1, "d": 3 } }),
        ),
    ] {
        let merged = page
            .ask("PATCH", path, &[("unsafe_metadata", text)])
            .await
            .json();
        assert_eq!(merged["response"]["unsafe_metadata"], after);
    }
    for text in ["[]", "{", "null"] {
        page.ask("PATCH", path, &[("unsafe_metadata", text)])
            .await
            .fails_as(422, "form_param_value_invalid", Some("unsafe_metadata"));
    }
}

#[tokio::test]
async fn a_device_can_be_signed_out_from_another() {
    let world = World::new().await;
    let page = Page::new(&world).await;
    let other = page.elsewhere().await;
    let devices = page.ask("GET", "/v1/me/sessions/active", &[]).await.json();
    assert_eq!(devices.as_array().unwrap().len(), 2);
    let revoke = format!("/v1/me/sessions/{}/revoke", other.session);
    let gone = page.ask("POST", &revoke, &[]).await.json();
    assert_eq!(gone["response"]["status"], "revoked");
    assert_eq!(
        gone["response"]["latest_activity"]["object"],
        "session_activity"
    );
    other
        .ask("GET", "/v1/me", &[])
        .await
        .fails_as(401, "signed_out", None);
    let devices = page.ask("GET", "/v1/me/sessions", &[]).await.json();
    let statuses: Vec<_> = devices
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["status"].clone())
        .collect();
    assert_eq!(statuses, ["active", "revoked"]);
    let stranger = world.browser().await;
    let done = world.sign_up(&stranger, "eve+clerk_test@example.com").await;
    let foreign = done["response"]["created_session_id"].as_str().unwrap();
    page.ask("POST", &format!("/v1/me/sessions/{foreign}/revoke"), &[])
        .await
        .fails_as(404, "resource_not_found", None);
}

#[tokio::test]
async fn a_password_can_be_given_up() {
    let world = World::new().await;
    let page = Page::new(&world).await;
    let path = "/v1/me/remove_password";
    page.ask("POST", path, &[("current_password", "wrong horse")])
        .await
        .fails_as(
            422,
            "form_password_validation_failed",
            Some("current_password"),
        );
    let removed = page
        .ask("POST", path, &[("current_password", PASSWORD)])
        .await
        .json();
    assert_eq!(removed["response"]["password_enabled"], false);
    page.ask("POST", path, &[("current_password", PASSWORD)])
        .await
        .fails_as(400, "no_password_set", None);
}

#[tokio::test]
async fn people_delete_their_accounts_if_they_may() {
    let world = World::new().await;
    let page = Page::new(&world).await;
    let user = format!("/v1/users/{}", page.me().await["id"].as_str().unwrap());
    world
        .json("PATCH", &user, &json!({ "delete_self_enabled": false }))
        .await;
    page.ask("DELETE", "/v1/me", &[])
        .await
        .fails_as(403, "user_deletion_not_enabled", None);
    world
        .json("PATCH", &user, &json!({ "delete_self_enabled": true }))
        .await;
    let gone = page.ask("DELETE", "/v1/me", &[]).await.json();
    assert_eq!(gone["response"]["deleted"], true);
    assert_eq!(gone["client"]["sessions"], json!([]));
    world
        .server("GET", &user)
        .await
        .fails_as(404, "resource_not_found", None);
}
