//! A key that its instance withdraws, and the tokens that were verified with it before.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use clerk_auth::authenticate::Clerk;
use clerk_auth::config::Config;
use clerk_auth::time::UnixMillis;
use support::scripted::{Reply, Scripted};
use support::stage::{NOW, config, decide, live, request, told, user};

/// An app whose keys come from a set that can lose its key, and whose clock can be moved, in seconds.
struct Bench {
    clerk: Clerk,
    backend: Scripted,
    withdrawn: Arc<AtomicBool>,
    clock: Arc<AtomicI64>,
    bearer: String,
}

impl Bench {
    fn new() -> Self {
        let withdrawn = Arc::new(AtomicBool::new(false));
        let is_withdrawn = Arc::clone(&withdrawn);
        let backend = Scripted::new(move |_, _| {
            if is_withdrawn.load(Ordering::Relaxed) {
                let other = support::fixture_jwk("alpha");
                Reply::Json(200, serde_json::json!({ "keys": [other] }))
            } else {
                Reply::Json(200, live().key_set())
            }
        });
        let clock = Arc::new(AtomicI64::new(0));
        let seconds = Arc::clone(&clock);
        let now = move || UnixMillis(NOW.0 + seconds.load(Ordering::Relaxed) * 1000);
        let config = Config {
            jwt_key: None,
            ..config(live())
        };
        Self {
            clerk: Clerk::new(config, Arc::new(backend.clone()), Arc::new(now)).unwrap(),
            backend,
            withdrawn,
            clock,
            bearer: user(live()).claim("exp", NOW.seconds() + 86_400).bearer(),
        }
    }

    async fn at(&self, seconds: i64) -> (String, usize) {
        self.clock.store(seconds, Ordering::Relaxed);
        let parts = request("GET", "/api/me", &[("authorization", &self.bearer)]);
        let state = decide(&self.clerk, &parts).await.unwrap();
        (told(&state), self.backend.asked().len())
    }
}

#[tokio::test]
async fn a_withdrawn_key_is_noticed_although_its_tokens_are_remembered() {
    // The holder of a stolen key stayed in for as long as his token lived, because nobody else asked for a key.
    let bench = Bench::new();
    assert_eq!(bench.at(0).await, ("signed-in".to_owned(), 1));
    bench.withdrawn.store(true, Ordering::Relaxed);
    assert_eq!(bench.at(299).await, ("signed-in".to_owned(), 1));
    assert_eq!(
        bench.at(300).await,
        ("signed-out jwk-kid-mismatch".to_owned(), 2)
    );
}

#[tokio::test]
async fn a_key_that_stays_is_asked_for_every_five_minutes_and_no_more() {
    let bench = Bench::new();
    for (seconds, calls) in [
        (0, 1),
        (1, 1),
        (299, 1),
        (300, 2),
        (301, 2),
        (599, 2),
        (600, 3),
    ] {
        let expected = ("signed-in".to_owned(), calls);
        assert_eq!(bench.at(seconds).await, expected, "at {seconds} s");
    }
}
