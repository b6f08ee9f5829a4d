//! RSA public keys, parsed once for many verifications: from `CLERK_JWT_KEY` or from a key set
//! (`request-authentication.md` sections 1.3, 4.2 and 4.4).

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::{
    STANDARD_NO_PAD_INDIFFERENT, URL_SAFE_NO_PAD, URL_SAFE_NO_PAD_INDIFFERENT,
};
use serde::Deserialize;
use serde_json::Value;

/// The sizes of RSA keys that are accepted, in bits. RFC 7518 section 3.3 asks for at least 2048; beyond 8192 a
/// signature would cost more than a stranger should be able to ask of a server.
pub const KEY_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

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

    fn parameters(self) -> &'static RsaParameters {
        match self {
            Self::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
            Self::Rs384 => &RSA_PKCS1_2048_8192_SHA384,
            Self::Rs512 => &RSA_PKCS1_2048_8192_SHA512,
        }
    }
}

/// An RSA key that signatures are checked with. Cloning is cheap.
#[derive(Clone)]
pub struct PublicKey(Arc<Inner>);

struct Inner {
    /// One for each of [`Algorithm`], in its order.
    parsed: [ParsedPublicKey; 3],
    modulus: Box<[u8]>,
    exponent: Box<[u8]>,
    /// The member `alg` of the key, when it has one.
    algorithm: Option<String>,
    /// The member `use` of the key, when it has one.
    purpose: Option<String>,
}

/// Why a text is no PEM key. The text itself is never repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PemError {
    /// There is no key in the text.
    #[error("the key is empty")]
    Empty,
    /// It is a private key, which has no place in a configuration that only verifies.
    #[error("this is a private key; the public one belongs here")]
    PrivateKey,
    /// Another kind of PEM block.
    #[error("the PEM block is a {0:?}, not a PUBLIC KEY")]
    Label(String),
    /// What stands between the PEM lines is not base64.
    #[error("what stands between the BEGIN and END lines is not base64, or was cut off")]
    Base64,
    /// The decoded bytes are no RSA public key.
    #[error("the decoded bytes are no RSA public key; the key may be cut off")]
    NotRsa,
    /// The key is too small or too large.
    #[error("the key has {0} bits; 2048 to 8192 are accepted")]
    Size(usize),
}

/// Why a member of a key set cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkError {
    /// It is of another kind than RSA.
    #[error("the key is of kind {0:?}, not RSA")]
    Kind(String),
    /// `n` or `e` is absent or no URL-safe base64.
    #[error("the member {0:?} is absent or unreadable")]
    Member(&'static str),
    /// `n` and `e` are no RSA public key.
    #[error("n and e are no RSA public key")]
    NotRsa,
    /// The key is too small or too large.
    #[error("the key has {0} bits; 2048 to 8192 are accepted")]
    Size(usize),
}

/// A member of a key set as served. Unknown members are ignored, and members of odd types read as absent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Jwk {
    /// The kind of key: `RSA`.
    #[serde(deserialize_with = "text")]
    pub kty: Option<String>,
    /// The name of the key; Clerk uses the instance id.
    #[serde(deserialize_with = "text")]
    pub kid: Option<String>,
    /// What the key is for: `sig`.
    #[serde(rename = "use", deserialize_with = "text")]
    pub purpose: Option<String>,
    /// The only algorithm of the key.
    #[serde(deserialize_with = "text")]
    pub alg: Option<String>,
    /// The modulus, URL-safe base64.
    #[serde(deserialize_with = "text")]
    pub n: Option<String>,
    /// The exponent, URL-safe base64.
    #[serde(deserialize_with = "text")]
    pub e: Option<String>,
}

/// A key set as served: the usable keys by name, and what was left out.
#[derive(Clone, Debug, Default)]
pub struct JwkSet {
    /// Keys with a name, in the order of the set.
    pub keys: Vec<(String, PublicKey)>,
    /// Members that cannot be used: name, when there is one, and why.
    pub skipped: Vec<(Option<String>, JwkError)>,
}

