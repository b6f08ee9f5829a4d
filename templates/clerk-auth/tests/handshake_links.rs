//! What a link with a handshake's nonce may do (`security.md` rules 1 and 6): it ends and replaces nobody's session, and
//! costs no more than a bounded number of calls.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::sync::Arc;

use clerk_auth::authenticate::{Clerk, RequestState};
use clerk_auth::time::UnixMillis;
use http::request::Parts;
use serde_json::{Value, json};
use support::scripted::{Reply, Scripted};
use support::stage::{
    NOW, answering, clerk, config, decide, development, document, live, location, request, told,
    user, way_back,
};

const LINK: &str = "/dashboard?__clerk_handshake_nonce=nonce_of_eve";

/// A Backend API that knows this one payload.
fn payload(directives: &[String]) -> Scripted {
    let body = json!({ "directives": directives });
    answering("GET", "/v1/clients/handshake_payload", 200, &body)
}

fn eve() -> Vec<String> {
    let name = &live().publishable_key().cookie_names().session;
    let token = live().user("user_eve").at(NOW).token();
    vec![format!("{name}={token}; Path=/")]
}

async fn user_after(backend: &Scripted, parts: &Parts) -> (String, Option<String>) {
    let clerk = clerk(config(live()), backend.clone());
    let state = decide(&clerk, parts).await.unwrap();
    let user = state
        .auth
        .session()
        .and_then(|session| session.user_id().map(str::to_owned));
    (told(&state), user)
}

#[tokio::test]
async fn rule_1_a_link_replaces_nobodys_session() {
    let own = user(live()).cookie_header();
    let backend = payload(&eve());
    let (told, who) = user_after(&backend, &document(LINK, &[("cookie", &own)])).await;
    assert_eq!(
        (told.as_str(), who.as_deref()),
        ("signed-in", Some("user_2q7pippin"))
    );
}

#[tokio::test]
async fn rule_1_it_does_not_matter_that_browsers_withhold_client_uat_from_links() {
    let own = user(live()).cookie_header();
    let without_uat: Vec<&str> = own
        .split("; ")
        .filter(|cookie| !cookie.contains("uat"))
        .collect();
    let parts = document(LINK, &[("cookie", &without_uat.join("; "))]);
    let backend = payload(&eve());
    let (told, who) = user_after(&backend, &parts).await;
    assert_eq!((who, backend.count()), (None, 1), "{told}");
}

#[tokio::test]
async fn rule_1_a_link_signs_nobody_out() {
    let own = user(live()).cookie_header();
    let names = live().publishable_key().cookie_names();
    let nothing = vec![format!("{}=; Max-Age=0", names.session)];
    for backend in [
        payload(&nothing),
        payload(&[]),
        support::stage::unreachable(),
    ] {
        let parts = document(LINK, &[("cookie", &own)]);
        let (told, who) = user_after(&backend, &parts).await;
        assert_eq!(who.as_deref(), Some("user_2q7pippin"), "{told}");
    }
}

/// The cookies of a user whose token is over.
fn late() -> String {
    user(live()).at(UnixMillis(NOW.0 - 600_000)).cookie_header()
}

#[tokio::test]
async fn rule_1_it_does_not_matter_that_the_token_is_over() {
    let clerk = clerk(config(live()), payload(&eve()));
    let state = decide(&clerk, &document(LINK, &[("cookie", &late())]))
        .await
        .unwrap();
    assert_eq!(state.status.as_str(), "handshake", "{}", told(&state));
    assert!(!state.headers.values().any(is_session), "{state:?}");
    let back = way_back(&location(&state).unwrap()).unwrap();
    assert_eq!(
        back, "https://orchard.example/dashboard",
        "the nonce would come back and count again"
    );
    let cookie = late().split_once("; __client_uat").unwrap().0.to_owned();
    let parts = document(LINK, &[("cookie", &cookie)]);
    let (told, who) = user_after(&payload(&eve()), &parts).await;
    assert_eq!(who, None, "without __client_uat: {told}");
}

fn is_session(value: &http::HeaderValue) -> bool {
    value.as_bytes().starts_with(b"__session")
}

#[tokio::test]
async fn a_session_that_cannot_be_the_visitors_gives_way() {
    let names = live().publishable_key().cookie_names();
    let signed_out = format!("__session={}; __client_uat=0", user(live()).token());
    let seconds = NOW.0 / 1000;
    let older = user(live()).at(UnixMillis(NOW.0 - 600_000)).token();
    let signed_in_since = format!("{}={older}; {}={seconds}", names.session, names.client_uat);
    let neighbours = user(development()).token();
    let neighbours = format!("__session={neighbours}; __client_uat={seconds}");
    for cookie in [
        &signed_out,
        &signed_in_since,
        &neighbours,
        "__session=nonsense",
    ] {
        let parts = document(LINK, &[("cookie", cookie)]);
        let (told, who) = user_after(&payload(&eve()), &parts).await;
        assert_eq!(who.as_deref(), Some("user_eve"), "{cookie}: {told}");
    }
}

#[tokio::test]
async fn rule_1_a_link_from_elsewhere_signs_nobody_in() {
    for (site, calls) in [
        ("cross-site", 0),
        ("none", 0),
        ("same-site", 1),
        ("same-origin", 1),
    ] {
        let backend = payload(&eve());
        let parts = document(LINK, &[("sec-fetch-site", site)]);
        let (told, who) = user_after(&backend, &parts).await;
        let invited = calls == 1;
        assert_eq!(
            (who.is_some(), backend.count()),
            (invited, calls),
            "{site}: {told}"
        );
    }
}

