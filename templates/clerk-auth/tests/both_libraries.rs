//! Signatures are checked by one of two libraries. They must agree on every key that we accept and every signature.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

#[path = "../src/crypto/with_aws_lc.rs"]
mod with_aws_lc;
#[path = "../src/crypto/with_ring.rs"]
mod with_ring;

use std::sync::OnceLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use clerk_auth::keys::InstanceType;
use clerk_auth::public_key::{Algorithm, KEY_BITS, PublicKey};
use clerk_auth::testing::TestKeys;
use proptest::prelude::*;
use serde_json::json;

const ALGORITHMS: [Algorithm; 3] = [Algorithm::Rs256, Algorithm::Rs384, Algorithm::Rs512];

/// One key, in both.
struct Both {
    ring: with_ring::RsaKey,
    aws_lc: with_aws_lc::RsaKey,
}

impl Both {
    #[track_caller]
    fn new(modulus: &[u8], exponent: &[u8]) -> Self {
        let both = Self {
            ring: with_ring::RsaKey::new(modulus, exponent).unwrap(),
            aws_lc: with_aws_lc::RsaKey::new(modulus, exponent).unwrap(),
        };
        assert_eq!(both.ring.modulus(), both.aws_lc.modulus());
        assert_eq!(both.ring.exponent(), both.aws_lc.exponent());
        both
    }

    /// What both say of a signature.
    #[track_caller]
    fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let ring = self.ring.verifies(algorithm, message, signature);
        let aws_lc = self.aws_lc.verifies(algorithm, message, signature);
        assert_eq!(ring, aws_lc, "ring and aws-lc-rs");
        ring
    }
}

struct Signer {
    pair: KeyPair,
    key: Both,
}

impl Signer {
    fn new(size: KeySize) -> Self {
        let pair = KeyPair::generate(size).unwrap();
        let public = pair.public_key();
        let key = Both::new(
            public.modulus().big_endian_without_leading_zero(),
            public.exponent().big_endian_without_leading_zero(),
        );
        Self { pair, key }
    }

    fn sign(&self, encoding: &'static dyn RsaEncoding, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(encoding, &SystemRandom::new(), message, &mut signature)
            .unwrap();
        signature
    }
}

fn signer() -> &'static Signer {
    static SIGNER: OnceLock<Signer> = OnceLock::new();
    SIGNER.get_or_init(|| Signer::new(KeySize::Rsa2048))
}

#[test]
fn a_signature_is_good_for_its_algorithm_and_no_other() {
    for size in [KeySize::Rsa2048, KeySize::Rsa3072, KeySize::Rsa4096] {
        let signer = Signer::new(size);
        let signatures = [
            signer.sign(&RSA_PKCS1_SHA256, b"a message"),
            signer.sign(&RSA_PKCS1_SHA384, b"a message"),
            signer.sign(&RSA_PKCS1_SHA512, b"a message"),
        ];
        for asked in ALGORITHMS {
            for (made, signature) in ALGORITHMS.iter().zip(&signatures) {
                let is_good = signer.key.verifies(asked, b"a message", signature);
                assert_eq!(is_good, asked == *made, "{made:?} as {asked:?}");
                assert!(!signer.key.verifies(asked, b"another", signature));
            }
            let pss = signer.sign(&RSA_PSS_SHA256, b"a message");
            assert!(!signer.key.verifies(asked, b"a message", &pss));
        }
    }
}

#[test]
fn a_signature_has_the_length_of_its_key() {
    let signer = signer();
    // One that begins with a zero byte, which a short form would leave out.
    let (message, signature) = (0_u32..)
        .map(|number| number.to_be_bytes())
        .map(|message| (message, signer.sign(&RSA_PKCS1_SHA256, &message)))
        .find(|(_, signature)| signature[0] == 0)
        .unwrap();
    let verifies = |signature: &[u8]| signer.key.verifies(Algorithm::Rs256, &message, signature);
    assert!(verifies(&signature));
    assert!(!verifies(&signature[1..]));
    assert!(!verifies(&signature[..255]));
    assert!(!verifies(&[&[0], &*signature].concat()));
    assert!(!verifies(&[&*signature, &[0]].concat()));
    for odd in [
        &[][..],
        &[0],
        &[0; 256],
        &[0xff; 256],
        &[0; 257],
        &[1; 4096],
    ] {
        assert!(!verifies(odd));
    }
    // The same number beyond the modulus, when it still fits.
    let mut carried = signature.clone();
    let mut carry = 0;
    for (sum, part) in carried.iter_mut().zip(signer.key.ring.modulus()).rev() {
        carry += u16::from(*sum) + u16::from(*part);
        *sum = carry.to_be_bytes()[1];
        carry >>= 8;
    }
    assert_eq!(carry, 0, "a signature this small leaves room");
    assert!(!verifies(&carried));
}

