//! The form of a path that patterns are compared with (section 11).

use std::borrow::Cow;

use memchr::memchr2;

/// The path is not properly percent-encoded UTF-8. Answer the request with 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the path is not properly percent-encoded")]
pub struct MalformedUrl;

/// Characters that stay encoded, so that `%2F` never becomes a border between segments.
const RESERVED: &[u8] = b";/?:@&=+$,#";

/// Decodes the path once, then folds runs of `/` into one. Dot segments stay as they are.
pub(crate) fn normalize(path: &str) -> Result<Cow<'_, str>, MalformedUrl> {
    let decoded = if path.contains('%') {
        Cow::Owned(decode(path)?)
    } else {
        Cow::Borrowed(path)
    };
    Ok(folded(decoded))
}

/// The path with runs of `/` folded into one.
pub(crate) fn folded(path: Cow<'_, str>) -> Cow<'_, str> {
    // Every request comes by here, and paths are short: a general search would cost more.
    if !path.as_bytes().windows(2).any(|pair| pair == b"//") {
        return path;
    }
    let mut folded = String::with_capacity(path.len());
    for character in path.chars() {
        if character != '/' || !folded.ends_with('/') {
            folded.push(character);
        }
    }
    Cow::Owned(folded)
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

/// True if a segment of the path is `.` or `..` after decoding it once, with a backslash and an encoded slash as borders.
/// Several routers and file servers resolve such segments after the gate has judged the path.
pub(crate) fn has_dot_segment(path: &str) -> bool {
    if memchr2(b'.', b'%', path.as_bytes()).is_none() {
        return false;
    }
    let mut segment = Segment::default();
    for byte in once_decoded(path.as_bytes()) {
        match byte {
            b'/' | b'\\' if segment.is_dots() => return true,
            b'/' | b'\\' => segment = Segment::default(),
            b'.' => segment.dots += 1,
            _ => segment.has_more = true,
        }
    }
    segment.is_dots()
}

/// The parts of a segment.
#[derive(Default)]
struct Segment {
    dots: usize,
    has_more: bool,
}

impl Segment {
    const fn is_dots(&self) -> bool {
        matches!(self.dots, 1 | 2) && !self.has_more
    }
}

/// True if a path is written as browsers write it: encoded is what is not ASCII, in capital digits, and nothing that may
/// stand for itself.
pub(super) fn is_plainly_encoded(path: &str) -> bool {
    let needs_none = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!'()*".contains(&byte);
    let mut bytes = path.as_bytes();
    while let Some((&first, rest)) = bytes.split_first() {
        match escape(bytes) {
            Some(byte) if needs_none(byte) => return false,
            Some(_) if bytes[1..3].iter().any(u8::is_ascii_lowercase) => return false,
            Some(_) => bytes = &bytes[3..],
            None if first == b'%' || !first.is_ascii() => return false,
            None => bytes = rest,
        }
    }
    true
}

/// The bytes of a path, every escape undone; broken ones stay.
fn once_decoded(mut bytes: &[u8]) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let (&first, rest) = bytes.split_first()?;
        let (byte, rest) = match escape(bytes) {
            Some(byte) => (byte, &bytes[3..]),
            None => (first, rest),
        };
        bytes = rest;
        Some(byte)
    })
}

/// The byte that an escape at the beginning stands for.
fn escape(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = bytes else {
        return None;
    };
    Some(hex(*high).ok()? << 4 | hex(*low).ok()?)
}
