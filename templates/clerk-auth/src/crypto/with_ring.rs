//! RSA with `ring`, which keeps no key: preparing one for each signature costs about a tenth of the check.

use ::ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RsaPublicKeyComponents,
};

use super::Algorithm;

pub(crate) struct RsaKey(RsaPublicKeyComponents<Box<[u8]>>);

impl RsaKey {
    /// A key of these numbers, big-endian without leading zeros. The caller has checked that they can be a key.
    pub fn new(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let (n, e) = (modulus.into(), exponent.into());
        Some(Self(RsaPublicKeyComponents { n, e }))
    }

    pub fn modulus(&self) -> &[u8] {
        &self.0.n
    }

    pub fn exponent(&self) -> &[u8] {
        &self.0.e
    }

    /// True if `signature` is this key's over `message`, by this algorithm.
    pub fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let parameters = match algorithm {
            Algorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
            Algorithm::Rs384 => &RSA_PKCS1_2048_8192_SHA384,
            Algorithm::Rs512 => &RSA_PKCS1_2048_8192_SHA512,
        };
        self.0.verify(parameters, message, signature).is_ok()
    }
}
