//! Users, as servers make, find, change and keep them out.

use clerk_rs_cli::emulator::State;
use serde_json::{Value, json};

use super::world::{ADA, Answer, PASSWORD, World, options};

impl World {
    pub async fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.server_sends(method, path, &body.to_string()).await
    }

    /// A user whom a server makes of this.
    pub async fn user(&self, body: &Value) -> Value {
        let made = self.json("POST", "/v1/users", body).await;
        assert_eq!(made.status, 200, "{}", made.body);
        made.json()
    }

    /// The ids that a list shows, in its order.
    async fn found(&self, query: &str) -> Vec<String> {
        let list = self.server("GET", &format!("/v1/users?{query}")).await;
        let ids = |list: &Value| -> Vec<_> {
            let all = list.as_array().unwrap().iter();
            all.map(|user| user["first_name"].as_str().unwrap_or_default().to_owned())
                .collect()
        };
        ids(&list.json())
    }

    async fn sign_in(&self, address: &str, password: &str) -> Answer {
        let browser = self.browser().await;
        let fields = [("identifier", address), ("password", password)];
        self.page("POST", "/v1/client/sign_ins", &browser, &fields)
            .await
    }
}

fn bob() -> Value {
    json!({
        "email_address": ["Bob@example.com", "bob2@example.com"],
        "email_address_identification_status": ["verified", "reserved"],
        "phone_number": ["+1 202 555 0123"],
        "first_name": "Bob", "last_name": "Builder", "username": "Bob_B", "external_id": "b-1",
        "password": PASSWORD, "public_metadata": { "plan": "pro" },
        "private_metadata": { "note": "x" }, "unsafe_metadata": { "theme": "dark" },
        "created_at": "2026-01-02T03:04:05.000Z", "legal_accepted_at": "2026-01-02T03:04:05.000Z",
        "locale": "en-GB", "create_organizations_limit": 3, "delete_self_enabled": false,
    })
}

#[tokio::test]
async fn a_server_makes_a_user_who_can_sign_in() {
    let world = World::new().await;
    let made = world.user(&bob()).await;
    let id = made["id"].as_str().unwrap();
    let shown = world.server("GET", &format!("/v1/users/{id}")).await.json();
    assert_eq!(shown, made);
    assert_eq!(
        made["email_addresses"][0]["email_address"],
        "bob@example.com"
    );
    assert_eq!(
        made["email_addresses"][0]["verification"]["strategy"],
        "admin"
    );
    assert_eq!(made["email_addresses"][1]["reserved"], true);
    assert_eq!(
        made["primary_email_address_id"],
        made["email_addresses"][0]["id"]
    );
    assert_eq!(made["phone_numbers"][0]["phone_number"], "+12025550123");
    assert_eq!(made["username"], "bob_b");
    assert_eq!(made["created_at"], 1_767_323_045_000_i64);
    assert_eq!(made["private_metadata"], json!({ "note": "x" }));
    let done = world.sign_in("bob@example.com", PASSWORD).await.json();
    assert_eq!(done["response"]["status"], "complete");
    let user = &done["client"]["sessions"][0]["user"];
    assert_eq!(user["public_metadata"], json!({ "plan": "pro" }));
    assert_eq!(user.get("private_metadata"), None);
}

