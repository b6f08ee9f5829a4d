//! What the core hands to the tests of an app: the emulator as a child, with an instance for each test. The app is a real
//! one, asked in this process, which asks the emulator over its sockets.

use std::ffi::OsStr;
use std::io::Read as _;
use std::net::TcpStream;
use std::process::{Command, Stdio};

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use clerk_auth::Kit;
use clerk_auth::axum::{ClerkLayer, SignedIn};
use clerk_auth::gate::Paths;
use clerk_auth::testing::{Emulator, EmulatorError, World};
use http::{Method, Request};
use serde_json::json;
use tower_service::Service as _;

const PROGRAM: &str = env!("CARGO_BIN_EXE_clerk-rs");

fn started() -> Emulator {
    Emulator::start_program(OsStr::new(PROGRAM)).unwrap()
}

fn app(world: &World) -> Router {
    let paths = Paths {
        data: &["/api/:path*"],
        ..Paths::PROTECTED
    };
    let kit = Kit::builder().paths(paths).clock(world.time());
    let kit = kit.build(world).unwrap();
    let me = async |SignedIn(session): SignedIn| {
        let role = session.org_role().unwrap_or("nobody's");
        format!("{} {role}", session.user_id().unwrap_or_default())
    };
    Router::new()
        .route("/api/me", get(me))
        .layer(ClerkLayer::new(&kit))
}

async fn me(app: &Router, header: &str, value: &str) -> (u16, String) {
    let request = Request::get("/api/me").header("host", "localhost:3000");
    let request = request.header(header, value).body(Body::empty()).unwrap();
    let answer = app.clone().call(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = axum::body::to_bytes(answer.into_body(), 10_000).await;
    (status, String::from_utf8(body.unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn a_user_signs_in_and_time_passes() {
    let emulator = started();
    let world = emulator.world().await.unwrap();
    let ada = world.user("ada@example.com").with("first_name", "Ada");
    let ada = ada.create().await.unwrap();
    assert_eq!(ada.first_name.as_deref(), Some("Ada"));
    let mut session = world.sign_in(&ada).await.unwrap();
    let app = app(&world);
    let known = (200, format!("{} nobody's", ada.id));
    assert_eq!(me(&app, "authorization", &session.bearer()).await, known);
    assert_eq!(me(&app, "cookie", &session.cookie_header()).await, known);

    world.clock("+70s").await.unwrap();
    assert_eq!(me(&app, "authorization", &session.bearer()).await.0, 401);
    session.refresh().await.unwrap();
    assert_eq!(me(&app, "authorization", &session.bearer()).await, known);
    world.clock("+8d").await.unwrap();
    assert!(matches!(
        session.refresh().await,
        Err(EmulatorError::Answer(401, _))
    ));
    assert!(world.clock("soon").await.is_err());
}

#[tokio::test]
async fn a_world_takes_a_seed_and_faults() {
    let emulator = started();
    let world = emulator.world().await.unwrap();
    let seed = "[[users]]\nid = \"user_ada\"\nemail_addresses = [\"ada@example.com\"]\n";
    world.seed(seed).await.unwrap();
    assert_eq!(world.find("ada@example.com").await.unwrap().id, "user_ada");
    let nobody = world.find("bob@example.com").await.unwrap_err();
    assert_eq!(
        nobody.to_string(),
        "no user of this instance has the address bob@example.com"
    );
    let fault = json!({ "path": "/v1/users/*", "status": 429, "count": 1 });
    world.fault(&fault).await.unwrap();
    assert!(world.backend().get_user("user_ada").await.is_err());
    let ada = world.backend().get_user("user_ada").await.unwrap();
    assert_eq!(ada.id, "user_ada");
    let wrong = world.seed("[[users]]\n\nusername = 1\n").await.unwrap_err();
    assert!(wrong.to_string().contains("line 3"), "{wrong}");
    assert!(world.fault(&json!({ "kind": "nothing" })).await.is_err());
}

#[tokio::test]
async fn an_organization_gives_its_role() {
    let emulator = started();
    let world = emulator.world().await.unwrap();
    let ada = world.user("ada@example.com").create().await.unwrap();
    let body = json!({ "name": "Acme", "slug": "acme", "created_by": ada.id });
    let made = world.backend();
    let made = made.request(Method::POST, &["organizations"], &[], Some(&body));
    let made = made.await.unwrap();
    let app = app(&world);
    let admin = (200, format!("{} org:admin", ada.id));
    for name in [made["id"].as_str().unwrap(), "acme"] {
        let mut session = world.sign_in(&ada).await.unwrap();
        session.work_in(name).await.unwrap();
        assert_eq!(me(&app, "authorization", &session.bearer()).await, admin);
        assert!(session.work_in("nowhere").await.is_err());
    }
}

#[tokio::test]
async fn nobody_of_one_world_is_let_into_the_app_of_another() {
    let emulator = started();
    let one = emulator.world().await.unwrap();
    let two = emulator.world().await.unwrap();
    let ada = one.user("ada@example.com").create().await.unwrap();
    let session = one.sign_in(&ada).await.unwrap();
    let bearer = session.bearer();
    assert_eq!(me(&app(&one), "authorization", &bearer).await.0, 200);
    assert_eq!(me(&app(&two), "authorization", &bearer).await.0, 401);
    assert!(two.sign_in(&ada).await.is_err());
}

#[tokio::test]
async fn it_ends_when_it_is_dropped() {
    let emulator = started();
    let world = emulator.world().await.unwrap();
    let address = clerk_auth::config::Source::value(&world, "CLERK_FAPI_URL").unwrap();
    let address = address.strip_prefix("http://").unwrap().to_owned();
    assert!(TcpStream::connect(&address).is_ok());
    drop(emulator);
    assert!(TcpStream::connect(&address).is_err());
}

/// A test process that is killed drops nothing; what is left of it is a closed pipe.
#[test]
fn it_ends_when_its_input_does_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(PROGRAM)
        .args([
            "emulator",
            "--for-tests",
            "--port",
            "0",
            "--backend-port",
            "0",
        ])
        .args(["--offline", "--json", "--quiet"])
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdin.take());
    let mut said = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(said.starts_with("{"), "{said}");
    assert!(
        said.contains("\"type\":\"started\"") && !said.contains("sk_test_"),
        "{said}"
    );
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

#[test]
fn a_tool_that_is_not_there_or_says_something_else_is_named() {
    let start = |program: &str| Emulator::start_program(OsStr::new(program)).unwrap_err();
    let missing = start("/nowhere/clerk-rs").to_string();
    assert!(
        missing.starts_with("/nowhere/clerk-rs is not there"),
        "{missing}"
    );
    assert!(missing.contains("CLERK_RS"), "{missing}");
    let other = start("true").to_string();
    assert_eq!(other, "the emulator did not start: it ended at once");
}
