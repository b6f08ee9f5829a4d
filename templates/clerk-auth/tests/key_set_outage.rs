//! `security.md` rules 6 and 14 while the key server is slow, down or refuses: old keys serve as long as they may, and
//! not knowing is never told as a verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::time::Duration;

use clerk_auth::fetch::FetchError;
use clerk_auth::key_set::KeySet;
use clerk_auth::time::UnixMillis;
use serde_json::json;
use support::key_server::{Bench, alpha, at, down, set_of, source, word};
use support::scripted::{Reply, Scripted};
use tokio::time::Instant;

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

/// An app that starts under load, while the key server is slow, down, hangs or lies: everybody is told what one visitor
/// would be, for the price of one.
#[tokio::test(start_paused = true)]
async fn a_thousand_first_requests_ask_as_often_as_one() {
    let slow = Reply::Late(Duration::from_secs(2), Box::new(alpha()));
    let liar = Reply::Text(200, "<html>Sign in to the airport</html>".to_owned());
    for (answer, is_known, most) in [
        (slow, true, 1),
        (down(), false, 5),
        (Reply::Hangs, false, 4),
        (Reply::Json(503, json!({})), false, 5),
        (liar, false, 5),
        (set_of(&[("ins_other", "bravo")]), false, 1),
    ] {
        let (expected, _) = Bench::new(answer.clone()).seen("ins_alpha", 0).await;
        assert_eq!(expected == "ok", is_known, "{answer:?}");
        let bench = Bench::new(answer.clone());
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..1000 {
            let set = bench.set.clone();
            tasks.spawn(async move { word(set.key(Some("ins_alpha"), false, at(0)).await) });
        }
        while let Some(word) = tasks.join_next().await {
            assert_eq!(word.unwrap(), expected, "{answer:?}");
        }
        let asked = bench.scripted.count();
        assert!((1..=most).contains(&asked), "{answer:?}: {asked}");
    }
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
    let set = KeySet::new(scripted.fetch(), source());
    let start = Instant::now();
    let key = set.key(Some("ins_alpha"), false, at(0)).await;
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
    let generation = bench.set.generation();
    assert_eq!(bench.seen("ins_stolen", 300).await, ("jwk-kid-mismatch", 1));
    assert!(bench.set.generation() > generation);
    assert_eq!(bench.seen("ins_good", 300).await, ("ok", 0));
}

#[tokio::test(start_paused = true)]
async fn the_generation_counts_lost_and_changed_keys_only() {
    let bench = Bench::new(alpha());
    bench.ask("ins_alpha", 0).await.unwrap();
    bench.answers(set_of(&[("ins_alpha", "alpha"), ("ins_next", "bravo")]));
    bench.ask("ins_next", 1).await.unwrap();
    bench.ask("ins_next", 400).await.unwrap();
    assert_eq!(bench.set.generation(), 0, "a new key takes nothing back");
    bench.answers(set_of(&[("ins_alpha", "bravo"), ("ins_next", "bravo")]));
    bench.ask("ins_alpha", 800).await.unwrap();
    assert_eq!(bench.set.generation(), 1, "another key under the same name");
    bench.answers(Reply::Json(401, json!({})));
    bench.ask("ins_alpha", 1200).await.unwrap_err();
    assert_eq!(bench.set.generation(), 2, "dropped after a refusal");
}

#[tokio::test(start_paused = true)]
async fn a_clock_set_back_lets_no_key_live_longer() {
    let bench = Bench::new(alpha());
    let year = 365 * 86_400;
    bench.ask("ins_alpha", year).await.unwrap();
    assert_eq!(bench.seen("ins_alpha", 0).await, ("ok", 1));
    for now in [i64::MIN, i64::MAX, 0] {
        let now = UnixMillis(now);
        let key = bench.set.key(Some("ins_alpha"), false, now).await;
        key.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn ready_means_that_keys_are_there() {
    let bench = Bench::new(down());
    assert!(bench.set.ready(at(0)).await.is_err());
    bench.answers(alpha());
    bench.set.ready(at(5)).await.unwrap();
    bench.answers(down());
    bench.set.ready(at(6)).await.unwrap();
    assert_eq!(bench.scripted.count(), 5 + 1);
    assert_eq!(bench.seen("ins_alpha", 7).await, ("ok", 0));
}

#[tokio::test(start_paused = true)]
async fn without_any_key_strangers_cause_one_fetch_a_second() {
    let no_keys = Reply::Json(200, json!({"keys": []}));
    let bench = Bench::new(no_keys);
    for n in 0..100 {
        let error = bench.ask(&format!("made_up_{n}"), 0).await.unwrap_err();
        assert!(error.is_unknown());
        let ready = bench.set.ready(at(0)).await;
        assert_eq!(ready.unwrap_err(), error, "by the last outcome");
    }
    assert_eq!(bench.scripted.count(), 1);
    bench.answers(alpha());
    assert_eq!(bench.seen("ins_alpha", 1).await, ("ok", 1));
    bench.set.ready(at(1)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_refused_secret_key_is_not_tried_again_for_ten_seconds() {
    let refused = json!({"errors": [{"code": "clerk_key_invalid", "message": "no"}]});
    for answer in [
        Reply::Json(401, refused),
        Reply::Json(403, json!({})),
        Reply::Text(401, "<html>".to_owned()),
    ] {
        let bench = Bench::new(answer);
        bench.ask("ins_alpha", 0).await.unwrap_err();
        let asked = bench.scripted.count();
        bench.answers(alpha());
        bench.ask("ins_alpha", 9).await.unwrap_err();
        bench.set.ready(at(9)).await.unwrap_err();
        assert_eq!(bench.scripted.count(), asked);
        // The tries themselves took some seconds of waiting.
        bench.ask("ins_alpha", 20).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn who_asks_while_the_first_fetch_is_under_way_waits_for_it() {
    let bench = Bench::new(alpha());
    let (key, ready) = tokio::join!(bench.ask("ins_alpha", 0), bench.set.ready(at(0)));
    key.unwrap();
    ready.unwrap();
    assert_eq!(bench.scripted.count(), 1);
}
