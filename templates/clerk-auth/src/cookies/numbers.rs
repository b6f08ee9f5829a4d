//! Numbers in cookies, read as leniently as the reference reads them (`request-authentication.md` section 3.4).

/// The number in a `__client_uat` cookie: leading white space, a sign, then digits, decimal or hexadecimal behind `0x`;
/// the rest is ignored, and no digits are 0. Numbers too large to matter are cut to the largest.
pub fn client_uat(value: &str) -> i64 {
    let text = value.trim_start_matches(is_white_space);
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let hexadecimal = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"));
    let (digits, radix) = hexadecimal.map_or((digits, 10), |digits| (digits, 16));
    let number = digits
        .chars()
        .map_while(|digit| digit.to_digit(radix))
        .fold(0_i64, |sum, digit| {
            sum.saturating_mul(i64::from(radix))
                .saturating_add(i64::from(digit))
        });
    if negative { -number } else { number }
}

/// The number in a `__clerk_redirect_count` cookie: the whole trimmed text, without fractions. Anything else, and any
/// number below 0, is 0: a cookie from a sibling domain must not give a loop more rounds.
pub fn redirect_count(value: &str) -> i64 {
    let text = value.trim_matches(is_white_space);
    let number: f64 = text.parse().unwrap_or(0.0);
    #[allow(
        clippy::cast_possible_truncation,
        reason = "`as` from a float saturates, and NaN becomes 0"
    )]
    let count = number as i64;
    count.max(0)
}

fn is_white_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{FEFF}'
}
