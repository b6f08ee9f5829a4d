//! Line breaks and spaces inside a token that are no part of it.

use std::fmt;

/// The breaks that were left out of a token.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Breaks {
    /// For each of [`Breaks::WORDS`].
    seen: [bool; 6],
}

impl Breaks {
    const WORDS: [&str; 6] = ["line breaks", "blanks", "tabs", "`\\`", "`=`", "`> `"];

    /// True if there were line breaks.
    pub const fn has_lines(self) -> bool {
        self.seen[0]
    }

    /// True if nothing was left out.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Adds a piece that was left out.
    pub fn add(&mut self, text: &[u8]) {
        let is_tab = text == b"\t";
        let is_blank = !is_tab
            && !matches!(text, b"\n" | b"\r")
            && str::from_utf8(text).is_ok_and(|text| text.trim().is_empty());
        let is_mark = |mark: u8| text.first() == Some(&mark) && text.len() == 2;
        let is_continued = is_mark(b'\\') && matches!(text[1], b'\n' | b'\r');
        let is_quote = text.first() == Some(&b'>');
        let seen = [
            !is_tab && !is_blank && !is_quote,
            is_blank && !is_continued && !is_mark(b'='),
            is_tab,
            is_continued,
            is_mark(b'='),
            is_quote,
        ];
        for (all, one) in self.seen.iter_mut().zip(seen) {
            *all |= one;
        }
    }
}

impl fmt::Display for Breaks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = Self::WORDS
            .into_iter()
            .zip(self.seen)
            .filter(|(_, seen)| *seen)
            .map(|(word, _)| word)
            .collect();
        match &words[..] {
            [first @ .., last] if !first.is_empty() => write!(f, "{} and {last}", first.join(", ")),
            words => f.write_str(&words.concat()),
        }
    }
}
