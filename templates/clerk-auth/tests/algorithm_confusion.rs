//! Attacks on the signature: tokens that name an algorithm, a key or a place to find a key for the verifier to use.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::sync::OnceLock;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_auth::error::Reason;
use clerk_auth::keys::InstanceType;
use clerk_auth::public_key::{JwkSet, PublicKey, PublicKeyError};
use clerk_auth::testing::TestKeys;
use clerk_auth::time::UnixMillis;
use clerk_auth::token::decode;
use clerk_auth::verify::{self, MachineJwt, Policy};
use serde_json::{Value, json};
use support::NOW_MS;

const NOW: UnixMillis = UnixMillis(NOW_MS);

fn keys() -> &'static TestKeys {
    static KEYS: OnceLock<TestKeys> = OnceLock::new();
    KEYS.get_or_init(|| TestKeys::new(InstanceType::Production).unwrap())
}

/// Somebody else's keys: the attacker's.
fn strangers_keys() -> &'static TestKeys {
    static KEYS: OnceLock<TestKeys> = OnceLock::new();
    KEYS.get_or_init(|| TestKeys::new(InstanceType::Development).unwrap())
}

fn claims() -> Value {
    Value::Object(keys().user("user_admin").at(NOW).session_claims())
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// Every verifier of the crate must refuse the token, each with one of these reasons.
#[track_caller]
fn refused(token: &str, reasons: &[Reason]) {
    let (key, policy) = (keys().public_key(), Policy::default());
    let decoded = decode(token).unwrap();
    let verdicts = [
        verify::verify(&decoded, key, &policy, NOW),
        verify::verify_session_token(token, key, &policy, NOW),
        verify::verify_handshake(&decoded, key, &policy, NOW),
        verify::verify_machine(&decoded, key, MachineJwt::M2m, &policy, NOW),
        verify::verify_machine(&decoded, key, MachineJwt::OAuth, &policy, NOW),
    ];
    for (at, verdict) in verdicts.into_iter().enumerate() {
        let reason = verdict.expect_err("a forged token was accepted").reason;
        let allowed = reasons.contains(&reason) || at > 2;
        assert!(allowed, "verifier {at}: {reason}");
    }
}

#[test]
fn a_good_token_passes_so_that_the_refusals_mean_something() {
    let token = keys().user("user_admin").at(NOW).token();
    let verified =
        verify::verify_session_token(&token, keys().public_key(), &Policy::default(), NOW).unwrap();
    assert_eq!(verified.claim_str("sub"), Some("user_admin"));
}

#[test]
fn the_algorithm_none_is_refused_in_every_spelling_with_and_without_a_signature() {
    let good = keys().user("user_admin").at(NOW).token();
    let signature = good.rsplit('.').next().unwrap();
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let header = json!({"alg": alg, "typ": "JWT", "kid": TestKeys::KID});
        let text = format!("{}.{}", part(&header), part(&claims()));
        refused(&format!("{text}."), &[Reason::TokenInvalidAlgorithm]);
        refused(
            &format!("{text}.{signature}"),
            &[Reason::TokenInvalidAlgorithm],
        );
    }
}

#[test]
fn an_hmac_with_the_public_key_as_its_secret_is_refused() {
    let pem = keys().jwt_key();
    let trimmed = pem.trim().as_bytes();
    let modulus = keys().public_key().modulus();
    for secret in [pem.as_bytes(), trimmed, modulus] {
        for (alg, hash) in [
            ("HS256", hmac::HMAC_SHA256),
            ("HS384", hmac::HMAC_SHA384),
            ("HS512", hmac::HMAC_SHA512),
            // The same bytes under an allowed name.
            ("RS256", hmac::HMAC_SHA256),
        ] {
            let header = json!({"alg": alg, "typ": "JWT", "kid": TestKeys::KID});
            let text = format!("{}.{}", part(&header), part(&claims()));
            let tag = hmac::sign(&hmac::Key::new(hash, secret), text.as_bytes());
            let token = format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag));
            let reason = if alg == "RS256" {
                Reason::TokenInvalidSignature
            } else {
                Reason::TokenInvalidAlgorithm
            };
            refused(&token, &[reason]);
        }
    }
}

