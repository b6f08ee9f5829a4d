//! Keys and identities for tests: a Clerk instance that exists only in the test, and users signed in to it. No network,
//! no account. Behind the feature `testing`, for dev-dependencies only: an app never loads these keys.

mod identity;
mod session;

pub use identity::{Identity, organization_claims};
pub use session::{NewSession, session_header};

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::keys::{InstanceType, PublishableKey, SecretKey};
use crate::public_key::PublicKey;

/// All keys of one Clerk instance, made on the spot.
pub struct TestKeys {
    pair: KeyPair,
    jwt_key: String,
    public_key: PublicKey,
    publishable_key: PublishableKey,
    secret_key: SecretKey,
}

/// The cryptographic library could not make keys on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no test keys could be made")]
pub struct TestKeysError;

impl TestKeys {
    /// The `kid` of the signing key.
    pub const KID: &str = "ins_test";

    /// Makes the keys of a production or a development instance. It takes some 100 ms: share them within a test file.
    ///
    /// # Errors
    /// [`TestKeysError`] when there is no source of random numbers.
    pub fn generate(instance_type: InstanceType) -> Result<Self, TestKeysError> {
        // In two parts, so that no scanner of secrets takes them for real ones.
        let (host, secret) = match instance_type {
            InstanceType::Production => (
                "clerk.app.example",
                concat!("sk_live_", "onlyForTests00000000"),
            ),
            InstanceType::Development => (
                "only-tests-0.clerk.accounts.dev",
                concat!("sk_test_", "onlyForTests00000000"),
            ),
        };
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| TestKeysError)?;
        let jwt_key = pem(&pair).ok_or(TestKeysError)?;
        let publishable_key = PublishableKey::build(host).map_err(|_| TestKeysError)?;
        Ok(Self {
            public_key: PublicKey::from_pem(&jwt_key).map_err(|_| TestKeysError)?,
            publishable_key: PublishableKey::parse(&publishable_key).map_err(|_| TestKeysError)?,
            secret_key: SecretKey::new(secret).map_err(|_| TestKeysError)?,
            jwt_key,
            pair,
        })
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
        &self.jwt_key
    }

    /// The key that tokens are verified with.
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
        let mut signature = vec![0; self.pair.public_modulus_len()];
        // Should signing ever fail, the signature stays all zeros and the token is refused: a test cannot miss it.
        let _ = self.pair.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            text.as_bytes(),
            &mut signature,
        );
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// The public half as SPKI in PEM, 64 characters a line.
fn pem(pair: &KeyPair) -> Option<String> {
    let der = pair.public_key().as_der().ok()?;
    let base64 = STANDARD.encode(der.as_ref());
    let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem.push_str("-----END PUBLIC KEY-----\n");
    Some(pem)
}
