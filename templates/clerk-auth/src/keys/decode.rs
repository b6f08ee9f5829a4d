//! Decodes a publishable key, or says what is wrong with it and where (`request-authentication.md` section 1.1).

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::InstanceType;

/// Unused bits are ignored, as browsers do. Padding is gone by now.
const FORGIVING: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// The fault of a text that should be a publishable key. Positions count characters of the whole key from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// A secret key stands where the public one belongs. It is never repeated.
    #[error("this is a secret key, which must never be used in place of the publishable key")]
    SecretKey,
    /// It starts with neither `pk_test_` nor `pk_live_`.
    #[error("it does not start with pk_test_ or pk_live_")]
    Prefix,
    /// Nothing follows the prefix.
    #[error("nothing follows the prefix")]
    OnlyPrefix,
    /// A character that base64 does not have.
    #[error("{character:?} at position {position} cannot be part of a key")]
    Character {
        /// The character as it stands there.
        character: char,
        /// Its place in the whole key.
        position: usize,
    },
    /// No base64 text has this length: characters are missing or too many.
    #[error(
        "the part behind the prefix has an impossible length: characters are missing or too many"
    )]
    Length,
    /// The decoded text does not end in `$`, so the key was cut off.
    #[error("the end of the key is missing")]
    Unfinished,
    /// The decoded text holds another `$`.
    #[error("what the key encodes holds a $ before its end")]
    InnerMark,
    /// The decoded text holds no `.`, so it is not a host.
    #[error("the host in the key has no dot")]
    NoDot,
}

pub(super) fn decode(text: &str) -> Result<(InstanceType, String), KeyFault> {
    const PREFIX_LENGTH: usize = "pk_test_".len();
    let instance_type = match text.get(..PREFIX_LENGTH) {
        Some("pk_test_") => InstanceType::Development,
        Some("pk_live_") => InstanceType::Production,
        _ if InstanceType::of_secret_key(text).is_some() && text.starts_with("sk_") => {
            return Err(KeyFault::SecretKey);
        }
        _ => return Err(KeyFault::Prefix),
    };
    let body = &text[PREFIX_LENGTH..];
    if body.is_empty() {
        return Err(KeyFault::OnlyPrefix);
    }
    Ok((instance_type, decode_host(body, PREFIX_LENGTH)?))
}

/// Browsers' forgiving base64, then one character for each byte, then the checks on the mark and the dot.
fn decode_host(body: &str, offset: usize) -> Result<String, KeyFault> {
    let is_space = |c: char| matches!(c, '\t' | '\n' | '\x0C' | '\r' | ' ');
    let mut compact: String = body.chars().filter(|c| !is_space(*c)).collect();
    if compact.len().is_multiple_of(4) {
        let padding = compact.bytes().rev().take(2).take_while(|b| *b == b'=');
        compact.truncate(compact.len() - padding.count());
    }
    let bytes = FORGIVING
        .decode(&compact)
        .map_err(|_| undecodable(body, offset))?;
    let host = bytes.strip_suffix(b"$").ok_or(KeyFault::Unfinished)?;
    if host.contains(&b'$') {
        return Err(KeyFault::InnerMark);
    }
    if !host.contains(&b'.') {
        return Err(KeyFault::NoDot);
    }
    Ok(host.iter().copied().map(char::from).collect())
}

/// Names the character that is not base64, or blames the length.
fn undecodable(body: &str, offset: usize) -> KeyFault {
    let padding_starts = body
        .trim_end_matches(['=', ' ', '\t', '\n', '\r', '\x0C'])
        .len();
    body.char_indices()
        .enumerate()
        .find(|(_, (at, c))| {
            let allowed = c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
            let space = matches!(c, '\t' | '\n' | '\x0C' | '\r' | ' ');
            !allowed && !space && *at < padding_starts
        })
        .map_or(KeyFault::Length, |(index, (_, character))| {
            KeyFault::Character {
                character,
                position: offset + index + 1,
            }
        })
}
