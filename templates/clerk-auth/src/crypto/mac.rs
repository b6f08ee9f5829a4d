//! HMAC-SHA-256, which signs webhooks.

use super::library::hmac;

/// A secret that signs deliveries.
#[derive(Clone)]
pub(crate) struct MacKey(hmac::Key);

impl MacKey {
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// The signature over these parts, one after the other.
    pub fn sign(&self, parts: &[&[u8]]) -> impl AsRef<[u8]> + use<> {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
        }
        context.sign()
    }

    /// Compares two signatures in a time that tells nothing about them. The library compares only what it has signed
    /// itself, so both are signed once more.
    pub fn are_equal(&self, ours: &[u8], theirs: &[u8]) -> bool {
        hmac::verify(&self.0, theirs, hmac::sign(&self.0, ours).as_ref()).is_ok()
    }
}