#[tokio::test]
async fn what_is_missing_taken_or_unknown_is_refused_by_its_name() {
    let world = World::new().await;
    world.user(&bob()).await;
    let email = json!(["new@example.com"]);
    for (body, status, code, param) in [
        (json!({}), 422, "form_data_missing", "email_address"),
        (
            json!({ "email_address": email }),
            422,
            "form_data_missing",
            "password",
        ),
        (
            json!({ "email_address": email, "password": "short" }),
            422,
            "form_password_length_too_short",
            "password",
        ),
        (
            json!({ "email_address": ["bob@EXAMPLE.com"], "password": PASSWORD }),
            422,
            "form_identifier_exists",
            "email_address",
        ),
        (
            json!({ "email_address": ["bob2@example.com"], "password": PASSWORD }),
            422,
            "form_identifier_exists",
            "email_address",
        ),
        (
            json!({ "email_address": email, "phone_number": ["+12025550123"], "password": PASSWORD }),
            422,
            "form_identifier_exists",
            "phone_number",
        ),
        (
            json!({ "email_address": email, "password": PASSWORD, "username": "BOB_b" }),
            422,
            "form_identifier_exists",
            "username",
        ),
        (
            json!({ "email_address": email, "password": PASSWORD, "username": "bo" }),
            422,
            "form_username_invalid_length",
            "username",
        ),
        (
            json!({ "email_address": email, "password": PASSWORD, "username": "bo!bo" }),
            422,
            "form_username_invalid_character",
            "username",
        ),
        (
            json!({ "email_address": email, "password": PASSWORD, "external_id": "b-1" }),
            422,
            "form_identifier_exists",
            "external_id",
        ),
        (
            json!({ "email_address": email, "password_digest": "$2b$x", "password_hasher": "bcrypt" }),
            422,
            "form_param_value_invalid",
            "password_hasher",
        ),
        (
            json!({ "email_address": email, "phone_number": ["1"], "password": PASSWORD }),
            422,
            "form_param_format_invalid",
            "phone_number",
        ),
        (
            json!({ "email_address": email, "password": PASSWORD, "created_at": "yesterday" }),
            422,
            "form_param_value_invalid",
            "created_at",
        ),
        (
            json!({ "emailAddress": email }),
            422,
            "form_param_unknown",
            "emailAddress",
        ),
        (
            json!({ "primary_email_address_id": "idn_1" }),
            422,
            "form_param_unknown",
            "primary_email_address_id",
        ),
        (
            json!({ "email_address": "a@b.c" }),
            422,
            "form_param_type_invalid",
            "email_address",
        ),
    ] {
        let refused = world.json("POST", "/v1/users", &body).await;
        assert_eq!(
            refused.error(),
            (status, code.to_owned(), Some(param.to_owned())),
            "{body}"
        );
    }
    let only = json!({ "email_address": ["codes@example.com"], "skip_password_requirement": true });
    assert_eq!(world.user(&only).await["password_enabled"], false);
    let nobody = json!({ "skip_user_requirement": true, "external_id": "n" });
    assert_eq!(world.user(&nobody).await["email_addresses"], json!([]));
    let count = world.server("GET", "/v1/users/count").await.json();
    assert_eq!(count, json!({ "object": "total_count", "total_count": 3 }));
}

#[tokio::test]
async fn nobody_is_made_with_more_contacts_than_a_user_may_have() {
    let world = World::new().await;
    let with = |count| {
        let addresses = (0..count).map(|number| format!("a{number}@example.com"));
        json!({ "email_address": addresses.collect::<Vec<_>>(), "password": PASSWORD })
    };
    let refused = world.json("POST", "/v1/users", &with(21)).await;
    refused.fails_as(403, "identifier_quota_exceeded", None);
    let made = world.user(&with(20)).await;
    assert_eq!(made["email_addresses"].as_array().unwrap().len(), 20);
}

#[tokio::test]
async fn a_hash_of_another_system_still_opens() {
    let world = World::new().await;
    // `hashlib.pbkdf2_hmac("sha256", b"imported horse", b"salt", 1000)`
    let digest = "pbkdf2_sha256$1000$salt$SALTHASH".replace("SALTHASH", IMPORTED);
    let body = json!({
        "email_address": ["old@example.com"], "password_digest": digest, "password_hasher": "pbkdf2_sha256",
    });
    world.user(&body).await;
    let done = world
        .sign_in("old@example.com", "imported horse")
        .await
        .json();
    assert_eq!(done["response"]["status"], "complete");
    world
        .sign_in("old@example.com", "imported house")
        .await
        .fails_as(422, "form_password_incorrect", Some("password"));
}

const IMPORTED: &str = "NDtbwPzzDxVk24pUhmpPOGjS6gTU2MdHNU0npoS1sGs=";

