//! `stricter.md` rules 6 and 14 on key sets: a flood, an outage, a rotation or a visitor who leaves must neither cost
//! the key server much nor sign anybody out.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::future::Future;
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

use clerk_auth::error::Reason;
use clerk_auth::fetch::FetchError;
use clerk_auth::key_set::{KeySetError, KeySets, KeySource};
use clerk_auth::keys::SecretKey;
use clerk_auth::time::UnixMillis;
use http::header::AUTHORIZATION;
use serde_json::{Value, json};
use support::scripted::{Reply, Scripted};
use support::{NOW_MS, fixture_jwk};
use tokio::time::Instant;

const SECRET: &str = "sk_live_thisIsOurOwnSecretKey";

fn source() -> KeySource {
    KeySource::BackendApi {
        api_url: "https://api.clerk.com/".to_owned(),
        api_version: "v1".to_owned(),
        secret_key: SecretKey::new(SECRET).unwrap(),
    }
}

fn at(seconds: i64) -> UnixMillis {
    UnixMillis(NOW_MS + seconds * 1000)
}

fn set_of(names: &[(&str, &str)]) -> Reply {
    let keys: Vec<Value> = names
        .iter()
        .map(|(kid, fixture)| {
            let mut jwk = fixture_jwk(fixture);
            jwk["kid"] = json!(kid);
            jwk
        })
        .collect();
    Reply::Json(200, json!({ "keys": keys }))
}

fn alpha() -> Reply {
    set_of(&[("ins_alpha", "alpha")])
}

fn down() -> Reply {
    Reply::Fails(FetchError::Connect("refused".to_owned()))
}

/// A key server whose answer can be changed, and the key sets that ask it.
struct Bench {
    reply: Arc<Mutex<Reply>>,
    scripted: Scripted,
    sets: KeySets,
}

impl Bench {
    fn new(reply: Reply) -> Self {
        let reply = Arc::new(Mutex::new(reply));
        let current = Arc::clone(&reply);
        let scripted = Scripted::new(move |_, _| current.lock().unwrap().clone());
        let sets = KeySets::new(scripted.fetch());
        Self {
            reply,
            scripted,
            sets,
        }
    }

    fn answers(&self, reply: Reply) {
        *self.reply.lock().unwrap() = reply;
    }

    async fn ask(&self, kid: &str, seconds: i64) -> Result<(), KeySetError> {
        let key = self
            .sets
            .key(&source(), Some(kid), false, at(seconds))
            .await;
        key.map(|_| ())
    }

    /// The reason word of a refusal, `unavailable`, or `ok`; and the calls it cost.
    async fn seen(&self, kid: &str, seconds: i64) -> (&'static str, usize) {
        let before = self.scripted.count();
        let word = match self.ask(kid, seconds).await {
            Ok(()) => "ok",
            Err(KeySetError::Token { error, .. }) => error.reason.as_str(),
            Err(KeySetError::Unavailable { .. }) => "unavailable",
        };
        (word, self.scripted.count() - before)
    }
}

