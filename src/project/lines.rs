//! Puts lines into a text and leaves all others as they are, with their own line ends.

use std::ops::Range;

/// A piece of a text, and what stands there instead.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Patch {
    pub at: Range<usize>,
    pub text: String,
}

impl Patch {
    /// Puts something in and takes nothing away.
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self {
            at: at..at,
            text: text.into(),
        }
    }
}

/// The text with the patches, which do not overlap.
pub fn patched(text: &str, mut patches: Vec<Patch>) -> String {
    patches.sort_by_key(|patch| (patch.at.start, patch.at.end));
    let mut after = String::with_capacity(text.len() + 200);
    let mut done = 0;
    for patch in patches {
        after.push_str(text.get(done..patch.at.start).unwrap_or_default());
        after.push_str(&patch.text);
        done = patch.at.end.max(done);
    }
    after.push_str(text.get(done..).unwrap_or_default());
    after
}

/// Whole lines at the start of a line, or at the end of the text. They end like the line above them. A last line without
/// an end gets one, and then the new last line has none.
pub fn insert(text: &str, at: usize, block: &str) -> Patch {
    let end = ending(text, at);
    let above = text.get(..at).unwrap_or_default();
    let block = block.replace('\n', end);
    let is_open = !above.is_empty() && !above.ends_with('\n');
    Patch::insert(
        at,
        match is_open {
            true => format!("{end}{}", block.strip_suffix(end).unwrap_or(&block)),
            false => block,
        },
    )
}

/// The end of the line above a place; of the text's first line if there is none.
pub fn ending(text: &str, at: usize) -> &'static str {
    let above = text.get(..at).unwrap_or_default();
    let line = match above.rfind('\n') {
        Some(end) => &above[..=end],
        None => text.split_inclusive('\n').next().unwrap_or_default(),
    };
    if line.ends_with("\r\n") { "\r\n" } else { "\n" }
}

/// The start of the next line.
pub fn next(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.find('\n').map_or(text.len(), |end| at + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_like_the_line_above() {
        for (text, at, expected) in [
            ("", 0, "x\ny\n"),
            ("a\nb\n", 2, "a\nx\ny\nb\n"),
            ("a\r\nb\r\n", 3, "a\r\nx\r\ny\r\nb\r\n"),
            ("a\r\nb\n", 0, "x\r\ny\r\na\r\nb\n"),
            ("a\r\nb\n", 5, "a\r\nb\nx\ny\n"),
            ("a\nb", 3, "a\nb\nx\ny"),
            ("a\r\nb", 4, "a\r\nb\r\nx\r\ny"),
            ("a", 1, "a\nx\ny"),
        ] {
            let patch = insert(text, at, "x\ny\n");
            assert_eq!(patched(text, vec![patch]), expected, "{text:?} {at}");
        }
    }

    #[test]
    fn patches_count_from_the_text_as_it_was() {
        let patches = vec![
            Patch {
                at: 4..5,
                text: "E".to_owned(),
            },
            Patch::insert(1, "+"),
        ];
        assert_eq!(patched("abcde", patches), "a+bcdE");
    }
}
