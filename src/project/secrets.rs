//! What secrets look like.

/// Whether the form of a value says that nobody may see it, whatever it is called.
pub fn is_secret(value: &str) -> bool {
    let value = value.trim_matches([' ', '"', '\'']);
    ["sk_test_", "sk_live_", "whsec_", "ak_"]
        .iter()
        .any(|prefix| value.starts_with(prefix))
}
