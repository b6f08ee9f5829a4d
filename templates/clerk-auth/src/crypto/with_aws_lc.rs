//! RSA with `aws-lc-rs`, which keeps a key prepared for many signatures.

use ::aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RsaPublicKeyComponents,
};

use super::Algorithm;

pub(crate) struct RsaKey {
    numbers: RsaPublicKeyComponents<Box<[u8]>>,
    /// One for each of [`Algorithm`], in its order.
    parsed: [ParsedPublicKey; 3],
}

impl RsaKey {
    /// A key of these numbers, big-endian without leading zeros. The caller has checked that they can be a key.
    pub fn new(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let (n, e) = (modulus.into(), exponent.into());
        let numbers = RsaPublicKeyComponents { n, e };
        let parsed = [
            numbers
                .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
                .ok()?,
            numbers
                .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA384)
                .ok()?,
            numbers
                .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA512)
                .ok()?,
        ];
        Some(Self { numbers, parsed })
    }

    pub fn modulus(&self) -> &[u8] {
        &self.numbers.n
    }

    pub fn exponent(&self) -> &[u8] {
        &self.numbers.e
    }

    /// True if `signature` is this key's over `message`, by this algorithm.
    pub fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let key = &self.parsed[algorithm as usize];
        key.verify_sig(message, signature).is_ok()
    }
}
