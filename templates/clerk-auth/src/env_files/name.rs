//! Names of variables in a file.

/// True if a text can be a variable's name in such a file.
#[cfg(feature = "tool")]
pub fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && length(text) == text.len()
}

/// The length of the name at the start of a text.
pub(super) fn length(text: &str) -> usize {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}
