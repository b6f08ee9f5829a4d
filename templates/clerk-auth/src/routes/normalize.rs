//! The form of a path that patterns are compared with (section 11).

use std::borrow::Cow;

/// The path is not properly percent-encoded UTF-8. Answer the request with 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the path is not properly percent-encoded")]
pub struct MalformedUrl;

/// Characters that stay encoded, so that `%2F` never becomes a border between segments.
const RESERVED: &[u8] = b";/?:@&=+$,#";

/// Decodes the path once, then folds runs of `/` into one. Dot segments stay as they are.
pub(super) fn normalize(path: &str) -> Result<Cow<'_, str>, MalformedUrl> {
    let decoded = if path.contains('%') {
        Cow::Owned(decode(path)?)
    } else {
        Cow::Borrowed(path)
    };
    // Every request comes by here, and paths are short: a general search would cost more.
    if !decoded.as_bytes().windows(2).any(|pair| pair == b"//") {
        return Ok(decoded);
    }
    let mut folded = String::with_capacity(decoded.len());
    for character in decoded.chars() {
        if character != '/' || !folded.ends_with('/') {
            folded.push(character);
        }
    }
    Ok(Cow::Owned(folded))
}

fn decode(path: &str) -> Result<String, MalformedUrl> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'%' {
            decoded.push(first);
            continue;
        }
        let Some(([high, low], after)) = rest.split_first_chunk() else {
            return Err(MalformedUrl);
        };
        rest = after;
        let byte = hex(*high)? << 4 | hex(*low)?;
        if RESERVED.contains(&byte) {
            decoded.extend([b'%', *high, *low]);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).map_err(|_| MalformedUrl)
}

fn hex(digit: u8) -> Result<u8, MalformedUrl> {
    let value = char::from(digit).to_digit(16).ok_or(MalformedUrl)?;
    u8::try_from(value).map_err(|_| MalformedUrl)
}
