//! Keys as people paste them into `CLERK_JWT_KEY` (`request-authentication.md` section 1.3, `stricter.md` rule 9).

use std::sync::Arc;

use aws_lc_rs::rsa;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD_INDIFFERENT;

use super::{Algorithm, Inner, PublicKey, Rejected};

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

impl PublicKey {
    /// Reads `CLERK_JWT_KEY`: SPKI or PKCS#1, with any line ends, spaces in their place, `\n` escapes, on one line,
    /// without its BEGIN and END lines, or all of that in base64. A local key is an RS256 key.
    ///
    /// # Errors
    /// [`PemError`] when there is no RSA public key of an accepted size in the text.
    pub fn from_pem(pem: &str) -> Result<Self, PemError> {
        let mut der = decode(&pem_body(pem)?)?;
        if let Some(inner) = text_in(&der) {
            der = decode(&pem_body(inner)?)?;
        }
        let key = rsa::PublicKey::from_der(&der).map_err(|_| PemError::NotRsa)?;
        let rs256 = Some(Algorithm::Rs256.name().to_owned());
        match Inner::new(&key, rs256, None) {
            Ok(inner) => Ok(Self(Arc::new(inner))),
            Err(Rejected::Size(bits)) => Err(PemError::Size(bits)),
            Err(Rejected::NotRsa) => Err(PemError::NotRsa),
        }
    }
}

fn decode(base64: &str) -> Result<Vec<u8>, PemError> {
    let decoded = STANDARD_NO_PAD_INDIFFERENT.decode(base64);
    decoded.map_err(|_| PemError::Base64)
}

/// The PEM that somebody put into base64, to keep it on one line.
fn text_in(decoded: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(decoded).ok()?;
    text.contains("-----BEGIN ").then_some(text)
}

/// The base64 of a PEM text: without BEGIN and END lines (one of them may be lost), escapes and white space.
fn pem_body(pem: &str) -> Result<String, PemError> {
    // Some escape twice.
    let unescaped = pem
        .replace("\\\\", "\\")
        .replace("\\r", "")
        .replace("\\n", "\n");
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
