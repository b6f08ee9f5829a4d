//! Errors as text, and the few styles. Colour says nothing that the words do not.

use anstyle::{AnsiColor, Style};
use memchr::memchr;

use crate::error::{Explain, Explanation};
use crate::escape::visible;
use crate::fold::fold;

/// For things the eye should find first.
pub const BOLD: Style = Style::new().bold();
/// For things that may be skipped.
pub const DIM: Style = Style::new().dimmed();
/// Right.
pub const GREEN: Style = AnsiColor::Green.on_default();
/// Wrong.
pub const RED: Style = AnsiColor::Red.on_default().bold();
/// Should be looked at.
pub const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
/// Advice.
pub const CYAN: Style = AnsiColor::Cyan.on_default();
/// Indent of further lines.
const INDENT: usize = 4;

/// The text without its styles. `None` if it holds any other escape sequence or control character; the slow way then
/// takes out all of them. Looking for them byte by byte would take longer than making the text.
pub fn unstyled(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr(0x1b, rest.as_bytes()) {
        plain.push_str(&rest[..at]);
        let style = rest[at + 1..].strip_prefix('[')?;
        let is_of_style = |byte: &&u8| byte.is_ascii_digit() || **byte == b';';
        let length = style.as_bytes().iter().take_while(is_of_style).count();
        rest = style[length..].strip_prefix('m')?;
    }
    plain.push_str(rest);
    // In UTF-8 the control characters beyond ASCII, some of which start sequences, have 0xc2 as their first byte. The
    // loop does not end early, so that the compiler can look at many bytes at once.
    let has_control = plain.as_bytes().iter().fold(false, |found, byte| {
        let is_layout = (*byte == b'\n') | (*byte == b'\t');
        found | ((*byte < b' ') & !is_layout) | (*byte == 0x7f) | (*byte == 0xc2)
    });
    (!has_control).then_some(plain)
}

/// Replaces the symbols of our texts for a terminal that knows only ASCII.
pub fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{2713}' => plain.push_str("ok"),
            '\u{2717}' => plain.push('x'),
            '\u{2013}' => plain.push('-'),
            '\u{2014}' => plain.push_str("--"),
            '\u{2026}' => plain.push_str("..."),
            '\u{2192}' => plain.push_str("->"),
            '\u{201c}' | '\u{201d}' => plain.push('"'),
            '\u{2018}' | '\u{2019}' => plain.push('\''),
            c => plain.push(c),
        }
    }
    plain
}

/// `error: …`, the evidence and the advice, folded at this many columns.
pub fn error(error: &dyn Explain, columns: Option<usize>) -> String {
    explained((RED, "error"), error, columns)
}

/// The same for a problem that stops nothing.
pub fn warning(error: &dyn Explain, columns: Option<usize>) -> String {
    explained((YELLOW, "warning"), error, columns)
}

fn explained(head: (Style, &str), error: &dyn Explain, columns: Option<usize>) -> String {
    let Explanation { because, help, .. } = error.explain();
    let (style, word) = head;
    let mut text = String::new();
    let sentence = error.to_string();
    write_part(&mut text, ("", style, word), &visible(&sentence), columns);
    if let Some(because) = because {
        write_part(
            &mut text,
            ("  ", Style::new(), "because"),
            &because,
            columns,
        );
    }
    if let Some(help) = help {
        write_part(&mut text, ("  ", CYAN, "help"), &help, columns);
    }
    text
}

fn write_part(
    text: &mut String,
    (space, style, word): (&str, Style, &str),
    words: &str,
    columns: Option<usize>,
) {
    text.push_str(&format!("{space}{style}{word}:{style:#} "));
    let mut column = space.len() + word.len() + 2;
    // Paths, arguments and other programs' words are in it, and a terminal obeys what these may hold.
    let words = words.trim_end().replace('\t', "    ");
    for (index, line) in words.split('\n').map(visible).enumerate() {
        if index > 0 {
            text.push_str("\n    ");
            column = INDENT;
        }
        fold(text, &line, column, INDENT, columns.unwrap_or(usize::MAX));
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::{BOLD, DIM, unstyled, write_part};

    #[test]
    fn nothing_in_an_error_steers_the_terminal() {
        let mut text = String::new();
        let words = "in \u{1b}]0;t\u{7}\tfolder\nand \u{9b}2J";
        write_part(&mut text, ("  ", DIM, "because"), words, None);
        let plain = unstyled(&text).unwrap_or_default();
        assert_eq!(
            plain,
            "  because: in \\u{1b}]0;t\\u{7}    folder\n    and \\u{9b}2J\n"
        );
    }

    #[test]
    fn styles_are_taken_out_and_anything_else_is_left_to_others() {
        let styled = format!("{BOLD}a{BOLD:#} \u{2014} {DIM}(b){DIM:#}\n\tc\u{1b}[1;31md");
        assert_eq!(unstyled(&styled).as_deref(), Some("a \u{2014} (b)\n\tcd"));
        for text in [
            "\u{1b}[2J",
            "\u{1b}]0;m",
            "\u{1b}",
            "\u{1b}[31",
            "\r",
            "\u{7}",
            "\u{7f}",
            "\u{9b}1m",
            "\u{1b}[\u{1b}[m",
        ] {
            assert_eq!(unstyled(text), None, "{text:?}");
        }
    }
}
