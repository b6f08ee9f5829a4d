//! How events arrive, and what becomes of those that do not.

use axum::response::IntoResponse as _;
use clerk_rs_cli::emulator::{Emulator, Options, StartError};
use http::StatusCode;
use http::header::LOCATION;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::receiver::{Receiver, told};
use super::world::{Answer, World, options};

/// In two parts, so that no scanner of secrets takes it for a real one.
const SECRET: &str = concat!("whsec_", "b25seSBmb3IgdGVzdHM=");

/// Something that is told by one event.
async fn happens(world: &World, name: &str) {
    let fields = json!({ "name": name, "key": format!("org:{name}:read") });
    let made = world
        .server_sends("POST", "/v1/organization_permissions", &fields.to_string())
        .await;
    assert_eq!(made.status, 200, "{}", made.body);
}

async fn desk(world: &World, method: &str, path: &str, body: &Value) -> Answer {
    let body = body.to_string();
    world
        .raw(&format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            world.port(),
            body.len(),
        ))
        .await
}

async fn deliveries(world: &World) -> Value {
    let list = world.send("GET", "/__emulator/deliveries", "", &[]).await;
    list.json()["deliveries"].take()
}

async fn moves_clock(world: &World, by: &str) {
    let form = [("move", by)];
    let moved = world.send("POST", "/__emulator/clock", "", &form).await;
    assert_eq!(moved.status, 200);
}

