//! Why a sign-in does not complete: the mistake behind it is measured and named.
#![cfg(all(feature = "diagnosis", feature = "testing"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::authenticate::NotSignedIn;
use clerk_auth::config::Config;
use clerk_auth::diagnosis::Diagnosis;
use clerk_auth::keys::PublishableKey;
use clerk_auth::public_url::Connection;
use clerk_auth::testing::TestKeys;
use clerk_auth::time::UnixMillis;
use http::request::Parts;
use serde_json::json;
use support::stage::{
    NOW, answering, clerk, config, connection, development, document, live, request, unreachable,
    user,
};

/// What the diagnosis says of a request that was refused, or whose redirects were ended.
async fn cause(
    keys: &'static TestKeys,
    config: Config,
    parts: &Parts,
    connection: Connection<'_>,
) -> Diagnosis {
    let clerk = clerk(config, unreachable());
    let state = clerk.authenticate(parts, connection).await.unwrap();
    let why: NotSignedIn = state.why.as_deref().unwrap().clone();
    let diagnosis = Diagnosis::of(&why, &clerk, parts, connection);
    let printed = format!("{diagnosis}");
    assert!(
        !printed.contains("eyJ") && !printed.contains(keys.secret_key().expose()),
        "{printed}"
    );
    diagnosis
}

#[tokio::test]
async fn the_measured_cause_is_named() {
    let names = live().publishable_key().cookie_names().clone();
    let uat = format!("{}=1", names.client_uat);
    let session = |token: &str| format!("{}={token}; {uat}", names.session);
    let ahead = user(live()).at(UnixMillis(NOW.0 + 90_000)).token();
    let behind = user(live()).at(UnixMillis(NOW.0 - 3_600_000)).token();
    let party = user(live()).claim("azp", "https://pear.example").token();
    let no_party = user(live()).claim("azp", json!(null)).token();
    let foreign = user(development()).claim("iss", live().issuer()).token();
    let listed = || Config {
        authorized_parties: vec!["https://orchard.example".to_owned()],
        ..config(live())
    };
    let looped = "; __clerk_redirect_count=3";
    let stale = format!(
        "{}={behind}; {}={}{looped}",
        names.session,
        names.client_uat,
        NOW.seconds()
    );
    let large = format!("{}={}", names.session, "x".repeat(3_900));
    for (cookie, config, wanted, evidence) in [
        (session(&ahead), config(live()), "clock", "90 s"),
        (session(&behind) + looped, config(live()), "clock", "3600 s"),
        (
            session(&party),
            listed(),
            "another site",
            "https://pear.example",
        ),
        (session(&no_party), listed(), "another site", "no azp"),
        (
            session(&foreign),
            config(live()),
            "another Clerk instance",
            &live().issuer(),
        ),
        (
            uat.clone() + looped,
            config(live()),
            "does not come back",
            "__session",
        ),
        (stale, config(live()), "does not come back", "3600 s older"),
        (large + looped, config(live()), "so large", "4096"),
    ] {
        let found = cause(
            live(),
            config,
            &document("/dashboard", &[("cookie", &cookie)]),
            connection(),
        )
        .await;
        assert!(found.cause.contains(wanted), "{found}");
        assert!(found.evidence.contains(evidence), "{found}");
    }
}

#[tokio::test]
async fn the_clock_of_an_emulator_that_was_moved_is_put_right_there() {
    let local = PublishableKey::parse(
        "pk_test_ZW11bGF0b3ItMGExYjJjM2QubG9jYWxob3N0LmNsZXJrLmFjY291bnRzLmRldiQ",
    );
    let config = Config {
        publishable_key: Some(local.unwrap()),
        ..config(development())
    };
    let ahead = user(development()).at(UnixMillis(NOW.0 + 600_000)).bearer();
    let parts = document("/dashboard", &[("authorization", &ahead)]);
    let found = cause(development(), config, &parts, connection()).await;
    assert!(found.cause.contains("clock"), "{found}");
    assert!(found.remedy.contains("emulator clock reset"), "{found}");
}

#[tokio::test]
async fn an_untrusted_proxy_is_named_when_redirects_go_round() {
    let headers = [
        ("host", "inner:3000"),
        ("x-forwarded-host", "orchard.example"),
        ("x-forwarded-proto", "https"),
        ("cookie", "__client_uat=1; __clerk_redirect_count=3"),
    ];
    let found = cause(
        live(),
        config(live()),
        &document("/", &headers),
        Connection::HTTP,
    )
    .await;
    assert!(found.cause.contains("not trusted"), "{found}");
    assert!(
        found.evidence.contains("http://inner:3000")
            && found.evidence.contains("https://orchard.example")
    );
    assert!(found.remedy.contains("CLERK_TRUST_PROXY_HEADERS"));
}

#[tokio::test(start_paused = true)]
async fn an_unreachable_key_server_and_a_refused_key_are_told_apart() {
    let fetching = || Config {
        jwt_key: None,
        ..config(live())
    };
    let body = json!({ "errors": [{ "code": "clerk_key_invalid", "message": "no" }] });
    for (backend, wanted, remedy) in [
        (unreachable(), "could not be asked", "network"),
        (
            answering("GET", "/v1/jwks", 401, &body),
            "refuses this app's secret key",
            "CLERK_SECRET_KEY",
        ),
    ] {
        let clerk = clerk(fetching(), backend);
        let parts = request("GET", "/", &[("authorization", &user(live()).bearer())]);
        let state = clerk.authenticate(&parts, connection()).await.unwrap();
        let found = Diagnosis::of(state.why.as_deref().unwrap(), &clerk, &parts, connection());
        assert!(found.cause.contains(wanted), "{found}");
        assert!(found.remedy.contains(remedy), "{found}");
    }
}
