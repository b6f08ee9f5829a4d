//! Whoever repeats a request does not fill the log: one line of a kind in ten seconds, with the number of those that were
//! left out.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use clerk_auth::authenticate::Clerk;
use clerk_auth::config::Config;
use clerk_auth::gate::Gate;
use clerk_auth::time::UnixMillis;
use http::request::Parts;
use serde_json::json;
use support::log::Log;
use support::scripted::Scripted;
use support::stage::{
    NOW, PATHS, admit, answering, config, development, document, live, request, unreachable, user,
};

/// A gate whose clock can be set, and its log.
struct Stage {
    gate: Gate,
    clock: Arc<AtomicI64>,
    log: Log,
}

impl Stage {
    fn new(config: Config, backend: Scripted) -> Self {
        let clock = Arc::new(AtomicI64::new(NOW.0));
        let now = Arc::clone(&clock);
        let now = move || UnixMillis(now.load(Ordering::Relaxed));
        let clerk = Clerk::new(config, Arc::new(backend), Arc::new(now)).unwrap();
        Self {
            gate: Gate::new(clerk, &PATHS).unwrap(),
            clock,
            log: Log::default(),
        }
    }

    /// What a hundred of these requests at one moment write, and a hundred more ten seconds later.
    async fn lines(&self, parts: &Parts) -> Vec<String> {
        let _listening = self.log.listen();
        for _ in 0..2 {
            for _ in 0..100 {
                admit(&self.gate, parts).await;
            }
            self.clock.fetch_add(10_000, Ordering::Relaxed);
        }
        self.log.lines()
    }
}

async fn check(name: &str, config: Config, backend: Scripted, parts: Parts) {
    let lines = Stage::new(config, backend).lines(&parts).await;
    let kinds = lines.len().div_ceil(2);
    assert!((1..=2).contains(&kinds), "{name}: {lines:#?}");
    let told = lines.iter().filter(|line| line.contains("left_out=99"));
    assert!(told.count() >= 1, "{name}: {lines:#?}");
}

#[tokio::test(start_paused = true)]
async fn no_request_that_is_repeated_fills_the_log() {
    let fetching = || Config {
        jwt_key: None,
        ..config(live())
    };
    let cookie = |value: String| document("/dashboard", &[("cookie", &value)]);
    let looped = "__client_uat=5; __clerk_redirect_count=3".to_owned();
    check(
        "loop",
        config(live()),
        unreachable(),
        cookie(looped.clone()),
    )
    .await;
    check(
        "loop in development",
        config(development()),
        unreachable(),
        cookie(looped),
    )
    .await;
    let own = user(live()).cookie_header();
    check("no keys", fetching(), unreachable(), cookie(own.clone())).await;
    let data = request("GET", "/api/me", &[("cookie", &own)]);
    check("no keys for data", fetching(), unreachable(), data).await;
    let nonce = document("/?__clerk_handshake_nonce=n", &[]);
    check("nonce", config(live()), unreachable(), nonce).await;
    let token = cookie("__clerk_handshake=nonsense".to_owned());
    check("handshake token", config(live()), unreachable(), token).await;
    let in_query = document("/?__clerk_handshake=nonsense", &[]);
    check(
        "handshake in the query",
        config(development()),
        unreachable(),
        in_query,
    )
    .await;
    let stranger = user(development()).bearer();
    let bearer = request("GET", "/api/me", &[("authorization", &stranger)]);
    check("signature", config(live()), unreachable(), bearer).await;
}

#[tokio::test(start_paused = true)]
async fn nor_do_those_of_somebody_signed_in() {
    let patterns = Config {
        organization_patterns: vec!["/orgs/:slug".to_owned()],
        ..config(live())
    };
    let looped = format!("{}; __clerk_redirect_count=3", user(live()).cookie_header());
    let parts = document("/orgs/x", &[("cookie", &looped)]);
    check("organization", patterns, unreachable(), parts).await;
    let odd = user(live()).claim("o", json!({ "id": "org_1", "per": "p", "fpm": "1" }));
    let odd = odd.claim("fea", json!([1]));
    let parts = document("/", &[("cookie", &odd.cookie_header())]);
    check("claims", config(live()), unreachable(), parts).await;
    let foreign = json!({ "directives": ["evil=1; Path=/", "worse=2"] });
    let backend = answering("GET", "/v1/clients/handshake_payload", 200, &foreign);
    let nonce = document("/?__clerk_handshake_nonce=n", &[]);
    check("cookies", config(live()), backend, nonce).await;
}

#[tokio::test(start_paused = true)]
async fn the_page_of_an_error_has_a_reference_that_the_log_has_or_counts() {
    let stage = Stage::new(config(live()), unreachable());
    let parts = document(
        "/dashboard",
        &[("cookie", "__client_uat=5; __clerk_redirect_count=3")],
    );
    let lines = stage.lines(&parts).await;
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(
        lines.iter().all(|line| line.contains("reference=")),
        "{lines:#?}"
    );
    assert!(!lines[0].contains("left_out"), "{lines:#?}");
}

#[tokio::test(start_paused = true)]
async fn asking_whether_the_app_is_ready_does_not_fill_it_either() {
    let fetching = Config {
        jwt_key: None,
        ..config(live())
    };
    let stage = Stage::new(fetching, unreachable());
    let _listening = stage.log.listen();
    for _ in 0..50 {
        stage.gate.clerk().ready().await.unwrap_err();
        stage.clock.fetch_add(1_000, Ordering::Relaxed);
    }
    let lines = stage.log.lines();
    assert!(lines.len() <= 6, "{lines:#?}");
    assert!(
        lines.iter().skip(1).all(|line| line.contains("left_out=")),
        "{lines:#?}"
    );
}
