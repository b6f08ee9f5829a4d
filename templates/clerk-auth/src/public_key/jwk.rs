//! Keys as a key set serves them (`request-authentication.md` section 4.4).

use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE_NO_PAD, URL_SAFE_NO_PAD_INDIFFERENT};
use serde_json::Value;

use super::{Algorithm, PublicKey, PublicKeyError};

/// A key set as served: the usable keys by name, and what was left out.
#[derive(Clone, Debug, Default)]
pub struct JwkSet {
    /// Keys with a name, in the order of the set. Clerk's name is the instance's id.
    pub keys: Vec<(String, PublicKey)>,
    /// Members that cannot be used: the name, if there is one, and the reason.
    pub skipped: Vec<(Option<String>, PublicKeyError)>,
}

impl PublicKey {
    /// Takes a member of a key set as served. Its `alg` and `use` are kept as limits of what it may verify. Members of
    /// odd types read as absent.
    ///
    /// # Errors
    /// [`PublicKeyError`] if it is not an RSA key of an accepted size.
    pub fn from_jwk(jwk: &Value) -> Result<Self, PublicKeyError> {
        let text = |name: &str| jwk.get(name)?.as_str();
        let number = |name| unsigned(text(name)).ok_or(PublicKeyError::Member(name));
        let limit = |name| text(name).map(str::to_owned);
        match text("kty") {
            Some("RSA") => Self::new(&number("n")?, &number("e")?, limit("alg"), limit("use")),
            kind => Err(PublicKeyError::Kind(kind.unwrap_or_default().to_owned())),
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
        let members = body.get("keys").and_then(Value::as_array);
        for member in members.into_iter().flatten() {
            let kid = member.get("kid").and_then(Value::as_str);
            match (kid.map(str::to_owned), PublicKey::from_jwk(member)) {
                (Some(kid), Ok(key)) => set.keys.push((kid, key)),
                (None, Ok(_)) => set.skipped.push((None, PublicKeyError::Member("kid"))),
                (kid, Err(error)) => set.skipped.push((kid, error)),
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