#[tokio::test]
async fn lists_are_filtered_sorted_and_cut() {
    let world = World::new().await;
    for (name, address) in [
        ("Cleo", "cleo@a.example"),
        ("Abe", "abe@b.example"),
        ("Bea", "bea@a.example"),
    ] {
        world.pass_seconds(60);
        let body = json!({ "email_address": [address], "first_name": name, "skip_password_requirement": true });
        world.user(&body).await;
    }
    let banned = json!({
        "email_address": ["zed@b.example"], "first_name": "Zed", "skip_password_requirement": true, "banned": true,
        "phone_number": ["+12025550199"], "username": "zedd", "external_id": "z",
    });
    world.pass_seconds(60);
    let zed = world.user(&banned).await["id"].as_str().unwrap().to_owned();
    let middle = world.now().0 - 30_000;
    for (query, names) in [
        ("", "Zed Bea Abe Cleo"),
        ("order_by=created_at", "Cleo Abe Bea Zed"),
        ("order_by=%2Bfirst_name", "Abe Bea Cleo Zed"),
        ("order_by=-email_address", "Zed Cleo Bea Abe"),
        ("limit=2", "Zed Bea"),
        ("limit=2&offset=3", "Cleo"),
        (&format!("starting_after={zed}&limit=1"), "Bea"),
        (
            "email_address=ABE@b.example&email_address=cleo@a.example",
            "Abe Cleo",
        ),
        ("query=A.EXAMPLE", "Bea Cleo"),
        ("query=be%40", "Abe"),
        ("email_address_query=%40b", "Zed Abe"),
        ("name_query=le", "Cleo"),
        ("phone_number_query=5550199", "Zed"),
        ("phone_number=%2B12025550199", "Zed"),
        ("username=ZEDD", "Zed"),
        ("username_query=zed", "Zed"),
        ("external_id=z", "Zed"),
        (&format!("user_id={zed}"), "Zed"),
        ("banned=true", "Zed"),
        ("banned=false", "Bea Abe Cleo"),
        (&format!("created_at_after={middle}"), "Zed"),
        (&format!("created_at_before={middle}"), "Bea Abe Cleo"),
        ("last_sign_in_at_after=1", ""),
        ("provider=google", ""),
        ("email_address=nobody@example.com", ""),
    ] {
        assert_eq!(world.found(query).await.join(" "), names, "{query}");
        let filters: Vec<_> = query
            .split('&')
            .filter(|one| !one.starts_with("limit") && !one.starts_with("offset"))
            .filter(|one| !one.starts_with("order_by") && !one.starts_with("starting_after"))
            .collect();
        let count = format!("/v1/users/count?{}", filters.join("&"));
        let count = world.server("GET", &count).await.json();
        let count = count["total_count"].as_u64().unwrap();
        let shown = names.split_whitespace().count() as u64;
        if query.starts_with("limit") || query.starts_with("starting") {
            assert_eq!(count, 4, "{query}");
        } else {
            assert_eq!(count, shown, "{query}");
        }
    }
    for (query, param) in [
        ("order_by=shoe_size", "order_by"),
        ("limit=501", "limit"),
        ("banned=maybe", "banned"),
        ("created_at_after=now", "created_at_after"),
        ("starting_after=user_x", "starting_after"),
    ] {
        let refused = world.server("GET", &format!("/v1/users?{query}")).await;
        refused.fails_as(422, "form_param_value_invalid", Some(param));
    }
}