impl PublicKey {
    /// Reads `CLERK_JWT_KEY`: SPKI or PKCS#1, with any line ends, spaces in their place, `\n` escapes, on one line, or
    /// without its BEGIN and END lines. A local key is an RS256 key.
    ///
    /// # Errors
    /// [`PemError`] when there is no RSA public key of an accepted size in the text.
    pub fn from_pem(pem: &str) -> Result<Self, PemError> {
        let der = STANDARD_NO_PAD_INDIFFERENT
            .decode(pem_body(pem)?)
            .map_err(|_| PemError::Base64)?;
        let key = rsa::PublicKey::from_der(&der).map_err(|_| PemError::NotRsa)?;
        let rs256 = Some(Algorithm::Rs256.name().to_owned());
        match Inner::new(&key, rs256, None) {
            Ok(inner) => Ok(Self(Arc::new(inner))),
            Err(Rejected::Size(bits)) => Err(PemError::Size(bits)),
            Err(Rejected::NotRsa) => Err(PemError::NotRsa),
        }
    }

    /// Takes a member of a key set. Its `alg` and `use` are kept as limits of what it may verify.
    ///
    /// # Errors
    /// [`JwkError`] when it is no RSA key of an accepted size.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, JwkError> {
        if jwk.kty.as_deref() != Some("RSA") {
            return Err(JwkError::Kind(jwk.kty.clone().unwrap_or_default()));
        }
        let components = RsaPublicKeyComponents {
            n: unsigned(jwk.n.as_deref()).ok_or(JwkError::Member("n"))?,
            e: unsigned(jwk.e.as_deref()).ok_or(JwkError::Member("e"))?,
        };
        // Building from components checks nothing; reading the same key back from its encoding does.
        let key = components
            .to_parsed_public_key(Algorithm::Rs256.parameters())
            .and_then(|unchecked| rsa::PublicKey::from_der(unchecked.as_ref()))
            .map_err(|_| JwkError::NotRsa)?;
        match Inner::new(&key, jwk.alg.clone(), jwk.purpose.clone()) {
            Ok(inner) => Ok(Self(Arc::new(inner))),
            Err(Rejected::Size(bits)) => Err(JwkError::Size(bits)),
            Err(Rejected::NotRsa) => Err(JwkError::NotRsa),
        }
    }

    /// Whether the key's own `alg` and `use`, where present, allow signatures of this algorithm. The error is the
    /// reference's sentence.
    ///
    /// # Errors
    /// The member that forbids it.
    pub fn allows(&self, algorithm: Algorithm) -> Result<(), &'static str> {
        if self.purpose().is_some_and(|purpose| purpose != "sig") {
            return Err("Invalid JWK \"use\" Parameter");
        }
        if self
            .algorithm()
            .is_some_and(|name| name != algorithm.name())
        {
            return Err("JWK \"alg\" does not match the requested algorithm");
        }
        Ok(())
    }

    /// Whether `signature` is this key's over `message`, by this algorithm. The caller names the algorithm; nothing
    /// in the message or the signature can change it.
    pub fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        self.0.parsed[algorithm as usize]
            .verify_sig(message, signature)
            .is_ok()
    }

    /// The modulus, big-endian without leading zeros: equal for two keys of one instance.
    pub fn modulus(&self) -> &[u8] {
        &self.0.modulus
    }

    /// The size in bits.
    pub fn bits(&self) -> usize {
        bit_length(&self.0.modulus)
    }

    /// The member `alg`, if any; `RS256` for a local key.
    pub fn algorithm(&self) -> Option<&str> {
        self.0.algorithm.as_deref()
    }

    /// The member `use`, if any.
    pub fn purpose(&self) -> Option<&str> {
        self.0.purpose.as_deref()
    }

    /// The key as a member of a key set.
    pub fn to_jwk(&self, kid: &str) -> Value {
        serde_json::json!({
            "kty": "RSA",
            "kid": kid,
            "use": "sig",
            "alg": self.algorithm().unwrap_or(Algorithm::Rs256.name()),
            "n": URL_SAFE_NO_PAD.encode(&self.0.modulus),
            "e": URL_SAFE_NO_PAD.encode(&self.0.exponent),
        })
    }
}