/// The first delivery in the list, once its last try is noted: the app has its answer a moment earlier.
async fn settled(world: &World, attempts: u64) -> Value {
    loop {
        let first = deliveries(world).await[0].take();
        if first["attempts"] == attempts {
            return first;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_fails_comes_again_as_svix_would_send_it_and_holds_nothing_up() {
    let (world, mut app) = told().await;
    app.fails(8);
    happens(&world, "first").await;
    let first = app.next().await;
    let mut shown = settled(&world, 1).await;
    let started = world.now().0;
    assert_eq!(
        (&shown["id"], &shown["type"], &shown["at"]),
        (
            &json!(first.id),
            &json!("permission.created"),
            &json!(started)
        )
    );
    let mut at = started;
    for (number, seconds) in [5, 300, 1800, 7200, 18_000, 36_000, 36_000]
        .into_iter()
        .enumerate()
    {
        assert_eq!(
            (&shown["status"], &shown["answer"], &shown["next"]),
            (&json!("waiting"), &json!(500), &json!(at + seconds * 1000)),
        );
        at += seconds * 1000;
        moves_clock(&world, &format!("+{}ms", seconds * 1000)).await;
        let again = app.next().await;
        assert_eq!((&again.id, &again.body), (&first.id, &first.body));
        assert_eq!(again.at, at / 1000, "signed anew");
        shown = settled(&world, number as u64 + 2).await;
    }
    assert_eq!(
        (&shown["status"], &shown["attempts"], &shown["next"]),
        (&json!("failed"), &json!(8), &Value::Null)
    );

    app.fails(1);
    happens(&world, "second").await;
    let second = app.next().await;
    happens(&world, "third").await;
    let third = app.next().await;
    assert_eq!(third.body["data"]["name"], "third");
    moves_clock(&world, "+5s").await;
    assert_eq!(app.next().await.id, second.id);
    let replay = format!("/__emulator/deliveries/{}/replay", first.id);
    assert_eq!(world.send("POST", &replay, "", &[]).await.status, 200);
    assert_eq!(app.next().await.id, first.id);
    let nowhere = world.send("POST", "/__emulator/deliveries/msg_0/replay", "", &[]);
    nowhere.await.fails_as(404, "resource_not_found", None);
}

/// What a seed made while the app was built arrived five minutes later.
#[tokio::test]
async fn what_waits_is_delivered_at_once_when_another_app_answers() {
    let (world, mut app) = told().await;
    app.fails(1);
    happens(&world, "first").await;
    let first = app.next().await;
    settled(&world, 1).await;
    world.webhooks().hurry();
    assert_eq!(app.next().await.id, first.id);
    assert_eq!(settled(&world, 2).await["status"], "delivered");
}

/// The page showed the fifty oldest, so whoever looked for the last one did not find it.
#[tokio::test]
async fn the_page_shows_the_newest_first_and_marks_what_failed() {
    let (world, mut app) = told().await;
    app.fails(1);
    for name in ["first", "second"] {
        happens(&world, name).await;
    }
    let (first, second) = (app.next().await, app.next().await);
    settled(&world, 1).await;
    let page = world.send("GET", "/", "", &[]).await.body;
    let rows = page.split("id=\"deliveries\"").nth(1).unwrap();
    let at = |text: &str| rows.find(text).unwrap_or_else(|| panic!("{text}: {rows}"));
    assert!(at(&second.id) < at(&first.id), "{rows}");
    assert!(at("<td>delivered") < at("<td class=\"bad\">waiting"));
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_who_wants_no_more_gets_no_more() {
    let (world, mut app) = told().await;
    let away = (
        StatusCode::FOUND,
        [(LOCATION, format!("{}?elsewhere", app.url()))],
    );
    let enough = (StatusCode::GONE, [("webhook-delivery", "abort-message")]);
    app.answers([away.into_response(), enough.into_response()]);
    happens(&world, "first").await;
    assert_eq!(app.next().await.path, "POST /webhooks/clerk");
    let shown = settled(&world, 1).await;
    assert_eq!(
        (&shown["status"], &shown["answer"]),
        (&json!("waiting"), &json!(302))
    );
    moves_clock(&world, "+5s").await;
    assert_eq!(app.next().await.path, "POST /webhooks/clerk");
    let shown = settled(&world, 2).await;
    assert_eq!(
        (&shown["status"], &shown["answer"]),
        (&json!("failed"), &json!(410))
    );
}

#[tokio::test]
async fn an_endpoint_is_told_what_it_asked_for_with_its_own_secret() {
    let world = World::new().await;
    let mut app = Receiver::new(SECRET).await;
    let wish = json!({ "url": app.url(), "events": ["organization.created"], "secret": SECRET });
    let made = desk(&world, "POST", "/__emulator/webhooks", &wish).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    happens(&world, "unwanted").await;
    let new = json!({ "name": "Acme" }).to_string();
    assert_eq!(
        world
            .server_sends("POST", "/v1/organizations", &new)
            .await
            .status,
        200
    );
    assert_eq!(app.told("organization.created").await["name"], "Acme");
    let list = world.send("GET", "/__emulator/webhooks", "", &[]).await;
    assert_eq!(
        list.json(),
        json!({ "webhooks": [{ "id": id, "url": app.url(), "events": ["organization.created"] }] })
    );
    for path in [
        "/__emulator/webhooks",
        "/__emulator/deliveries",
        "/__emulator/events",
        "/",
    ] {
        let seen = world.send("GET", path, "", &[]).await.body;
        assert!(
            !seen.contains("whsec_") && !seen.contains(&SECRET[6..]),
            "{path}"
        );
    }
    let one = format!("/__emulator/webhooks/{id}");
    assert_eq!(
        world.send("DELETE", &one, "", &[]).await.json()["deleted"],
        true
    );
    assert_eq!(
        world
            .server_sends("POST", "/v1/organizations", &new)
            .await
            .status,
        200
    );
    assert_eq!(deliveries(&world).await, json!([]));
    let twice = world.send("DELETE", &one, "", &[]).await;
    twice.fails_as(404, "resource_not_found", None);
}

#[tokio::test]
async fn nothing_is_told_to_another_machine_nor_at_a_strangers_wish() {
    let world = World::new().await;
    let add = async |body: Value| desk(&world, "POST", "/__emulator/webhooks", &body).await;
    let own = format!("http://localhost:{}/v1/users", world.backend_port());
    for url in [
        "http://evil.example/",
        "https://localhost:1/",
        "http://169.254.169.254/",
        &own,
    ] {
        let refused = add(json!({ "url": url })).await;
        refused.fails_as(422, "form_param_value_invalid", Some("url"));
    }
    let here = "http://localhost:9/";
    for (body, code, field) in [
        (json!({}), "form_param_missing", "url"),
        (
            json!({ "url": here, "event": [] }),
            "form_param_unknown",
            "event",
        ),
        (
            json!({ "url": here, "events": ["user.*"] }),
            "form_param_value_invalid",
            "events",
        ),
        (
            json!({ "url": here, "secret": "hush" }),
            "form_param_value_invalid",
            "secret",
        ),
    ] {
        add(body).await.fails_as(422, code, Some(field));
    }
    for _ in 0..10 {
        assert_eq!(add(json!({ "url": here })).await.status, 200);
    }
    let one_more = add(json!({ "url": here })).await;
    one_more.fails_as(403, "webhook_quota_exceeded", None);

    let body = json!({ "url": here }).to_string();
    let stranger = format!(
        "POST /__emulator/webhooks HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\
         Origin: https://evil.example\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        world.port(),
        body.len(),
    );
    let refused = world.raw(&stranger).await;
    refused.fails_as(400, "origin_invalid", None);
    let started = Emulator::start(Options {
        webhooks: Some("http://evil.example/".to_owned()),
        ..options()
    });
    assert!(matches!(started.await, Err(StartError::Webhooks { .. })));
}

#[tokio::test]
async fn an_app_that_hangs_or_is_away_holds_nobody_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hanging = listener.local_addr().unwrap().port();
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = free.local_addr().unwrap().port();
    drop(free);
    let world = World::with(Options {
        webhooks: Some(format!("http://127.0.0.1:{hanging}/")),
        ..options()
    })
    .await;
    let away = json!({ "url": format!("http://127.0.0.1:{nobody}/") });
    assert_eq!(
        desk(&world, "POST", "/__emulator/webhooks", &away)
            .await
            .status,
        200
    );
    // Accepted and never answered.
    for number in 0..3 {
        happens(&world, &format!("thing{number}")).await;
    }
    let shown = settled(&world, 1).await;
    assert_eq!(
        (&shown["status"], &shown["problem"]),
        (&json!("waiting"), &json!("nobody listens there"))
    );
    let all = deliveries(&world).await;
    assert_eq!(all.as_array().unwrap().len(), 6);
    assert_eq!(all[1]["attempts"], 0, "still waits for an answer");
    world.stop().await;
    drop(listener);
}

#[tokio::test]
async fn what_happens_in_one_world_is_told_in_no_other() {
    let (world, mut first) = told().await;
    let made = world.send("POST", "/__emulator/worlds", "", &[]).await;
    let key = made.json()["secret_key"].as_str().unwrap().to_owned();
    let headers = format!("Authorization: Bearer {key}\r\nContent-Type: application/json\r\n");
    let mut second = Receiver::new(SECRET).await;
    let wish = json!({ "url": second.url(), "secret": SECRET }).to_string();
    let added = world
        .raw(&format!(
            "POST /__emulator/webhooks HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\
             {headers}Content-Length: {}\r\n\r\n{wish}",
            world.port(),
            wish.len(),
        ))
        .await;
    assert_eq!(added.status, 200, "{}", added.body);
    let new = json!({ "name": "Acme" }).to_string();
    let path = "/v1/organizations";
    assert_eq!(
        world.backend("POST", path, &headers, &new).await.status,
        200
    );
    second.told("organization.created").await;
    first.told_all(&world).await;
    assert_eq!(deliveries(&world).await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn of_many_deliveries_the_last_are_kept_and_it_is_said_how_many_were_not_made() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hanging = listener.local_addr().unwrap().port();
    let world = World::with(Options {
        webhooks: Some(format!("http://127.0.0.1:{hanging}/")),
        ..options()
    })
    .await;
    for number in 0..11 {
        let people = (0..50).map(|one| json!({ "email_address": format!("{number}-{one}@a.de") }));
        let body = Value::from_iter(people).to_string();
        let path = "/v1/waitlist_entries/bulk";
        let made = world.server_sends("POST", path, &body).await;
        assert_eq!(made.status, 200, "{}", made.body);
    }
    let list = world.send("GET", "/__emulator/deliveries", "", &[]).await;
    let list = list.json();
    assert_eq!(list["deliveries"].as_array().unwrap().len(), 500);
    assert_eq!(list["dropped"], 50);
}
