//! Keys and identities for tests: a Clerk instance that exists only in the test, and users signed in to it. No network,
//! no account. Behind the feature `testing`, for dev-dependencies only: an app never loads these keys, which are the
//! same everywhere.

#[cfg(feature = "http-client")]
mod emulator;
#[cfg(feature = "http-client")]
mod exchange;
mod identity;
mod keys;
#[cfg(feature = "machines")]
mod machines;
mod session;
#[cfg(feature = "http-client")]
mod world;

#[cfg(feature = "http-client")]
pub use emulator::Emulator;
#[cfg(feature = "http-client")]
pub use exchange::EmulatorError;
pub use identity::{Identity, organization_claims};
#[cfg(feature = "machines")]
pub use machines::ApiKeys;
pub use session::{NewSession, session_header};
#[cfg(feature = "http-client")]
pub use world::{NewUser, SignedIn, World};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::crypto::library::rand::SystemRandom;
use crate::crypto::library::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use crate::keys::{InstanceType, PublishableKey, SecretKey};
use crate::public_key::PublicKey;

/// All keys of a Clerk instance: one in production, one in development, each with a signing key of its own.
pub struct TestKeys {
    pair: RsaKeyPair,
    jwt_key: &'static str,
    public_key: PublicKey,
    publishable_key: PublishableKey,
    secret_key: SecretKey,
}

/// The cryptographic library does not accept the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the test keys could not be read")]
pub struct TestKeysError;

impl TestKeys {
    /// The `kid` of the signing key.
    pub const KID: &str = "ins_test";

    /// The keys of the production or the development instance.
    ///
    /// # Errors
    /// [`TestKeysError`] when they cannot be read, which they can.
    pub fn new(instance_type: InstanceType) -> Result<Self, TestKeysError> {
        // In two parts, so that no scanner of secrets takes them for real ones.
        let (publishable, signing, secret) = match instance_type {
            InstanceType::Production => (
                concat!("pk_live_", "Y2xlcmsuYXBwLmV4YW1wbGUk"),
                keys::PRODUCTION,
                concat!("sk_live_", "onlyForTests00000000"),
            ),
            InstanceType::Development => (
                concat!("pk_test_", "b25seS10ZXN0cy0wLmNsZXJrLmFjY291bnRzLmRldiQ"),
                keys::DEVELOPMENT,
                concat!("sk_test_", "onlyForTests00000000"),
            ),
        };
        let private = STANDARD
            .decode(signing.private)
            .map_err(|_| TestKeysError)?;
        let jwt_key = signing.public;
        Ok(Self {
            public_key: PublicKey::from_pem(jwt_key).map_err(|_| TestKeysError)?,
            publishable_key: PublishableKey::parse(publishable).map_err(|_| TestKeysError)?,
            secret_key: SecretKey::new(secret).map_err(|_| TestKeysError)?,
            jwt_key,
            pair: RsaKeyPair::from_der(&private).map_err(|_| TestKeysError)?,
        })
    }

    /// The signing key of the development instance, in PKCS#1.
    ///
    /// # Errors
    /// [`TestKeysError`], as above.
    #[cfg(feature = "tool")]
    pub fn private_key() -> Result<Vec<u8>, TestKeysError> {
        let private = STANDARD.decode(keys::DEVELOPMENT.private);
        private.map_err(|_| TestKeysError)
    }

    /// `CLERK_PUBLISHABLE_KEY`
    pub fn publishable_key(&self) -> &PublishableKey {
        &self.publishable_key
    }

    /// `CLERK_SECRET_KEY`
    pub fn secret_key(&self) -> &SecretKey {
        &self.secret_key
    }

    /// `CLERK_JWT_KEY`: with it an app verifies without asking anybody.
    pub fn jwt_key(&self) -> &str {
        self.jwt_key
    }

    /// The key that verifies the tokens.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The key set, as the Backend API and the Frontend API serve it.
    pub fn key_set(&self) -> Value {
        json!({ "keys": [self.public_key.to_jwk(Self::KID)] })
    }

    /// The `iss` of the instance's tokens.
    pub fn issuer(&self) -> String {
        format!("https://{}", self.publishable_key.frontend_api_host())
    }

    /// A user signed in to the instance.
    pub fn user(&self, id: &str) -> Identity<'_> {
        Identity::new(self, id)
    }

    /// Signs any header and claims, by RS256 whatever the header says.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.public_key.modulus().len()];
        // If signing ever fails, the signature is all zeros and the token is refused, which no test can miss.
        let _ = self.pair.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            text.as_bytes(),
            &mut signature,
        );
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
