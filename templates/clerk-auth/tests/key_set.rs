//! `security.md` rule 6 on key sets: a flood, a rotation or a visitor who leaves must neither cost the key server much
//! nor sign anybody out.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::future::Future;
use std::sync::{Arc, Barrier};
use std::time::Duration;

use clerk_auth::error::Reason;
use clerk_auth::key_set::{KeySet, KeySource};
use clerk_auth::keys::SecretKey;
use http::header::AUTHORIZATION;
use serde_json::json;
use support::fixture_jwk;
use support::key_server::{Bench, SECRET, alpha, at, set_of, source};
use support::scripted::{Reply, Scripted};

#[tokio::test(start_paused = true)]
async fn any_number_of_requests_share_one_fetch() {
    let bench = Bench::new(Reply::Late(Duration::from_secs(1), Box::new(alpha())));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..1000 {
        let set = bench.set.clone();
        tasks.spawn(async move { set.key(Some("ins_alpha"), false, at(0)).await });
    }
    while let Some(key) = tasks.join_next().await {
        key.unwrap().unwrap();
    }
    assert_eq!(bench.scripted.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_rotated_key_serves_everybody_who_carries_it_at_once() {
    let bench = Bench::new(alpha());
    bench.ask("ins_alpha", 0).await.unwrap();
    let both = set_of(&[("ins_alpha", "alpha"), ("ins_next", "bravo")]);
    bench.answers(Reply::Late(Duration::from_secs(1), Box::new(both)));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..1000 {
        let set = bench.set.clone();
        tasks.spawn(async move { set.key(Some("ins_next"), false, at(1)).await });
    }
    while let Some(key) = tasks.join_next().await {
        key.unwrap().expect("requests beside the first wait for it");
    }
    assert_eq!(bench.scripted.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_visitor_who_leaves_does_not_end_the_fetch_for_the_others() {
    let bench = Bench::new(Reply::Late(Duration::from_secs(2), Box::new(alpha())));
    let ask = |set: KeySet| async move {
        let key = set.key(Some("ins_alpha"), false, at(0)).await;
        key.map(|_| ())
    };
    let first = tokio::spawn(ask(bench.set.clone()));
    tokio::task::yield_now().await;
    let second = tokio::spawn(ask(bench.set.clone()));
    tokio::time::sleep(Duration::from_secs(1)).await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    second.await.unwrap().unwrap();
    assert_eq!(bench.scripted.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_fetch_that_nobody_waits_for_any_more_still_fills_the_set() {
    let bench = Bench::new(Reply::Late(Duration::from_secs(2), Box::new(alpha())));
    let impatient = tokio::time::timeout(Duration::from_secs(1), bench.ask("ins_alpha", 0));
    assert!(impatient.await.is_err());
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(bench.seen("ins_alpha", 3).await, ("ok", 0));
    assert_eq!(bench.scripted.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_defect_in_the_client_leaves_nothing_locked() {
    let bench = Bench::new(Reply::Panics);
    let (word, calls) = bench.seen("ins_alpha", 0).await;
    assert_eq!(
        (word, calls),
        ("unavailable", 2),
        "one more try, then an error"
    );
    bench.answers(alpha());
    assert_eq!(bench.seen("ins_alpha", 1).await, ("ok", 1));
}

#[test]
fn a_fetch_dies_with_its_runtime_and_another_takes_over() {
    let bench = Bench::new(Reply::Hangs);
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().start_paused(true).build().unwrap()
    };
    let first = runtime();
    let waiter = bench.set.clone();
    first.block_on(async {
        let wait = waiter.key(Some("ins_alpha"), false, at(0));
        assert!(
            tokio::time::timeout(Duration::from_secs(1), wait)
                .await
                .is_err()
        );
    });
    drop(first);
    bench.answers(alpha());
    runtime().block_on(async {
        assert_eq!(bench.seen("ins_alpha", 1).await, ("ok", 1));
    });
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    let bench = Bench::new(alpha());
    let mut ask = Box::pin(bench.set.key(Some("ins_alpha"), false, at(0)));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match ask.as_mut().poll(&mut context) {
        std::task::Poll::Ready(Err(error)) => assert!(error.is_unknown()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_made_up_kids_costs_three_fetches_and_one_every_ten_seconds() {
    let bench = Bench::new(alpha());
    bench.ask("ins_alpha", 0).await.unwrap();
    for n in 0..1000 {
        let error = bench.ask(&format!("ins_{n}"), 1).await.unwrap_err();
        let was_looked_up = n < 3;
        assert_eq!(error.is_unknown(), !was_looked_up, "{n}: {error:?}");
    }
    assert_eq!(bench.scripted.count(), 1 + 3);
    for second in 2..=31 {
        for n in 0..10 {
            let kid = format!("other_{second}_{n}");
            bench.ask(&kid, second).await.unwrap_err();
        }
    }
    assert_eq!(bench.scripted.count(), 1 + 3 + 3);
    assert_eq!(bench.seen("ins_alpha", 31).await, ("ok", 0));
}

#[tokio::test(start_paused = true)]
async fn a_new_key_is_not_told_as_unknown_while_a_flood_keeps_the_set_from_being_fetched() {
    let bench = Bench::new(alpha());
    bench.ask("ins_alpha", 0).await.unwrap();
    for n in 0..3 {
        bench.ask(&format!("made_up_{n}"), 1).await.unwrap_err();
    }
    bench.answers(set_of(&[("ins_alpha", "alpha"), ("ins_bravo", "bravo")]));
    let error = bench.ask("ins_bravo", 3).await.unwrap_err();
    assert!(error.is_unknown(), "{error:?}");
    assert_eq!(
        error.retry_after(),
        Some(Duration::from_secs(8)),
        "the next fetch is allowed ten seconds after the first of the flood"
    );
    assert_eq!(bench.seen("ins_bravo", 10).await, ("rationed", 0));
    assert_eq!(bench.seen("ins_bravo", 11).await, ("ok", 1));
}

#[tokio::test(start_paused = true)]
async fn an_unknown_kid_is_remembered_for_half_a_minute() {
    let bench = Bench::new(alpha());
    bench.ask("ins_alpha", 0).await.unwrap();
    assert_eq!(bench.seen("ins_zulu", 1).await, ("jwk-kid-mismatch", 1));
    assert_eq!(bench.seen("ins_zulu", 30).await, ("jwk-kid-mismatch", 0));
    bench.answers(set_of(&[("ins_zulu", "bravo")]));
    assert_eq!(bench.seen("ins_zulu", 31).await, ("ok", 1));
    let no_kid = bench.set.key(None, false, at(32)).await;
    assert!(!no_kid.unwrap_err().is_unknown());
    assert_eq!(
        bench.scripted.count(),
        3,
        "no set lists a token without kid"
    );
}

#[tokio::test(start_paused = true)]
async fn giant_and_odd_kids_are_only_unknown() {
    let bench = Bench::new(alpha());
    bench.ask("ins_alpha", 0).await.unwrap();
    let giant = "x".repeat(1 << 20);
    let kids = ["", "__proto__", "'; drop", "\u{0}\u{7f}é", giant.as_str()];
    for (kid, second) in kids.into_iter().zip((1..).step_by(10)) {
        assert!(!bench.ask(kid, second).await.unwrap_err().is_unknown());
    }
}

#[tokio::test(start_paused = true)]
async fn the_secret_key_goes_to_the_backend_api_alone() {
    let scripted = Scripted::always(alpha());
    let public = KeySource::frontend_api("https://clerk.orchard.example");
    for source in [source(), public] {
        let set = KeySet::new(scripted.fetch(), source);
        set.key(Some("ins_alpha"), false, at(0)).await.unwrap();
    }
    let asked = scripted.asked();
    assert_eq!(asked[0].uri(), "https://api.clerk.com/v1/jwks");
    assert_eq!(
        asked[0].headers()[AUTHORIZATION],
        format!("Bearer {SECRET}").as_str()
    );
    assert!(asked[0].headers()[AUTHORIZATION].is_sensitive());
    assert_eq!(asked[0].headers()["clerk-api-version"], "2026-05-12");
    assert_eq!(
        asked[1].uri(),
        "https://clerk.orchard.example/.well-known/jwks.json"
    );
    assert!(!asked[1].headers().contains_key(AUTHORIZATION));
}

#[tokio::test(start_paused = true)]
async fn an_address_that_cannot_be_asked_is_an_error_without_the_key() {
    let scripted = Scripted::always(alpha());
    for url in ["", "not a url", "api.clerk.com", "https://", "https://a b/"] {
        let odd = KeySource::backend_api(url, "v1", SecretKey::new(SECRET).unwrap());
        let set = KeySet::new(scripted.fetch(), odd.clone());
        let error = set.key(Some("k"), false, at(0)).await.unwrap_err();
        let shown = format!("{error} {error:?} {odd:?}");
        assert!(!shown.contains("OurOwn"), "{shown}");
    }
    assert_eq!(scripted.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn odd_members_of_a_set_do_not_spoil_it() {
    let mut body = json!({"keys": [
        null, 7, "text", {}, {"kid": 5}, {"kty": "EC", "kid": "ec"}, {"kty": "RSA", "kid": "no_n"},
        {"kty": "oct", "kid": "sym", "k": "AAAA"}, {"kty": "RSA", "kid": "bad", "n": "!!", "e": "AQAB"},
    ], "more": true});
    body["keys"]
        .as_array_mut()
        .unwrap()
        .push(fixture_jwk("alpha"));
    let bench = Bench::new(Reply::Json(200, body));
    assert_eq!(bench.seen("ins_alpha", 0).await, ("ok", 1));
    assert_eq!(bench.seen("sym", 1).await.0, "jwk-kid-mismatch");
}

#[tokio::test(start_paused = true)]
async fn both_spellings_of_an_invalid_key_are_known() {
    for code in ["clerk_key_invalid", "clerk_key_invalid_code"] {
        let message = format!("{SECRET} is not valid");
        let body = json!({"errors": [{"code": code, "message": message}]});
        let bench = Bench::new(Reply::Json(401, body));
        let error = bench.ask("ins_alpha", 0).await.unwrap_err();
        assert_eq!(error.to_string(), "... is not valid");
        let reason = error.token_error().unwrap().reason;
        assert_eq!(reason, Reason::SecretKeyInvalid);
        assert!(
            error.is_unknown(),
            "our own credential says nothing of the token"
        );
    }
}

#[test]
fn threads_with_runtimes_of_their_own_share_one_fetch() {
    // As actix does it: every worker thread has its own runtime.
    let scripted = Scripted::always(alpha());
    let set = KeySet::new(scripted.fetch(), source());
    let all_ready = Arc::new(Barrier::new(16));
    let threads: Vec<_> = (0..16)
        .map(|_| {
            let (set, all_ready) = (set.clone(), Arc::clone(&all_ready));
            std::thread::spawn(move || {
                let mut builder = tokio::runtime::Builder::new_current_thread();
                let runtime = builder.enable_time().build().unwrap();
                all_ready.wait();
                runtime.block_on(set.key(Some("ins_alpha"), false, at(0)))
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap().unwrap();
    }
    assert_eq!(scripted.count(), 1);
}
