//! A webhook endpoint is open to everybody: only what Clerk signed, lately, may get through.
#![cfg(feature = "webhooks")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use clerk_auth::time::UnixMillis;
use clerk_auth::webhooks::{
    ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, WebhookError, WebhookSecret, WebhookSecretError,
    verify,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;
use serde_json::json;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_c2VjcmV0IG9mIGFub3RoZXIgZW5kcG9pbnQ=";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const SENT_S: i64 = 1_614_265_330;
/// The signature that Svix publishes for [`ID`], [`SENT_S`] and this body.
const PUBLISHED: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const PUBLISHED_BODY: &[u8] = br#"{"test": 2432232314}"#;
const BODY: &[u8] = br#"{"object":"event","type":"user.created","data":{"id":"user_1"},"timestamp":1614265330123,"instance_id":"ins_1"}"#;

fn secret(text: &str) -> WebhookSecret {
    WebhookSecret::parse(text).unwrap()
}

fn headers(id: &str, timestamp: &str, signature: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (ID_HEADER, id),
        (TIMESTAMP_HEADER, timestamp),
        (SIGNATURE_HEADER, signature),
    ] {
        headers.insert(name, value.parse().unwrap());
    }
    headers
}

fn signed(signature: &str) -> HeaderMap {
    headers(ID, &SENT_S.to_string(), signature)
}

fn at(seconds: i64) -> UnixMillis {
    UnixMillis::from_seconds(SENT_S + seconds)
}

#[test]
fn the_published_signature_is_ours_too() {
    let secret = secret(SECRET);
    assert_eq!(secret.sign(ID, SENT_S, PUBLISHED_BODY), PUBLISHED);
    // It is signed, and then it is no event: that order.
    assert_eq!(
        verify(&signed(PUBLISHED), PUBLISHED_BODY, &[secret], at(0)),
        Err(WebhookError::Body("it has no type"))
    );
}