#[tokio::test]
async fn a_search_finds_what_users_are_called_now_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.jsonl");
    let start = || async {
        let mut options = options();
        options.state = Some(State {
            file: file.clone(),
            fresh: false,
        });
        World::with(options).await
    };
    let world = start().await;
    let mut ids = Vec::new();
    for (name, address, moment) in [
        ("Ünal", "unal@a.example", "2026-01-03T00:00:00Z"),
        ("Ada", "ada@a.example", "2026-01-01T00:00:00Z"),
        ("Adam", "adam@b.example", "2026-01-02T00:00:00Z"),
    ] {
        let body = json!({
            "email_address": [address], "first_name": name, "skip_password_requirement": true, "created_at": moment,
        });
        ids.push(world.user(&body).await["id"].as_str().unwrap().to_owned());
    }
    let path = |place: usize| format!("/v1/users/{}", ids[place]);
    let finds = async |world: &World, cases: &[(&str, &str)]| {
        for (query, names) in cases {
            assert_eq!(world.found(query).await.join(" "), *names, "{query}");
        }
    };
    let before = [
        ("query=AD", "Adam Ada"),
        ("query=ad", "Adam Ada"),
        ("query=%C3%9Cnal", "Ünal"),
        ("query=%C3%BC", "Ünal"),
        ("query=ada&limit=1", "Adam"),
        ("query=ada&limit=1&offset=1", "Ada"),
        ("query=ada&order_by=created_at", "Ada Adam"),
        ("query=ada&email_address_query=b.ex", "Adam"),
        ("query=", "Ünal Adam Ada"),
        (&format!("query={}", &ids[1][8..14]), "Ada"),
        (
            "email_address=ada@a.example&email_address=adam@b.example&email_address=ada@",
            "Adam Ada",
        ),
    ];
    finds(&world, &before).await;
    world
        .json("PATCH", &path(1), &json!({ "first_name": "Grace" }))
        .await;
    finds(
        &world,
        &[("query=ada", "Adam Grace"), ("query=grac", "Grace")],
    )
    .await;
    world.server("DELETE", &path(2)).await;
    let after = [("query=ada", "Grace"), ("query=adam", "")];
    finds(&world, &after).await;
    world.stop().await;
    let world = start().await;
    finds(&world, &after).await;
    finds(
        &world,
        &[("query=", "Ünal Grace"), ("query=nal%40", "Ünal")],
    )
    .await;
}