#[test]
fn keys_and_addresses_of_keys_inside_a_token_are_never_used() {
    let theirs = strangers_keys();
    let inside = [
        ("jwk", theirs.public_key().to_jwk("mine")),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("x5c", json!([theirs.jwt_key()])),
        ("iss", json!("https://evil.example")),
    ];
    for (name, value) in inside {
        let mut header = json!({"alg": "RS256", "typ": "JWT", "kid": TestKeys::KID});
        header[name] = value;
        refused(
            &theirs.sign(&header, &claims()),
            &[Reason::TokenInvalidSignature],
        );
        // The same header over a good signature changes nothing either.
        let honest = keys().sign(&header, &claims());
        verify::verify_session_token(&honest, keys().public_key(), &Policy::default(), NOW)
            .unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}

#[test]
fn a_header_that_names_another_algorithm_than_the_signatures_is_refused() {
    for alg in [
        "RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256", " RS256",
    ] {
        let header = json!({"alg": alg, "typ": "JWT", "kid": TestKeys::KID});
        let token = keys().sign(&header, &claims());
        // A local key is limited to RS256; one without limits still finds the hash wrong.
        refused(
            &token,
            &[
                Reason::TokenInvalidAlgorithm,
                Reason::TokenVerificationFailed,
            ],
        );
        let jwk = json!({"kty": "RSA", "n": keys().public_key().to_jwk("k")["n"], "e": "AQAB"});
        let unlimited = PublicKey::from_jwk(&jwk).unwrap();
        let verdict = verify::verify_session_token(&token, &unlimited, &Policy::default(), NOW);
        assert!(verdict.is_err(), "{alg}");
    }
    for alg in [
        json!(null),
        json!(["RS256"]),
        json!({"RS256": 1}),
        json!(256),
    ] {
        let header = json!({"alg": alg, "typ": "JWT"});
        refused(
            &keys().sign(&header, &claims()),
            &[Reason::TokenInvalidAlgorithm],
        );
    }
}

#[test]
fn a_key_of_another_kind_never_becomes_a_verifying_key() {
    let good = keys().public_key().to_jwk("k");
    for kty in [
        json!("oct"),
        json!("EC"),
        json!("OKP"),
        json!("rsa"),
        json!(""),
        json!(null),
        json!(7),
    ] {
        let mut jwk = good.clone();
        jwk["kty"] = kty;
        jwk["k"] = json!("c2VjcmV0");
        assert!(
            matches!(PublicKey::from_jwk(&jwk), Err(PublicKeyError::Kind(_))),
            "{jwk}"
        );
        assert!(
            JwkSet::from_value(&json!({ "keys": [jwk] }))
                .keys
                .is_empty()
        );
    }
}

#[test]
fn a_key_for_encryption_or_for_another_algorithm_verifies_nothing() {
    let token = keys().user("user_admin").at(NOW).token();
    for (member, value) in [
        ("use", "enc"),
        ("use", ""),
        ("alg", "RS512"),
        ("alg", "HS256"),
        ("alg", ""),
    ] {
        let mut jwk = keys().public_key().to_jwk("k");
        jwk[member] = json!(value);
        let key = PublicKey::from_jwk(&jwk).unwrap();
        let error =
            verify::verify_session_token(&token, &key, &Policy::default(), NOW).unwrap_err();
        assert_eq!(
            error.reason,
            Reason::TokenVerificationFailed,
            "{member}={value}"
        );
        assert!(error.message.starts_with("Error verifying JWT signature."));
    }
}

#[test]
fn a_signature_of_another_length_or_all_zeros_is_refused() {
    let token = keys().user("user_admin").at(NOW).token();
    let (text, signature) = token.rsplit_once('.').unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let mut longer = bytes.clone();
    longer.push(0);
    let mut prefixed = vec![0];
    prefixed.extend(&bytes);
    for forged in [
        &[][..],
        &[0; 256],
        &[0xFF; 256],
        &bytes[1..],
        &bytes[..255],
        &longer,
        &prefixed,
    ] {
        let token = format!("{text}.{}", URL_SAFE_NO_PAD.encode(forged));
        refused(&token, &[Reason::TokenInvalidSignature]);
    }
}
