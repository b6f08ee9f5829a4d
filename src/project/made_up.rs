//! Keys that somebody typed: rows of signs, one piece again and again, words that say it. A key of 20 random letters and
//! digits is none of them.

/// What stands in such a key. Shorter ones come up by chance.
const WORDS: [&str; 15] = [
    "changeme",
    "dummykey",
    "example",
    "fakekey",
    "fakesecret",
    "insert",
    "invalid",
    "madeup",
    "notareal",
    "notreal",
    "placeholder",
    "replace",
    "sample",
    "secretkey",
    "yourkey",
];

/// Different signs that are too few, however long it is: sixteen would be those of a number.
const FEW: usize = 4;

/// No key is longer. What is looked at of a longer text is its beginning.
const LONGEST: usize = 200;

/// True for what follows the beginning of such a key.
pub fn is_made_up(body: &str) -> bool {
    let mut signs = body.as_bytes()[..body.len().min(LONGEST)].to_vec();
    signs.make_ascii_lowercase();
    let pairs = signs.len().saturating_sub(1);
    let rows = signs.windows(2).filter(|pair| is_next(pair[0], pair[1]));
    let mut kinds = signs.clone();
    kinds.sort_unstable();
    kinds.dedup();
    let repeats = |length: usize| signs.iter().zip(&signs[length..]).all(|(a, b)| a == b);
    2 * rows.count() > pairs
        || kinds.len() <= FEW
        || (1..=signs.len() / 2).any(repeats)
        || is_said(&signs)
}

/// `3` behind `2`, `b` behind `a`; behind the last comes the first.
fn is_next(one: u8, other: u8) -> bool {
    match one {
        b'9' => matches!(other, b'0' | b'a'),
        b'z' => matches!(other, b'a' | b'0'),
        _ => other == one + 1,
    }
}

/// True if a word says it, with digits for letters or without.
fn is_said(signs: &[u8]) -> bool {
    let letter = |sign: &u8| match sign {
        b'0' => b'o',
        b'1' => b'i',
        b'3' => b'e',
        sign => *sign,
    };
    let text: Vec<_> = signs.iter().map(letter).collect();
    let has = |word: &str| text.windows(word.len()).any(|part| part == word.as_bytes());
    WORDS.into_iter().any(has)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_typed_is_told_from_what_was_drawn() {
        for body in [
            "1234567890123456789012345678901234567890",
            "1234567890abcdefghijklmnopqrstuvwxyz",
            "abcdefghijklmnopqrstuvwxyz",
            "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789",
            "REPLACE0ME0REPLACE0ME0REPLACE0ME",
            "thisIsNotARealSecret1234",
            "0000000000000000000000001",
            "x0x0x0x0x0x0x0x0x0x0x0x0",
            "deadbeef12deadbeef12deadbeef",
            "thisIs4nExampleOfAKey00",
        ] {
            assert!(is_made_up(body), "{body}");
        }
        assert!(!is_made_up(
            "0f3a9c71e5b2d846f1c7a05e93b8d2647a10c9e2f5d4b3868e1f90a7c3d2b56409f8e1d7c6b5a3420e9d8c7f1b2a6350"
        ));
        // The tests' own, which stand for real ones.
        assert!(!is_made_up("2q7OrchardOrchardOrchardOrchard4711"));
        assert!(!is_made_up("MfKQ9r8GKYqrTwjUPD8ILPZIo2La/LaSw="));
    }

    /// Whoever commits a real key is told so, whatever letters were drawn.
    #[test]
    fn no_random_key_is_taken_for_a_made_up_one() {
        const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        // SplitMix64: the same keys in each run.
        let mut state = 4711_u64;
        let mut draw = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            usize::try_from((mixed ^ (mixed >> 31)) % 62).unwrap_or_default()
        };
        for count in 0..10_000 {
            let length = 20 + count % 31;
            let body: String = (0..length).map(|_| char::from(SIGNS[draw()])).collect();
            assert!(!is_made_up(&body), "{body}");
        }
    }
}