#[tokio::test]
async fn a_change_touches_what_it_names_and_nothing_when_refused() {
    let world = World::new().await;
    let made = world.user(&bob()).await;
    let path = format!("/v1/users/{}", made["id"].as_str().unwrap());
    let body = json!({ "first_name": "Robert", "last_name": null, "username": null, "bypass_client_trust": true });
    let changed = world.json("PATCH", &path, &body).await.json();
    assert_eq!(changed["first_name"], "Robert");
    assert_eq!(
        (&changed["last_name"], &changed["username"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(changed["external_id"], "b-1");
    // Everything or nothing.
    let body =
        json!({ "first_name": "Rob", "totp_secret": "GEZDGNBVGY3TQOJQ", "password": "short" });
    world.json("PATCH", &path, &body).await.fails_as(
        422,
        "form_password_length_too_short",
        Some("password"),
    );
    let after = world.server("GET", &path).await.json();
    assert_eq!(
        (&after["first_name"], &after["totp_enabled"]),
        (&json!("Robert"), &json!(false))
    );
    for (body, code, param) in [
        (
            json!({ "public_metadata": {} }),
            "form_param_unknown",
            "public_metadata",
        ),
        (
            json!({ "email_address": ["x@example.com"] }),
            "form_param_unknown",
            "email_address",
        ),
        (
            json!({ "primary_email_address_id": "idn_x" }),
            "form_param_value_invalid",
            "primary_email_address_id",
        ),
        (
            json!({ "totp_secret": "!" }),
            "form_param_value_invalid",
            "totp_secret",
        ),
    ] {
        world
            .json("PATCH", &path, &body)
            .await
            .fails_as(422, code, Some(param));
    }
    let reserved = made["email_addresses"][1]["id"].as_str().unwrap();
    world
        .json(
            "PATCH",
            &path,
            &json!({ "primary_email_address_id": reserved }),
        )
        .await
        .fails_as(400, "identification_not_verified", None);
    // Before 2026-05-12 metadata went along with the rest.
    let old = format!("{path}?__clerk_api_version=2025-11-10");
    let changed = world
        .json("PATCH", &old, &json!({ "public_metadata": { "a": 1 } }))
        .await;
    assert_eq!(changed.json()["public_metadata"], json!({ "a": 1 }));
    world
        .json("PATCH", "/v1/users/user_x", &json!({}))
        .await
        .fails_as(404, "resource_not_found", None);
}

#[tokio::test]
async fn metadata_is_merged_or_replaced() {
    let world = World::new().await;
    let made = world.user(&bob()).await;
    let path = format!("/v1/users/{}/metadata", made["id"].as_str().unwrap());
    let body =
        json!({ "public_metadata": { "a": { "b": 1 } }, "private_metadata": { "note": null } });
    let merged = world.json("PATCH", &path, &body).await.json();
    assert_eq!(
        merged["public_metadata"],
        json!({ "plan": "pro", "a": { "b": 1 } })
    );
    assert_eq!(merged["private_metadata"], json!({}));
    assert_eq!(merged["unsafe_metadata"], json!({ "theme": "dark" }));
    let replaced = world
        .json("PUT", &path, &json!({ "public_metadata": { "c": 1 } }))
        .await
        .json();
    assert_eq!(replaced["public_metadata"], json!({ "c": 1 }));
    assert_eq!(replaced["unsafe_metadata"], json!({ "theme": "dark" }));
    let large = json!({ "private_metadata": { "x": "y".repeat(9000) } });
    world.json("PATCH", &path, &large).await.fails_as(
        422,
        "form_param_exceeds_allowed_size",
        Some("private_metadata"),
    );
}

#[tokio::test]
async fn who_is_banned_is_signed_out_and_stays_out() {
    let world = World::new().await;
    let (browser, session) = world.signed_in().await;
    let users = world.server("GET", "/v1/users").await.json();
    let id = users[0]["id"].as_str().unwrap();
    let banned = world
        .server("POST", &format!("/v1/users/{id}/ban"))
        .await
        .json();
    assert_eq!(banned["banned"], true);
    let tokens = format!("/v1/client/sessions/{session}/tokens");
    world
        .page("POST", &tokens, &browser, &[])
        .await
        .fails_as(401, "authentication_invalid", None);
    world
        .sign_in(ADA, PASSWORD)
        .await
        .fails_as(403, "user_banned", None);
    let banned = world
        .json("POST", "/v1/users/ban", &json!({ "user_ids": [id] }))
        .await;
    assert_eq!(banned.json()[0]["banned"], true);
    let unbanned = world
        .json("POST", "/v1/users/unban", &json!({ "user_ids": [id] }))
        .await;
    assert_eq!(unbanned.json()[0]["banned"], false);
    assert_eq!(world.sign_in(ADA, PASSWORD).await.status, 200);
    let both = json!({ "user_ids": [id, "user_x"] });
    world
        .json("POST", "/v1/users/ban", &both)
        .await
        .fails_as(404, "resource_not_found", None);
    let shown = world.server("GET", &format!("/v1/users/{id}")).await.json();
    assert_eq!(shown["banned"], false, "all or nobody");
    for ids in [json!([]), json!(vec!["user_x"; 51])] {
        let refused = world
            .json("POST", "/v1/users/ban", &json!({ "user_ids": ids }))
            .await;
        refused.fails_as(422, "form_param_value_invalid", Some("user_ids"));
    }
    let locked = world
        .server("POST", &format!("/v1/users/{id}/lock"))
        .await
        .json();
    assert_eq!(locked["locked"], true);
    world
        .sign_in(ADA, PASSWORD)
        .await
        .fails_as(403, "user_locked", None);
    world
        .server("POST", &format!("/v1/users/{id}/unlock"))
        .await;
    assert_eq!(world.sign_in(ADA, PASSWORD).await.status, 200);
    let alone = world.server("POST", &format!("/v1/users/{id}/unban")).await;
    assert_eq!(alone.status, 200);
}

#[tokio::test]
async fn servers_check_mark_and_remove_passwords() {
    let world = World::new().await;
    world.signed_in().await;
    let id = world.server("GET", "/v1/users").await.json()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = |what: &str| format!("/v1/users/{id}/{what}");
    let verify = path("verify_password");
    let right = world
        .json("POST", &verify, &json!({ "password": PASSWORD }))
        .await;
    assert_eq!(right.json(), json!({ "verified": true }));
    world
        .json("POST", &verify, &json!({ "password": "wrong horse" }))
        .await
        .fails_as(422, "incorrect_password", None);
    let mark = path("password/set_compromised");
    world
        .json("POST", &mark, &json!({ "revoke_all_sessions": true }))
        .await;
    let sessions = world.server("GET", &format!("/v1/users/{id}")).await;
    assert_eq!(sessions.status, 200);
    world
        .sign_in(ADA, PASSWORD)
        .await
        .fails_as(422, "form_password_compromised", Some("password"));
    world
        .server("POST", &path("password/unset_compromised"))
        .await;
    assert_eq!(world.sign_in(ADA, PASSWORD).await.status, 200);
    let removed = world
        .json("POST", &path("remove_password"), &json!({}))
        .await
        .json();
    assert_eq!(removed["password_enabled"], false);
    for what in [path("remove_password"), verify] {
        let body = if what.ends_with("verify_password") {
            json!({ "password": "x" })
        } else {
            json!({})
        };
        world
            .json("POST", &what, &body)
            .await
            .fails_as(400, "no_password_set", None);
    }
}

#[tokio::test]
async fn a_deleted_user_leaves_nothing_behind() {
    let world = World::new().await;
    let made = world.user(&bob()).await;
    let path = format!("/v1/users/{}", made["id"].as_str().unwrap());
    let gone = world.server("DELETE", &path).await.json();
    assert_eq!(
        gone,
        json!({ "object": "user", "id": made["id"], "deleted": true, "external_id": "b-1" })
    );
    world
        .server("GET", &path)
        .await
        .fails_as(404, "resource_not_found", None);
    world
        .server("DELETE", &path)
        .await
        .fails_as(404, "resource_not_found", None);
    world.sign_in("bob@example.com", PASSWORD).await.fails_as(
        422,
        "form_identifier_not_found",
        Some("identifier"),
    );
    world.user(&bob()).await;
}

#[tokio::test]
async fn addresses_and_numbers_have_lives_of_their_own() {
    let world = World::new().await;
    let made = world.user(&bob()).await;
    let id = &made["id"];
    for (list, field, address, other) in [
        (
            "/v1/email_addresses",
            "email_address",
            "more@example.com",
            "bob@example.com",
        ),
        (
            "/v1/phone_numbers",
            "phone_number",
            "+12025550111",
            "+12025550123",
        ),
    ] {
        let mut body = json!({ "user_id": id, "verified": true, "primary": true });
        body[field] = json!(address);
        let new = world.json("POST", list, &body).await.json();
        assert_eq!(
            (&new["object"], &new[field]),
            (&json!(field), &json!(address))
        );
        let one = format!("{list}/{}", new["id"].as_str().unwrap());
        let user = format!("/v1/users/{}", id.as_str().unwrap());
        let after = world.server("GET", &user).await.json();
        assert_eq!(after[format!("primary_{field}_id")], new["id"]);
        let unverified = world
            .json("PATCH", &one, &json!({ "verified": false }))
            .await
            .json();
        assert_eq!(unverified["verification"], Value::Null);
        world
            .json("PATCH", &one, &json!({ "primary": true }))
            .await
            .fails_as(400, "identification_not_verified", None);
        world
            .json("PATCH", &one, &json!({ "second": true }))
            .await
            .fails_as(422, "form_param_unknown", Some("second"));
        body[field] = json!(other);
        world
            .json("POST", list, &body)
            .await
            .fails_as(422, "form_identifier_exists", Some(field));
        assert_eq!(world.server("GET", &one).await.json(), unverified);
        let gone = world.server("DELETE", &one).await.json();
        assert_eq!(
            gone,
            json!({ "object": field, "id": new["id"], "deleted": true })
        );
        world
            .server("GET", &one)
            .await
            .fails_as(404, "resource_not_found", None);
        let only = format!("{user}/{field}");
        let mut body = json!({ "identification_status": "unverified" });
        body[field] = json!(address);
        let replaced = world.json("PUT", &only, &body).await.json();
        assert_eq!(replaced["verification"], Value::Null);
        let after = world.server("GET", &user).await.json();
        assert_eq!(
            after[format!(
                "{field}{}",
                if field == "phone_number" { "s" } else { "es" }
            )],
            json!([replaced])
        );
    }
    let email = json!({ "user_id": "user_x", "email_address": "y@example.com" });
    world
        .json("POST", "/v1/email_addresses", &email)
        .await
        .fails_as(404, "resource_not_found", None);
}

#[tokio::test]
async fn the_last_verified_address_stays() {
    let world = World::new().await;
    let made = world.user(&bob()).await;
    let path = format!(
        "/v1/email_addresses/{}",
        made["email_addresses"][0]["id"].as_str().unwrap()
    );
    world
        .server("DELETE", &path)
        .await
        .fails_as(400, "identification_deletion_failed", None);
}
