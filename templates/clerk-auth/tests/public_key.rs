//! Keys that tokens are verified with: every spelling that people paste, and what is refused (`security.md` rule 9).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use clerk_auth::public_key::{JwkSet, PemFault, PublicKey, PublicKeyError};
use serde_json::{Value, json};
use support::{fixture_jwk, fixture_key, fixture_pem};

fn jwk(value: &Value) -> Result<PublicKey, PublicKeyError> {
    PublicKey::from_jwk(value)
}

#[test]
fn every_spelling_of_a_pem_key_is_the_same_key() {
    let pem = fixture_pem("alpha");
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    for spelling in [
        pem.replace('\n', "\r\n"),
        pem.replace('\n', ""),
        pem.replace('\n', " "),
        pem.replace('\n', "\\n"),
        pem.replace('\n', "\\r\\n"),
        pem.trim_end().to_owned(),
        format!("\n\t {pem} \n"),
        body.clone(),
        body.trim_end_matches('=').to_owned(),
        pem.replace("-----BEGIN PUBLIC KEY-----", ""),
        pem.replace("-----END PUBLIC KEY-----", ""),
    ] {
        let key = PublicKey::from_pem(&spelling).unwrap_or_else(|e| panic!("{spelling:?}: {e}"));
        assert_eq!(key, fixture_key("alpha"), "{spelling:?}");
    }
    assert_eq!(fixture_key("alpha").algorithm(), Some("RS256"));
}

#[test]
fn a_pem_and_a_jwk_of_one_key_have_one_modulus() {
    for (name, bits) in [("alpha", 2048), ("bravo", 2048), ("wide", 4096)] {
        let (local, served) = (fixture_key(name), jwk(&fixture_jwk(name)).unwrap());
        assert_eq!(local.modulus(), served.modulus());
        assert_eq!((local.bits(), served.bits()), (bits, bits));
        assert_eq!(served.to_jwk(&format!("ins_{name}")), fixture_jwk(name));
    }
    assert_ne!(fixture_key("alpha"), fixture_key("bravo"));
}

#[test]
fn an_unreadable_key_is_refused_and_told_why() {
    let pem = fixture_pem("alpha");
    let cut = pem.lines().take(4).collect::<Vec<_>>().join("\n");
    for (text, fault) in [
        ("", PemFault::Empty),
        (" \n ", PemFault::Empty),
        (
            "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
            PemFault::Empty,
        ),
        ("not a key!", PemFault::NoPem),
        ("not a key", PemFault::NoPem),
        ("bm90IGEga2V5", PemFault::NotRsa),
        ("-----BEGIN PUBLIC KEY", PemFault::Base64),
        (&cut, PemFault::NotRsa),
        (
            "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
            PemFault::PrivateKey,
        ),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
            PemFault::PrivateKey,
        ),
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE",
            PemFault::PrivateKey,
        ),
        (
            "-----BEGIN CERTIFICATE-----\nMIIE",
            PemFault::Label("CERTIFICATE".to_owned()),
        ),
    ] {
        let error = match fault {
            PemFault::PrivateKey => PublicKeyError::PrivateKey,
            _ => PublicKeyError::NotRsa,
        };
        assert_eq!(PublicKey::from_pem(text), Err(error), "{text:?}");
        assert_eq!(PemFault::of(text), Some(fault), "{text:?}");
    }
}

#[test]
fn a_key_of_another_kind_or_size_is_refused() {
    // A P-256 key as SPKI, and RSA keys of 1024 and 16384 bits.
    let ec = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/\
              m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==";
    assert_eq!(PemFault::of(ec), Some(PemFault::Kind("an EC")));
    let ed = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
    assert_eq!(PemFault::of(ed), Some(PemFault::Kind("an Ed25519")));
    let private = "MC4CAQAwBQYDK2VwBCIEIDRJxJzYzTzvzr3m6AHgVd9dSrRFb6ZTdn6SkQVMp0aF";
    assert_eq!(PemFault::of(private), Some(PemFault::PrivateKey));
    for (bits, error) in [
        (1024, PublicKeyError::Size(1024)),
        (2040, PublicKeyError::Size(2040)),
        (8200, PublicKeyError::Size(8200)),
    ] {
        let refused = jwk(&json!({"kty": "RSA", "kid": "k", "e": "AQAB", "n": odd_number(bits)}));
        assert_eq!(refused, Err(error));
    }
    let huge = jwk(&json!({"kty": "RSA", "kid": "k", "e": "AQAB", "n": odd_number(1 << 20)}));
    assert!(
        matches!(huge, Err(PublicKeyError::NotRsa | PublicKeyError::Size(_))),
        "{huge:?}"
    );
    for bits in [2048, 8192] {
        let key =
            jwk(&json!({"kty": "RSA", "kid": "k", "e": "AQAB", "n": odd_number(bits)})).unwrap();
        assert_eq!(key.bits(), bits);
    }
}

