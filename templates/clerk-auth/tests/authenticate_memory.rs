//! Tokens that were seen before: they are decided at once, and by the same rules.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use clerk_auth::authenticate::{Clerk, RequestState};
use clerk_auth::config::Config;
use clerk_auth::time::UnixMillis;
use support::stage::{
    NOW, answering, clerk, config, connection, decide, development, document, live, request, told,
    unreachable, user,
};

/// Decides without a runtime and without ever waiting.
fn at_once(clerk: &Clerk, parts: &http::request::Parts) -> Option<RequestState> {
    let mut future = pin!(clerk.authenticate(parts, connection()));
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(state) => Some(state.unwrap()),
        Poll::Pending => None,
    }
}

#[tokio::test]
async fn a_token_seen_before_is_decided_without_asking_anybody() {
    let fetching = Config {
        jwt_key: None,
        ..config(live())
    };
    let backend = Arc::new(answering("GET", "/v1/jwks", 200, &live().key_set()));
    let clerk = Clerk::new(fetching, backend.clone(), Arc::new(|| NOW)).unwrap();
    let known = user(live());
    let cookie = format!("{}; __session={}", known.cookie_header(), known.token());
    let by_cookie = document("/", &[("cookie", &cookie)]);
    let by_header = request("GET", "/", &[("authorization", &known.bearer())]);
    assert_eq!(
        told(&decide(&clerk, &by_header).await.unwrap()),
        "signed-in"
    );
    let asked = backend.asked().len();
    for parts in [&by_header, &by_cookie] {
        let state = at_once(&clerk, parts).expect("decided without waiting");
        assert_eq!(told(&state), "signed-in");
        assert_eq!(state.auth.user_id(), Some("user_2q7pippin"));
    }
    assert_eq!(backend.asked().len(), asked);
}

#[tokio::test]
async fn a_remembered_token_still_obeys_the_rules_about_cookies() {
    let clerk = clerk(config(live()), unreachable());
    let token = user(live()).token();
    let names = live().publishable_key().cookie_names();
    let with_uat = |uat: i64| {
        let cookie = format!(
            "{}={token}; {}={uat}; __client_uat=0",
            names.session, names.client_uat
        );
        document("/", &[("cookie", &cookie)])
    };
    let now = NOW.seconds();
    assert_eq!(
        told(&decide(&clerk, &with_uat(now)).await.unwrap()),
        "signed-in"
    );
    for (parts, reason) in [
        (
            with_uat(now + 1),
            "handshake session-token-iat-before-client-uat",
        ),
        (with_uat(0), "handshake session-token-but-no-client-uat"),
    ] {
        assert_eq!(told(&decide(&clerk, &parts).await.unwrap()), reason);
    }
}

#[tokio::test]
async fn a_remembered_token_is_over_when_it_is_over() {
    let time = Arc::new(std::sync::atomic::AtomicI64::new(NOW.0));
    let clock = Arc::clone(&time);
    let clock = move || UnixMillis(clock.load(std::sync::atomic::Ordering::Relaxed));
    let clerk = Clerk::new(config(live()), Arc::new(unreachable()), Arc::new(clock)).unwrap();
    let parts = request("GET", "/", &[("authorization", &user(live()).bearer())]);
    for (offset_ms, signed_in) in [
        (0, true),
        (59_999, true),
        (64_999, true),
        (65_000, false),
        (0, true),
    ] {
        time.store(NOW.0 + offset_ms, std::sync::atomic::Ordering::Relaxed);
        let state = decide(&clerk, &parts).await.unwrap();
        assert_eq!(
            state.status.as_str() == "signed-in",
            signed_in,
            "{offset_ms} ms"
        );
    }
}

#[tokio::test]
async fn a_token_of_another_instance_is_never_remembered_into_this_one() {
    let first = clerk(config(live()), unreachable());
    let parts = request("GET", "/", &[("authorization", &user(live()).bearer())]);
    assert_eq!(told(&decide(&first, &parts).await.unwrap()), "signed-in");
    let second = clerk(config(development()), unreachable());
    let state = decide(&second, &parts).await.unwrap();
    assert_eq!(told(&state), "signed-out token-invalid-signature");
}
