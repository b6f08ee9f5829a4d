//! RSA public keys in DER: PKCS#1, and SPKI, which wraps it. We read them ourselves, because cryptographic libraries
//! differ in what they accept as a key.

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
/// The object identifier of `rsaEncryption`, and the NULL after it.
const RSA: &[u8] = &[
    0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];

/// Modulus and exponent of a key, big-endian without leading zeros.
pub(super) fn numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut inside = only(der, SEQUENCE)?;
    if inside.first() == Some(&SEQUENCE) {
        let algorithm = next(&mut inside, SEQUENCE)?;
        let (unused_bits, key) = only(inside, BIT_STRING)?.split_first()?;
        if algorithm != RSA || *unused_bits != 0 {
            return None;
        }
        inside = only(key, SEQUENCE)?;
    }
    let modulus = positive(next(&mut inside, INTEGER)?)?;
    let exponent = positive(only(inside, INTEGER)?)?;
    Some((modulus, exponent))
}

/// The content of the element with this tag, if there is nothing else.
fn only(mut der: &[u8], tag: u8) -> Option<&[u8]> {
    let content = next(&mut der, tag)?;
    der.is_empty().then_some(content)
}

/// Takes the element with this tag off the front. A length must have its shortest form and at most two bytes: no key of
/// an accepted size is longer.
fn next<'a>(der: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let rest = der.strip_prefix(&[tag])?;
    let (length, rest) = match rest {
        [short @ 0..=0x7f, rest @ ..] => (usize::from(*short), rest),
        [0x81, length @ 0x80..=0xff, rest @ ..] => (usize::from(*length), rest),
        [0x82, high @ 1..=0xff, low, rest @ ..] => {
            (usize::from(u16::from_be_bytes([*high, *low])), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    *der = rest;
    Some(content)
}

/// An integer above zero in its shortest form, without the zero byte that keeps it from being negative.
fn positive(integer: &[u8]) -> Option<&[u8]> {
    match integer {
        [0, number @ ..] if number.first()? >= &0x80 => Some(number),
        [1..=0x7f, ..] => Some(integer),
        _ => None,
    }
}
