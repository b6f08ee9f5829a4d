//! Invisible things in a text: characters without width, colour codes, and backslashes of Markdown. Chats, web pages
//! and terminals put them into tokens that people copy.

use std::fmt;

use super::spelled;

/// A hidden thing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Thing {
    /// An invisible character.
    Character(char),
    /// A code that sets a colour.
    Style,
    /// A backslash before a character that needs none.
    Backslash,
}

/// The most things to name; all are counted.
const MOST_NAMED: usize = 3;

/// The hidden things that were left out of a token.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Hidden {
    pub count: usize,
    /// The first ones, each with its place in the token, in characters counted from 1.
    pub first: Vec<(Thing, usize)>,
}

impl Hidden {
    /// Adds one at this place.
    pub fn add(&mut self, thing: Thing, position: usize) {
        self.count += 1;
        if self.first.len() < MOST_NAMED {
            self.first.push((thing, position));
        }
    }
}

impl fmt::Display for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_unseen = |(thing, _): &(Thing, usize)| matches!(thing, Thing::Character(_));
        let what = match (self.first.iter().all(is_unseen), self.count) {
            (true, 1) => "invisible character",
            (true, _) => "invisible characters",
            (false, 1) => "mark that is no part of it",
            (false, _) => "marks that are no part of it",
        };
        write!(f, "{} {what} (", self.count)?;
        for (at, (thing, position)) in self.first.iter().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            write!(f, "{comma}{thing} at character {position}")?;
        }
        let more = if self.count > self.first.len() {
            ", \u{2026}"
        } else {
            ""
        };
        write!(f, "{more})")
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character(c) => {
                write!(f, "U+{:04X}", u32::from(*c))?;
                name(*c).map_or(Ok(()), |name| write!(f, " {name}"))
            }
            Self::Style => f.write_str("a code for colours"),
            Self::Backslash => f.write_str("a backslash"),
        }
    }
}

/// The name that people use.
const fn name(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{a0}' => "no-break space",
        '\u{ad}' => "soft hyphen",
        '\u{200b}' => "zero-width space",
        '\u{200c}' => "zero-width non-joiner",
        '\u{200d}' => "zero-width joiner",
        '\u{200e}' => "left-to-right mark",
        '\u{200f}' => "right-to-left mark",
        '\u{202f}' => "narrow no-break space",
        '\u{2060}' => "word joiner",
        '\u{feff}' => "byte order mark",
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "direction mark",
        _ => return None,
    })
}

/// True for an invisible character. White space that ends lines and words is visible.
pub const fn is_hidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1a}' | '\u{1c}'..='\u{1f}'
        | '\u{7f}'..='\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}'
        | '\u{2007}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202f}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// The hidden thing at `at`, and its end.
pub fn at(bytes: &[u8], at: usize) -> Option<(Thing, usize)> {
    if let Some(end) = style_end(bytes, at) {
        return Some((Thing::Style, end));
    }
    if let [b'\\', b'_' | b'-' | b'.', ..] = bytes.get(at..)? {
        return Some((Thing::Backslash, at + 1));
    }
    let (c, end) = spelled::char_at(bytes, at)?;
    is_hidden(c).then_some((Thing::Character(c), end))
}

/// The end of a terminal's colour code: `ESC [ 31 m`, with ESC in any spelling.
fn style_end(bytes: &[u8], at: usize) -> Option<usize> {
    const LONGEST: usize = 24;
    let rest = bytes.get(at..)?;
    let start = match rest {
        [b'\\', b'0', b'3', b'3', ..] => at + 4,
        [b'\\', b'e', ..] | [b'^', b'[', b'[', ..] => at + 2,
        _ => match spelled::char_at(bytes, at)? {
            ('\u{1b}', end) => end,
            _ => return None,
        },
    };
    let parameters = bytes.get(start..)?.strip_prefix(b"[")?;
    let is_parameter = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b';' | b':' | b'?');
    let length = parameters
        .iter()
        .take(LONGEST)
        .take_while(is_parameter)
        .count();
    let is_ended = parameters.get(length).is_some_and(u8::is_ascii_alphabetic);
    is_ended.then_some(start + 1 + length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_found_and_named() {
        for (text, said) in [
            ("\u{200b}", "U+200B zero-width space"),
            ("\\u200b", "U+200B zero-width space"),
            ("\u{a0}", "U+00A0 no-break space"),
            ("\u{feff}", "U+FEFF byte order mark"),
            ("\u{2}", "U+0002"),
            ("\u{1b}[0m", "a code for colours"),
            ("\u{1b}[01;31m", "a code for colours"),
            ("\u{1b}[m", "a code for colours"),
            ("\u{1b}[K", "a code for colours"),
            ("\\x1b[32m", "a code for colours"),
            ("\\u001b[32m", "a code for colours"),
            ("\\033[32m", "a code for colours"),
            ("\\e[32m", "a code for colours"),
            ("#033[32m", "a code for colours"),
        ] {
            let (thing, end) = at(text.as_bytes(), 0).unwrap_or((Thing::Backslash, 0));
            assert_eq!(
                (thing.to_string().as_str(), end),
                (said, text.len()),
                "{text:?}"
            );
        }
        assert_eq!(at(b"\\_", 0), Some((Thing::Backslash, 1)));
        for text in [
            "",
            "a",
            " ",
            "\n",
            "\\n",
            "\u{1b}",
            "\u{1b}[",
            "\u{1b}[31",
            "\\x22",
            "[0m",
            "\u{e9}",
        ] {
            assert_eq!(at(text.as_bytes(), 0), None, "{text:?}");
        }
    }

    #[test]
    fn some_are_named_and_all_are_counted() {
        let mut hidden = Hidden::default();
        hidden.add(Thing::Character('\u{200b}'), 101);
        assert_eq!(
            hidden.to_string(),
            "1 invisible character (U+200B zero-width space at character 101)"
        );
        for position in [3, 4, 5] {
            hidden.add(Thing::Character('\u{ad}'), position);
        }
        assert_eq!(
            hidden.to_string(),
            "4 invisible characters (U+200B zero-width space at character 101, U+00AD soft hyphen at character 3, \
             U+00AD soft hyphen at character 4, \u{2026})"
        );
        hidden.first[1].0 = Thing::Style;
        assert!(
            hidden
                .to_string()
                .starts_with("4 marks that are no part of it ("),
            "{hidden}"
        );
    }
}
