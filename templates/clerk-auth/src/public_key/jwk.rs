//! Keys as a key set serves them (`request-authentication.md` section 4.4).

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE_NO_PAD, URL_SAFE_NO_PAD_INDIFFERENT};
use serde_json::Value;

use super::{Algorithm, Inner, PublicKey, Rejected};

/// The reason why a member of a key set cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkError {
    /// It is not an RSA key.
    #[error("the key is of kind {0:?}, not RSA")]
    Kind(String),
    /// `n` or `e` is absent or not URL-safe base64.
    #[error("the member {0:?} is absent or unreadable")]
    Member(&'static str),
    /// `n` and `e` do not make an RSA public key.
    #[error("n and e are no RSA public key")]
    NotRsa,
    /// The key is too small or too large.
    #[error("the key has {0} bits; 2048 to 8192 are accepted")]
    Size(usize),
}

/// A member of a key set as served. Unknown members are ignored, and members of odd types read as absent.
#[derive(Clone, Debug, Default)]
pub struct Jwk {
    /// The kind of key: `RSA`.
    pub kty: Option<String>,
    /// The name of the key; Clerk uses the instance id.
    pub kid: Option<String>,
    /// The use of the key: `sig`.
    pub purpose: Option<String>,
    /// The only algorithm of the key.
    pub alg: Option<String>,
    /// The modulus, URL-safe base64.
    pub n: Option<String>,
    /// The exponent, URL-safe base64.
    pub e: Option<String>,
}

/// A key set as served: the usable keys by name, and what was left out.
#[derive(Clone, Debug, Default)]
pub struct JwkSet {
    /// Keys with a name, in the order of the set.
    pub keys: Vec<(String, PublicKey)>,
    /// Members that cannot be used: the name, if there is one, and the reason.
    pub skipped: Vec<(Option<String>, JwkError)>,
}

impl Jwk {
    /// Reads a member of a key set. A value that is not an object has no members.
    pub fn from_value(value: &Value) -> Self {
        let text = |name: &str| value.get(name)?.as_str().map(str::to_owned);
        Self {
            kty: text("kty"),
            kid: text("kid"),
            purpose: text("use"),
            alg: text("alg"),
            n: text("n"),
            e: text("e"),
        }
    }
}

impl PublicKey {
    /// Takes a member of a key set. Its `alg` and `use` are kept as limits of what it may verify.
    ///
    /// # Errors
    /// [`JwkError`] if it is not an RSA key of an accepted size.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, JwkError> {
        if jwk.kty.as_deref() != Some("RSA") {
            return Err(JwkError::Kind(jwk.kty.clone().unwrap_or_default()));
        }
        let modulus = unsigned(jwk.n.as_deref()).ok_or(JwkError::Member("n"))?;
        let exponent = unsigned(jwk.e.as_deref()).ok_or(JwkError::Member("e"))?;
        match Inner::new(&modulus, &exponent, jwk.alg.clone(), jwk.purpose.clone()) {
            Ok(inner) => Ok(Self(Arc::new(inner))),
            Err(Rejected::Size(bits)) => Err(JwkError::Size(bits)),
            Err(Rejected::NotRsa) => Err(JwkError::NotRsa),
        }
    }

    /// The key as a member of a key set.
    pub fn to_jwk(&self, kid: &str) -> Value {
        serde_json::json!({
            "kty": "RSA",
            "kid": kid,
            "use": "sig",
            "alg": self.algorithm().unwrap_or(Algorithm::Rs256.name()),
            "n": URL_SAFE_NO_PAD.encode(self.modulus()),
            "e": URL_SAFE_NO_PAD.encode(self.0.key.exponent()),
        })
    }
}

impl JwkSet {
    /// Sorts the members of a served key set into usable ones and others. An absent list, or one of another type, is an
    /// empty set.
    pub fn from_value(body: &Value) -> Self {
        let mut set = Self::default();
        for member in body
            .get("keys")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let jwk = Jwk::from_value(member);
            match (&jwk.kid, PublicKey::from_jwk(&jwk)) {
                (Some(kid), Ok(key)) => set.keys.push((kid.clone(), key)),
                (None, Ok(_)) => set.skipped.push((None, JwkError::Member("kid"))),
                (_, Err(error)) => set.skipped.push((jwk.kid, error)),
            }
        }
        set
    }
}

/// An unsigned number of a JWK; some makers put zero bytes before it.
fn unsigned(text: Option<&str>) -> Option<Vec<u8>> {
    let mut bytes = URL_SAFE_NO_PAD_INDIFFERENT.decode(text?).ok()?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.drain(..zeros);
    (!bytes.is_empty()).then_some(bytes)
}
