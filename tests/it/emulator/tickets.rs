//! Sign-in tokens, actors, agents, invitations and the waitlist.

use serde_json::{Value, json};

use super::world::{ADA, Answer, PAGE, PASSWORD, World};

async fn post(world: &World, path: &str, body: Value) -> Value {
    let answer = world.server_sends("POST", path, &body.to_string()).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json()
}

async fn user_id(world: &World) -> String {
    let (browser, session) = world.signed_in().await;
    let path = format!("/v1/client/sessions/{session}");
    let shown = world.page("GET", &path, &browser, &[]).await.json();
    shown["response"]["user"]["id"].as_str().unwrap().to_owned()
}

async fn with_ticket(world: &World, path: &str, browser: &str, ticket: &Value) -> Answer {
    let fields = [("strategy", "ticket"), ("ticket", ticket.as_str().unwrap())];
    world.page("POST", path, browser, &fields).await
}

const SIGN_INS: &str = "/v1/client/sign_ins";
const SIGN_UPS: &str = "/v1/client/sign_ups";

fn claims(answer: &Value) -> clerk_auth::token::Unverified {
    let jwt = &answer["client"]["sessions"][0]["last_active_token"]["jwt"];
    clerk_auth::token::decode(jwt.as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_sign_in_token_lets_its_user_in_once() {
    let world = World::new().await;
    let user = user_id(&world).await;
    let list = "/v1/sign_in_tokens";
    let made = post(
        &world,
        list,
        json!({ "user_id": user, "expires_in_seconds": 60 }),
    )
    .await;
    let browser = world.browser().await;
    let done = with_ticket(&world, SIGN_INS, &browser, &made["token"]).await;
    let done = done.json();
    assert_eq!(done["response"]["status"], "complete");
    assert_eq!(done["client"]["sessions"][0]["user"]["id"], user.as_str());
    assert_eq!(claims(&done).claim_str("sub"), Some(user.as_str()));
    let verification = &done["response"]["first_factor_verification"];
    assert_eq!(verification["object"], "verification_ticket");

    let other = world.browser().await;
    let again = with_ticket(&world, SIGN_INS, &other, &made["token"]).await;
    again.fails_as(400, "sign_in_token_already_used_code", None);
    let path = format!("{list}/{}/revoke", made["id"].as_str().unwrap());
    let revoked = world.server("POST", &path).await;
    revoked.fails_as(400, "sign_in_token_cannot_be_revoked_code", None);

    let made = post(&world, list, json!({ "user_id": user })).await;
    let path = format!("{list}/{}/revoke", made["id"].as_str().unwrap());
    let revoked = world.server("POST", &path).await.json();
    assert_eq!(revoked["status"], "revoked");
    assert_eq!(revoked["token"], Value::Null);
    let answer = with_ticket(&world, SIGN_INS, &other, &made["token"]).await;
    answer.fails_as(400, "sign_in_token_revoked_code", None);

    let made = post(
        &world,
        list,
        json!({ "user_id": user, "expires_in_seconds": 60 }),
    )
    .await;
    world.pass_seconds(60);
    let answer = with_ticket(&world, SIGN_INS, &other, &made["token"]).await;
    answer.fails_as(400, "ticket_expired_code", None);
    let nobody = json!({ "user_id": "user_nobody" }).to_string();
    let answer = world.server_sends("POST", list, &nobody).await;
    answer.fails_as(404, "resource_not_found", None);
}

#[tokio::test]
async fn nothing_but_a_ticket_passes_for_one() {
    let world = World::new().await;
    let (browser, session) = world.signed_in().await;
    let path = format!("/v1/client/sessions/{session}/tokens");
    let token = world.page("POST", &path, &browser, &[]).await.json();
    let jwt = token["jwt"].as_str().unwrap();
    let other = world.browser().await;
    let changed = format!("{}A", &jwt[..jwt.len() - 1]);
    for ticket in [jwt, "", "a.b.c", changed.as_str(), "......"] {
        let fields = [("strategy", "ticket"), ("ticket", ticket)];
        let answer = world.page("POST", SIGN_INS, &other, &fields).await;
        assert!(answer.status >= 400, "{ticket}");
        let answer = world.page("POST", SIGN_UPS, &other, &fields).await;
        assert!(answer.status >= 400, "{ticket}");
    }
    // Nor does one kind pass for the other.
    let body = json!({ "email_address": "eve+clerk_test@example.com" });
    let invitation = post(&world, "/v1/invitations", body).await;
    let ticket = ticket_of(&invitation);
    let answer = with_ticket(&world, SIGN_INS, &other, &ticket).await;
    answer.fails_as(400, "ticket_invalid_code", None);
    let client = world.page("GET", "/v1/client", &other, &[]).await.json();
    assert_eq!(
        client["response"]["sessions"]
            .as_array()
            .map_or(0, Vec::len),
        0
    );
}

/// The ticket in an invitation's link.
fn ticket_of(invitation: &Value) -> Value {
    let url = url::Url::parse(invitation["url"].as_str().unwrap()).unwrap();
    let mut pairs = url.query_pairs();
    let (_, ticket) = pairs.find(|(name, _)| name == "ticket").unwrap();
    ticket.into_owned().into()
}

#[tokio::test]
async fn somebody_acts_in_the_name_of_a_user() {
    let world = World::new().await;
    let user = user_id(&world).await;
    let body = json!({
        "user_id": user, "actor": { "sub": "user_admin", "why": "support" },
        "session_max_duration_in_seconds": 120,
    });
    let made = post(&world, "/v1/actor_tokens", body).await;
    let browser = world.browser().await;
    let done = with_ticket(&world, SIGN_INS, &browser, &made["token"])
        .await
        .json();
    let token = claims(&done);
    assert_eq!(token.claims()["act"]["sub"], "user_admin");
    let session = &done["client"]["sessions"][0];
    assert_eq!(session["actor"]["why"], "support");
    let path = format!("/v1/sessions/{}", session["id"].as_str().unwrap());
    assert_eq!(
        world.server("GET", &path).await.json()["actor"]["sub"],
        "user_admin"
    );
    world.pass_seconds(121);
    assert_eq!(world.server("GET", &path).await.json()["status"], "expired");

    let made = post(
        &world,
        "/v1/actor_tokens",
        json!({ "user_id": user, "actor": { "sub": "user_a" } }),
    )
    .await;
    let path = format!("/v1/actor_tokens/{}/revoke", made["id"].as_str().unwrap());
    assert_eq!(
        world.server("POST", &path).await.json()["status"],
        "revoked"
    );
    for (body, field) in [
        (json!({ "user_id": user, "actor": {} }), "actor"),
        (
            json!({ "user_id": "user_0", "actor": { "sub": "a" } }),
            "user_id",
        ),
    ] {
        world
            .server_sends("POST", "/v1/actor_tokens", &body.to_string())
            .await
            .fails_as(422, "form_param_value_invalid", Some(field));
    }
}

#[tokio::test]
async fn an_agent_comes_in_by_its_link_and_goes_where_its_task_is() {
    let world = World::new().await;
    user_id(&world).await;
    let task = |redirect: &str| {
        json!({
            "on_behalf_of": { "identifier": ADA }, "permissions": "*", "agent_name": "tester",
            "task_description": "look", "redirect_url": redirect,
        })
    };
    let path = "/v1/agents/tasks";
    let made = post(&world, path, task("http://localhost:3000/work?a=b")).await;
    let second = post(&world, path, task("http://localhost:3000/")).await;
    assert_eq!(made["agent_id"], second["agent_id"]);
    assert_ne!(made["agent_task_id"], second["agent_task_id"]);
    let url = url::Url::parse(made["url"].as_str().unwrap()).unwrap();
    let target = format!("{}?{}", url.path(), url.query().unwrap());
    let there = world.send("GET", &target, "", &[]).await;
    assert_eq!(there.status, 303);
    let location = url::Url::parse(there.header("location").unwrap()).unwrap();
    assert_eq!(location.origin().ascii_serialization(), PAGE);
    let mut pairs = location.query_pairs();
    let (_, browser) = pairs.find(|(name, _)| name == "__clerk_db_jwt").unwrap();
    let client = world.page("GET", "/v1/client", &browser, &[]).await.json();
    let actor = &client["response"]["sessions"][0]["actor"];
    assert_eq!(actor["sub"], made["agent_id"]);
    let again = world.send("GET", &target, "", &[]).await;
    again.fails_as(400, "sign_in_token_already_used_code", None);

    let revoke = format!(
        "{path}/{}/revoke",
        second["agent_task_id"].as_str().unwrap()
    );
    assert_eq!(world.server("POST", &revoke).await.status, 200);
    let foreign = task("https://evil.example/").to_string();
    let answer = world.server_sends("POST", path, &foreign).await;
    answer.fails_as(422, "form_param_format_invalid", Some("redirect_url"));
}

#[tokio::test]
async fn who_is_invited_signs_up_where_others_cannot() {
    let world = World::new().await;
    world.switch(&json!({ "sign_up_mode": "restricted" })).await;
    let browser = world.browser().await;
    let fields = [("email_address", ADA), ("password", PASSWORD)];
    let refused = world.page("POST", SIGN_UPS, &browser, &fields).await;
    refused.fails_as(403, "sign_up_mode_restricted", None);

    let list = "/v1/invitations";
    let body =
        json!({ "email_address": ADA, "public_metadata": { "role": "tester" }, "notify": false });
    let made = post(&world, list, body.clone()).await;
    let again = world.server_sends("POST", list, &body.to_string()).await;
    again.fails_as(400, "duplicate_record", Some("email_address"));
    let path = format!(
        "/v1/tickets/accept?ticket={}",
        ticket_of(&made).as_str().unwrap()
    );
    let there = world.send("GET", &path, "", &[]).await;
    assert_eq!(there.status, 303);
    assert!(
        there
            .header("location")
            .unwrap()
            .contains("/__emulator/sign-up?__clerk_ticket=")
    );
    assert!(
        there
            .header("location")
            .unwrap()
            .ends_with("&__clerk_status=sign_up")
    );

    let ticket = ticket_of(&made);
    let begun = with_ticket(&world, SIGN_UPS, &browser, &ticket)
        .await
        .json();
    let begun = &begun["response"];
    assert_eq!(begun["missing_fields"], json!(["password"]));
    assert_eq!(begun["unverified_fields"], json!([]));
    assert_eq!(begun["email_address"], ADA);
    let path = format!("{SIGN_UPS}/{}", begun["id"].as_str().unwrap());
    let other = [("email_address", "eve@example.com")];
    world.page("PATCH", &path, &browser, &other).await.fails_as(
        422,
        "form_param_value_invalid",
        Some("email_address"),
    );
    let password = [("password", PASSWORD)];
    let done = world.page("PATCH", &path, &browser, &password).await.json();
    assert_eq!(done["response"]["status"], "complete");
    let user = &done["client"]["sessions"][0]["user"];
    assert_eq!(user["public_metadata"]["role"], "tester");
    let all = world.server("GET", list).await.json();
    assert_eq!(all[0]["status"], "accepted");
    let late = world.browser().await;
    let used = with_ticket(&world, SIGN_UPS, &late, &ticket).await;
    used.fails_as(400, "invitation_already_accepted", None);
    let body = body.to_string();
    let known = world.server_sends("POST", list, &body).await;
    known.fails_as(422, "form_identifier_exists", Some("email_address"));
}

#[tokio::test]
async fn invitations_are_listed_taken_back_and_run_out() {
    let world = World::new().await;
    let list = "/v1/invitations";
    let all = json!([
        { "email_address": "a@example.com", "expires_in_days": 1 },
        { "email_address": "b@example.com" },
    ]);
    let made = post(&world, &format!("{list}/bulk"), all).await;
    let twice = json!([{ "email_address": "c@example.com" }, { "email_address": "c@example.com" }]);
    let answer = world
        .server_sends("POST", &format!("{list}/bulk"), &twice.to_string())
        .await;
    answer.fails_as(400, "duplicate_record", Some("email_address"));
    let path = format!("{list}/{}/revoke", made[1]["id"].as_str().unwrap());
    assert_eq!(
        world.server("POST", &path).await.json()["status"],
        "revoked"
    );
    world
        .server("POST", &path)
        .await
        .fails_as(400, "invitation_not_pending", None);
    world.pass_seconds(24 * 60 * 60);
    let addresses = async |query: &str| -> Vec<String> {
        let all = world.server("GET", &format!("{list}?{query}")).await.json();
        let all = all.as_array().unwrap().iter();
        all.map(|one| one["email_address"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(addresses("").await, ["a@example.com"]);
    assert_eq!(addresses("status=expired").await, ["a@example.com"]);
    assert_eq!(addresses("status=revoked").await, ["b@example.com"]);
    assert!(addresses("status=pending").await.is_empty());
    assert_eq!(
        addresses("query=A%40ex&order_by=email_address").await.len(),
        1
    );
    let length = world.server("GET", &format!("{list}?paginated=true")).await;
    assert_eq!(length.json()["total_count"], 1);
    let browser = world.browser().await;
    let late = with_ticket(&world, SIGN_UPS, &browser, &ticket_of(&made[0])).await;
    late.fails_as(400, "ticket_expired_code", None);
    let gone = with_ticket(&world, SIGN_UPS, &browser, &ticket_of(&made[1])).await;
    gone.fails_as(400, "revoked_invitation", None);
    for (field, body) in [
        (
            "redirect_url",
            json!({ "email_address": "d@example.com", "redirect_url": "https://evil.example" }),
        ),
        (
            "expires_in_days",
            json!({ "email_address": "d@example.com", "expires_in_days": 366 }),
        ),
        (
            "template_slug",
            json!({ "email_address": "d@example.com", "template_slug": "x" }),
        ),
    ] {
        let answer = world.server_sends("POST", list, &body.to_string()).await;
        let (status, _, param) = answer.error();
        assert_eq!((status, param.as_deref()), (422, Some(field)));
    }
}

#[tokio::test]
async fn the_waitlist_lets_in_whom_a_server_invites() {
    let world = World::new().await;
    world.switch(&json!({ "sign_up_mode": "waitlist" })).await;
    let browser = world.browser().await;
    let fields = [("email_address", ADA), ("password", PASSWORD)];
    let refused = world.page("POST", SIGN_UPS, &browser, &fields).await;
    refused.fails_as(403, "sign_up_restricted_waitlist", None);
    let entry = world
        .page("POST", "/v1/waitlist", &browser, &[("email_address", ADA)])
        .await
        .json();
    let list = "/v1/waitlist_entries";
    // The same address waits once.
    let known = post(
        &world,
        list,
        json!({ "email_address": ADA, "notify": false }),
    )
    .await;
    assert_eq!(known["id"], entry["id"]);
    let half = json!([{ "email_address": "b@example.com" }, { "email_address": "nobody" }]);
    world
        .server_sends("POST", &format!("{list}/bulk"), &half.to_string())
        .await
        .fails_as(422, "form_param_format_invalid", Some("email_address"));
    let all = world.server("GET", list).await.json();
    assert_eq!(all["total_count"], 1, "all or none");
    let more = json!([{ "email_address": "b@example.com" }, { "email_address": "c@example.com" }]);
    let more = post(&world, &format!("{list}/bulk"), more).await;
    let id = |entry: &Value| entry["id"].as_str().unwrap().to_owned();
    let reject = format!("{list}/{}/reject", id(&more[0]));
    assert_eq!(
        world.server("POST", &reject).await.json()["status"],
        "rejected"
    );
    let remove = format!("{list}/{}", id(&more[1]));
    assert_eq!(
        world.server("DELETE", &remove).await.json()["deleted"],
        true
    );

    let invite = format!("{list}/{}/invite", id(&entry));
    let invited = world.server("POST", &invite).await.json();
    assert_eq!(invited["status"], "invited");
    world
        .server("POST", &invite)
        .await
        .fails_as(409, "waitlist_entry_not_pending", None);
    let ticket = ticket_of(&invited["invitation"]);
    let fields = [
        ("strategy", "ticket"),
        ("ticket", ticket.as_str().unwrap()),
        ("password", PASSWORD),
    ];
    let done = world.page("POST", SIGN_UPS, &browser, &fields).await.json();
    assert_eq!(done["response"]["status"], "complete");
    let all = world.server("GET", list).await.json();
    assert_eq!(all["total_count"], 2);
    let completed = world
        .server("GET", &format!("{list}?status=completed"))
        .await;
    assert_eq!(completed.json()["data"][0]["id"], entry["id"]);
    let found = world
        .server("GET", &format!("{list}?query=b%40&order_by=created_at"))
        .await;
    assert_eq!(found.json()["total_count"], 1);
    let prices = world
        .send("GET", "/v1/billing/plans?payer_type=user", "", &[])
        .await;
    assert_eq!(prices.json(), json!({ "data": [], "total_count": 0 }));
}
