//! Writes a value so that it is read back as the same.

use clerk_auth::env_files::Quoting;

/// A value as text that is read back as the same; in the wanted quotes, if they can hold it.
pub fn written(value: &str, wanted: Quoting) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.,:/+=@%".contains(c);
    let fits_bare = !value.is_empty() && value.chars().all(is_plain);
    // A backslash in single quotes hides the closing one from the reader.
    let fits_single = !value.contains(['\'', '\\', '\n', '\r']);
    match wanted {
        Quoting::None if fits_bare || value.is_empty() => value.to_owned(),
        Quoting::Single if fits_single => format!("'{value}'"),
        _ => format!("\"{}\"", escaped(value)),
    }
}

fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\\' | '"' | '$' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            _ => text.push(c),
        }
    }
    text
}
