//! Organizations, as Clerk's components ask for them.

use clerk_rs_cli::emulator::Options;
use serde_json::{Value, json};

use super::person::Person;
use super::world::{SECRET, World, options};

/// The claims of a token, unverified.
pub fn claims(token: &Value) -> Value {
    use base64::Engine as _;
    let jwt = token["jwt"].as_str().unwrap();
    let payload = jwt.split('.').nth(1).unwrap();
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(payload)
        .unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn who_makes_an_organization_is_its_admin_and_chooses_to_work_in_it() {
    let world = World::new().await;
    let ada = Person::new(&world, "ada").await;
    let fields = [("name", "Acme Tools"), ("slug", "acme")];
    let made = ada.asks("POST", "/v1/organizations", &fields).await.json();
    let id = made["response"]["id"].as_str().unwrap();
    assert_eq!(made["response"]["slug"], "acme");
    assert_eq!(made["response"]["members_count"], 1);
    let session = &made["client"]["sessions"][0];
    let membership = &session["user"]["organization_memberships"][0];
    assert_eq!(membership["role"], "org:admin");
    assert_eq!(membership["organization"]["id"], id);
    let permissions = membership["permissions"].as_array().unwrap();
    assert!(permissions.contains(&json!("org:sys_memberships:manage")));
    // Made, and not yet entered.
    assert_eq!(session["last_active_organization_id"], Value::Null);
    assert_eq!(claims(&session["last_active_token"])["o"], Value::Null);

    let touched = ada.works_in(id).await;
    assert_eq!(touched["last_active_organization_id"], id);
    let organization = claims(&touched["last_active_token"])["o"].clone();
    assert_eq!(
        organization,
        json!({ "id": id, "slg": "acme", "rol": "admin" })
    );
    let alone = ada.works_in("").await;
    assert_eq!(claims(&alone["last_active_token"])["o"], Value::Null);

    // A token for an organization leaves the session where it is.
    let path = format!("/v1/client/sessions/{}/tokens", ada.session);
    let form = [("organization_id", id)];
    let token = ada.asks("POST", &path, &form).await.json();
    assert_eq!(claims(&token)["o"]["id"], id);
    let token = ada.asks("POST", &path, &[]).await.json();
    assert_eq!(claims(&token)["o"], Value::Null);
    let foreign = [("organization_id", "org_x")];
    let refused = ada.asks("POST", &path, &foreign).await;
    refused.fails_as(403, "not_a_member_in_organization", None);
}

#[tokio::test]
async fn names_and_slugs_are_held_to_their_form() {
    let world = World::new().await;
    let ada = Person::new(&world, "ada").await;
    let make = |fields: &'static [(&'static str, &'static str)]| {
        ada.asks("POST", "/v1/organizations", fields)
    };
    let missing = make(&[]).await;
    missing.fails_as(422, "form_param_missing", Some("name"));
    let markup = make(&[("name", "<b>")]).await;
    markup.fails_as(422, "form_param_value_invalid", Some("name"));
    let slug = make(&[("name", "A"), ("slug", "A b")]).await;
    slug.fails_as(422, "form_param_value_invalid", Some("slug"));
    let unknown = make(&[("name", "A"), ("owner", "me")]).await;
    unknown.fails_as(422, "form_param_unknown", Some("owner"));
    let first = make(&[("name", "Zoë & Söhne!")]).await.json();
    assert_eq!(first["response"]["slug"], "zo-s-hne");
    let taken = make(&[("name", "Other"), ("slug", "zo-s-hne")]).await;
    taken.fails_as(422, "form_identifier_exists", Some("slug"));
    let second = make(&[("name", "Zoë & Söhne!")]).await.json();
    assert_eq!(second["response"]["slug"], "zo-s-hne-1800000000");

    let id = first["response"]["id"].as_str().unwrap();
    let path = format!("/v1/organizations/{id}");
    let changed = ada.gets("PATCH", &path, &[("name", "Zoe")]).await;
    assert_eq!(
        (&changed["name"], &changed["slug"]),
        (&json!("Zoe"), &json!("zo-s-hne"))
    );
    assert_eq!(ada.gets("GET", &path, &[]).await["name"], "Zoe");
    let nowhere = ada.asks("GET", "/v1/organizations/org_x", &[]).await;
    nowhere.fails_as(404, "organization_not_found_or_unauthorized", None);
    let signed_out = world.page("GET", &path, &ada.browser, &[]).await;
    signed_out.fails_as(401, "signed_out", None);
}

