//! Base64 around a token: one encoding too many, or basic authorization with a token as its password.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Shorter runs of letters hold no token.
const SHORTEST: usize = 60;

/// The most runs to look into.
const MOST: usize = 20;

const ANY: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

fn is_of_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_')
}

/// The texts encoded in a text, each with the place where its code begins.
pub fn texts(text: &str) -> impl Iterator<Item = (usize, String)> {
    // Broken into lines, as mails and the program `base64` do it.
    let is_all = text.contains('\n')
        && text
            .chars()
            .all(|c| is_of_base64(c) || c.is_whitespace() || c == '=');
    let whole = is_all.then(|| {
        let joined: String = text.split_whitespace().collect();
        let start = text.len() - text.trim_start().len();
        decoded(&joined).map(|inner| (start, inner))
    });
    let runs = text
        .split(|c| !is_of_base64(c))
        .filter(|run| run.len() >= SHORTEST)
        .take(MOST);
    let single = runs.filter_map(|run| {
        let start = run.as_ptr().addr() - text.as_ptr().addr();
        Some((start, decoded(run)?))
    });
    whole.flatten().into_iter().chain(single)
}

fn decoded(code: &str) -> Option<String> {
    let code = code
        .trim_end_matches('=')
        .replace('+', "-")
        .replace('/', "_");
    String::from_utf8(ANY.decode(code).ok()?).ok()
}