impl PartialEq for PublicKey {
    /// Equal in what they verify: the same RSA key with the same limits.
    fn eq(&self, other: &Self) -> bool {
        let limits = |key: &Self| (key.0.algorithm.clone(), key.0.purpose.clone());
        Arc::ptr_eq(&self.0, &other.0)
            || (self.0.modulus == other.0.modulus
                && self.0.exponent == other.0.exponent
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

impl JwkSet {
    /// Sorts the members of a served key set into usable and not. A list that is absent or of another type is an
    /// empty set.
    pub fn from_value(body: &Value) -> Self {
        let mut set = Self::default();
        for member in body
            .get("keys")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let jwk = Jwk::deserialize(member).unwrap_or_default();
            match (&jwk.kid, PublicKey::from_jwk(&jwk)) {
                (Some(kid), Ok(key)) => set.keys.push((kid.clone(), key)),
                (None, Ok(_)) => set.skipped.push((None, JwkError::Member("kid"))),
                (_, Err(error)) => set.skipped.push((jwk.kid, error)),
            }
        }
        set
    }
}

enum Rejected {
    NotRsa,
    Size(usize),
}

impl Inner {
    fn new(
        key: &rsa::PublicKey,
        algorithm: Option<String>,
        purpose: Option<String>,
    ) -> Result<Self, Rejected> {
        let modulus = key.modulus().big_endian_without_leading_zero();
        let bits = bit_length(modulus);
        if !KEY_BITS.contains(&bits) {
            return Err(Rejected::Size(bits));
        }
        let parse = |algorithm: Algorithm| {
            ParsedPublicKey::new(algorithm.parameters(), key).map_err(|_| Rejected::NotRsa)
        };
        Ok(Self {
            parsed: [
                parse(Algorithm::Rs256)?,
                parse(Algorithm::Rs384)?,
                parse(Algorithm::Rs512)?,
            ],
            modulus: modulus.into(),
            exponent: key.exponent().big_endian_without_leading_zero().into(),
            algorithm,
            purpose,
        })
    }
}

fn bit_length(big_endian: &[u8]) -> usize {
    let leading = big_endian.first().map_or(0, |byte| byte.leading_zeros());
    (big_endian.len() * 8).saturating_sub(leading as usize)
}

/// The base64 of a PEM text: without BEGIN and END lines (one of them may be lost), escapes and white space.
fn pem_body(pem: &str) -> Result<String, PemError> {
    let unescaped = pem.replace("\\r", "").replace("\\n", "\n");
    let mut body = unescaped.as_str();
    if let Some((_, rest)) = body.split_once("-----BEGIN ") {
        let (label, rest) = rest.split_once("-----").ok_or(PemError::Base64)?;
        if label.ends_with("PRIVATE KEY") {
            return Err(PemError::PrivateKey);
        }
        if !matches!(label, "PUBLIC KEY" | "RSA PUBLIC KEY") {
            return Err(PemError::Label(label.chars().take(40).collect()));
        }
        body = rest;
    }
    let body = body.split("-----END").next().unwrap_or_default();
    let base64: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    if base64.is_empty() {
        return Err(PemError::Empty);
    }
    Ok(base64)
}

/// An unsigned number of a JWK; some makers put zero bytes before it.
fn unsigned(text: Option<&str>) -> Option<Vec<u8>> {
    let mut bytes = URL_SAFE_NO_PAD_INDIFFERENT.decode(text?).ok()?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.drain(..zeros);
    (!bytes.is_empty()).then_some(bytes)
}

/// A text, or nothing when the member is of another type.
fn text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}