#[test]
fn an_event_is_read_tolerantly() {
    let secret = secret(SECRET);
    let check = |body: &[u8]| {
        let headers = signed(&secret.sign(ID, SENT_S, body));
        verify(&headers, body, std::slice::from_ref(&secret), at(0))
    };
    let event = check(BODY).unwrap();
    assert_eq!(
        (event.id.as_str(), event.kind.as_str()),
        (ID, "user.created")
    );
    assert_eq!(event.data, json!({"id": "user_1"}));
    assert_eq!(event.timestamp, Some(UnixMillis(1_614_265_330_123)));
    assert_eq!(event.instance_id.as_deref(), Some("ins_1"));
    let unheard_of =
        check(br#"{"type":"spaceship.landed","timestamp":"x","instance_id":null,"new":1}"#)
            .unwrap();
    assert_eq!(unheard_of.kind, "spaceship.landed");
    assert_eq!((unheard_of.timestamp, unheard_of.instance_id), (None, None));
    assert!(unheard_of.data.is_null());
    for body in [
        &b""[..],
        b"no",
        b"[]",
        b"null",
        br#"{"type":null}"#,
        b"\xff",
    ] {
        assert!(
            matches!(check(body), Err(WebhookError::Body(_))),
            "{body:?}"
        );
    }
}

/// A kit that parses the body and writes it again before it compares refuses events for the spelling of their JSON.
#[test]
fn an_event_is_signed_as_it_is_spelled_and_its_data_arrive_unchanged() {
    let secret = secret(SECRET);
    let body = br#"{ "data": {"name": "Apples \u0026 Pears", "weight": 10.0, "count": 9007199254740993, "a/b": "\/"}, "type": "user.updated" }"#;
    let headers = signed(&secret.sign(ID, SENT_S, body));
    let event = verify(&headers, body, std::slice::from_ref(&secret), at(0)).unwrap();
    assert_eq!(event.kind, "user.updated");
    assert_eq!(event.data["name"], "Apples & Pears");
    assert_eq!(event.data["weight"].as_f64(), Some(10.0));
    assert_eq!(event.data["weight"].to_string(), "10.0");
    assert_eq!(event.data["count"].as_u64(), Some(9_007_199_254_740_993));
    assert_eq!(event.data["a/b"], "/");
    let rewritten = serde_json::from_slice::<serde_json::Value>(body).unwrap();
    assert_eq!(
        verify(
            &headers,
            rewritten.to_string().as_bytes(),
            std::slice::from_ref(&secret),
            at(0)
        ),
        Err(WebhookError::Signature)
    );
}

#[test]
fn a_changed_delivery_is_refused() {
    let secret = secret(SECRET);
    let signature = secret.sign(ID, SENT_S, BODY);
    let secrets = [secret];
    let refused = Err(WebhookError::Signature);
    let mut changed = BODY.to_vec();
    changed[40] ^= 1;
    assert_eq!(
        verify(&signed(&signature), &changed, &secrets, at(0)),
        refused
    );
    let other_id = headers("msg_other", &SENT_S.to_string(), &signature);
    assert_eq!(verify(&other_id, BODY, &secrets, at(0)), refused);
    let later = headers(ID, &(SENT_S + 1).to_string(), &signature);
    assert_eq!(verify(&later, BODY, &secrets, at(0)), refused);
    // The parts are joined by dots: moving one from the id into the timestamp must not give the same text.
    let shifted = headers(&format!("{ID}.1"), &SENT_S.to_string(), &signature);
    assert_eq!(verify(&shifted, BODY, &secrets, at(0)), refused);
    assert_eq!(
        verify(&signed(&signature), BODY, &[], at(0)),
        refused,
        "no secret, no match"
    );
    assert!(verify(&signed(&signature), BODY, &secrets, at(0)).is_ok());
}

#[test]
fn odd_signature_headers_match_nothing() {
    let secret = secret(SECRET);
    let good = secret.sign(ID, SENT_S, BODY);
    let raw = good.strip_prefix("v1,").unwrap();
    let secrets = [secret];
    for odd in [
        raw.to_owned(),
        format!("v2,{raw}"),
        format!("v1a,{raw}"),
        format!("V1,{raw}"),
        format!("v1, {raw}"),
        format!("v1,{}", &raw[..raw.len() - 4]),
        format!("v1,{raw}AAAA"),
        "v1,".to_owned(),
        "v1".to_owned(),
        ",".to_owned(),
        "v1,!!!!".to_owned(),
        "v1,,,, v1,".to_owned(),
    ] {
        let seen = verify(&signed(&odd), BODY, &secrets, at(0));
        assert_eq!(seen, Err(WebhookError::Signature), "{odd}");
    }
}

#[test]
fn during_a_rotation_either_secret_counts() {
    let (old, new) = (secret(OTHER), secret(SECRET));
    let both = format!(
        "{} v1a,x {}",
        old.sign(ID, SENT_S, BODY),
        new.sign(ID, SENT_S, BODY)
    );
    assert!(verify(&signed(&both), BODY, &[secret(SECRET)], at(0)).is_ok());
    assert!(verify(&signed(&both), BODY, &[secret(OTHER)], at(0)).is_ok());
    let only_old = signed(&old.sign(ID, SENT_S, BODY));
    assert!(verify(&only_old, BODY, &[secret(SECRET), secret(OTHER)], at(0)).is_ok());
    assert!(verify(&only_old, BODY, &[secret(SECRET)], at(0)).is_err());
}

#[test]
fn five_minutes_count_either_way() {
    let secret = secret(SECRET);
    let headers = signed(&secret.sign(ID, SENT_S, BODY));
    let check = |seconds| verify(&headers, BODY, std::slice::from_ref(&secret), at(seconds));
    for seconds in [-300, 0, 300] {
        assert!(check(seconds).is_ok(), "{seconds}");
    }
    assert_eq!(check(301), Err(WebhookError::Timestamp { seconds: 301 }));
    assert_eq!(check(-301), Err(WebhookError::Timestamp { seconds: -301 }));
    assert_eq!(
        check(301).unwrap_err().to_string(),
        "the timestamp is 5 minutes old"
    );
    for odd in [
        "",
        "x",
        "1e9",
        "1614265330.5",
        "99999999999999999999",
        " 1614265330",
    ] {
        let mut odd_headers = headers.clone();
        odd_headers.insert(TIMESTAMP_HEADER, odd.parse().unwrap());
        let seen = verify(&odd_headers, BODY, std::slice::from_ref(&secret), at(0));
        assert_eq!(seen, Err(WebhookError::Header(TIMESTAMP_HEADER)), "{odd:?}");
    }
    for extreme in [i64::MIN, i64::MAX] {
        let signature = secret.sign(ID, extreme, BODY);
        let headers = self::headers(ID, &extreme.to_string(), &signature);
        let seen = verify(&headers, BODY, std::slice::from_ref(&secret), at(0));
        assert!(matches!(seen, Err(WebhookError::Timestamp { .. })));
    }
}

#[test]
fn every_header_is_needed() {
    let secret = secret(SECRET);
    let whole = signed(&secret.sign(ID, SENT_S, BODY));
    for name in [ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER] {
        for value in [
            None,
            Some(HeaderValue::from_static("")),
            HeaderValue::from_bytes(b"\xff").ok(),
        ] {
            let mut headers = whole.clone();
            headers.remove(name);
            if let Some(value) = value {
                headers.insert(HeaderName::from_static(name), value);
            }
            let seen = verify(&headers, BODY, std::slice::from_ref(&secret), at(0));
            assert_eq!(seen, Err(WebhookError::Header(name)));
        }
    }
}

#[test]
fn secrets_are_checked_and_never_shown() {
    for (text, error) in [
        ("", WebhookSecretError::Prefix),
        (
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            WebhookSecretError::Prefix,
        ),
        ("sk_test_x", WebhookSecretError::Prefix),
        (" whsec_MfKQ", WebhookSecretError::Prefix),
        ("whsec_", WebhookSecretError::Base64),
        ("whsec_MfKQ9", WebhookSecretError::Base64),
        ("whsec_not base64", WebhookSecretError::Base64),
    ] {
        assert_eq!(WebhookSecret::parse(text).unwrap_err(), error, "{text}");
    }
    let shown = format!("{:?}", secret(SECRET));
    assert!(!shown.contains("MfKQ"), "{shown}");
}

proptest! {
    #[test]
    fn nothing_a_stranger_sends_panics_or_passes(
        id in proptest::collection::vec(any::<u8>(), 0..40),
        timestamp in prop_oneof![Just(SENT_S.to_string().into_bytes()), proptest::collection::vec(any::<u8>(), 0..24)],
        signature in "(v1,|v1a,|[ ,])?([A-Za-z0-9+/=]{0,50}[ ]?){0,4}",
        body in proptest::collection::vec(any::<u8>(), 0..80),
    ) {
        let mut headers = HeaderMap::new();
        for (name, value) in [(ID_HEADER, &id[..]), (TIMESTAMP_HEADER, &timestamp[..]), (SIGNATURE_HEADER, signature.as_bytes())] {
            if let Ok(value) = HeaderValue::from_bytes(value) {
                headers.insert(name, value);
            }
        }
        let seen = verify(&headers, &body, &[secret(SECRET), secret(OTHER)], at(0));
        prop_assert!(seen.is_err());
    }

    #[test]
    fn what_is_signed_passes(id in "[!-~]{1,40}", seconds in -300_i64..=300, data in any::<u32>()) {
        let secret = secret(SECRET);
        let body = json!({"type": "x.y", "data": data}).to_string();
        let signature = secret.sign(&id, SENT_S + seconds, body.as_bytes());
        let headers = headers(&id, &(SENT_S + seconds).to_string(), &signature);
        let event = verify(&headers, body.as_bytes(), &[secret], at(0));
        prop_assert_eq!(event.unwrap().data, json!(data));
    }
}
