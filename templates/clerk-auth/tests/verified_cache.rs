//! The memory of verified tokens never says more than verification would.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::sync::{Arc, OnceLock};

use clerk_auth::keys::InstanceType;
use clerk_auth::testing::{Identity, TestKeys};
use clerk_auth::time::UnixMillis;
use clerk_auth::verified_cache::VerifiedCache;
use clerk_auth::verify::{Policy, Verified, verify_session_token};
use proptest::prelude::*;
use support::NOW_MS;

const NOW: UnixMillis = UnixMillis(NOW_MS);
const SKEW: i64 = 5000;

fn keys() -> &'static TestKeys {
    static KEYS: OnceLock<TestKeys> = OnceLock::new();
    KEYS.get_or_init(|| TestKeys::new(InstanceType::Production).unwrap())
}

fn user(id: &str) -> Identity<'static> {
    keys().user(id).at(NOW)
}

fn verified(identity: &Identity<'_>) -> Verified {
    verified_at(identity, NOW, SKEW)
}

fn verified_at(identity: &Identity<'_>, now: UnixMillis, clock_skew_ms: i64) -> Verified {
    let policy = Policy {
        clock_skew_ms,
        ..Policy::default()
    };
    verify_session_token(&identity.token(), keys().public_key(), &policy, now).unwrap()
}

fn later(ms: i64) -> UnixMillis {
    UnixMillis(NOW_MS + ms)
}

#[test]
fn a_token_is_found_again_with_what_was_made_of_it() {
    let cache = VerifiedCache::new(8, SKEW);
    let (ada, bo) = (verified(&user("ada")), verified(&user("bo")));
    cache.insert(ada.clone(), 0, Arc::new("ada"));
    assert_eq!(cache.get(ada.raw(), 0, NOW).as_deref(), Some(&"ada"));
    assert_eq!(cache.get(bo.raw(), 0, NOW), None);
    assert_eq!(cache.get("", 0, NOW), None);
}

#[test]
fn only_the_very_same_token_is_found() {
    let cache = VerifiedCache::new(8, SKEW);
    let token = verified(&user("ada"));
    cache.insert(token.clone(), 0, Arc::new(()));
    let (text, signature) = token.raw().rsplit_once('.').unwrap();
    let (header, _) = text.split_once('.').unwrap();
    let admin = user("admin").token();
    let admin_payload = admin.split('.').nth(1).unwrap();
    // The end that is hashed stays as it is; the claims are another's.
    for forged in [
        format!("{header}.{admin_payload}.{signature}"),
        format!("x{}", token.raw()),
        format!("{}=", token.raw()),
        token.raw()[1..].to_owned(),
        signature.to_owned(),
    ] {
        assert_eq!(cache.get(&forged, 0, NOW), None, "{forged}");
    }
}

#[test]
fn a_token_is_forgotten_the_moment_it_expires() {
    let cache = VerifiedCache::new(8, SKEW);
    let token = verified(&user("ada"));
    cache.insert(token.clone(), 0, Arc::new(()));
    assert!(cache.get(token.raw(), 0, later(59_999)).is_some());
    assert!(cache.get(token.raw(), 0, later(60_000)).is_none());
    // Within the skew verification would still take it; the memory leaves that to it.
    assert!(cache.get(token.raw(), 0, later(64_999)).is_none());
}

#[test]
fn a_clock_set_back_uncovers_nothing() {
    let cache = VerifiedCache::new(8, SKEW);
    let token = verified(&user("ada"));
    cache.insert(token.clone(), 0, Arc::new(()));
    assert!(cache.get(token.raw(), 0, later(-5000)).is_some());
    assert!(
        cache.get(token.raw(), 0, later(-5001)).is_none(),
        "iat in the future"
    );
    let token = verified(&user("bo").claim("iat", 0).claim("nbf", NOW.seconds() + 5));
    cache.insert(token.clone(), 0, Arc::new(()));
    assert!(cache.get(token.raw(), 0, NOW).is_some());
    assert!(
        cache.get(token.raw(), 0, later(-1)).is_none(),
        "nbf in the future"
    );
}

