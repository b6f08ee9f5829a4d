//! Tells if a token really ends where it seems to: its signature has the length of its algorithm.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use memchr::{memrchr, memrchr_iter};

/// A bit more than the longest signature of a known length.
const LONGEST_SIGNATURE: usize = 2048;

/// True if the signature has a length that its algorithm makes.
pub fn is_settled(token: &str) -> bool {
    let bytes = token.as_bytes();
    let tail = bytes.len().saturating_sub(LONGEST_SIGNATURE);
    let Some(last) = memrchr(b'.', &bytes[tail..]) else {
        return false;
    };
    let last = tail + last;
    let bytes = token[last + 1..].trim_end_matches('=').len() * 3 / 4;
    let (is_rsa, is_other) = (
        matches!(bytes, 256 | 384 | 512 | 1024),
        matches!(bytes, 32 | 48 | 64 | 96 | 132),
    );
    // Lengths first, because they need nothing else.
    if !is_rsa && !is_other {
        return false;
    }
    let mut dots = memrchr_iter(b'.', &token.as_bytes()[..last]);
    let has_three_parts = dots.next().is_some() && dots.next().is_none();
    let header = decoded_header(token).filter(|header| has_three_parts && header.starts_with(b"{"));
    let Some(header) = header else {
        return false;
    };
    if holds(&header, b"\"RS") || holds(&header, b"\"PS") {
        is_rsa
    } else {
        is_other
    }
}

/// The bytes of the first part.
pub fn decoded_header(token: &str) -> Option<Vec<u8>> {
    let (header, _) = token.split_once('.')?;
    URL_SAFE_NO_PAD.decode(header.trim_end_matches('=')).ok()
}

fn holds(bytes: &[u8], name: &[u8]) -> bool {
    bytes.windows(name.len()).any(|window| window == name)
}
