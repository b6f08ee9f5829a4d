//! What strangers tried at the door, and what became of it. Each test opens with the accident.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::diagnosis::Diagnosis;
use clerk_auth::gate::{Admission, Answer};
use clerk_auth::public_url::Connection;
use http::request::Parts;
use serde_json::json;
use support::stage::{
    admit, answering, clerk, config, connection, decide, document, gate, live, request,
    unreachable, user, way_back,
};
use url::Url;

async fn answer(parts: &Parts) -> Answer {
    match admit(&gate(config(live()), unreachable()), parts).await {
        Admission::Answer(answer) => *answer,
        other => panic!("not answered but {other:?}"),
    }
}

async fn htmx_target(current: &str) -> Option<String> {
    let headers = [("hx-request", "true"), ("hx-current-url", current)];
    let answer = answer(&request("GET", "/fragment", &headers)).await;
    assert_eq!(answer.status, 401);
    let target = answer.headers.get("hx-redirect")?;
    Some(target.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_public_page_with_a_protected_fragment_does_not_reload_for_ever() {
    // A visitor of the start page, which loads a protected fragment by HTMX, saw it reload without end.
    let way_to_sign_in = htmx_target("https://orchard.example/").await.unwrap();
    let base: Url = "https://orchard.example".parse().unwrap();
    let page = base.join(&way_to_sign_in).unwrap();
    assert_eq!(page.path(), "/sign-in");
    assert_eq!(way_back(&page).unwrap(), "https://orchard.example/");
    // From a protected page a navigation ends at sign-in by itself.
    let own = htmx_target("https://orchard.example/list").await;
    assert_eq!(own.as_deref(), Some("/list"));
    // The sign-in page itself would be the next loop.
    assert_eq!(htmx_target("https://orchard.example/sign-in").await, None);
    assert_eq!(
        htmx_target("https://orchard.example/sign-in?redirect_url=%2F").await,
        None
    );
}

#[tokio::test]
async fn a_used_up_handshake_in_the_address_does_not_send_somebody_signed_in_round_and_round() {
    // Somebody signed in who opened a link with an old nonce went from /dashboard to /sign-in and back without end.
    let unknown = json!({ "errors": [{ "code": "resource_not_found", "message": "no" }] });
    let backend = answering("GET", "/v1/clients/handshake_payload", 404, &unknown);
    let gate = gate(config(live()), backend);
    let target = "/dashboard?a=1&__clerk_handshake_nonce=old&b=2";
    let Admission::Answer(answer) = admit(&gate, &document(target, &[])).await else {
        panic!("not answered");
    };
    assert_eq!(answer.status, 307);
    let location = answer.headers["location"].to_str().unwrap();
    let base: Url = "https://orchard.example".parse().unwrap();
    let back = way_back(&base.join(location).unwrap()).unwrap();
    assert_eq!(back, "https://orchard.example/dashboard?a=1&b=2");
}

async fn diagnosis(parts: &Parts) -> String {
    let clerk = clerk(config(live()), unreachable());
    let connection: Connection<'_> = connection();
    let state = decide(&clerk, parts).await.unwrap();
    Diagnosis::of(state.why.as_deref().unwrap(), &clerk, parts, connection).to_string()
}

#[tokio::test]
async fn a_cookie_header_full_of_session_names_is_measured_in_one_pass() {
    // A stranger's single request kept a core busy for seconds: the diagnosis looked every name up among all. That one
    // pass is made shows in the last cookie: looked up by its name, the first would be found again.
    let mut cookie = "__client_uat=1; __clerk_redirect_count=3".to_owned();
    for number in 0..24_000 {
        cookie.push_str(&format!("; __session{number}="));
    }
    cookie.push_str(&format!("; __session0={}", "y".repeat(3990)));
    let text = diagnosis(&document("/dashboard", &[("cookie", &cookie)])).await;
    assert!(text.contains("__session0 has 4000 of"), "{text}");
}

#[tokio::test]
async fn a_stranger_writes_neither_long_nor_own_lines_into_the_log() {
    // One request with a cookie of a name of 300 kB made a line of 300 kB in the log.
    let name = format!("__session{}\u{9b}31m", "x".repeat(300_000));
    let cookie = format!(
        "__client_uat=1; __clerk_redirect_count=3; {name}={}",
        "y".repeat(4000)
    );
    let text = diagnosis(&document("/dashboard", &[("cookie", &cookie)])).await;
    assert!(text.contains("so large"), "{}", &text[..200]);
    assert!(text.len() < 2000, "{} bytes", text.len());
    assert!(!text.contains(char::is_control), "{text:?}");
}

#[tokio::test]
async fn no_cache_may_keep_an_answer_that_depends_on_who_asks() {
    // A shared cache could keep the 401 of a stranger, or an answer with somebody's renewed cookies.
    let refused = answer(&request("GET", "/api/me", &[])).await;
    assert_eq!(refused.headers["cache-control"], "no-store");
    let sent_away = answer(&document("/dashboard", &[])).await;
    assert_eq!(sent_away.headers["cache-control"], "no-store");

    let token = user(live()).token();
    let directives =
        json!({ "directives": [format!("__session={token}; Path=/"), "__client_uat=1; Path=/"] });
    let backend = answering("GET", "/v1/clients/handshake_payload", 200, &directives);
    let parts = document("/dashboard", &[("cookie", "__clerk_handshake_nonce=n")]);
    match admit(&gate(config(live()), backend), &parts).await {
        Admission::Pass { headers, .. } => {
            assert_eq!(headers.get_all("set-cookie").iter().count(), 2);
            assert_eq!(headers["cache-control"], "no-store");
        }
        other => panic!("not passed but {other:?}"),
    }
}

#[cfg(feature = "satellites")]
#[tokio::test]
async fn no_origin_makes_an_error_page_of_a_satellite() {
    // A satellite answered 500 to every request that named its primary as its origin.
    let satellite = clerk_auth::config::Config {
        is_satellite: true,
        domain: Some("cider.example".to_owned()),
        sign_in_url: Some("https://primary.example/sign-in".to_owned()),
        ..config(live())
    };
    let gate = gate(satellite, unreachable());
    for origin in [
        "https://primary.example",
        "https://cider.example",
        "null",
        "x",
    ] {
        let parts = document("/", &[("origin", origin)]);
        let admission = admit(&gate, &parts).await;
        assert!(
            matches!(admission, Admission::Pass { .. }),
            "{origin}: {admission:?}"
        );
    }
}
