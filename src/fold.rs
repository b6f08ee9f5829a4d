//! Folds lines between words, before the screen cuts them in the middle of one.

/// The width of results that do not go to a terminal.
pub const WIDTH: usize = 80;
/// On a narrower screen columns cannot be read.
pub const NARROWEST: usize = 40;

/// Adds words from `column` on, and breaks lines between words before they get longer than `width`. Further lines begin
/// at `indent`. Returns the column where the last line ends.
pub fn fold(
    text: &mut String,
    words: &str,
    mut column: usize,
    indent: usize,
    width: usize,
) -> usize {
    let whole = columns(words);
    if column + whole <= width {
        text.push_str(words);
        return column + whole;
    }
    // A line with nothing but its indent is not broken: that would leave it empty.
    let mut has_word = false;
    for (index, word) in words.split(' ').enumerate() {
        let length = columns(word);
        if has_word && column + 1 + length > width {
            text.push('\n');
            text.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if index > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
        has_word |= length > 0;
    }
    column
}

/// The columns a text takes; styles take none.
pub fn columns(text: &str) -> usize {
    if text.is_ascii() && !text.as_bytes().contains(&0x1b) {
        return text.len();
    }
    let mut pieces = text.split('\u{1b}');
    let plain = pieces.next().unwrap_or_default().chars().count();
    let styled = pieces.map(|piece| piece.split_once('m').map_or("", |(_, rest)| rest));
    plain + styled.map(|rest| rest.chars().count()).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn a_word_that_is_too_long_stands_whole_and_leaves_no_empty_line() {
        for (words, folded) in [
            ("one two three", "one two\n  three"),
            ("  https://a-long-address", "  https://a-long-address"),
            (
                "at https://a-long-address x",
                "at\n  https://a-long-address\n  x",
            ),
        ] {
            let mut text = String::new();
            fold(&mut text, words, 0, 2, 10);
            assert_eq!(text, folded);
        }
    }
}