#[test]
fn a_change_of_keys_empties_it_and_old_news_cannot_fill_it_again() {
    let cache = VerifiedCache::new(8, SKEW);
    let (ada, bo) = (verified(&user("ada")), verified(&user("bo")));
    cache.insert(ada.clone(), 0, Arc::new(()));
    assert!(cache.get(ada.raw(), 1, NOW).is_none());
    cache.insert(bo.clone(), 1, Arc::new(()));
    assert!(cache.get(bo.raw(), 1, NOW).is_some());
    assert_eq!(cache.len(), 1);
    // A verification that began before the change ends after it.
    cache.insert(ada.clone(), 0, Arc::new(()));
    assert!(cache.get(ada.raw(), 1, NOW).is_none());
}

#[test]
fn it_stays_within_its_capacity_and_keeps_the_newest() {
    let tokens: Vec<Verified> = (0..40).map(|n| verified(&user(&format!("u{n}")))).collect();
    for capacity in [1, 2, 3, 8, 16] {
        let cache = VerifiedCache::new(capacity, SKEW);
        for token in &tokens {
            cache.insert(token.clone(), 0, Arc::new(()));
            assert!(
                cache.len() <= capacity.next_multiple_of(2),
                "{capacity}: {}",
                cache.len()
            );
            assert!(
                cache.get(token.raw(), 0, NOW).is_some(),
                "the last one is there"
            );
        }
    }
}

#[test]
fn it_can_be_switched_off() {
    let cache = VerifiedCache::new(0, SKEW);
    let token = verified(&user("ada"));
    cache.insert(token.clone(), 0, Arc::new(()));
    assert!(cache.get(token.raw(), 0, NOW).is_none());
    assert_eq!(cache.len(), 0);
}

#[test]
fn its_debug_form_holds_no_token() {
    let cache = VerifiedCache::new(8, SKEW);
    let token = verified(&user("ada"));
    cache.insert(token.clone(), 0, Arc::new(()));
    let shown = format!("{cache:?} {token:?}");
    assert!(!shown.contains(&token.raw()[..12]), "{shown}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the dates, the skew and the moment: what is found would also verify.
    #[test]
    fn a_hit_is_always_a_token_that_verifies(
        exp in -20_i64..90, nbf in -90_i64..20, iat in -90_i64..20,
        skew in -20_000_i64..20_000, moment in -100_000_i64..100_000,
    ) {
        let second = NOW.seconds();
        let identity = user("ada")
            .claim("exp", second + exp)
            .claim("nbf", second + nbf)
            .claim("iat", second + iat);
        // Made while everything passes, by a policy that forgives all.
        let token = verified_at(&identity, NOW, 1_000_000);
        let cache = VerifiedCache::new(2, skew);
        cache.insert(token.clone(), 0, Arc::new(()));
        let policy = Policy { clock_skew_ms: skew, ..Policy::default() };
        let verdict = verify_session_token(token.raw(), keys().public_key(), &policy, later(moment));
        if cache.get(token.raw(), 0, later(moment)).is_some() {
            prop_assert!(verdict.is_ok());
        } else if let Ok(verified) = verdict {
            prop_assert!(verified.expires().unwrap() <= later(moment), "missed although current");
        }
    }
}

#[test]
fn one_token_spelled_in_many_ways_does_not_fill_the_memory() {
    // Padding behind the signature changes the text and not what was signed, so a visitor with one good token could
    // make up as many good texts as there is room for, each as long as a header may be.
    let cache = VerifiedCache::new(8, SKEW);
    let token = user("ada").token();
    for padding in ["=", "==", &"=".repeat(50_000)] {
        let spelled = format!("{token}{padding}");
        let policy = Policy::default();
        let verified = verify_session_token(&spelled, keys().public_key(), &policy, NOW).unwrap();
        cache.insert(verified, 0, Arc::new(()));
    }
    assert_eq!(cache.len(), 0);
    cache.insert(verified(&user("ada")), 0, Arc::new(()));
    assert_eq!(cache.len(), 1);
}
