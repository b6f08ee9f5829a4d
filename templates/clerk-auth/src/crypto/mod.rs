//! Everything we need of a cryptographic library, so that it can be one of two: `ring`, or `aws-lc-rs` with the feature
//! of that name. If both features are on, `aws-lc-rs` is used.
//!
//! The two have the same interface, except for keeping an RSA key for many signatures; for that each has a file of its
//! own. `public_key` decides which keys are accepted, not the library, so that both accept the same.

#[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
compile_error!("clerk-auth needs one of the features `ring` and `aws-lc-rs`");

#[cfg(feature = "webhooks")]
mod mac;
#[cfg(feature = "aws-lc-rs")]
mod with_aws_lc;
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
mod with_ring;

#[cfg(feature = "aws-lc-rs")]
pub(crate) use ::aws_lc_rs as library;
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
pub(crate) use ::ring as library;
#[cfg(feature = "webhooks")]
pub(crate) use mac::MacKey;
#[cfg(feature = "aws-lc-rs")]
pub(crate) use with_aws_lc::RsaKey;
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
pub(crate) use with_ring::RsaKey;

use library::digest;
use library::rand::{SecureRandom as _, SystemRandom};

/// The signature algorithms that Clerk's tokens may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
}

/// SHA-1, which is not for anything that must be hard to forge.
pub(crate) fn sha1(text: &[u8]) -> impl AsRef<[u8]> {
    digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, text)
}

/// Random bytes that nobody can guess; `None` if the system has no randomness to give.
pub(crate) fn random<const LENGTH: usize>() -> Option<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(bytes)
}

/// The same library for TLS. It is always named, because rustls's process-wide default panics if another dependency of
/// the app brings a second library.
#[cfg(feature = "http-client")]
pub(crate) fn tls_provider() -> rustls::crypto::CryptoProvider {
    #[cfg(feature = "aws-lc-rs")]
    return rustls::crypto::aws_lc_rs::default_provider();
    #[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
    return rustls::crypto::ring::default_provider();
}
