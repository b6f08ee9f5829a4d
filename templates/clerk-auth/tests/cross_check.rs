//! Signatures and dates against another library: what it makes we accept, what it refuses we refuse.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use clerk_auth::public_key::PublicKey;
use clerk_auth::time::UnixMillis;
use clerk_auth::verify::{Policy, verify_session_token};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{cases, fixture_jwk, list};

struct Pair {
    encoding: EncodingKey,
    decoding: DecodingKey,
    /// Without `alg`, so that it takes all three.
    ours: PublicKey,
}

fn pair() -> &'static Pair {
    static PAIR: OnceLock<Pair> = OnceLock::new();
    PAIR.get_or_init(|| {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let pkcs8: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        // The other library wants PKCS#1, which is what PKCS#8 wraps behind its fixed 26 bytes.
        let encoding = EncodingKey::from_rsa_der(&pkcs8.as_ref()[26..]);
        let components = pair.public_key();
        let (n, e) = (components.modulus(), components.exponent());
        let (n, e) = (
            n.big_endian_without_leading_zero(),
            e.big_endian_without_leading_zero(),
        );
        use base64::Engine as _;
        let base64 = |bytes| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
        let jwk = json!({"kty": "RSA", "n": base64(n), "e": base64(e)});
        Pair {
            encoding,
            decoding: DecodingKey::from_rsa_raw_components(n, e),
            ours: PublicKey::from_jwk(&jwk).unwrap(),
        }
    })
}

fn made_elsewhere(algorithm: Algorithm, claims: &Value) -> String {
    jsonwebtoken::encode(&Header::new(algorithm), claims, &pair().encoding).unwrap()
}

fn ours(token: &str, now: UnixMillis) -> Option<Value> {
    let verified = verify_session_token(token, &pair().ours, &Policy::default(), now).ok()?;
    Some(Value::from(verified.claims().clone()))
}

#[test]
fn tokens_made_elsewhere_verify_here_with_the_same_claims() {
    let now = UnixMillis::from_seconds(1_000);
    for algorithm in [Algorithm::RS256, Algorithm::RS384, Algorithm::RS512] {
        let claims =
            json!({"sub": "user_1", "exp": 1_060, "o": {"id": "org_1"}, "name": "Jörg \u{1f980}"});
        let token = made_elsewhere(algorithm, &claims);
        assert_eq!(ours(&token, now), Some(claims), "{algorithm:?}");
    }
    for algorithm in [Algorithm::PS256, Algorithm::PS384, Algorithm::PS512] {
        let token = made_elsewhere(algorithm, &json!({"sub": "user_1", "exp": 1_060}));
        assert_eq!(ours(&token, now), None, "{algorithm:?}");
    }
}

/// The recorded tokens: both libraries must think the same of each signature.
#[test]
fn both_libraries_agree_on_every_recorded_signature() {
    let mut good = 0;
    let mut bad = 0;
    for case in list(&cases("jwt-verify"), "cases") {
        let (Some(name), Some(token)) = (case["key"]["fixture"].as_str(), case["token"].as_str())
        else {
            continue;
        };
        let Ok(decoded) = clerk_auth::token::decode(token) else {
            continue;
        };
        let jwk = fixture_jwk(name);
        let theirs = DecodingKey::from_rsa_components(
            jwk["n"].as_str().unwrap(),
            jwk["e"].as_str().unwrap(),
        )
        .unwrap();
        let Some(algorithm) = clerk_auth::public_key::Algorithm::from_name(
            decoded.header_str("alg").unwrap_or_default(),
        ) else {
            continue;
        };
        let (text, _) = token.rsplit_once('.').unwrap();
        let signature = token.rsplit('.').next().unwrap().trim_end_matches('=');
        let same_algorithm: Algorithm = algorithm.name().parse().unwrap();
        let there =
            jsonwebtoken::crypto::verify(signature, text.as_bytes(), &theirs, same_algorithm)
                .unwrap_or(false);
        let key = PublicKey::from_jwk(&jwk).unwrap();
        let here = key.verifies(algorithm, text.as_bytes(), decoded.signature());
        assert_eq!(here, there, "{}", case["id"]);
        if here { good += 1 } else { bad += 1 }
    }
    assert!(good > 50 && bad > 3, "{good} good, {bad} bad");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Any one bit changed anywhere: neither library takes it.
    #[test]
    fn a_changed_token_is_refused_by_both(at in any::<prop::sample::Index>(), bit in 0_u8..7) {
        let claims = json!({"sub": "user_1", "exp": 1_060});
        let token = made_elsewhere(Algorithm::RS256, &claims);
        let mut bytes = token.clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let changed = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(ours(&changed, UnixMillis::from_seconds(1_000)), None);
        let mut rules = Validation::new(Algorithm::RS256);
        rules.validate_exp = false;
        prop_assert!(jsonwebtoken::decode::<Value>(&changed, &pair().decoding, &rules).is_err());
    }

    /// Claims of any shape come through a signature unchanged.
    #[test]
    fn claims_come_through_unchanged(name in "[a-z]{1,8}", text in ".{0,40}", number in any::<i64>()) {
        let claims = json!({"sub": text, "exp": 1_060, "x": {name: [number, null, true]}});
        prop_assume!(!text.starts_with("mch_"));
        let token = made_elsewhere(Algorithm::RS256, &claims);
        prop_assert_eq!(ours(&token, UnixMillis::from_seconds(1_000)), Some(claims));
    }
}
