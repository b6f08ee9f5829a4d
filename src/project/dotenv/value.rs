//! Writes a value so that it is read back as the same.

/// The quotes around a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Quotes {
    /// None, or quotes around a part only.
    None,
    Single,
    Double,
}

impl Quotes {
    /// The quotes around a value as it is written.
    pub fn around(text: &str) -> Self {
        let is_between = |quote| text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
        if is_between('\'') {
            Self::Single
        } else if is_between('"') {
            Self::Double
        } else {
            Self::None
        }
    }
}

/// A value as text that is read back as the same; in the wanted quotes, if they can hold it.
pub fn written(value: &str, wanted: Quotes) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.,:/+=@%".contains(c);
    let fits_bare = !value.is_empty() && value.chars().all(is_plain);
    // A backslash in single quotes hides the closing one from the reader.
    let fits_single = !value.contains(['\'', '\\', '\n', '\r']);
    match wanted {
        Quotes::None if fits_bare || value.is_empty() => value.to_owned(),
        Quotes::Single if fits_single => format!("'{value}'"),
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
