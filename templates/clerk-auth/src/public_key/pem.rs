//! Keys as people paste them into `CLERK_JWT_KEY` (`request-authentication.md` section 1.3, `security.md` rule 9).

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD_INDIFFERENT, URL_SAFE_NO_PAD_INDIFFERENT};

use super::{Algorithm, Inner, PublicKey, Rejected, der};

/// The reason why a text is not a PEM key. The text itself is never repeated.
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
    /// The text between the PEM lines is not base64.
    #[error("what stands between the BEGIN and END lines is not base64, or was cut off")]
    Base64,
    /// There is no BEGIN line, and the text is not base64.
    #[error("there is no BEGIN line in it, and it is not base64 of a key")]
    NoPem,
    /// A key of another kind.
    #[error("this is {0} key; Clerk's are RSA keys")]
    Kind(&'static str),
    /// The decoded bytes are not an RSA public key.
    #[error("the decoded bytes are no RSA public key; the key may be cut off")]
    NotRsa,
    /// The key is too small or too large.
    #[error("the key has {0} bits; 2048 to 8192 are accepted")]
    Size(usize),
}

impl PublicKey {
    /// Reads `CLERK_JWT_KEY`: SPKI or PKCS#1, with any line ends, with spaces or `\n` escapes in their place, on one
    /// line, without its BEGIN and END lines, or all of that in base64, once or twice. A local key is an RS256 key.
    ///
    /// # Errors
    /// [`PemError`] if there is no RSA public key of an accepted size in the text.
    pub fn from_pem(pem: &str) -> Result<Self, PemError> {
        let mut der = decode(&pem_body(pem)?)?;
        // Some people encode a text that is encoded already.
        for _ in 0..2 {
            if let Some(inner) = text_in(&der) {
                der = decode(&pem_body(inner)?)?;
            }
        }
        let (modulus, exponent) = der::numbers(&der).ok_or_else(|| what_else(&der))?;
        let rs256 = Some(Algorithm::Rs256.name().to_owned());
        match Inner::new(modulus, exponent, rs256, None) {
            Ok(inner) => Ok(Self(Arc::new(inner))),
            Err(Rejected::Size(bits)) => Err(PemError::Size(bits)),
            Err(Rejected::NotRsa) => Err(PemError::NotRsa),
        }
    }
}

fn decode(body: &Body) -> Result<Vec<u8>, PemError> {
    STANDARD_NO_PAD_INDIFFERENT
        .decode(&body.base64)
        .or_else(|_| URL_SAFE_NO_PAD_INDIFFERENT.decode(&body.base64))
        .map_err(|_| match body.has_begin {
            true => PemError::Base64,
            false => PemError::NoPem,
        })
}

/// Names bytes that are not an RSA public key, as well as possible.
fn what_else(der: &[u8]) -> PemError {
    const EC: &[u8] = &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
    const RSA_PSS: &[u8] = &[
        0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a,
    ];
    const ED25519: &[u8] = &[0x06, 0x03, 0x2b, 0x65, 0x70];
    // A private key begins with its version, a public one does not.
    let after_length = match der {
        [0x30, 0x82, _, _, rest @ ..] | [0x30, 0x81, _, rest @ ..] => rest,
        [0x30, length, rest @ ..] if *length < 0x80 => rest,
        _ => return PemError::NotRsa,
    };
    let start = &after_length[..after_length.len().min(16)];
    let holds = |id: &[u8]| start.windows(id.len()).any(|part| part == id);
    if start.starts_with(&[0x02, 0x01, 0x00]) || start.starts_with(&[0x02, 0x01, 0x01]) {
        PemError::PrivateKey
    } else if holds(EC) {
        PemError::Kind("an EC")
    } else if holds(ED25519) {
        PemError::Kind("an Ed25519")
    } else if holds(RSA_PSS) {
        PemError::Kind("an RSA-PSS")
    } else {
        PemError::NotRsa
    }
}

/// The base64 of a PEM text.
struct Body {
    base64: String,
    has_begin: bool,
}

/// A PEM that somebody encoded in base64 to keep it on one line.
fn text_in(decoded: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(decoded).ok()?;
    let is_pem = text.contains("-----BEGIN ") || text.starts_with("LS0tLS1");
    is_pem.then_some(text)
}

/// The base64 of a PEM text, without BEGIN and END lines (one may be lost), escapes and white space.
fn pem_body(pem: &str) -> Result<Body, PemError> {
    // Some people escape twice.
    let unescaped = pem
        .replace("\\\\", "\\")
        .replace("\\r", "")
        .replace("\\n", "\n");
    let mut body = unescaped.as_str();
    let begin = body.split_once("-----BEGIN ");
    let has_begin = begin.is_some();
    if let Some((_, rest)) = begin {
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
    Ok(Body { base64, has_begin })
}
