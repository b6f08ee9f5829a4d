//! Nothing a stranger sends to keys, tokens or cookies panics, and what must hold holds for everything.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_auth::cookies::{Cookies, Peek, SessionCookies, client_uat, redirect_count};
use clerk_auth::keys::{
    KeyFault, PublishableKey, SecretKey, accounts_portal_origin, is_known_portal,
};
use clerk_auth::public_key::{JwkSet, PublicKey};
use clerk_auth::time::UnixMillis;
use clerk_auth::token::decode;
use clerk_auth::verify::{self, MachineJwt, Policy};
use http::{HeaderMap, HeaderValue, header::COOKIE};
use proptest::prelude::*;
use serde_json::Value;
use support::fixture_key;

/// Any JSON, odd numbers included, nested a little.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,6}", inner, 0..4).prop_map(Value::from_iter),
        ]
    })
}

/// A well-formed token whose header and claims have the right names and any values.
fn odd_token() -> impl Strategy<Value = String> {
    let header = prop::collection::btree_map("alg|typ|cat|kid|x", any_json(), 0..5);
    let claims = prop::collection::btree_map("sub|aud|azp|iss|exp|nbf|iat|sid|x", any_json(), 0..9);
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    (header, claims, any::<Vec<u8>>()).prop_map(move |(header, claims, signature)| {
        format!(
            "{}.{}.{}",
            part(Value::from_iter(header)),
            part(Value::from_iter(claims)),
            URL_SAFE_NO_PAD.encode(signature)
        )
    })
}

fn policy() -> Policy {
    Policy {
        audience: vec!["api".to_owned()],
        authorized_parties: vec!["https://a.example".to_owned()],
        issuers: vec!["https://clerk.a.example".to_owned()],
        ..Policy::default()
    }
}

