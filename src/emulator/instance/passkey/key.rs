//! The public keys of passkeys: COSE keys (RFC 9053) of the two algorithms that every browser knows.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::cbor::{Item, Pairs, value};

/// The algorithms, by their numbers, in the order in which they are wanted.
pub const ALGORITHMS: [i64; 2] = [ES256, RS256];
const ES256: i64 = -7;
const RS256: i64 = -257;
/// In bytes: 8192 bits.
const MAX_MODULUS: usize = 1024;
const MAX_EXPONENT: usize = 8;

/// A key, its numbers in base64url.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicKey {
    /// A point of P-256, uncompressed.
    Es256(String),
    Rs256 {
        n: String,
        e: String,
    },
}

impl PublicKey {
    /// The key that these pairs describe, if it is one.
    pub fn of_cose(pairs: &Pairs<'_>) -> Option<Self> {
        let of = |key| value(pairs, &Item::Number(key));
        let bytes = |key| match of(key) {
            Some(Item::Bytes(bytes)) => Some(*bytes),
            _ => None,
        };
        let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let key = match (of(1)?, of(3)?) {
            (Item::Number(2), Item::Number(ES256)) if of(-1) == Some(&Item::Number(1)) => {
                let (x, y) = (bytes(-2)?, bytes(-3)?);
                if (x.len(), y.len()) != (32, 32) {
                    return None;
                }
                Self::Es256(encoded(&[&[4], x, y].concat()))
            }
            (Item::Number(3), Item::Number(RS256)) => {
                let (n, e) = (bytes(-1)?, bytes(-2)?);
                if n.len() > MAX_MODULUS || e.len() > MAX_EXPONENT {
                    return None;
                }
                let (n, e) = (encoded(n), encoded(e));
                Self::Rs256 { n, e }
            }
            _ => return None,
        };
        key.parsed().is_some().then_some(key)
    }

    /// True if `signature` is this key's over `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let key = self.parsed();
        key.is_some_and(|key| key.verify_sig(message, signature).is_ok())
    }

    fn parsed(&self) -> Option<ParsedPublicKey> {
        let bytes = |text: &String| URL_SAFE_NO_PAD.decode(text).ok();
        match self {
            Self::Es256(point) => ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, bytes(point)?).ok(),
            Self::Rs256 { n, e } => {
                let (n, e) = (bytes(n)?, bytes(e)?);
                let numbers = RsaPublicKeyComponents { n, e };
                numbers
                    .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
                    .ok()
            }
        }
    }
}
