//! Which events are told of what happens. Each is held against Clerk's description where it arrives.

use serde_json::{Value, json};

use super::organizations_backend::Server;
use super::person::Person;
use super::receiver::told;
use super::world::{ADA, PASSWORD};

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

#[tokio::test]
async fn a_sign_up_tells_of_the_code_the_user_and_the_session() {
    let (world, mut app) = told().await;
    let (_, session) = world.signed_in().await;
    let mail = app.told("email.created").await;
    assert_eq!(
        (&mail["to_email_address"], &mail["data"]["otp_code"]),
        (&json!(ADA), &json!("424242"))
    );
    assert_eq!(
        (&mail["slug"], &mail["user_id"]),
        (&json!("verification_code"), &Value::Null)
    );
    let user = app.told("user.created").await;
    assert_eq!(user["email_addresses"][0]["email_address"], ADA);
    assert_eq!(user["private_metadata"], json!({}));
    let began = app.told("session.created").await;
    assert_eq!(
        (&began["id"], &began["status"], &began["user"]["id"]),
        (&json!(session), &json!("active"), &user["id"])
    );
    app.told_all(&world).await;
}

#[tokio::test]
async fn an_event_says_who_asked_when_and_where() {
    let (world, mut app) = told().await;
    let headers = "User-Agent: Tests/1\r\nX-Forwarded-For: 203.0.113.9\r\n\
                   Authorization: Bearer sk_test_0123456789abcdefghijABCDEFGHIJ0123456789\r\n\
                   Content-Type: application/json\r\n";
    let body = json!({ "email_address": [ADA], "password": PASSWORD }).to_string();
    let made = world.backend("POST", "/v1/users", headers, &body).await;
    let got = app.next().await;
    assert_eq!(got.kind, "user.created");
    assert_eq!(got.body["data"], made.json());
    assert_eq!(got.body["object"], "event");
    assert_eq!(got.body["timestamp"], world.now().0);
    assert_eq!(got.at, world.now().seconds());
    assert!(
        got.body["instance_id"]
            .as_str()
            .unwrap()
            .starts_with("ins_")
    );
    assert_eq!(
        got.body["event_attributes"],
        json!({ "http_request": { "client_ip": "203.0.113.9", "user_agent": "Tests/1" } })
    );
    assert_eq!(got.path, "POST /webhooks/clerk");
    assert_eq!(got.headers["content-type"], "application/json");
    assert_eq!(got.headers["host"], format!("localhost:{}", app.port));
    assert!(got.id.starts_with("msg_"));
}

#[tokio::test]
async fn a_user_is_told_of_when_something_of_them_is_another() {
    let (world, mut app) = told().await;
    let ada = Person::new(&world, "ada").await;
    let _signed_up = app.kinds::<3>().await;
    world.pass_seconds(90);
    // Nothing but the time of the last touch.
    ada.works_in("").await;
    ada.gets("PATCH", "/v1/me", &[("first_name", "Augusta")])
        .await;
    assert_eq!(app.told("user.updated").await["first_name"], "Augusta");
    // The same once more is no change, but for the moment.
    let path = format!("/v1/users/{}", ada.id);
    let body = json!({ "external_id": "ada-1" }).to_string();
    world.server_sends("PATCH", &path, &body).await;
    assert_eq!(app.told("user.updated").await["external_id"], "ada-1");
    let refused = json!({ "external_id": "ada-2", "nonsense": 1 }).to_string();
    world.server_sends("PATCH", &path, &refused).await;

    let number = ("phone_number", "+12025550100");
    let made = ada.gets("POST", "/v1/me/phone_numbers", &[number]).await;
    let contact = id(&made).to_owned();
    app.told("user.updated").await;
    let prepare = format!("/v1/me/phone_numbers/{contact}/prepare_verification");
    ada.gets("POST", &prepare, &[("strategy", "phone_code")])
        .await;
    let user = app.told("user.updated").await;
    let verification = &user["phone_numbers"][0]["verification"];
    assert_eq!(verification["status"], "unverified");
    let message = app.told("sms.created").await;
    assert_eq!(
        (&message["phone_number_id"], &message["user_id"]),
        (&json!(contact), &json!(ada.id))
    );
    assert_eq!(message["message"], "424242 is your verification code.");

    assert!(world.server("DELETE", &path).await.status < 300);
    let session = app.told("session.revoked").await;
    assert_eq!(
        (id(&session), id(&session["user"])),
        (&*ada.session, &*ada.id)
    );
    assert_eq!(
        app.told("user.deleted").await,
        json!({ "object": "user", "id": ada.id, "deleted": true, "external_id": "ada-1" })
    );
    app.told_all(&world).await;
}