proptest! {
    #[test]
    fn no_text_decodes_into_a_panic(text in "\\PC{0,60}|[A-Za-z0-9_.=-]{0,120}") {
        if let Ok(token) = decode(&text) {
            prop_assert_eq!(token.raw(), &text);
            prop_assert_eq!(token.signed_text().matches('.').count(), 1);
        }
    }

    /// Nobody without the key gets anything verified, by any verifier, at any time.
    #[test]
    fn no_unsigned_token_verifies(token in odd_token(), now in any::<i64>(), skew in any::<i64>()) {
        let (key, now) = (fixture_key("alpha"), UnixMillis(now));
        let policy = Policy { clock_skew_ms: skew, ..policy() };
        let decoded = decode(&token).unwrap();
        prop_assert!(verify::verify(&decoded, &key, &policy, now).is_err());
        prop_assert!(verify::verify_session_token(&token, &key, &policy, now).is_err());
        prop_assert!(verify::verify_handshake(&decoded, &key, &policy, now).is_err());
        for kind in [MachineJwt::M2m, MachineJwt::OAuth] {
            prop_assert!(verify::verify_machine(&decoded, &key, kind, &policy, now).is_err());
        }
        // Every single check answers, whatever the claims are.
        prop_assert!(verify::inspect(&decoded, &key, &policy, now).len() > 10);
    }

    #[test]
    fn dates_are_written_for_every_moment(moment in any::<i64>()) {
        let date = verify::http_date(UnixMillis(moment));
        prop_assert!(date.ends_with(" GMT") && date.len() >= 29, "{date}");
    }

    #[test]
    fn any_cookie_header_is_read_and_the_first_of_a_name_wins(bytes in any::<Vec<u8>>(), more in "[a;= %0-9]{0,40}") {
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_bytes(&bytes) {
            headers.append(COOKIE, value);
        }
        headers.append(COOKIE, HeaderValue::from_str(&more).unwrap());
        let cookies = Cookies::parse(headers.get_all(COOKIE));
        for name in cookies.names() {
            let value = cookies.get(&name);
            prop_assert!(value.is_some() || !name.is_ascii());
        }
        let first = Cookies::parse(["a=1", more.as_str()]);
        prop_assert_eq!(first.get("a").unwrap(), "1");
    }

    #[test]
    fn any_set_of_session_cookies_is_chosen_from(
        session in "\\PC{0,20}", suffixed in odd_token(), uat in "[0-9x+ -]{0,6}", count in ".{0,8}",
    ) {
        let key = PublishableKey::parse("pk_live_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA").unwrap();
        let header = format!("__session={session}; __session_kG9GMtVv={suffixed}; __client_uat={uat}");
        let cookies = Cookies::parse([header.as_str()]);
        let peek = |token: &str| Peek::of_token(token, key.frontend_api_host());
        let chosen = SessionCookies::choose(&cookies, &key, UnixMillis(0), &peek);
        let expected = if chosen.suffixed { cookies.non_empty("__session_kG9GMtVv") } else { cookies.non_empty("__session") };
        prop_assert_eq!(chosen.session, expected);
        let (_, _) = (client_uat(&uat), redirect_count(&count));
    }

    #[test]
    fn any_text_is_a_publishable_key_or_a_fault_within_it(text in "\\PC{0,40}|pk_(test|live)_[A-Za-z0-9+/= _]{0,40}") {
        match PublishableKey::parse(&text) {
            Ok(key) => {
                prop_assert_eq!(key.as_str(), &text);
                prop_assert_eq!(KeyFault::of(&text), None);
                prop_assert_eq!(key.cookie_suffix().len(), 8);
                let _ = accounts_portal_origin(key.frontend_api_host());
                let _ = is_known_portal(key.frontend_api_host());
            }
            Err(_) => {
                let fault = KeyFault::of(&text).unwrap();
                if let KeyFault::Character { character, position } = fault {
                    prop_assert_eq!(text.chars().nth(position - 1), Some(character));
                }
            }
        }
    }

    #[test]
    fn a_key_built_for_a_host_names_that_host(host in "[a-z0-9-]{1,12}(\\.[a-z0-9-]{1,12}){1,4}") {
        let key = PublishableKey::parse(&PublishableKey::build(&host).unwrap()).unwrap();
        prop_assert_eq!(key.frontend_api_host(), &host);
        prop_assert!(!key.has_padding_or_white_space());
    }

    #[test]
    fn a_secret_key_never_shows_more_than_its_last_four(text in "(sk_test_|sk_live_|ak_)?[!-~]{0,60}") {
        if let Ok(key) = SecretKey::new(text.clone()) {
            let shown = format!("{key} {key:?}");
            let body = text.strip_prefix("sk_test_").or(text.strip_prefix("sk_live_")).unwrap_or(&text);
            for window in body.as_bytes().windows(8) {
                let window = std::str::from_utf8(window).unwrap();
                let accident = ["SecretKey(", "sk_test_...", "sk_live_..."].iter().any(|known| known.contains(window));
                prop_assert!(accident || !shown.contains(window), "{shown}");
            }
        }
    }

    #[test]
    fn any_text_is_a_pem_key_or_an_error(text in "\\PC{0,60}|(-----BEGIN [A-Z ]{0,20}-----)?[A-Za-z0-9+/=\\\\nr \n-]{0,200}") {
        let _ = PublicKey::from_pem(&text);
    }

    #[test]
    fn any_json_is_a_key_set(body in any_json(), member in any_json(), n in "[A-Za-z0-9_-]{0,400}", e in "[A-Za-z0-9_-]{0,8}") {
        let rsa = serde_json::json!({"kty": "RSA", "kid": "k", "n": n, "e": e});
        let listed = serde_json::json!({"keys": [member, rsa]});
        prop_assert!(JwkSet::from_value(&body).keys.is_empty());
        let set = JwkSet::from_value(&listed);
        prop_assert_eq!(set.keys.len() + set.skipped.len(), 2);
    }
}

/// A thousand requests' worth of the longest header that servers let through ends at once.
#[test]
fn long_inputs_cost_time_in_proportion() {
    let many = "a=%41;".repeat(20_000);
    let cookies = Cookies::parse([many.as_str()]);
    assert_eq!(cookies.get("__session"), None);
    let dots = ".".repeat(100_000);
    assert!(decode(&dots).is_err());
    let deep = URL_SAFE_NO_PAD.encode("[".repeat(100_000));
    assert!(decode(&format!("{deep}.{deep}.")).is_err());
    let deep = URL_SAFE_NO_PAD.encode(format!(
        "{}1{}",
        r#"{"a":"#.repeat(50_000),
        "}".repeat(50_000)
    ));
    assert!(decode(&format!("{deep}.{deep}.")).is_err());
    let schemes = "https://".repeat(10_000);
    let claims = serde_json::json!({ "iss": schemes });
    let token = format!("e30.{}.", URL_SAFE_NO_PAD.encode(claims.to_string()));
    assert!(Peek::of_token(&token, "clerk.orchard.example").is_some());
}
