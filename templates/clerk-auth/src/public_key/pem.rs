//! Keys as people paste them into `CLERK_JWT_KEY` (`request-authentication.md` section 1.3, `security.md` rule 9).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD_INDIFFERENT, URL_SAFE_NO_PAD_INDIFFERENT};

use super::{Algorithm, PublicKey, PublicKeyError, der};

impl PublicKey {
    /// Reads `CLERK_JWT_KEY`: SPKI or PKCS#1, with any line ends, with spaces or `\n` escapes in their place, on one
    /// line, without its BEGIN and END lines, or all of that in base64, once or twice. A local key is an RS256 key.
    ///
    /// # Errors
    /// [`PublicKeyError`] if there is no RSA public key of an accepted size in the text.
    pub fn from_pem(pem: &str) -> Result<Self, PublicKeyError> {
        let bytes = |text: &str| decode(&base64_of(text)?).ok_or(PublicKeyError::NotRsa);
        let mut der = bytes(pem)?;
        // Some people encode a text that is encoded already.
        for _ in 0..2 {
            if let Some(inner) = text_in(&der) {
                der = bytes(inner)?;
            }
        }
        let (modulus, exponent) = der::numbers(&der).ok_or(PublicKeyError::NotRsa)?;
        let rs256 = Some(Algorithm::Rs256.name().to_owned());
        Self::new(modulus, exponent, rs256, None)
    }
}

/// The base64 of a PEM text, without BEGIN and END lines (one may be lost), escapes and white space.
pub(super) fn base64_of(pem: &str) -> Result<String, PublicKeyError> {
    // Some people escape twice.
    let unescaped = pem
        .replace("\\\\", "\\")
        .replace("\\r", "")
        .replace("\\n", "\n");
    let mut body = unescaped.as_str();
    if let Some((_, rest)) = body.split_once("-----BEGIN ") {
        let (label, rest) = rest.split_once("-----").ok_or(PublicKeyError::NotRsa)?;
        if label.ends_with("PRIVATE KEY") {
            return Err(PublicKeyError::PrivateKey);
        }
        if !matches!(label, "PUBLIC KEY" | "RSA PUBLIC KEY") {
            return Err(PublicKeyError::NotRsa);
        }
        body = rest;
    }
    let body = body.split("-----END").next().unwrap_or_default();
    Ok(body.chars().filter(|c| !c.is_whitespace()).collect())
}

pub(super) fn decode(base64: &str) -> Option<Vec<u8>> {
    STANDARD_NO_PAD_INDIFFERENT
        .decode(base64)
        .or_else(|_| URL_SAFE_NO_PAD_INDIFFERENT.decode(base64))
        .ok()
}

/// A PEM that somebody encoded in base64 to keep it on one line.
pub(super) fn text_in(decoded: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(decoded).ok()?;
    let is_pem = text.contains("-----BEGIN ") || text.starts_with("LS0tLS1");
    is_pem.then_some(text)
}
