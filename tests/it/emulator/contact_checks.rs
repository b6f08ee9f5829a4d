//! Codes by which a server finds out whether somebody has an address or a number.

use serde_json::json;

use super::person::Person;
use super::world::World;

#[tokio::test]
async fn a_server_has_an_address_and_a_number_proven() {
    let world = World::new().await;
    let person = Person::new(&world, "ada").await;
    for (family, field, contact, strategy) in [
        (
            "email_addresses",
            "email_address",
            "grace+clerk_test@example.com",
            "email_code",
        ),
        (
            "phone_numbers",
            "phone_number",
            "+12025550123",
            "phone_code",
        ),
    ] {
        let mut new = json!({ "user_id": person.id, "verified": false });
        new[field] = json!(contact);
        let made = world
            .server_sends("POST", &format!("/v1/{family}"), &new.to_string())
            .await
            .json();
        let path = format!("/v1/{family}/{}", made["id"].as_str().unwrap());
        let prepare = format!("{path}/prepare_verification");
        let attempt = format!("{path}/attempt_verification");
        let sent = world.server("POST", &prepare).await.json();
        assert_eq!(sent["status"], "unverified");
        assert_eq!(sent["strategy"], strategy);
        let tried = |code: &str| json!({ "verification_id": sent["id"], "code": code }).to_string();
        // A wrong code is no error here.
        let wrong = world
            .server_sends("POST", &attempt, &tried("111111"))
            .await
            .json();
        assert_eq!(
            (&wrong["status"], &wrong["attempts"]),
            (&json!("unverified"), &json!(1))
        );
        let right = world
            .server_sends("POST", &attempt, &tried("424242"))
            .await
            .json();
        assert_eq!(right["status"], "verified");
        let shown = world.server("GET", &path).await.json();
        assert_eq!(shown["verification"]["status"], "verified");
        world
            .server_sends("POST", &attempt, &tried("424242"))
            .await
            .fails_as(400, "verification_already_verified", None);
        let foreign = json!({ "verification_id": "ver_1", "code": "424242" }).to_string();
        world
            .server_sends("POST", &attempt, &foreign)
            .await
            .fails_as(404, "resource_not_found", None);
        // Too late.
        world.pass_seconds(60);
        let sent = world.server("POST", &prepare).await.json();
        world.pass_seconds(601);
        let late = json!({ "verification_id": sent["id"], "code": "424242" }).to_string();
        let late = world.server_sends("POST", &attempt, &late).await.json();
        assert_eq!(late["status"], "expired");
    }
    world
        .server("POST", "/v1/email_addresses/idn_1/prepare_verification")
        .await
        .fails_as(404, "resource_not_found", None);
}
