//! A real instance, in whose place another emulator stands, taken over: read only, whole or not at all.

use std::io::Write as _;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::RETRY_AFTER;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::organizations_backend::Server;
use super::person::Person;
use super::world::{PASSWORD, SECRET, World};
use crate::support::{Sandbox, documents};

/// Runs the tool beside the servers of this test: its exit code, and what it said.
async fn copies(from: u16, to: &World, words: &str) -> (i32, String) {
    let words = format!(
        "emulator import --from-clerk --secret-key-file - --api-url http://127.0.0.1:{from} \
         --url http://127.0.0.1:{} {words}",
        to.port()
    );
    let run = move || {
        let sandbox = Sandbox::new();
        let mut child = sandbox.cli(&words).spawn();
        let mut stdin = child.stdin.take().unwrap();
        writeln!(stdin, "{SECRET}").unwrap();
        drop(stdin);
        let done = child.wait_with_output().unwrap();
        documents::judge(&done.stdout);
        let said = String::from_utf8([done.stdout, done.stderr].concat()).unwrap();
        assert!(!said.contains(SECRET), "{said}");
        (done.status.code().unwrap(), said)
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

/// The object without what is the emulator's own or nobody is shown.
fn without(mut value: Value, names: &[&str]) -> Value {
    let members = value.as_object_mut().unwrap();
    members.retain(|name, _| !names.contains(&name.as_str()));
    value
}

#[tokio::test]
async fn people_and_organizations_of_another_instance_come_over_with_their_ids() {
    let (theirs, ours) = (World::new().await, World::new().await);
    let (there, here) = (Server(&theirs), Server(&ours));
    let ada = Person::new(&theirs, "ada").await;
    let bob = json!({
        "email_address": ["bob@example.com"], "phone_number": ["+12025550100"], "password": PASSWORD,
        "username": "bobby", "external_id": "b-1", "private_metadata": { "plan": "pro" },
    });
    let bob = there.gets("POST", "/users", bob).await;
    let bob = bob["id"].as_str().unwrap().to_owned();
    there
        .gets("POST", &format!("/users/{bob}/ban"), Value::Null)
        .await;
    let acme = ada.makes("Acme").await;
    let pay = json!({ "name": "Pay", "key": "org:invoices:pay" });
    let pay = there.gets("POST", "/organization_permissions", pay).await;
    let role = json!({
        "name": "Payer", "key": "org:payer", "permissions": [pay["id"]], "include_in_initial_role_set": true,
    });
    there.gets("POST", "/organization_roles", role).await;
    let members = format!("/organizations/{acme}/memberships");
    let member = json!({ "user_id": bob, "role": "org:payer" });
    there.gets("POST", &members, member).await;
    Person::new(&ours, "eve").await;

    let port = theirs.backend_port();
    let (code, said) = copies(port, &ours, "--dry-run").await;
    assert!(code == 0 && said.contains("Nothing was written"), "{said}");
    let eve = here.gets("GET", "/users", Value::Null).await;
    assert_eq!(eve.as_array().unwrap().len(), 1, "nobody is gone");

    let (code, said) = copies(port, &ours, "").await;
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("2 users, 1 organization, 2 memberships"),
        "{said}"
    );
    let own = [
        "password_enabled",
        "password_last_updated_at",
        "image_url",
        "email_addresses",
        "phone_numbers",
    ];
    for id in [&ada.id, &bob] {
        let path = format!("/users/{id}");
        let before = there.gets("GET", &path, Value::Null).await;
        let after = here.gets("GET", &path, Value::Null).await;
        for list in ["email_addresses", "phone_numbers"] {
            let known = |user: &Value| -> Vec<_> {
                let all = user[list].as_array().unwrap().iter();
                all.map(|one| (one["id"].clone(), one["verification"]["status"].clone()))
                    .collect()
            };
            assert_eq!(known(&before), known(&after));
        }
        assert_eq!(after["password_enabled"], false);
        assert_eq!(without(before, &own), without(after, &own));
    }
    let path = format!("/organizations/{acme}");
    assert_eq!(
        there.gets("GET", &path, Value::Null).await,
        here.gets("GET", &path, Value::Null).await
    );
    let list = here
        .gets(
            "GET",
            &format!("{members}?order_by=created_at"),
            Value::Null,
        )
        .await;
    let listed = list["data"].as_array().unwrap();
    let roles: Vec<_> = listed
        .iter()
        .map(|known| (&known["role"], &known["public_user_data"]["user_id"]))
        .collect();
    assert!(
        roles.contains(&(&json!("org:admin"), &json!(ada.id))),
        "{list:#}"
    );
    assert!(
        roles.contains(&(&json!("org:payer"), &json!(bob))),
        "{list:#}"
    );
    let payer = listed
        .iter()
        .find(|known| known["role"] == "org:payer")
        .unwrap();
    assert_eq!(payer["permissions"], json!(["org:invoices:pay"]));
    // Whoever comes next can have the role as well.
    let invite = json!({ "email_address": "new@example.com", "role": "org:payer" });
    here.gets("POST", &format!("{path}/invitations"), invite)
        .await;
}

/// Requests that a stranger in Clerk's place got, and what it answers the first ones with.
#[derive(Clone, Default)]
struct Stranger(Arc<Mutex<(Vec<String>, Vec<Response>)>>);

impl Stranger {
    async fn start(&self) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = Router::new().fallback(stranger).with_state(self.clone());
        tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        port
    }

    fn answers(&self, answers: Vec<Response>) {
        self.0.lock().unwrap().1 = answers;
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().0)
    }
}