#[tokio::test(start_paused = true)]
async fn any_number_of_requests_share_one_fetch() {
    let bench = Bench::new(Reply::Late(Duration::from_secs(1), Box::new(alpha())));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let sets = bench.sets.clone();
        tasks.spawn(async move { sets.key(&source(), Some("ins_alpha"), false, at(0)).await });
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
    for _ in 0..200 {
        let sets = bench.sets.clone();
        tasks.spawn(async move { sets.key(&source(), Some("ins_next"), false, at(1)).await });
    }
    while let Some(key) = tasks.join_next().await {
        key.unwrap().expect("requests beside the first wait for it");
    }
    assert_eq!(bench.scripted.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_visitor_who_leaves_does_not_end_the_fetch_for_the_others() {
    let bench = Bench::new(Reply::Late(Duration::from_secs(2), Box::new(alpha())));
    let ask = |sets: KeySets| async move {
        let key = sets.key(&source(), Some("ins_alpha"), false, at(0)).await;
        key.map(|_| ())
    };
    let first = tokio::spawn(ask(bench.sets.clone()));
    tokio::task::yield_now().await;
    let second = tokio::spawn(ask(bench.sets.clone()));
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
    let waiter = bench.sets.clone();
    first.block_on(async {
        let source = source();
        let wait = waiter.key(&source, Some("ins_alpha"), false, at(0));
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
    let source = source();
    let mut ask = Box::pin(bench.sets.key(&source, Some("ins_alpha"), false, at(0)));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match ask.as_mut().poll(&mut context) {
        std::task::Poll::Ready(Err(error)) => assert!(error.is_unknown()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_hangs_costs_three_seconds_a_try_and_ten_in_all() {
    let bench = Bench::new(Reply::Hangs);
    let start = Instant::now();
    let (word, tries) = bench.seen("ins_alpha", 0).await;
    assert_eq!(word, "unavailable");
    assert!(
        (3..=4).contains(&tries),
        "the waits between are random: {tries}"
    );
    let took = start.elapsed();
    assert!(took <= Duration::from_secs(10), "{took:?}");
    assert!(took > Duration::from_secs(9), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_short_retry_after_is_waited_for() {
    let scripted = Scripted::new(|_, asked| match asked {
        0 => Reply::Header(
            Box::new(Reply::Json(429, json!({"errors": []}))),
            "retry-after",
            "4".to_owned(),
        ),
        _ => alpha(),
    });
    let sets = KeySets::new(scripted.fetch());
    let start = Instant::now();
    let key = sets.key(&source(), Some("ins_alpha"), false, at(0)).await;
    key.unwrap();
    assert_eq!(scripted.count(), 2);
    assert!(start.elapsed() >= Duration::from_secs(4));
}

#[tokio::test(start_paused = true)]
async fn a_long_retry_after_is_told_and_kept() {
    let wait = Reply::Header(
        Box::new(Reply::Json(429, json!({"errors": []}))),
        "retry-after",
        "60".to_owned(),
    );
    let bench = Bench::new(wait);
    let start = Instant::now();
    let error = bench.ask("ins_alpha", 0).await.unwrap_err();
    assert_eq!(start.elapsed(), Duration::ZERO, "nobody waits for nothing");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));
    assert!(error.is_unknown());
    bench.answers(alpha());
    assert_eq!(
        bench.seen("ins_alpha", 59).await,
        ("jwk-remote-failed-to-load", 0)
    );
    assert_eq!(bench.seen("ins_alpha", 60).await, ("ok", 1));
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_made_up_kids_costs_three_fetches_and_one_every_ten_seconds() {
    let bench = Bench::new(alpha());
    bench.ask("ins_alpha", 0).await.unwrap();
    for n in 0..1000 {
        let error = bench.ask(&format!("ins_{n}"), 1).await.unwrap_err();
        assert!(!error.is_unknown(), "a made-up kid is an answer");
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
async fn an_unknown_kid_is_remembered_for_half_a_minute() {
    let bench = Bench::new(alpha());
    bench.ask("ins_alpha", 0).await.unwrap();
    assert_eq!(bench.seen("ins_zulu", 1).await, ("jwk-kid-mismatch", 1));
    assert_eq!(bench.seen("ins_zulu", 30).await, ("jwk-kid-mismatch", 0));
    bench.answers(set_of(&[("ins_zulu", "bravo")]));
    assert_eq!(bench.seen("ins_zulu", 31).await, ("ok", 1));
    let no_kid = bench.sets.key(&source(), None, false, at(32)).await;
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
    for kid in ["", "__proto__", "'; drop", "\u{0}\u{7f}é", giant.as_str()] {
        assert!(!bench.ask(kid, 1).await.unwrap_err().is_unknown());
    }
}

#[tokio::test(start_paused = true)]
async fn old_keys_serve_for_an_hour_when_nobody_answers() {
    let broken = Reply::Fails(FetchError::Broken("reset".to_owned()));
    let server_error = Reply::Json(503, json!({}));
    let portal = Reply::Text(200, "<html>Sign in to the airport</html>".to_owned());
    for outage in [down(), broken, server_error, portal, Reply::Hangs] {
        let bench = Bench::new(alpha());
        bench.ask("ins_alpha", 0).await.unwrap();
        bench.answers(outage.clone());
        assert_eq!(bench.seen("ins_alpha", 300).await.0, "ok", "{outage:?}");
        assert_eq!(bench.seen("ins_alpha", 3899).await.0, "ok", "{outage:?}");
        tokio::time::sleep(Duration::from_secs(20)).await;
        let error = bench.ask("ins_alpha", 3900 + 20).await.unwrap_err();
        assert!(error.is_unknown(), "{outage:?}");
        bench.answers(alpha());
        bench.ask("ins_alpha", 4000).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn old_keys_do_not_serve_after_an_answer_that_refuses() {
    let refused = |status| {
        Reply::Json(
            status,
            json!({"errors": [{"code": "authorization_invalid"}]}),
        )
    };
    let html = |status| Reply::Text(status, "<html>".to_owned());
    for answer in [
        refused(401),
        refused(403),
        html(401),
        html(403),
        refused(404),
    ] {
        let bench = Bench::new(alpha());
        bench.ask("ins_alpha", 0).await.unwrap();
        bench.answers(answer.clone());
        let error = bench.ask("ins_alpha", 300).await.unwrap_err();
        assert!(error.is_unknown(), "{answer:?}");
        bench.answers(down());
        let (word, _) = bench.seen("ins_alpha", 320).await;
        assert_eq!(
            word, "unavailable",
            "an outage afterwards brings nothing back"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn in_an_outage_only_the_first_request_waits() {
    let bench = Bench::new(alpha());
    bench.ask("ins_alpha", 0).await.unwrap();
    bench.answers(Reply::Hangs);
    bench.ask("ins_alpha", 300).await.unwrap();
    let tries = bench.scripted.count();
    let start = Instant::now();
    assert_eq!(bench.seen("ins_alpha", 311).await, ("ok", 0), "paused");
    bench.ask("ins_alpha", 330).await.unwrap();
    bench.ask("ins_alpha", 330).await.unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO);
    tokio::task::yield_now().await;
    assert_eq!(bench.scripted.count(), tries + 1, "asks again meanwhile");

    // It comes back: what was asked meanwhile finds the new key, and the old one's time runs anew.
    tokio::time::sleep(Duration::from_secs(11)).await;
    bench.answers(set_of(&[("ins_alpha", "alpha"), ("ins_next", "bravo")]));
    bench.ask("ins_alpha", 360).await.unwrap();
    tokio::task::yield_now().await;
    assert_eq!(bench.seen("ins_next", 361).await, ("ok", 0));
}

#[tokio::test(start_paused = true)]
async fn an_unknown_kid_in_an_outage_is_not_a_verdict() {
    let bench = Bench::new(alpha());
    bench.ask("ins_alpha", 0).await.unwrap();
    bench.answers(down());
    assert_eq!(bench.seen("ins_next", 1).await, ("unavailable", 5));
    for n in 0..100 {
        let error = bench.ask(&format!("ins_{n}"), 2).await.unwrap_err();
        assert!(error.is_unknown());
    }
    assert_eq!(
        bench.scripted.count(),
        1 + 5,
        "a flood costs nothing here either"
    );
    assert_eq!(bench.seen("ins_alpha", 2).await, ("ok", 0));
}

#[tokio::test(start_paused = true)]
async fn made_up_kids_cannot_keep_a_removed_key_alive() {
    let bench = Bench::new(set_of(&[("ins_stolen", "alpha"), ("ins_good", "bravo")]));
    bench.ask("ins_stolen", 0).await.unwrap();
    bench.answers(set_of(&[("ins_good", "bravo")]));
    bench.ask("made_up", 200).await.unwrap_err();
    assert_eq!(bench.seen("ins_stolen", 299).await, ("ok", 0));
    let generation = bench.sets.generation();
    assert_eq!(bench.seen("ins_stolen", 300).await, ("jwk-kid-mismatch", 1));
    assert!(bench.sets.generation() > generation);
    assert_eq!(bench.seen("ins_good", 300).await, ("ok", 0));
}

#[tokio::test(start_paused = true)]
async fn the_generation_counts_lost_and_changed_keys_only() {
    let bench = Bench::new(alpha());
    bench.ask("ins_alpha", 0).await.unwrap();
    bench.answers(set_of(&[("ins_alpha", "alpha"), ("ins_next", "bravo")]));
    bench.ask("ins_next", 1).await.unwrap();
    bench.ask("ins_next", 400).await.unwrap();
    assert_eq!(bench.sets.generation(), 0, "a new key takes nothing back");
    bench.answers(set_of(&[("ins_alpha", "bravo"), ("ins_next", "bravo")]));
    bench.ask("ins_alpha", 800).await.unwrap();
    assert_eq!(
        bench.sets.generation(),
        1,
        "another key under the same name"
    );
    bench.answers(Reply::Json(401, json!({})));
    bench.ask("ins_alpha", 1200).await.unwrap_err();
    assert_eq!(bench.sets.generation(), 2, "dropped after a refusal");
}

#[tokio::test(start_paused = true)]
async fn a_clock_set_back_lets_no_key_live_longer() {
    let bench = Bench::new(alpha());
    let year = 365 * 86_400;
    bench.ask("ins_alpha", year).await.unwrap();
    assert_eq!(bench.seen("ins_alpha", 0).await, ("ok", 1));
    for now in [i64::MIN, i64::MAX, 0] {
        let now = UnixMillis(now);
        let key = bench
            .sets
            .key(&source(), Some("ins_alpha"), false, now)
            .await;
        key.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn sources_do_not_share_keys() {
    let scripted = Scripted::new(|request, _| match request.uri().host() {
        Some("clerk.orchard.example") => set_of(&[("ins_same", "bravo")]),
        _ => set_of(&[("ins_same", "alpha")]),
    });
    let sets = KeySets::new(scripted.fetch());
    let public = KeySource::FrontendApi {
        url: "https://clerk.orchard.example".to_owned(),
    };
    let ours = sets.key(&source(), Some("ins_same"), false, at(0)).await;
    let theirs = sets.key(&public, Some("ins_same"), false, at(0)).await;
    assert_ne!(ours.unwrap().modulus(), theirs.unwrap().modulus());
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
async fn ready_means_that_keys_are_there() {
    let bench = Bench::new(down());
    assert!(bench.sets.ready(&source(), at(0)).await.is_err());
    bench.answers(alpha());
    bench.sets.ready(&source(), at(1)).await.unwrap();
    bench.answers(down());
    bench.sets.ready(&source(), at(2)).await.unwrap();
    assert_eq!(bench.scripted.count(), 5 + 1);
    assert_eq!(bench.seen("ins_alpha", 3).await, ("ok", 0));
}

#[tokio::test(start_paused = true)]
async fn an_address_that_cannot_be_asked_is_an_error_without_the_key() {
    let bench = Bench::new(alpha());
    for url in ["", "not a url", "api.clerk.com", "https://", "https://a b/"] {
        let odd = KeySource::BackendApi {
            api_url: url.to_owned(),
            api_version: "v1".to_owned(),
            secret_key: SecretKey::new(SECRET).unwrap(),
        };
        let error = bench
            .sets
            .key(&odd, Some("k"), false, at(0))
            .await
            .unwrap_err();
        let shown = format!("{error} {error:?} {odd:?}");
        assert!(!shown.contains("OurOwn"), "{shown}");
    }
    assert_eq!(bench.scripted.count(), 0);
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
        let body = json!({"errors": [{"code": code, "message": "no"}]});
        let bench = Bench::new(Reply::Json(401, body));
        let error = bench.ask("ins_alpha", 0).await.unwrap_err();
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
    let sets = KeySets::new(scripted.fetch());
    let all_ready = Arc::new(Barrier::new(16));
    let threads: Vec<_> = (0..16)
        .map(|_| {
            let (sets, all_ready) = (sets.clone(), Arc::clone(&all_ready));
            std::thread::spawn(move || {
                let mut builder = tokio::runtime::Builder::new_current_thread();
                let runtime = builder.enable_time().build().unwrap();
                all_ready.wait();
                let source = source();
                runtime.block_on(sets.key(&source, Some("ins_alpha"), false, at(0)))
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap().unwrap();
    }
    assert_eq!(scripted.count(), 1);
}