#[tokio::test]
async fn whom_we_may_have_sent_to_a_handshake_comes_back_from_elsewhere() {
    let names = live().publishable_key().cookie_names();
    let name = &names.session;
    let fresh = format!(
        "{name}={}; Path=/",
        user(live()).session("sess_fresh").token()
    );
    let uat = format!("{}=1", names.client_uat);
    for cookie in [late(), uat] {
        let headers = [
            ("cookie", cookie.as_str()),
            ("sec-fetch-site", "cross-site"),
        ];
        let backend = payload(std::slice::from_ref(&fresh));
        let (told, who) = user_after(&backend, &document(LINK, &headers)).await;
        assert_eq!(who.as_deref(), Some("user_2q7pippin"), "{cookie}: {told}");
    }
}

#[cfg(feature = "satellites")]
#[tokio::test]
async fn a_satellites_visitor_comes_back_with_nothing_but_the_nonce() {
    let satellite = clerk_auth::config::Config {
        is_satellite: true,
        domain: Some("orchard.example".to_owned()),
        sign_in_url: None,
        ..config(live())
    };
    let token = live().user("user_eve").at(NOW).token();
    let backend = payload(&[format!("__session={token}; Path=/")]);
    let clerk = clerk(satellite, backend);
    let parts = document(LINK, &[("sec-fetch-site", "cross-site")]);
    let state = decide(&clerk, &parts).await.unwrap();
    assert_eq!(told(&state), "signed-in");
}

#[tokio::test]
async fn a_new_session_of_the_same_user_counts() {
    let own = user(live()).cookie_header();
    let name = &live().publishable_key().cookie_names().session;
    let fresh = user(live()).session("sess_fresh").token();
    let backend = payload(&[format!("{name}={fresh}; Path=/")]);
    let clerk = clerk(config(live()), backend);
    let state = decide(&clerk, &document(LINK, &[("cookie", &own)]))
        .await
        .unwrap();
    assert_eq!(
        state.auth.session().unwrap().session_id(),
        Some("sess_fresh")
    );
    assert!(state.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn rule_1_on_live_a_nonce_in_the_address_counts_where_a_browser_navigates() {
    for parts in [
        request("GET", LINK, &[("sec-fetch-dest", "empty")]),
        request("GET", LINK, &[]),
        request("POST", LINK, &[("sec-fetch-dest", "document")]),
    ] {
        let backend = payload(&eve());
        let (_, who) = user_after(&backend, &parts).await;
        assert_eq!((who, backend.count()), (None, 0));
    }
}

#[tokio::test]
async fn what_cannot_be_a_nonce_is_not_asked_about() {
    let long = "n".repeat(513);
    for odd in [
        "%00",
        "a%20b",
        "%3Cscript%3E",
        "%F0%9F%90%9F",
        "a%22b",
        &long,
    ] {
        let backend = payload(&eve());
        let parts = document(&format!("/?__clerk_handshake_nonce={odd}"), &[]);
        let cookie = format!("__clerk_handshake_nonce={odd}");
        user_after(&backend, &parts).await;
        user_after(&backend, &document("/", &[("cookie", &cookie)])).await;
        assert_eq!(backend.count(), 0, "{odd}");
    }
}

/// As many requests at once, each by itself.
async fn at_once(clerk: &Clerk, parts: Vec<Parts>) -> Vec<RequestState> {
    let mut tasks = tokio::task::JoinSet::new();
    for parts in parts {
        let clerk = clerk.clone();
        tasks.spawn(async move { decide(&clerk, &parts).await.unwrap() });
    }
    tasks.join_all().await
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_nonces_has_a_bounded_number_of_calls_under_way() {
    let backend = Scripted::always(Reply::Hangs);
    let clerk = Clerk::new(config(live()), backend.fetch(), Arc::new(|| NOW)).unwrap();
    let links: Vec<_> = (0..200)
        .map(|n| document(&format!("/?__clerk_handshake_nonce=n{n}"), &[]))
        .collect();
    let states = at_once(&clerk, links.clone()).await;
    assert_eq!(backend.count(), 32);
    assert!(
        states
            .iter()
            .all(|state| state.why.as_deref().unwrap().unknown.is_some())
    );
    at_once(&clerk, links[..1].to_vec()).await;
    assert_eq!(backend.count(), 33, "those that ended make room");
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_expired_tokens_has_so_too_and_leaves_the_apps_own_calls_alone() {
    let backend = Scripted::always(Reply::Hangs);
    let clerk = Clerk::new(config(live()), backend.fetch(), Arc::new(|| NOW)).unwrap();
    let names = live().publishable_key().cookie_names();
    let late = user(live()).at(UnixMillis(NOW.0 - 600_000)).token();
    let cookie = format!("__session={late}; __client_uat=1; {}=rt", names.refresh);
    let requests = vec![document("/", &[("cookie", &cookie)]); 100];
    let flood = at_once(&clerk, requests);
    let (states, user) = tokio::join!(flood, clerk.backend().get_user("user_1"));
    assert!(user.is_err(), "it hangs as well");
    assert_eq!(backend.count(), 32 + 1);
    assert!(
        states
            .iter()
            .all(|state| state.status.as_str() == "handshake")
    );
}

#[tokio::test]
async fn a_cookie_that_is_no_handshake_makes_no_error_page_in_development() {
    let keys = development();
    let clerk = clerk(config(keys), support::stage::unreachable());
    let own = user(keys).cookie_header();
    let signed_by_others = live().sign(
        &json!({ "alg": "RS256", "kid": "ins_other" }),
        &json!({ "handshake": Value::Array(Vec::new()) }),
    );
    for bad in ["nonsense", &signed_by_others] {
        let cookie = format!("{own}; __clerk_handshake={bad}");
        let state = decide(&clerk, &document("/", &[("cookie", &cookie)])).await;
        assert_eq!(told(&state.unwrap()), "signed-in", "{bad}");
    }
}