#[tokio::test]
async fn an_invitation_is_seen_and_taken_by_whom_it_is_for() {
    let world = World::new().await;
    let ada = Person::new(&world, "ada").await;
    let id = ada.makes("Acme").await;
    let bob = Person::new(&world, "bob").await;
    let eve = Person::new(&world, "eve").await;
    let bulk = format!("/v1/organizations/{id}/invitations/bulk");
    let fields = [
        (
            "email_address",
            "Bob+clerk_test@example.com, new@example.com",
        ),
        ("email_address", "other@example.com"),
        ("role", "org:member"),
    ];
    let made = ada.gets("POST", &bulk, &fields).await;
    assert_eq!(made.as_array().unwrap().len(), 3);
    let again = ada.asks("POST", &bulk, &fields[1..]).await;
    again.fails_as(422, "duplicate_record", None);
    let meta = &again.json()["errors"][0]["meta"];
    assert_eq!(meta["email_addresses"], json!(["other@example.com"]));

    let mine = "/v1/me/organization_invitations?status=pending&limit=10&offset=0";
    assert_eq!(eve.gets("GET", mine, &[]).await["total_count"], 0);
    let list = bob.gets("GET", mine, &[]).await;
    let invitation = list["data"][0]["id"].as_str().unwrap();
    assert_eq!(list["data"][0]["public_organization_data"]["name"], "Acme");
    let accept = format!("/v1/me/organization_invitations/{invitation}/accept");
    let stolen = eve.asks("POST", &accept, &[]).await;
    stolen.fails_as(404, "resource_not_found", None);
    let accepted = bob.asks("POST", &accept, &[]).await.json();
    assert_eq!(accepted["response"]["status"], "accepted");
    assert_eq!(bob.organizations().await, std::slice::from_ref(&id));
    let twice = bob.asks("POST", &accept, &[]).await;
    twice.fails_as(404, "organization_invitation_not_pending", None);

    // What a plain member may see, and what not.
    let path = format!("/v1/organizations/{id}");
    assert_eq!(bob.gets("GET", &path, &[]).await["members_count"], 2);
    let roles = bob
        .gets("GET", &format!("{path}/roles?limit=20"), &[])
        .await;
    let keys: Vec<_> = roles["data"].as_array().unwrap().iter().collect();
    assert_eq!(
        (&keys[0]["key"], &keys[1]["key"]),
        (&json!("org:admin"), &json!("org:member"))
    );
    for (method, below, field) in [
        ("PATCH", "", "name"),
        ("GET", "/invitations", "x"),
        ("POST", "/invitations/bulk", "email_address"),
        ("DELETE", "", "x"),
    ] {
        let form = [(field, "a@b.de"), ("role", "org:member")];
        let form = &form[..if method == "POST" { 2 } else { 1 }];
        let refused = bob.asks(method, &format!("{path}{below}"), form).await;
        refused.fails_as(403, "missing_organization_permission", None);
        let stranger = eve.asks(method, &format!("{path}{below}"), form).await;
        stranger.fails_as(403, "not_a_member_in_organization", None);
    }
}

#[tokio::test]
async fn invitations_are_listed_revoked_and_run_out() {
    let world = World::new().await;
    let ada = Person::new(&world, "ada").await;
    let id = ada.makes("Acme").await;
    let path = format!("/v1/organizations/{id}/invitations");
    let invite = async |address: &str| {
        let fields = [("email_address", address), ("role", "org:admin")];
        ada.asks("POST", &path, &fields).await
    };
    let one = invite("one@example.com").await.json();
    invite("two@example.com").await;
    let role = [("email_address", "a@b.de"), ("role", "org:owner")];
    let unknown = ada.asks("POST", &path, &role).await;
    unknown.fails_as(422, "form_param_value_invalid", Some("role"));
    let member = invite("ada+clerk_test@example.com").await;
    member.fails_as(400, "already_a_member_in_organization", None);
    let broken = invite("nobody").await;
    broken.fails_as(422, "form_param_format_invalid", Some("email_address"));
    let waiting = ada
        .gets("GET", &format!("{path}?status=pending&limit=1"), &[])
        .await;
    assert_eq!(waiting["total_count"], 2);
    assert_eq!(waiting["data"][0]["email_address"], "two@example.com");
    let one = one["response"]["id"].as_str().unwrap();
    let revoke = format!("{path}/{one}/revoke");
    assert_eq!(ada.gets("POST", &revoke, &[]).await["status"], "revoked");
    let twice = ada.asks("POST", &revoke, &[]).await;
    twice.fails_as(404, "organization_invitation_not_pending", None);

    // Five places: Ada, and four invitations.
    for name in ["b", "c", "d"] {
        assert_eq!(invite(&format!("{name}@example.com")).await.status, 200);
    }
    let full = invite("f@example.com").await;
    full.fails_as(403, "organization_membership_quota_exceeded", None);
    world.pass_seconds(6 * 24 * 3600);
    world.pass_seconds(24 * 24 * 3600);
    let eve = Person::new(&world, "eve").await;
    let own = eve.makes("Other").await;
    let elsewhere = format!("/v1/organizations/{own}/invitations/{one}/revoke");
    let foreign = eve.asks("POST", &elsewhere, &[]).await;
    foreign.fails_as(404, "resource_not_found", None);
    let path = format!("/v1/organizations/{id}");
    let seen = world
        .server("GET", &format!("{path}/invitations?status=expired"))
        .await;
    assert_eq!(seen.json()["total_count"], 4);
}

