//! Decodes a publishable key (`request-authentication.md` section 1.1).

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

/// The kind of instance, and the host of its Frontend API.
pub(super) fn decode(text: &str) -> Option<(InstanceType, String)> {
    let (instance_type, body) = match text.split_at_checked("pk_test_".len())? {
        ("pk_test_", body) => (InstanceType::Development, body),
        ("pk_live_", body) => (InstanceType::Production, body),
        _ => return None,
    };
    let bytes = bytes(body)?;
    let host = bytes.strip_suffix(b"$")?;
    let is_host = host.contains(&b'.') && !host.contains(&b'$');
    is_host.then(|| {
        (
            instance_type,
            host.iter().copied().map(char::from).collect(),
        )
    })
}

/// Browsers' forgiving base64.
pub(super) fn bytes(body: &str) -> Option<Vec<u8>> {
    let mut compact: String = body.chars().filter(|c| !is_space(*c)).collect();
    if compact.len().is_multiple_of(4) {
        let padding = compact.bytes().rev().take(2).take_while(|b| *b == b'=');
        compact.truncate(compact.len() - padding.count());
    }
    FORGIVING.decode(&compact).ok()
}

pub(super) const fn is_space(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\x0C' | '\r' | ' ')
}
