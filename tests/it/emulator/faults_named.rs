//! Each fault on purpose, as the core of an app names it.

use std::sync::Arc;

use clerk_auth::authenticate::{Clerk, RequestState};
use clerk_auth::config::Config;
use clerk_auth::diagnosis::Diagnosis;
use clerk_auth::keys::{PublishableKey, SecretKey};
use clerk_auth::public_url::Connection;
use clerk_rs_cli::emulator::faults::Rule;
use serde_json::{Value, json};

use super::core_client::network;
use super::world::{PAGE, PUBLISHABLE, SECRET, World};

const CONNECTION: Connection<'_> = Connection {
    scheme: "http",
    host: Some("localhost:3000"),
};

fn app(world: &World) -> Clerk {
    let config = Config {
        secret_key: Some(SecretKey::new(SECRET).unwrap()),
        api_url: format!("http://127.0.0.1:{}", world.backend_port()),
        authorized_parties: vec![PAGE.to_owned()],
        sign_in_url: Some("/sign-in".to_owned()),
        ..Config::new(PublishableKey::parse(PUBLISHABLE).unwrap())
    };
    let now = world.now();
    Clerk::new(config, Arc::new(network()), Arc::new(move || now)).unwrap()
}

fn order(world: &World, rule: Value) {
    let rule: Rule = serde_json::from_value(rule).unwrap();
    world.faults().add(rule).unwrap();
}

/// A request to the app with this header.
async fn ask(clerk: &Clerk, name: &str, value: &str) -> (RequestState, Option<Diagnosis>) {
    let request = http::Request::builder().uri("/dashboard");
    let request = request
        .header("sec-fetch-dest", "document")
        .header(name, value);
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let state = clerk.authenticate(&parts, CONNECTION).await.unwrap();
    let why = state.why.as_deref();
    let diagnosis = why.map(|why| Diagnosis::of(why, clerk, &parts, CONNECTION));
    (state, diagnosis)
}

async fn token(world: &World, (browser, session): &(String, String)) -> String {
    let path = format!("/v1/client/sessions/{session}/tokens");
    let answer = world.page("POST", &path, browser, &[]).await.json();
    format!("Bearer {}", answer["jwt"].as_str().unwrap())
}

#[tokio::test]
async fn the_app_names_what_was_ordered() {
    let world = World::new().await;
    let signed_in = world.signed_in().await;
    for (rule, cause, evidence) in [
        (
            json!({ "path": "/v1/jwks", "status": 503 }),
            "could not be asked",
            "503",
        ),
        (
            json!({ "path": "/v1/jwks", "status": 429 }),
            "could not be asked",
            "429",
        ),
        (
            json!({ "kind": "drop", "path": "/v1/jwks" }),
            "could not be asked",
            "",
        ),
        (
            json!({ "kind": "revoked_key" }),
            "refuses this app's secret key",
            "",
        ),
        (
            json!({ "kind": "wrong_azp" }),
            "another site",
            "https://wrong-party.example",
        ),
        (json!({ "kind": "skew", "seconds": 90 }), "clock", "90 s"),
    ] {
        world.faults().clear();
        order(&world, rule.clone());
        let bearer = token(&world, &signed_in).await;
        let (_, diagnosis) = ask(&app(&world), "authorization", &bearer).await;
        let diagnosis = diagnosis.unwrap_or_else(|| panic!("{rule}"));
        assert!(diagnosis.cause.contains(cause), "{rule}: {diagnosis}");
        assert!(diagnosis.evidence.contains(evidence), "{rule}: {diagnosis}");
        assert!(!diagnosis.to_string().contains("eyJ"));
    }
}

#[tokio::test]
async fn an_app_goes_on_when_keys_rotate_and_says_when_a_cookie_was_too_large() {
    let world = World::new().await;
    let signed_in = world.signed_in().await;
    let app = app(&world);
    let bearer = token(&world, &signed_in).await;
    assert!(ask(&app, "authorization", &bearer).await.1.is_none());
    order(&world, json!({ "kind": "rotated_key" }));
    let bearer = token(&world, &signed_in).await;
    let (state, diagnosis) = ask(&app, "authorization", &bearer).await;
    assert!(
        diagnosis.is_none(),
        "{} {diagnosis:?}",
        state.status.as_str()
    );

    let of_before = json!({ "kind": "skew", "seconds": -300, "count": 1 });
    order(&world, of_before);
    let old = token(&world, &signed_in).await;
    order(&world, json!({ "kind": "large_token" }));
    let bearer = token(&world, &signed_in).await;
    let names = PublishableKey::parse(PUBLISHABLE)
        .unwrap()
        .cookie_names()
        .clone();
    let cookie = format!("{}={}", names.session, bearer.trim_start_matches("Bearer "));
    // Browsers drop it, so the app sees the others alone.
    assert!(cookie.len() > 4_096);
    let suffix = names.client_uat.trim_start_matches("__client_uat");
    let others =
        format!("__client_uat{suffix}=1; __clerk_db_jwt{suffix}=dvb_x; __clerk_redirect_count=3");
    let (_, diagnosis) = ask(&app, "cookie", &others).await;
    let diagnosis = diagnosis.unwrap();
    assert!(
        diagnosis.cause.contains("does not come back"),
        "{diagnosis}"
    );
    assert!(diagnosis.evidence.contains("4096"), "{diagnosis}");

    // One that had a cookie goes on with it, and the app cannot tell that from a wrong clock.
    let old = old.trim_start_matches("Bearer ");
    let stuck = format!("{}={old}; {others}", names.session);
    let (_, diagnosis) = ask(&app, "cookie", &stuck).await;
    let words = diagnosis.unwrap().to_string();
    assert!(words.contains("kept an old cookie"), "{words}");
}
