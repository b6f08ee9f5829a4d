//! RSA public keys, parsed once for many verifications: from `CLERK_JWT_KEY` (`pem`) or from a key set (`jwk`)
//! (`request-authentication.md` sections 1.3, 4.2 and 4.4).

mod der;
#[cfg(feature = "tool")]
mod fault;
mod jwk;
mod pem;

use std::fmt;
use std::sync::Arc;

use crate::crypto::RsaKey;

pub use crate::crypto::Algorithm;
#[cfg(feature = "tool")]
pub use fault::PemFault;
pub use jwk::JwkSet;

/// The accepted sizes of RSA keys, in bits. RFC 7518 section 3.3 asks for at least 2048; beyond 8192 a signature would
/// cost more than a stranger should be able to ask of a server.
pub const KEY_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

impl Algorithm {
    /// The algorithm of this name, case-sensitive. Anything else, `none` and the HMAC names included, is unknown.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "RS384" => Some(Self::Rs384),
            "RS512" => Some(Self::Rs512),
            _ => None,
        }
    }

    /// The name as it stands in tokens and keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
        }
    }
}

/// The accepted sizes of exponents, in bits: not 1, which signs nothing, and none that makes a signature expensive to
/// check. Clerk's is 65537.
const EXPONENT_BITS: std::ops::RangeInclusive<usize> = 2..=33;

/// An RSA key that checks signatures. Cloning is cheap.
#[derive(Clone)]
pub struct PublicKey(Arc<Inner>);

struct Inner {
    key: RsaKey,
    /// The member `alg` of the key, if it has one.
    algorithm: Option<String>,
    /// The member `use` of the key, if it has one.
    purpose: Option<String>,
}

/// The reason why something is not a key that can be used. The key itself is never repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyError {
    /// It is a private key, which has no place in a configuration that only verifies.
    #[error("this is a private key; the public one belongs here")]
    PrivateKey,
    /// The member of a key set is not an RSA key.
    #[error("the key is of kind {0:?}, not RSA")]
    Kind(String),
    /// A part of the member of a key set is absent, or not URL-safe base64.
    #[error("the member {0:?} is absent or unreadable")]
    Member(&'static str),
    /// There is no RSA public key in it.
    #[error("there is no RSA public key in it, or not all of one")]
    NotRsa,
    /// The key is too small or too large.
    #[error("the key has {0} bits; 2048 to 8192 are accepted")]
    Size(usize),
}

impl PublicKey {
    /// Both numbers are big-endian without leading zeros. A key is checked completely here: one library checks when a
    /// key is made, the other at each signature, and not the same things.
    fn new(
        modulus: &[u8],
        exponent: &[u8],
        algorithm: Option<String>,
        purpose: Option<String>,
    ) -> Result<Self, PublicKeyError> {
        let bits = bit_length(modulus);
        if !KEY_BITS.contains(&bits) {
            return Err(PublicKeyError::Size(bits));
        }
        let is_odd = |number: &[u8]| number.last().is_some_and(|byte| byte % 2 == 1);
        if !is_odd(modulus) || !is_odd(exponent) || !EXPONENT_BITS.contains(&bit_length(exponent)) {
            return Err(PublicKeyError::NotRsa);
        }
        Ok(Self(Arc::new(Inner {
            key: RsaKey::new(modulus, exponent).ok_or(PublicKeyError::NotRsa)?,
            algorithm,
            purpose,
        })))
    }

    /// Checks that the key's own `alg` and `use`, if it has them, allow signatures of this algorithm. The error is the
    /// reference's sentence.
    ///
    /// # Errors
    /// The member that forbids it.
    pub fn allows(&self, algorithm: Algorithm) -> Result<(), &'static str> {
        if self.purpose().is_some_and(|purpose| purpose != "sig") {
            return Err("Invalid JWK \"use\" Parameter");
        }
        let own = self.algorithm();
        if own.is_some_and(|name| name != algorithm.name()) {
            return Err("JWK \"alg\" does not match the requested algorithm");
        }
        Ok(())
    }

    /// True if `signature` is this key's over `message`, by this algorithm. The caller names the algorithm; nothing in
    /// the message or the signature can change it.
    pub fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        self.0.key.verifies(algorithm, message, signature)
    }

    /// The modulus, big-endian without leading zeros: equal for two keys of one instance.
    pub fn modulus(&self) -> &[u8] {
        self.0.key.modulus()
    }

    /// The size in bits.
    pub fn bits(&self) -> usize {
        bit_length(self.modulus())
    }

    /// The member `alg`, if any; `RS256` for a local key.
    pub fn algorithm(&self) -> Option<&str> {
        self.0.algorithm.as_deref()
    }

    /// The member `use`, if any.
    pub fn purpose(&self) -> Option<&str> {
        self.0.purpose.as_deref()
    }
}

impl PartialEq for PublicKey {
    /// Equal in what they verify: the same RSA key with the same limits.
    fn eq(&self, other: &Self) -> bool {
        let limits = |key: &Self| (key.0.algorithm.clone(), key.0.purpose.clone());
        Arc::ptr_eq(&self.0, &other.0)
            || (self.modulus() == other.modulus()
                && self.0.key.exponent() == other.0.key.exponent()
                && limits(self) == limits(other))
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey")
            .field("bits", &self.bits())
            .field("algorithm", &self.0.algorithm)
            .field("purpose", &self.0.purpose)
            .finish_non_exhaustive()
    }
}

fn bit_length(big_endian: &[u8]) -> usize {
    let leading = big_endian.first().map_or(0, |byte| byte.leading_zeros());
    (big_endian.len() * 8).saturating_sub(leading as usize)
}
