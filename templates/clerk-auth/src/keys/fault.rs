//! Says what is wrong with a publishable key, and where.

use super::InstanceType;
use super::decode::{bytes, is_space};

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

impl KeyFault {
    /// The fault of a text, unless it is a publishable key.
    pub fn of(text: &str) -> Option<Self> {
        const PREFIX_LENGTH: usize = "pk_test_".len();
        let body = match text.get(..PREFIX_LENGTH) {
            Some("pk_test_" | "pk_live_") => &text[PREFIX_LENGTH..],
            _ if InstanceType::of_secret_key(text).is_some() && text.starts_with("sk_") => {
                return Some(Self::SecretKey);
            }
            _ => return Some(Self::Prefix),
        };
        if body.is_empty() {
            return Some(Self::OnlyPrefix);
        }
        let Some(bytes) = bytes(body) else {
            return Some(undecodable(body, PREFIX_LENGTH));
        };
        match bytes.strip_suffix(b"$") {
            None => Some(Self::Unfinished),
            Some(host) if host.contains(&b'$') => Some(Self::InnerMark),
            Some(host) if !host.contains(&b'.') => Some(Self::NoDot),
            Some(_) => None,
        }
    }
}

/// Names the character that is not base64, or blames the length.
fn undecodable(body: &str, offset: usize) -> KeyFault {
    let is_end = |c: char| c == '=' || is_space(c);
    let padding_starts = body.trim_end_matches(is_end).len();
    body.char_indices()
        .enumerate()
        .find(|(_, (at, c))| {
            let allowed = c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
            !allowed && !is_space(*c) && *at < padding_starts
        })
        .map_or(KeyFault::Length, |(index, (_, character))| {
            KeyFault::Character {
                character,
                position: offset + index + 1,
            }
        })
}