#[tokio::test]
async fn members_are_found_changed_and_removed_and_one_who_can_manage_stays() {
    let world = World::new().await;
    let ada = Person::new(&world, "ada").await;
    let id = ada.makes("Acme").await;
    let bob = Person::new(&world, "bob").await;
    let path = format!("/v1/organizations/{id}/memberships");
    let fields = [("user_id", bob.id.as_str()), ("role", "org:member")];
    ada.gets("POST", &path, &fields).await;
    let again = ada.asks("POST", &path, &fields).await;
    again.fails_as(400, "already_a_member_in_organization", None);
    bob.works_in(&id).await;
    for (query, found) in [
        ("", 2),
        ("query=BOB%2B", 1),
        ("query=zzz", 0),
        ("role=org:admin", 1),
        ("role=org:admin&role=org:member", 2),
    ] {
        let list = ada
            .gets("GET", &format!("{path}?paginated=true&{query}"), &[])
            .await;
        assert_eq!(list["total_count"], found, "{query}");
    }
    let page = ada
        .gets("GET", &format!("{path}?limit=1&offset=1"), &[])
        .await;
    let data = &page["data"][0]["public_user_data"];
    assert_eq!(
        (&data["user_id"], &data["first_name"]),
        (&json!(bob.id), &json!("Ada"))
    );
    let leave = format!("/v1/me/organization_memberships/{id}");
    for (method, path) in [
        ("DELETE", &leave),
        ("DELETE", &format!("{path}/{}", ada.id)),
    ] {
        let last = ada.asks(method, path, &[]).await;
        last.fails_as(400, "organization_minimum_permissions_needed", None);
    }
    let own = format!("{path}/{}", ada.id);
    let last = ada.asks("PATCH", &own, &[("role", "org:member")]).await;
    last.fails_as(400, "organization_minimum_permissions_needed", None);
    let other = format!("{path}/{}", bob.id);
    let admin = ada.gets("PATCH", &other, &[("role", "org:admin")]).await;
    assert_eq!(
        (&admin["role"], &admin["role_name"]),
        (&json!("org:admin"), &json!("Admin"))
    );
    ada.gets("DELETE", &leave, &[]).await;
    assert_eq!(ada.organizations().await, Vec::<String>::new());

    let eve = Person::new(&world, "eve").await;
    let fields = [("user_id", eve.id.as_str()), ("role", "org:member")];
    bob.gets("POST", &path, &fields).await;
    eve.works_in(&id).await;
    let removed = bob.gets("DELETE", &format!("{path}/{}", eve.id), &[]).await;
    assert_eq!(removed["public_user_data"]["user_id"], json!(eve.id));
    let client = eve.asks("GET", "/v1/client", &[]).await.json();
    let session = &client["response"]["sessions"][0];
    assert_eq!(session["last_active_organization_id"], Value::Null);
    assert_eq!(claims(&session["last_active_token"])["o"], Value::Null);

    let gone = bob
        .gets("DELETE", &format!("/v1/organizations/{id}"), &[])
        .await;
    assert_eq!(
        gone,
        json!({ "object": "organization", "id": id, "slug": "acme", "deleted": true })
    );
    assert_eq!(bob.organizations().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_verified_domain_lets_people_in_by_invitation_or_request() {
    let world = World::new().await;
    let ada = Person::new(&world, "ada").await;
    let id = ada.makes("Acme").await;
    let path = format!("/v1/organizations/{id}/domains");
    let off = ada.asks("POST", &path, &[("name", "example.com")]).await;
    off.fails_as(403, "organization_domains_not_enabled", None);
    let settings = r#"{"domains_enabled":true,"domains_enrollment_modes":["automatic_invitation","automatic_suggestion"]}"#;
    let on = world
        .server_sends("PATCH", "/v1/instance/organization_settings", settings)
        .await;
    assert_eq!(on.json()["domains_enabled"], true);
    let common = ada.asks("POST", &path, &[("name", "gmail.com")]).await;
    common.fails_as(422, "organization_domain_common", Some("name"));
    let fields = [
        ("name", "Example.com"),
        ("enrollment_mode", "automatic_suggestion"),
    ];
    let made = ada.gets("POST", &path, &fields).await;
    assert_eq!(made["verification"], Value::Null);
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    let twice = ada.asks("POST", &path, &fields).await;
    twice.fails_as(422, "organization_domain_already_exists", Some("name"));

    let bob = Person::new(&world, "bob").await;
    let suggestions = "/v1/me/organization_suggestions?status=pending&status=accepted";
    assert_eq!(bob.gets("GET", suggestions, &[]).await["total_count"], 0);
    let attempt = format!("{one}/attempt_affiliation_verification");
    let early = ada.asks("POST", &attempt, &[("code", "424242")]).await;
    early.fails_as(400, "verification_missing", None);
    let prepare = format!("{one}/prepare_affiliation_verification");
    let field = "affiliation_email_address";
    let other = ada.asks("POST", &prepare, &[(field, "a@b.de")]).await;
    other.fails_as(422, "organization_domain_mismatch", Some(field));
    ada.gets("POST", &prepare, &[(field, "it@example.com")])
        .await;
    let wrong = ada.asks("POST", &attempt, &[("code", "x")]).await;
    wrong.fails_as(422, "form_code_incorrect", Some("code"));
    let code = world.last_code().await;
    let verified = ada.gets("POST", &attempt, &[("code", &code)]).await;
    assert_eq!(verified["verification"]["status"], "verified");

    let list = bob.gets("GET", suggestions, &[]).await;
    let suggestion = list["data"][0]["id"].as_str().unwrap();
    let accept = format!("/v1/me/organization_suggestions/{suggestion}/accept");
    assert_eq!(bob.gets("POST", &accept, &[]).await["status"], "accepted");
    let twice = bob.asks("POST", &accept, &[]).await;
    twice.fails_as(400, "organization_suggestion_already_accepted", None);
    assert_eq!(bob.gets("GET", suggestions, &[]).await["total_count"], 1);
    assert_eq!(bob.organizations().await, Vec::<String>::new());
    let requests = format!("/v1/organizations/{id}/membership_requests");
    let list = ada
        .gets("GET", &format!("{requests}?status=pending"), &[])
        .await;
    let request = list["data"][0]["id"].as_str().unwrap();
    assert_eq!(
        list["data"][0]["public_user_data"]["user_id"],
        json!(bob.id)
    );
    let own = bob
        .asks("POST", &format!("{requests}/{request}/accept"), &[])
        .await;
    own.fails_as(403, "not_a_member_in_organization", None);
    let answered = ada
        .gets("POST", &format!("{requests}/{request}/accept"), &[])
        .await;
    assert_eq!(answered["status"], "accepted");
    assert_eq!(bob.organizations().await, std::slice::from_ref(&id));

    // The other way, and a refusal.
    let eve = Person::new(&world, "eve").await;
    let list = eve.gets("GET", suggestions, &[]).await;
    let suggestion = list["data"][0]["id"].as_str().unwrap();
    eve.gets(
        "POST",
        &format!("/v1/me/organization_suggestions/{suggestion}/accept"),
        &[],
    )
    .await;
    let list = ada
        .gets("GET", &format!("{requests}?status=pending"), &[])
        .await;
    let request = list["data"][0]["id"].as_str().unwrap();
    let rejected = ada
        .gets("POST", &format!("{requests}/{request}/reject"), &[])
        .await;
    assert_eq!(rejected["status"], "rejected");
    assert_eq!(eve.gets("GET", suggestions, &[]).await["total_count"], 0);
    let mode = [
        ("enrollment_mode", "automatic_invitation"),
        ("delete_pending", "false"),
    ];
    let changed = ada
        .gets("POST", &format!("{one}/update_enrollment_mode"), &mode)
        .await;
    assert_eq!(changed["enrollment_mode"], "automatic_invitation");
    let mine = "/v1/me/organization_invitations?status=pending";
    let list = eve.gets("GET", mine, &[]).await;
    assert_eq!(list["data"][0]["public_organization_data"]["id"], json!(id));
    let shown = ada.gets("GET", &one, &[]).await;
    assert_eq!(shown["total_pending_invitations"], 1);
    // A domain's invitations are not the members' business.
    let invitations = format!("/v1/organizations/{id}/invitations/pending");
    assert_eq!(ada.gets("GET", &invitations, &[]).await["total_count"], 0);
    ada.gets("DELETE", &one, &[]).await;
    assert_eq!(eve.gets("GET", mine, &[]).await["total_count"], 0);
    assert_eq!(ada.gets("GET", &path, &[]).await["total_count"], 0);
}

#[tokio::test]
async fn a_page_turns_organizations_on_when_they_are_off() {
    let world = World::new().await;
    let ada = Person::new(&world, "ada").await;
    let path = "/v1/instance/organization_settings";
    world
        .server_sends("PATCH", path, r#"{"enabled":false}"#)
        .await;
    let off = ada
        .asks("POST", "/v1/organizations", &[("name", "A")])
        .await;
    off.fails_as(403, "organization_not_enabled_in_instance", None);
    let shown = async || ada.asks("GET", "/v1/environment", &[]).await.json();
    assert_eq!(shown().await["organization_settings"]["enabled"], false);
    let fields = [
        ("enable_organizations", "true"),
        ("organization_allow_personal_accounts", "false"),
    ];
    let path = "/v1/dev_tools/enable_environment_setting";
    assert_eq!(ada.asks("PATCH", path, &fields).await.status, 200);
    let settings = shown().await["organization_settings"].clone();
    assert_eq!(settings["enabled"], true);
    assert_eq!(settings["force_organization_selection"], true);
    let defaults = ada
        .gets("GET", "/v1/me/organization_creation_defaults", &[])
        .await;
    assert_eq!(defaults["form"]["name"], "");
}

#[tokio::test]
async fn organizations_outlive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.jsonl");
    let with = |keys| Options {
        state: Some(clerk_rs_cli::emulator::State {
            file: file.clone(),
            fresh: false,
        }),
        keys,
        ..options()
    };
    let keys = || options().keys;
    let world = World::with(with(keys())).await;
    let ada = Person::new(&world, "ada").await;
    let id = ada.makes("Acme").await;
    ada.works_in(&id).await;
    let (browser, session, user) = (ada.browser, ada.session, ada.id);
    world.stop().await;
    let world = World::with(with(keys())).await;
    let ada = Person {
        world: &world,
        browser,
        session,
        id: user,
    };
    assert_eq!(ada.organizations().await, std::slice::from_ref(&id));
    let client = ada.asks("GET", "/v1/client", &[]).await.json();
    let session = &client["response"]["sessions"][0];
    assert_eq!(session["last_active_organization_id"], json!(id));
    let roles = world.server("GET", "/v1/organization_roles").await.json();
    assert_eq!(roles["total_count"], 2);
}

#[tokio::test]
async fn an_organization_has_a_logo_that_pages_and_servers_set_and_take_away() {
    let world = World::new().await;
    let ada = Person::new(&world, "ada").await;
    let id = ada.makes("Acme").await;
    let path = format!("/v1/organizations/{id}");
    let query = format!(
        "_clerk_session_id={}&__clerk_db_jwt={}",
        ada.session, ada.browser
    );
    let picture = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
    let request = format!(
        "PUT {path}/logo?{query} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\
         Content-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n{picture}",
        world.port(),
        picture.len(),
    );
    let set = world.raw(&request).await;
    let set = set.json()["response"].clone();
    assert_eq!(set["has_image"], true);
    let url = set["image_url"].as_str().unwrap();
    let image = &url[url.find("/images/").unwrap()..];
    assert_eq!(world.send("GET", image, "", &[]).await.status, 200);
    let gone = ada.gets("DELETE", &format!("{path}/logo"), &[]).await;
    assert_eq!(
        (&gone["has_image"], &gone["name"]),
        (&json!(false), &json!("Acme"))
    );
    assert_eq!(world.send("GET", image, "", &[]).await.status, 404);

    let head =
        format!("Authorization: Bearer {SECRET}\r\nContent-Type: application/octet-stream\r\n");
    let logo = format!("{path}/logo");
    let set = world.backend("PUT", &logo, &head, picture).await;
    assert_eq!(set.json()["has_image"], true);
    let gone = world.server("DELETE", &logo).await;
    assert_eq!(gone.json()["has_image"], false);
}