#[tokio::test]
async fn a_session_is_told_of_when_it_begins_and_when_it_ends() {
    let (world, mut app) = told().await;
    let ada = Person::new(&world, "ada").await;
    let _signed_up = app.kinds::<3>().await;
    let end = format!("/v1/client/sessions/{}/end", ada.session);
    ada.gets("POST", &end, &[]).await;
    let ended = app.told("session.ended").await;
    assert_eq!(
        (id(&ended), &ended["status"]),
        (&*ada.session, &json!("ended"))
    );

    let begin = async || {
        world.pass_seconds(1);
        let body = json!({ "user_id": ada.id }).to_string();
        let made = world
            .server_sends("POST", "/v1/sessions", &body)
            .await
            .json();
        id(&made).to_owned()
    };
    let made = begin().await;
    // Clerk shows the last sign-in, so the user is another.
    assert_eq!(app.kinds().await, ["user.updated", "session.created"]);
    let revoke = format!("/v1/sessions/{made}/revoke");
    assert!(world.server("POST", &revoke).await.status < 300);
    assert_eq!(app.told("session.revoked").await["id"], *made);
    // It is over already.
    world.server("POST", &revoke).await;

    let bob = Person::new(&world, "bob").await;
    let _signed_up = app.kinds::<3>().await;
    world
        .page("DELETE", "/v1/client/sessions", &bob.browser, &[])
        .await;
    assert_eq!(app.told("session.removed").await["id"], *bob.session);
    // Nobody looks when a session is over by itself, and so nothing is told.
    begin().await;
    let _begun = app.kinds::<2>().await;
    world.pass_seconds(8 * 24 * 3600);
    world.server("GET", "/v1/sessions").await;
    app.told_all(&world).await;
}

#[tokio::test]
async fn a_session_that_waits_for_its_user_begins_when_it_counts() {
    let (world, mut app) = told().await;
    let fields = [
        ("enable_organizations", "true"),
        ("organization_allow_personal_accounts", "false"),
    ];
    let path = "/v1/dev_tools/enable_environment_setting";
    let browser = world.browser().await;
    assert_eq!(
        world.page("PATCH", path, &browser, &fields).await.status,
        200
    );
    let ada = Person::new(&world, "ada").await;
    let kinds = app.kinds().await;
    assert_eq!(kinds, ["email.created", "user.created", "session.pending"]);
    let organization = ada.makes("Acme").await;
    let kinds = app.kinds().await;
    assert_eq!(
        kinds,
        ["organization.created", "organizationMembership.created"]
    );
    ada.works_in(&organization).await;
    let began = app.told("session.created").await;
    assert_eq!(
        (&began["status"], &began["last_active_organization_id"]),
        (&json!("active"), &json!(organization))
    );
    let end = format!("/v1/client/sessions/{}/remove", ada.session);
    ada.gets("POST", &end, &[]).await;
    app.told("session.removed").await;
    app.told_all(&world).await;
}

#[tokio::test]
async fn organizations_and_their_members_are_told_of() {
    let (world, mut app) = told().await;
    let (ada, server) = (Person::new(&world, "ada").await, Server(&world));
    let bob = Person::new(&world, "bob").await;
    let _signed_up = app.kinds::<6>().await;
    let acme = ada.makes("Acme").await;
    let made = app.told("organization.created").await;
    assert_eq!((id(&made), &made["members_count"]), (&*acme, &json!(1)));
    let member = app.told("organizationMembership.created").await;
    assert_eq!(
        (&member["role"], &member["organization"]["id"]),
        (&json!("org:admin"), &json!(acme))
    );
    let path = format!("/organizations/{acme}");
    server
        .gets("PATCH", &path, json!({ "name": "Acme 2" }))
        .await;
    assert_eq!(app.told("organization.updated").await["name"], "Acme 2");

    let invitations = format!("{path}/invitations");
    let address = "bob+clerk_test@example.com";
    let invite =
        json!({ "email_address": address, "role": "org:member", "inviter_user_id": ada.id });
    let first = server.gets("POST", &invitations, invite.clone()).await;
    assert_eq!(app.told("organizationInvitation.created").await, first);
    let revoke = format!("{invitations}/{}/revoke", id(&first));
    server.gets("POST", &revoke, json!({})).await;
    assert_eq!(
        app.told("organizationInvitation.revoked").await["status"],
        "revoked"
    );
    let second = server.gets("POST", &invitations, invite).await;
    app.told("organizationInvitation.created").await;
    let accept = format!("/v1/me/organization_invitations/{}/accept", id(&second));
    bob.gets("POST", &accept, &[]).await;
    let member = app.told("organizationMembership.created").await;
    assert_eq!(member["public_user_data"]["user_id"], *bob.id);
    let accepted = app.told("organizationInvitation.accepted").await;
    assert_eq!(
        (
            &accepted["user_id"],
            &accepted["data"]["public_organization_data"]["id"]
        ),
        (&json!(bob.id), &json!(acme))
    );

    let membership = format!("{path}/memberships/{}", bob.id);
    server
        .gets("PATCH", &membership, json!({ "role": "org:admin" }))
        .await;
    assert_eq!(
        app.told("organizationMembership.updated").await["role"],
        "org:admin"
    );
    server.gets("DELETE", &membership, Value::Null).await;
    let gone = app.told("organizationMembership.deleted").await;
    assert_eq!(gone["organization"]["id"], *acme);
    // With the user the membership is gone, and with the organization that of everybody.
    let again = json!({ "user_id": bob.id, "role": "org:member" });
    server
        .gets("POST", &format!("{path}/memberships"), again)
        .await;
    app.told("organizationMembership.created").await;
    server
        .gets("DELETE", &format!("/users/{}", bob.id), Value::Null)
        .await;
    app.told("session.revoked").await;
    let gone = app.told("organizationMembership.deleted").await;
    assert_eq!(gone["public_user_data"]["user_id"], *bob.id);
    app.told("user.deleted").await;
    server.gets("DELETE", &path, Value::Null).await;
    let gone = app.told("organizationMembership.deleted").await;
    assert_eq!(gone["organization"]["id"], *acme);
    assert_eq!(
        app.told("organization.deleted").await,
        json!({ "object": "organization", "id": acme, "deleted": true, "slug": "acme" })
    );
    app.told_all(&world).await;
}