async fn stranger(State(Stranger(state)): State<Stranger>, request: Request) -> Response {
    let mut state = state.lock().unwrap();
    state
        .0
        .push(format!("{} {}", request.method(), request.uri()));
    if state.1.is_empty() {
        return axum::Json(json!({ "data": [], "total_count": 0 })).into_response();
    }
    state.1.remove(0)
}

#[tokio::test]
async fn nothing_but_get_is_sent_and_who_asks_for_patience_gets_it() {
    let ours = World::new().await;
    let stranger = Stranger::default();
    let port = stranger.start().await;
    let wait = (
        StatusCode::TOO_MANY_REQUESTS,
        [(RETRY_AFTER, "0")],
        axum::Json(json!({ "errors": [] })),
    );
    let off = (StatusCode::FORBIDDEN, axum::Json(json!({ "errors": [] })));
    stranger.answers(vec![wait.into_response(), off.into_response()]);
    let (code, said) = copies(port, &ours, "--json").await;
    assert_eq!(code, 0, "{said}");
    let document: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (&document["users"], &document["dry_run"]),
        (&json!(0), &json!(false))
    );
    let page = |what: &str| format!("GET /v1/{what}?limit=500&offset=0");
    assert_eq!(
        stranger.asked(),
        [
            page("organization_permissions"),
            page("organization_permissions"),
            page("organization_roles"),
            page("users"),
            page("organizations"),
            page("organization_memberships"),
        ]
    );
}

#[tokio::test]
async fn what_cannot_be_taken_over_whole_changes_nothing() {
    let ours = World::new().await;
    let eve = Person::new(&ours, "eve").await;
    let stranger = Stranger::default();
    let port = stranger.start().await;
    let none = || axum::Json(json!({ "data": [] })).into_response();
    let users = |users: Value| vec![none(), none(), axum::Json(users).into_response()];
    let user = |id: &str| json!({ "id": id, "created_at": 1, "updated_at": 1 });
    let many = |count| Value::from_iter((0..count).map(|number| user(&format!("user_{number}"))));
    let refused = (
        StatusCode::UNAUTHORIZED,
        axum::Json(json!({ "errors": [{ "code": "clerk_key_invalid" }] })),
    );
    let broken = || StatusCode::INTERNAL_SERVER_ERROR.into_response();
    let mut broken_off = users(many(500));
    broken_off.push(broken());
    for (answers, words) in [
        (
            vec![refused.into_response()],
            "the instance could not be read",
        ),
        (users(json!([user("../../etc")])), "an id in it is none"),
        (
            users(json!([{ "id": 7 }])),
            "not a list as Clerk describes it",
        ),
        (users(json!("nobody")), "not a list"),
        (users(many(501)), "not a list of as many as were asked for"),
        (broken_off, "the instance could not be read"),
    ] {
        stranger.answers(answers);
        let (code, said) = copies(port, &ours, "").await;
        assert!(code == 3 && said.contains(words), "{words}: {said}");
    }
    assert!(
        stranger
            .asked()
            .contains(&"GET /v1/users?limit=500&offset=500".to_owned())
    );
    let known = ours.server("GET", &format!("/v1/users/{}", eve.id)).await;
    assert_eq!(known.status, 200);
}
