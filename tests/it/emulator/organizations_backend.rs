//! Organizations, as a server asks for them.

use serde_json::{Value, json};

use super::person::Person;
use super::world::{Answer, World};

pub struct Server<'a>(pub &'a World);

impl Server<'_> {
    pub async fn asks(&self, method: &str, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let path = format!("/v1{path}");
        self.0.server_sends(method, &path, &body).await
    }

    pub async fn gets(&self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.asks(method, path, &body).await;
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.body);
        answer.json()
    }

    async fn lists(&self, path: &str, name: &str) -> Vec<String> {
        let list = self.gets("GET", path, Value::Null).await;
        let data = list["data"].as_array().unwrap().iter();
        data.map(|known| known[name].as_str().unwrap().to_owned())
            .collect()
    }
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_server_makes_lists_changes_and_deletes_organizations() {
    let world = World::new().await;
    let server = Server(&world);
    let ada = Person::new(&world, "ada").await;
    let new = json!({
        "name": "Acme", "slug": "acme", "created_by": ada.id, "public_metadata": { "plan": "pro" },
        "private_metadata": { "a": { "b": 1, "c": 2 } }, "max_allowed_memberships": 3,
        "created_at": "2012-10-20T07:15:20.902Z",
    });
    let made = server.gets("POST", "/organizations", new).await;
    let id = text(&made, "id");
    assert_eq!(made["created_at"], 1_350_717_320_902_i64);
    assert_eq!(made["role_set_key"], "role_set:default");
    assert_eq!(ada.organizations().await, std::slice::from_ref(&id));
    let path = format!("/organizations/{id}");
    let by_slug = server
        .gets(
            "GET",
            "/organizations/acme?include_members_count=true",
            Value::Null,
        )
        .await;
    assert_eq!(
        (&by_slug["id"], &by_slug["members_count"]),
        (&json!(id), &json!(1))
    );
    let patch = json!({ "private_metadata": { "a": { "b": null } } });
    let merged = server
        .gets("PATCH", &format!("{path}/metadata"), patch)
        .await;
    assert_eq!(merged["private_metadata"], json!({ "a": { "c": 2 } }));
    let put = json!({ "private_metadata": { "x": 1 } });
    let replaced = server.gets("PUT", &format!("{path}/metadata"), put).await;
    assert_eq!(replaced["private_metadata"], json!({ "x": 1 }));
    assert_eq!(replaced["public_metadata"], json!({ "plan": "pro" }));
    let seen = ada.asks("GET", &format!("/v1{path}"), &[]).await;
    assert!(seen.body.contains("pro") && !seen.body.contains("private"));

    let change = json!({ "name": "Acme Tools", "admin_delete_enabled": false });
    assert_eq!(server.gets("PATCH", &path, change).await["slug"], "acme");
    let refused = ada.asks("DELETE", &format!("/v1{path}"), &[]).await;
    refused.fails_as(403, "organization_admin_delete_not_enabled", None);
    server
        .gets("POST", "/organizations", json!({ "name": "Zeta" }))
        .await;
    for (query, found) in [
        ("", vec!["Zeta", "Acme Tools"]),
        ("order_by=name", vec!["Acme Tools", "Zeta"]),
        ("order_by=-members_count", vec!["Acme Tools", "Zeta"]),
        ("order_by=%2Bcreated_at&limit=1", vec!["Acme Tools"]),
        ("query=TOOLS", vec!["Acme Tools"]),
        ("query=E", vec!["Zeta", "Acme Tools"]),
        ("query=acm", vec!["Acme Tools"]),
        (&format!("query={id}"), vec!["Acme Tools"]),
        // A part of an id is none.
        (&format!("query={}", &id[..20]), vec![]),
        (&format!("user_id={}", ada.id), vec!["Acme Tools"]),
        (&format!("user_id=-{}", ada.id), vec!["Zeta"]),
        (&format!("organization_id=-{id}"), vec!["Zeta"]),
    ] {
        let names = server
            .lists(&format!("/organizations?{query}"), "name")
            .await;
        assert_eq!(names, found, "{query}");
    }
    for (method, path, body, status, code, field) in [
        (
            "GET",
            "/organizations?order_by=x",
            Value::Null,
            422,
            "form_param_value_invalid",
            Some("order_by"),
        ),
        (
            "GET",
            "/organizations?limit=501",
            Value::Null,
            422,
            "form_param_value_invalid",
            Some("limit"),
        ),
        (
            "POST",
            "/organizations",
            json!({}),
            422,
            "form_param_missing",
            Some("name"),
        ),
        (
            "POST",
            "/organizations",
            json!({ "name": 1 }),
            422,
            "form_param_type_invalid",
            Some("name"),
        ),
        (
            "POST",
            "/organizations",
            json!({ "name": "A", "x": 1 }),
            422,
            "form_param_unknown",
            Some("x"),
        ),
        (
            "POST",
            "/organizations",
            json!({ "name": "A", "slug": "acme" }),
            422,
            "form_identifier_exists",
            Some("slug"),
        ),
        (
            "POST",
            "/organizations",
            json!({ "name": "A", "created_by": "user_x" }),
            400,
            "organization_creator_not_found",
            Some("created_by"),
        ),
        (
            "POST",
            "/organizations",
            json!({ "name": "A", "created_at": "soon" }),
            422,
            "form_param_value_invalid",
            Some("created_at"),
        ),
        (
            "GET",
            "/organizations/org_x",
            Value::Null,
            404,
            "resource_not_found",
            None,
        ),
        (
            "PATCH",
            "/organizations/org_x",
            json!({}),
            404,
            "resource_not_found",
            None,
        ),
        (
            "DELETE",
            "/organizations/org_x",
            Value::Null,
            404,
            "resource_not_found",
            None,
        ),
    ] {
        server
            .asks(method, path, &body)
            .await
            .fails_as(status, code, field);
    }
    let gone = server.gets("DELETE", &path, Value::Null).await;
    assert_eq!(
        gone,
        json!({ "object": "organization", "id": id, "slug": "acme", "deleted": true })
    );
    assert_eq!(ada.organizations().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_server_adds_finds_changes_and_removes_members() {
    let world = World::new().await;
    let server = Server(&world);
    let ada = Person::new(&world, "ada").await;
    let bob = Person::new(&world, "bob").await;
    let id = ada.makes("Acme").await;
    let path = format!("/organizations/{id}/memberships");
    let new = json!({ "user_id": bob.id, "role": "org:member", "private_metadata": { "desk": 1 } });
    let added = server.gets("POST", &path, new.clone()).await;
    assert_eq!(added["private_metadata"], json!({ "desk": 1 }));
    assert_eq!(added["public_user_data"]["user_id"], json!(bob.id));
    server
        .asks("POST", &path, &new)
        .await
        .fails_as(400, "already_a_member_in_organization", None);
    let unknown = json!({ "user_id": "user_x", "role": "org:member" });
    server
        .asks("POST", &path, &unknown)
        .await
        .fails_as(404, "resource_not_found", None);
    let role = json!({ "user_id": bob.id, "role": "org:boss" });
    server
        .asks("POST", &path, &role)
        .await
        .fails_as(422, "form_param_value_invalid", Some("role"));
    for (query, found) in [
        ("", 2),
        ("role=org:admin", 1),
        ("role=-org:admin", 1),
        (&format!("user_id={}&user_id={}", ada.id, bob.id), 2),
        ("email_address=bob%2Bclerk_test@example.com", 1),
        ("email_address_query=BOB", 1),
        ("name_query=ada", 2),
        ("query=bob", 1),
        ("username=bob", 0),
        ("created_at_before=1", 0),
        ("last_active_at_after=1", 2),
    ] {
        let list = server
            .gets("GET", &format!("{path}?{query}"), Value::Null)
            .await;
        assert_eq!(list["total_count"], found, "{query}");
    }
    let broken = server
        .asks("GET", &format!("{path}?created_at_after=x"), &Value::Null)
        .await;
    broken.fails_as(422, "form_param_value_invalid", Some("created_at_after"));
    let order = server
        .gets(
            "GET",
            &format!("{path}?order_by=-email_address"),
            Value::Null,
        )
        .await;
    assert_eq!(
        order["data"][0]["public_user_data"]["user_id"],
        json!(bob.id)
    );
    let all = server
        .gets(
            "GET",
            "/organization_memberships?order_by=created_at",
            Value::Null,
        )
        .await;
    assert_eq!(all["data"][0]["role"], "org:admin");
    let own = format!("/users/{}/organization_memberships", bob.id);
    assert_eq!(
        server.gets("GET", &own, Value::Null).await["total_count"],
        1
    );

    let one = format!("{path}/{}", bob.id);
    let changed = server
        .gets("PATCH", &one, json!({ "role": "org:admin" }))
        .await;
    assert_eq!(changed["role"], "org:admin");
    let metadata =
        json!({ "public_metadata": { "floor": 2 }, "private_metadata": { "desk": null } });
    let changed = server
        .gets("PATCH", &format!("{one}/metadata"), metadata)
        .await;
    assert_eq!(changed["private_metadata"], json!({}));
    assert_eq!(changed["public_metadata"], json!({ "floor": 2 }));
    for person in [&ada, &bob] {
        server
            .gets("DELETE", &format!("{path}/{}", person.id), Value::Null)
            .await;
    }
    server
        .asks("DELETE", &one, &Value::Null)
        .await
        .fails_as(404, "resource_not_found", None);
}

#[tokio::test]
async fn a_server_invites_one_or_many_and_takes_it_back() {
    let world = World::new().await;
    let server = Server(&world);
    let ada = Person::new(&world, "ada").await;
    let bob = Person::new(&world, "bob").await;
    let id = ada.makes("Acme").await;
    let path = format!("/organizations/{id}/invitations");
    let new = json!({
        "email_address": "bob+clerk_test@example.com", "role": "org:member", "inviter_user_id": ada.id,
        "redirect_url": "http://localhost:3000/join", "public_metadata": { "team": "b" }, "expires_in_days": 1,
    });
    let made = server.gets("POST", &path, new.clone()).await;
    assert_eq!(made["public_inviter_data"]["user_id"], json!(ada.id));
    let twice = server.asks("POST", &path, &new).await;
    twice.fails_as(422, "duplicate_record", None);
    let one = format!("{path}/{}", text(&made, "id"));
    assert_eq!(
        server.gets("GET", &one, Value::Null).await["status"],
        "pending"
    );
    let own = format!("/users/{}/organization_invitations?status=pending", bob.id);
    let list = server.gets("GET", &own, Value::Null).await;
    assert_eq!(list["data"][0]["public_organization_data"]["id"], json!(id));

    let many = json!([
        { "email_address": "x@example.com", "role": "org:member" },
        { "email_address": "y@example.com", "role": "org:admin", "notify": false },
    ]);
    let made = server.gets("POST", &format!("{path}/bulk"), many).await;
    assert_eq!(made["total_count"], 2);
    for (path, found) in [
        (format!("{path}?status=pending"), 3),
        (format!("{path}?status=accepted&status=revoked"), 0),
        (format!("{path}?email_address=X@example.com"), 1),
        (format!("{path}/pending?limit=2"), 3),
        (
            "/organization_invitations?query=example&order_by=email_address".to_owned(),
            3,
        ),
    ] {
        let list = server.gets("GET", &path, Value::Null).await;
        assert_eq!(list["total_count"], found, "{path}");
    }
    for (field, value) in [
        ("expires_in_days", json!(366)),
        ("redirect_url", json!("javascript:x")),
        ("role", json!("x")),
    ] {
        let mut bad = json!({ "email_address": "z@example.com", "role": "org:member" });
        bad[field] = value;
        server.asks("POST", &path, &bad).await.fails_as(
            422,
            "form_param_value_invalid",
            Some(field),
        );
    }
    let stranger = json!({ "email_address": "z@example.com", "role": "org:member", "inviter_user_id": bob.id });
    server
        .asks("POST", &path, &stranger)
        .await
        .fails_as(403, "not_a_member_in_organization", None);
    let revoke = format!("{one}/revoke");
    let by = json!({ "requesting_user_id": ada.id });
    assert_eq!(server.gets("POST", &revoke, by).await["status"], "revoked");
    server.asks("POST", &revoke, &Value::Null).await.fails_as(
        404,
        "organization_invitation_not_pending",
        None,
    );
}

#[tokio::test]
async fn roles_and_permissions_of_ones_own_come_into_tokens() {
    let world = World::new().await;
    let server = Server(&world);
    let ada = Person::new(&world, "ada").await;
    let id = ada.makes("Acme").await;
    let new = json!({ "name": "Pay", "key": "org:invoices:pay", "description": "Pays" });
    let pay = server
        .gets("POST", "/organization_permissions", new.clone())
        .await;
    assert_eq!(pay["type"], "user");
    server
        .asks("POST", "/organization_permissions", &new)
        .await
        .fails_as(422, "form_identifier_exists", Some("key"));
    for key in ["org:sys_x:read", "org:x", "org:A:b", "invoices:pay"] {
        let bad = json!({ "name": "X", "key": key });
        server
            .asks("POST", "/organization_permissions", &bad)
            .await
            .fails_as(422, "form_param_value_invalid", Some("key"));
    }
    let roles = server
        .gets("GET", "/organization_roles?query=admin", Value::Null)
        .await;
    let admin = text(&roles["data"][0], "id");
    let pay_id = text(&pay, "id");
    let given = format!("/organization_roles/{admin}/permissions/{pay_id}");
    server.gets("POST", &given, Value::Null).await;
    server.asks("POST", &given, &Value::Null).await.fails_as(
        409,
        "organization_role_permission_association_exists",
        None,
    );
    let session = ada.works_in(&id).await;
    let claims = super::organizations::claims(&session["last_active_token"]);
    assert_eq!(
        claims["o"],
        json!({ "id": id, "slg": "acme", "rol": "admin", "per": "pay", "fpm": "1" })
    );
    assert_eq!(claims["fea"], "o:invoices");

    let role = json!({
        "name": "Payer", "key": "org:payer", "permissions": [pay_id], "include_in_initial_role_set": true,
    });
    let payer = server.gets("POST", "/organization_roles", role).await;
    assert_eq!(payer["is_creator_eligible"], false);
    let payer_path = format!("/organization_roles/{}", text(&payer, "id"));
    let bob = Person::new(&world, "bob").await;
    let member = json!({ "user_id": bob.id, "role": "org:payer" });
    server
        .gets("POST", &format!("/organizations/{id}/memberships"), member)
        .await;
    server
        .asks("DELETE", &payer_path, &Value::Null)
        .await
        .fails_as(422, "organization_role_assigned_members", None);
    let renamed = server
        .gets(
            "PATCH",
            &payer_path,
            json!({ "key": "org:clerk", "name": "Clerk" }),
        )
        .await;
    assert_eq!(renamed["key"], "org:clerk");
    let seen = bob
        .gets("GET", "/v1/me/organization_memberships", &[])
        .await;
    assert_eq!(
        (&seen["data"][0]["role"], &seen["data"][0]["permissions"]),
        (&json!("org:clerk"), &json!(["org:invoices:pay"]))
    );

    let admin_path = format!("/organization_roles/{admin}");
    server
        .asks("DELETE", &admin_path, &Value::Null)
        .await
        .fails_as(422, "organization_role_default_creator_role", None);
    let none = json!({ "permissions": [] });
    server.asks("PATCH", &admin_path, &none).await.fails_as(
        422,
        "organization_missing_creator_role_permissions",
        None,
    );
    let shown = server.gets("GET", &admin_path, Value::Null).await;
    let mut held = shown["permissions"].as_array().unwrap().iter();
    let is_system = |one: &&Value| text(one, "key").starts_with("org:sys_");
    let system = text(held.find(is_system).unwrap(), "id");
    let system = format!("/organization_permissions/{system}");
    server.asks("DELETE", &system, &Value::Null).await.fails_as(
        403,
        "organization_system_permission_not_modifiable",
        None,
    );
    let own = format!("/organization_permissions/{pay_id}");
    let changed = server
        .gets("PATCH", &own, json!({ "name": "Pays all" }))
        .await;
    assert_eq!(changed["name"], "Pays all");
    assert_eq!(
        server.gets("GET", &own, Value::Null).await["key"],
        "org:invoices:pay"
    );
    server.gets("DELETE", &given, Value::Null).await;
    server.gets("DELETE", &own, Value::Null).await;
    assert_eq!(
        server.gets("GET", &payer_path, Value::Null).await["permissions"],
        json!([])
    );
    let own = server
        .lists("/organization_permissions?query=invoices", "key")
        .await;
    assert_eq!(own, Vec::<String>::new());
    let out = format!("/organizations/{id}/memberships/{}", bob.id);
    server.gets("DELETE", &out, Value::Null).await;
    assert_eq!(
        server.gets("DELETE", &payer_path, Value::Null).await["deleted"],
        true
    );
}

#[tokio::test]
async fn role_sets_are_made_changed_and_replaced() {
    let world = World::new().await;
    let server = Server(&world);
    let ada = Person::new(&world, "ada").await;
    let id = ada.makes("Acme").await;
    let boss = json!({ "name": "Boss", "key": "org:boss" });
    let boss = server.gets("POST", "/organization_roles", boss).await;
    let set = json!({
        "name": "Big Firms", "roles": ["org:admin", "org:member"], "default_role_key": "org:member",
        "creator_role_key": "org:admin", "type": "custom",
    });
    let made = server.gets("POST", "/role_sets", set).await;
    assert_eq!(made["key"], "role_set:big_firms");
    let add = json!({ "role_keys": ["org:boss"] });
    let added = server
        .gets("POST", "/role_sets/role_set:big_firms/roles", add)
        .await;
    assert_eq!(added["roles"].as_array().unwrap().len(), 3);
    let creator = json!({ "creator_role_key": "org:boss" });
    let weak = server
        .asks("PATCH", "/role_sets/role_set:big_firms", &creator)
        .await;
    weak.fails_as(422, "organization_missing_creator_role_permissions", None);
    let initial = json!({ "type": "initial", "description": "For all" });
    let changed = server
        .gets("PATCH", "/role_sets/role_set:big_firms", initial)
        .await;
    assert_eq!(changed["type"], "initial");
    let sets = server.lists("/role_sets?order_by=key", "type").await;
    assert_eq!(sets, ["initial", "custom"]);
    let other = server
        .gets("GET", "/role_sets/role_set:default", Value::Null)
        .await;
    assert_eq!(other["creator_role"]["members_count"], 1);
    let replace = json!({
        "dest_role_set_key": "role_set:big_firms", "reassignment_mappings": { "org:admin": "org:boss" },
    });
    let gone = server
        .gets("POST", "/role_sets/role_set:default/replace", replace)
        .await;
    assert_eq!(gone["deleted"], true);
    let own = ada
        .gets("GET", "/v1/me/organization_memberships", &[])
        .await;
    assert_eq!(own["data"][0]["role"], "org:boss");
    let swap = json!({ "role_key": "org:boss", "to_role_key": "org:admin" });
    server
        .gets("POST", "/role_sets/role_set:big_firms/roles/replace", swap)
        .await;
    let own = ada
        .gets("GET", "/v1/me/organization_memberships", &[])
        .await;
    assert_eq!(own["data"][0]["role"], "org:admin");
    let unused = format!("/organization_roles/{}", text(&boss, "id"));
    server.gets("DELETE", &unused, Value::Null).await;
    let shown = server
        .gets("GET", &format!("/organizations/{id}"), Value::Null)
        .await;
    assert_eq!(shown["role_set_key"], "role_set:big_firms");
}

#[tokio::test]
async fn the_rules_for_organizations_hold_for_pages_and_servers() {
    let world = World::new().await;
    let server = Server(&world);
    let path = "/instance/organization_settings";
    let shown = server.gets("GET", path, Value::Null).await;
    assert_eq!(
        (&shown["creator_role"], &shown["domains_default_role"]),
        (&json!("org:admin"), &json!("org:member"))
    );
    let roles = server
        .gets("GET", "/organization_roles?order_by=key", Value::Null)
        .await;
    let member = text(&roles["data"][1], "id");
    let weak = json!({ "creator_role_id": member });
    server.asks("PATCH", path, &weak).await.fails_as(
        422,
        "organization_missing_creator_role_permissions",
        None,
    );
    let admin = text(&roles["data"][0], "id");
    let change = json!({ "max_allowed_memberships": 0, "slug_disabled": true, "domains_enabled": true, "domains_default_role_id": admin });
    let changed = server.gets("PATCH", path, change).await;
    assert_eq!(
        (&changed["slug_disabled"], &changed["domains_default_role"]),
        (&json!(true), &json!("org:admin"))
    );
    let ada = Person::new(&world, "ada").await;
    let environment = ada.asks("GET", "/v1/environment", &[]).await.json();
    let settings = &environment["organization_settings"];
    assert_eq!(
        (
            &settings["slug"]["disabled"],
            &settings["domains"]["enabled"]
        ),
        (&json!(true), &json!(true))
    );
    let slug = [("name", "A"), ("slug", "a")];
    ada.asks("POST", "/v1/organizations", &slug).await.fails_as(
        422,
        "form_param_value_invalid",
        Some("slug"),
    );
    let id = ada.makes("A").await;

    let domains = format!("/organizations/{id}/domains");
    let mode = json!({ "name": "b.example", "enrollment_mode": "automatic_suggestion" });
    server.asks("POST", &domains, &mode).await.fails_as(
        403,
        "organization_domain_enrollment_mode_not_enabled",
        None,
    );
    let made = server
        .gets(
            "POST",
            &domains,
            json!({ "name": "a.example", "verified": false }),
        )
        .await;
    assert_eq!(made["ownership_verification"], Value::Null);
    let one = format!("{domains}/{}", text(&made, "id"));
    let verified = server
        .gets("POST", &format!("{one}/verify_ownership"), Value::Null)
        .await;
    assert_eq!(verified["verification"]["status"], "verified");
    let changed = server
        .gets("PATCH", &one, json!({ "verified": false }))
        .await;
    assert_eq!(changed["verification"], Value::Null);
    for (query, found) in [
        ("", 1),
        ("verified=true", 0),
        ("enrollment_mode=-manual_invitation", 0),
        ("query=A.EX", 1),
        ("domains=b.example", 0),
        ("organization_id=org_x", 0),
    ] {
        let list = server
            .gets(
                "GET",
                &format!("/organization_domains?{query}"),
                Value::Null,
            )
            .await;
        assert_eq!(list["total_count"], found, "{query}");
    }
    assert_eq!(server.lists(&domains, "name").await, ["a.example"]);
    assert_eq!(
        server.gets("DELETE", &one, Value::Null).await["deleted"],
        true
    );
}

#[tokio::test]
async fn users_are_found_by_their_organizations() {
    let world = World::new().await;
    let ada = Person::new(&world, "ada").await;
    let bob = Person::new(&world, "bob").await;
    let organization = ada.makes("Acme").await;
    for (query, expected) in [
        (organization.clone(), &ada.id),
        (format!("%2B{organization}"), &ada.id),
        (format!("-{organization}"), &bob.id),
    ] {
        let path = format!("/v1/users?organization_id={query}");
        let found = world.server("GET", &path).await.json();
        assert_eq!(found.as_array().unwrap().len(), 1, "{query}");
        assert_eq!(&found[0]["id"], expected);
        let path = format!("/v1/users/count?organization_id={query}");
        assert_eq!(world.server("GET", &path).await.json()["total_count"], 1);
    }
}

#[tokio::test]
async fn older_versions_change_the_metadata_of_an_organization_with_the_rest() {
    let world = World::new().await;
    let organization = Person::new(&world, "ada").await.makes("Acme").await;
    let path = format!("/v1/organizations/{organization}");
    let body = r#"{"public_metadata":{"plan":"pro"}}"#;
    world.server_sends("PATCH", &path, body).await.fails_as(
        422,
        "form_param_unknown",
        Some("public_metadata"),
    );
    let older = format!("{path}?__clerk_api_version=2025-11-10");
    let changed = world.server_sends("PATCH", &older, body).await.json();
    assert_eq!(changed["public_metadata"], json!({ "plan": "pro" }));
}