#[tokio::test]
async fn domains_roles_permissions_and_the_waitlist_are_told_of() {
    let (world, mut app) = told().await;
    let (ada, server) = (Person::new(&world, "ada").await, Server(&world));
    let acme = ada.makes("Acme").await;
    let _made = app.kinds::<5>().await;
    let rules = json!({ "domains_enabled": true });
    server
        .gets("PATCH", "/instance/organization_settings", rules)
        .await;
    let domains = format!("/organizations/{acme}/domains");
    let domain = json!({ "name": "example.com", "enrollment_mode": "manual_invitation" });
    let made = server.gets("POST", &domains, domain).await;
    assert_eq!(
        app.told("organizationDomain.created").await["id"],
        made["id"]
    );
    let one = format!("{domains}/{}", id(&made));
    server
        .gets("PATCH", &one, json!({ "verified": false }))
        .await;
    let doubted = app.told("organizationDomain.updated").await;
    assert_eq!(doubted["ownership_verification"], Value::Null);
    server.gets("DELETE", &one, Value::Null).await;
    assert_eq!(
        app.told("organizationDomain.deleted").await,
        json!({ "object": "organization_domain", "id": made["id"], "deleted": true })
    );

    let pay = json!({ "name": "Pay", "key": "org:invoices:pay" });
    let pay = server.gets("POST", "/organization_permissions", pay).await;
    assert_eq!(app.told("permission.created").await, pay);
    let pay_path = format!("/organization_permissions/{}", id(&pay));
    server
        .gets("PATCH", &pay_path, json!({ "name": "Pays" }))
        .await;
    assert_eq!(app.told("permission.updated").await["name"], "Pays");
    let clerk = json!({ "name": "Clerk", "key": "org:clerk" });
    let clerk = server.gets("POST", "/organization_roles", clerk).await;
    assert_eq!(app.told("role.created").await, clerk);
    let clerk_path = format!("/organization_roles/{}", id(&clerk));
    let given = format!("{clerk_path}/permissions/{}", id(&pay));
    server.gets("POST", &given, Value::Null).await;
    let role = app.told("role.updated").await;
    assert_eq!(role["permissions"][0]["key"], "org:invoices:pay");
    server.gets("DELETE", &clerk_path, Value::Null).await;
    assert_eq!(app.told("role.deleted").await["id"], clerk["id"]);
    server.gets("DELETE", &pay_path, Value::Null).await;
    assert_eq!(app.told("permission.deleted").await["id"], pay["id"]);

    let entry = json!({ "email_address": "new@example.com", "notify": false });
    let entry = server.gets("POST", "/waitlist_entries", entry).await;
    let told = app.told("waitlistEntry.created").await;
    assert_eq!((id(&told), &told["invitation"]), (id(&entry), &Value::Null));
    let invite = format!("/waitlist_entries/{}/invite", id(&entry));
    server.gets("POST", &invite, json!({})).await;
    let told = app.told("waitlistEntry.updated").await;
    assert_eq!(told["invitation"]["email_address"], "new@example.com");
    // Clerk has no event for an entry that is taken away, nor one for a whole instance that is.
    world.send("POST", "/__emulator/reset", "", &[]).await;
    app.told_all(&world).await;
}