#[test]
fn nothing_but_the_one_encoding_of_a_digest_is_a_signature() {
    let keys = TestKeys::new(InstanceType::Production).unwrap();
    let jwk = keys.public_key().to_jwk("ins_test");
    let number = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
    let both = Both::new(&number("n"), &number("e"));
    let mut names = Vec::new();
    for line in include_str!("support/odd_signatures.txt").lines().skip(1) {
        let (name, signature) = line.split_once(' ').unwrap();
        let signature = STANDARD.decode(signature).unwrap();
        for algorithm in ALGORITHMS {
            let is_good = both.verifies(algorithm, b"a message", &signature);
            assert_eq!(
                is_good,
                name == "good" && algorithm == Algorithm::Rs256,
                "{name}"
            );
        }
        names.push(name);
    }
    assert_eq!(names.len(), 7);
}

/// A modulus of that many bits from these bytes: odd, as all are.
fn modulus(bits: usize, random: &[u8]) -> Vec<u8> {
    let length = bits.div_ceil(8);
    let mut bytes: Vec<u8> = random.iter().copied().cycle().take(length).collect();
    let top = bits - (length - 1) * 8;
    bytes[0] &= u8::MAX >> (8 - top);
    bytes[0] |= 1 << (top - 1);
    bytes[length - 1] |= 1;
    bytes
}

fn accepted(modulus: &[u8], exponent: &[u8]) -> bool {
    let base64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let jwk = json!({ "kty": "RSA", "n": base64(modulus), "e": base64(exponent) });
    PublicKey::from_jwk(&jwk).is_ok()
}

#[test]
fn the_smallest_and_the_largest_numbers_are_accepted_and_the_next_are_not() {
    for (bits, is_good) in [(2047, false), (2048, true), (8192, true), (8193, false)] {
        let n = modulus(bits, &[0x5a]);
        assert_eq!(accepted(&n, &[1, 0, 1]), is_good, "{bits}");
    }
    let n = modulus(2048, &[0x5a]);
    for (e, is_good) in [
        (&[1][..], false),
        (&[2], false),
        (&[3], true),
        (&[1, 0, 0], false),
        (&[1, 0xff, 0xff, 0xff, 0xff], true),
        (&[2, 0, 0, 0, 1], false),
    ] {
        assert_eq!(accepted(&n, e), is_good, "{e:?}");
    }
    let mut even = n.clone();
    even[255] ^= 1;
    assert!(!accepted(&even, &[1, 0, 1]));
}

proptest! {
    #[test]
    fn a_changed_signature_is_no_signature(at in 0_usize..256, change in 1_u8.., message: Vec<u8>) {
        let mut signature = signer().sign(&RSA_PKCS1_SHA256, &message);
        prop_assert!(signer().key.verifies(Algorithm::Rs256, &message, &signature));
        signature[at] ^= change;
        prop_assert!(!signer().key.verifies(Algorithm::Rs256, &message, &signature));
    }

    #[test]
    fn any_numbers_that_are_accepted_make_a_key_in_both(
        bits in KEY_BITS,
        random in proptest::collection::vec(any::<u8>(), 1..64),
        exponent in 3_u64..1 << 33,
        signature in proptest::collection::vec(any::<u8>(), 0..1100),
    ) {
        let n = modulus(bits, &random);
        let e = (exponent | 1).to_be_bytes();
        let e = &e[e.iter().position(|byte| *byte != 0).unwrap()..];
        prop_assert!(accepted(&n, e));
        let both = Both::new(&n, e);
        let mut signature = signature;
        prop_assert!(!both.verifies(Algorithm::Rs256, b"a message", &signature));
        signature.resize(n.len(), 7);
        signature[0] = 0;
        prop_assert!(!both.verifies(Algorithm::Rs512, b"a message", &signature));
    }
}
