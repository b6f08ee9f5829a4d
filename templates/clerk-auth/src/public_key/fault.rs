//! Says why a text holds no key.

use super::pem::{base64_of, decode, text_in};
use super::{PublicKey, PublicKeyError};

/// The reason why a text is not a PEM key, in more words than the app has. The text itself is never repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PemFault {
    /// There is no key in the text.
    #[error("the key is empty")]
    Empty,
    /// It is a private key.
    #[error("{}", PublicKeyError::PrivateKey)]
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
    #[error("{}", PublicKeyError::Size(*.0))]
    Size(usize),
}

impl PemFault {
    /// The fault of a text, unless there is a key in it.
    pub fn of(text: &str) -> Option<Self> {
        match PublicKey::from_pem(text).err()? {
            PublicKeyError::PrivateKey => Some(Self::PrivateKey),
            PublicKeyError::Size(bits) => Some(Self::Size(bits)),
            _ => Some(in_layers(text, 2)),
        }
    }

    /// True if the text is certainly meant as a key.
    pub const fn is_certain(&self) -> bool {
        matches!(
            self,
            Self::PrivateKey | Self::Label(_) | Self::Kind(_) | Self::Size(_)
        )
    }
}

/// A text may be base64 of a text.
fn in_layers(text: &str, layers: u32) -> PemFault {
    let begin = text.split_once("-----BEGIN ");
    let label = begin.and_then(|(_, rest)| Some(rest.split_once("-----")?.0));
    let is_other = |label: &&str| !matches!(*label, "PUBLIC KEY" | "RSA PUBLIC KEY");
    if let Some(label) = label.filter(is_other) {
        return PemFault::Label(label.chars().take(40).collect());
    }
    let unreadable = match begin {
        Some(_) => PemFault::Base64,
        None => PemFault::NoPem,
    };
    match base64_of(text).map(|base64| decode(&base64)) {
        Ok(Some(der)) if der.is_empty() => PemFault::Empty,
        Ok(Some(der)) => match text_in(&der) {
            Some(inner) if layers > 0 => in_layers(inner, layers - 1),
            _ => of_der(&der),
        },
        Ok(None) | Err(_) => unreadable,
    }
}

/// Names bytes that are not an RSA public key, as well as possible.
fn of_der(der: &[u8]) -> PemFault {
    const EC: &[u8] = &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
    const RSA_PSS: &[u8] = &[
        0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a,
    ];
    const ED25519: &[u8] = &[0x06, 0x03, 0x2b, 0x65, 0x70];
    // A private key begins with its version, a public one does not.
    let after_length = match der {
        [0x30, 0x82, _, _, rest @ ..] | [0x30, 0x81, _, rest @ ..] => rest,
        [0x30, length, rest @ ..] if *length < 0x80 => rest,
        _ => return PemFault::NotRsa,
    };
    let start = &after_length[..after_length.len().min(16)];
    let holds = |id: &[u8]| start.windows(id.len()).any(|part| part == id);
    if start.starts_with(&[0x02, 0x01, 0x00]) || start.starts_with(&[0x02, 0x01, 0x01]) {
        PemFault::PrivateKey
    } else if holds(EC) {
        PemFault::Kind("an EC")
    } else if holds(ED25519) {
        PemFault::Kind("an Ed25519")
    } else if holds(RSA_PSS) {
        PemFault::Kind("an RSA-PSS")
    } else {
        PemFault::NotRsa
    }
}