#[test]
fn a_key_is_read_from_nothing_but_its_one_encoding() {
    let spki = der_of(&fixture_pem("alpha"));
    let pkcs1 = &spki[24..];
    let key = |der: &[u8]| PublicKey::from_pem(&STANDARD.encode(der));
    assert_eq!(key(&spki).unwrap(), fixture_key("alpha"));
    assert_eq!(key(pkcs1).unwrap(), fixture_key("alpha"));

    let changed = |from: &[u8], change: &dyn Fn(&mut Vec<u8>)| {
        let mut der = from.to_vec();
        change(&mut der);
        der
    };
    // 30 82 01 22 | 30 0d 06 09 .. 05 00 | 03 82 01 0f 00 | 30 82 01 0a | 02 82 01 01 00 n | 02 03 01 00 01
    for (what, der) in [
        ("a byte behind it", changed(&spki, &|der| der.push(0))),
        (
            "a byte less",
            changed(&spki, &|der| der.truncate(der.len() - 1)),
        ),
        (
            "parameters that are not NULL",
            changed(&spki, &|der| der[17] = 0x04),
        ),
        ("bits that do not count", changed(&spki, &|der| der[23] = 1)),
        (
            "another tag for the key",
            changed(&spki, &|der| der[24] = 0x31),
        ),
        (
            "a byte behind the numbers",
            changed(pkcs1, &|der| {
                der.push(0);
                der[3] += 1;
            }),
        ),
        (
            "a length of unknown end",
            changed(pkcs1, &|der| der[1] = 0x80),
        ),
        (
            "a length in three bytes",
            changed(pkcs1, &|der| {
                der[1] = 0x83;
                der.insert(2, 0);
            }),
        ),
        (
            "a length written too long",
            changed(pkcs1, &|der| {
                let at = der.len() - 4;
                der.insert(at, 0x81);
                der[3] += 1;
            }),
        ),
        (
            "a negative modulus",
            changed(pkcs1, &|der| {
                der.remove(8);
                der[3] -= 1;
                der[7] -= 1;
            }),
        ),
        (
            "an exponent with a zero byte too many",
            changed(pkcs1, &|der| {
                let at = der.len() - 3;
                der.insert(at, 0);
                der[at - 1] += 1;
                der[3] += 1;
            }),
        ),
        ("nothing", vec![0x30, 0x00]),
    ] {
        assert_eq!(key(&der), Err(PublicKeyError::NotRsa), "{what}");
    }
    // A key for PSS only: Clerk signs by PKCS#1.
    let pss = changed(&spki, &|der| {
        der[16] = 0x0a;
        der[17] = 0x30;
    });
    assert_eq!(key(&pss), Err(PublicKeyError::NotRsa));
    let fault = PemFault::of(&STANDARD.encode(&pss));
    assert_eq!(fault, Some(PemFault::Kind("an RSA-PSS")));
}

fn der_of(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    STANDARD.decode(body).unwrap()
}

/// A number of that many bits, all set, as a JWK writes it. Only its size is looked at when a key is read.
fn odd_number(bits: usize) -> String {
    URL_SAFE_NO_PAD.encode(vec![0xFF; bits / 8])
}

#[test]
fn weak_exponents_and_empty_numbers_are_refused() {
    let good = fixture_jwk("alpha");
    for (member, value) in [
        ("n", json!("")),
        ("n", json!("AA")),
        ("n", json!("!!")),
        ("n", json!(7)),
        ("e", json!("")),
        ("e", json!("AQ")),
        ("e", json!("Ag")),
        ("e", json!("AAAA")),
        ("e", good["n"].clone()),
        ("e", Value::Null),
    ] {
        let mut bad = good.clone();
        bad[member] = value;
        assert!(jwk(&bad).is_err(), "{member}: {bad}");
    }
    let mut padded = good.clone();
    padded["e"] = json!("AAEAAQ==");
    assert_eq!(
        jwk(&padded).unwrap(),
        jwk(&good).unwrap(),
        "leading zeros and padding are harmless"
    );
}

#[test]
fn a_key_set_keeps_what_is_usable_and_says_what_is_not() {
    let mut nameless = fixture_jwk("alpha");
    nameless.as_object_mut().unwrap().remove("kid");
    let set = JwkSet::from_value(&json!({"extra": 1, "keys": [
        {"kty": "EC", "kid": "elliptic", "crv": "P-256"},
        fixture_jwk("alpha"),
        null, 7, "text", [], {},
        nameless,
        fixture_jwk("wide"),
    ]}));
    let names: Vec<&str> = set.keys.iter().map(|(kid, _)| kid.as_str()).collect();
    assert_eq!(names, ["ins_alpha", "ins_wide"]);
    assert_eq!(set.skipped.len(), 7);
    assert_eq!(
        set.skipped[0],
        (
            Some("elliptic".to_owned()),
            PublicKeyError::Kind("EC".to_owned())
        )
    );
    for body in [
        json!(null),
        json!([]),
        json!("x"),
        json!({}),
        json!({"keys": {}}),
        json!({"keys": null}),
    ] {
        let set = JwkSet::from_value(&body);
        assert!(set.keys.is_empty() && set.skipped.is_empty(), "{body}");
    }
}
