//! Characters as programs escape them in a log, a URL or a page: `\x22`, `\u0022`, `%22`, `&quot;`.

/// The character at `at`, plain or escaped, and the place of the next one. `None` at the end, and for bytes that are
/// not UTF-8.
pub fn char_at(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    escaped(bytes, at).or_else(|| plain(bytes, at))
}

/// The plain character at `at`.
pub fn plain(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let first = *bytes.get(at)?;
    let length = match first {
        0..0x80 => return Some((char::from(first), at + 1)),
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0..0xf8 => 4,
        _ => return None,
    };
    let text = str::from_utf8(bytes.get(at..at + length)?).ok()?;
    Some((text.chars().next()?, at + length))
}

/// The escaped character at `at`, and the place of the next one.
pub fn escaped(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let rest = bytes.get(at..)?;
    let (code, length) = match rest {
        [b'%', a, b, ..] => (number(&[*a, *b], 16)?, 3),
        [b'\\', b'x', a, b, ..] => (number(&[*a, *b], 16)?, 4),
        [b'\\', b'u', a, b, c, d, ..] => (number(&[*a, *b, *c, *d], 16)?, 6),
        // The form in which the system log of Linux writes control characters.
        [b'#', b'0', a, b, ..] => (number(&[*a, *b], 8).filter(|code| *code < 32)?, 4),
        [b'&', ..] => return entity(bytes, at),
        _ => return None,
    };
    Some((char::from_u32(code)?, at + length))
}

/// `&quot;`, `&#34;`, `&#x22;`
fn entity(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    const LONGEST: usize = 10;
    let rest = &bytes[at + 1..];
    let length = rest.iter().take(LONGEST).position(|byte| *byte == b';')?;
    let name = &rest[..length];
    let c = match name {
        b"quot" => '"',
        b"apos" => '\'',
        b"lt" => '<',
        b"gt" => '>',
        b"amp" => '&',
        b"nbsp" => '\u{a0}',
        b"shy" => '\u{ad}',
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(number(digits, 16)?)?,
        [b'#', digits @ ..] => char::from_u32(number(digits, 10)?)?,
        _ => return None,
    };
    Some((c, at + 1 + length + 1))
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let is_digit = |byte: &u8| char::from(*byte).is_digit(radix);
    let text = str::from_utf8(digits).ok()?;
    let has_digits = digits.iter().all(is_digit);
    has_digits
        .then(|| u32::from_str_radix(text, radix).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_read_however_it_is_spelled() {
        for (text, c) in [
            ("\"", '"'),
            ("%22", '"'),
            ("\\x22", '"'),
            ("\\u0022", '"'),
            ("&quot;", '"'),
            ("&#34;", '"'),
            ("&#x22;", '"'),
            ("#012", '\n'),
            ("\u{200b}", '\u{200b}'),
        ] {
            let rest = format!("{text}rest");
            assert_eq!(char_at(rest.as_bytes(), 0), Some((c, text.len())), "{text}");
        }
    }

    #[test]
    fn what_spells_nothing_is_itself() {
        for text in [
            "%2", "%zz", "\\x2", "\\u00g2", "&quot", "&#;", "#112", "#0", "%+1",
        ] {
            let c = text.chars().next();
            assert_eq!(char_at(text.as_bytes(), 0), c.map(|c| (c, 1)), "{text}");
        }
        assert_eq!(char_at(b"\xff", 0), None);
        assert_eq!(char_at(b"", 0), None);
        assert_eq!(char_at(b"&#xd800;", 0), Some(('&', 1)));
    }
}
