//! Permissions of a version 2 token: names in `o.per`, one bit mask per organization feature in `o.fpm`.

use serde_json::Value;

use super::ClaimsError;

/// A mask with more digits than this (about 4,096 bits) grants nothing, and names beyond those bits cannot be
/// granted. The cost of unpacking grows with the square of the length, so a megabyte of digits would take minutes;
/// real masks have a few dozen bits.
const MAX_MASK_DIGITS: usize = 1233;

/// The most bytes that all permissions of a token may take. Every feature can grant every name, so a few kilobytes of
/// claims could fill the memory.
const MAX_PERMISSION_BYTES: usize = 1 << 20;

/// Decimal digits that always fit in a `u64`.
const DIGITS_PER_STEP: usize = 19;

/// A packed claim; `None` if it is absent or what JavaScript calls falsy, as the reference has it.
pub(super) fn text_claim<'a>(
    name: &'static str,
    value: Option<&'a Value>,
) -> Result<Option<&'a str>, ClaimsError> {
    match value {
        None | Some(Value::Null | Value::Bool(false)) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)
            .filter(|text| !text.is_empty())
            .map(String::as_str)),
        Some(Value::Number(number)) if number.as_f64() == Some(0.0) => Ok(None),
        Some(_) => Err(ClaimsError::NotText(name)),
    }
}

/// The permissions, by feature and then by bit.
pub(super) fn unpack(
    features: Option<&str>,
    names: Option<&str>,
    masks: Option<&str>,
) -> Result<Vec<String>, ClaimsError> {
    let features = organization_features(features.unwrap_or_default())?;
    let (Some(names), Some(masks)) = (names, masks) else {
        return Ok(Vec::new());
    };
    let names: Vec<&str> = names.split(',').map(str::trim).collect();
    let mut granted = Vec::new();
    let mut bytes = 0;
    for (feature, mask) in features.iter().zip(masks.split(',')) {
        let bits = bits_of(mask.trim());
        for (_, name) in names.iter().enumerate().filter(|(k, _)| is_set(&bits, *k)) {
            let permission = format!("org:{feature}:{name}");
            bytes += permission.len() + size_of::<String>();
            if bytes > MAX_PERMISSION_BYTES {
                return Err(ClaimsError::TooManyPermissions {
                    limit: MAX_PERMISSION_BYTES,
                });
            }
            granted.push(permission);
        }
    }
    Ok(granted)
}

/// The features of the organization, in order: only these take a place among the masks.
fn organization_features(list: &str) -> Result<Vec<&str>, ClaimsError> {
    let mut features = Vec::new();
    for item in scoped_items(list) {
        let (scope, value) = item?;
        if matches!(scope, "o" | "ou" | "uo") {
            features.push(value);
        }
    }
    Ok(features)
}

/// The items of a scoped list (`o:teams,u:theme`), each split at its first colon. An empty list has none.
pub(crate) fn scoped_items(list: &str) -> impl Iterator<Item = Result<(&str, &str), ClaimsError>> {
    let items = (!list.is_empty()).then(|| list.split(',').map(str::trim));
    items.into_iter().flatten().map(|item| {
        item.split_once(':')
            .ok_or_else(|| ClaimsError::MissingColon(item.to_owned()))
    })
}

/// The bits of a decimal integer of any size, lowest word first. Empty if it is too long or not a number.
fn bits_of(mask: &str) -> Vec<u64> {
    let digits = mask.trim_start_matches('0').as_bytes();
    if digits.len() > MAX_MASK_DIGITS || !digits.iter().all(u8::is_ascii_digit) {
        return Vec::new();
    }
    let mut words: Vec<u64> = Vec::new();
    for step in digits.chunks(DIGITS_PER_STEP) {
        let (mut factor, mut carry) = (1, 0);
        for digit in step {
            factor *= 10;
            carry = carry * 10 + u128::from(digit - b'0');
        }
        for word in &mut words {
            let sum = u128::from(*word) * factor + carry;
            *word = low_word(sum);
            carry = sum >> u64::BITS;
        }
        if carry > 0 {
            words.push(low_word(carry));
        }
    }
    words
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "the high half is carried on"
)]
const fn low_word(sum: u128) -> u64 {
    sum as u64
}

fn is_set(words: &[u64], bit: usize) -> bool {
    words
        .get(bit / 64)
        .is_some_and(|word| word >> (bit % 64) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::{bits_of, is_set};

    #[test]
    fn a_mask_is_read_bit_by_bit_beyond_any_machine_word() {
        // 2^200 + 2^64 + 1, written out.
        let words = bits_of("1606938044258990275541962092341162602522221440526866544852993");
        let set: Vec<usize> = (0..300).filter(|bit| is_set(&words, *bit)).collect();
        assert_eq!(words.len(), 4);
        assert_eq!(set.first(), Some(&0));
        assert_eq!(set.last(), Some(&200));
    }

    #[test]
    fn small_masks_agree_with_the_machine() {
        for mask in [
            0_u128,
            1,
            2,
            10,
            1 << 63,
            u128::from(u64::MAX),
            1 << 64,
            u128::MAX,
            10_u128.pow(38),
        ] {
            let words = bits_of(&format!("000{mask}"));
            for bit in 0..128 {
                assert_eq!(
                    is_set(&words, bit),
                    mask >> bit & 1 == 1,
                    "{mask} bit {bit}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_number_or_too_long_grants_nothing() {
        for mask in ["", "x", "-1", "1.0", "1 1", "+1", "٣"] {
            assert!(bits_of(mask).is_empty(), "{mask:?}");
        }
        assert!(bits_of(&"9".repeat(1_000_000)).is_empty());
        assert!(!bits_of(&"9".repeat(1233)).is_empty());
    }
}
