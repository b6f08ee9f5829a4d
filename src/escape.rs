//! Makes strangers' text safe for a screen: claims, answers of servers, pasted keys.
//!
//! A terminal obeys escape sequences, and some Unicode characters turn or hide the text around them. All of these are
//! shown as escapes such as `\u{1b}`; everything else stays.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text in one line, with nothing hidden and nothing a terminal would obey.
pub fn visible(text: &str) -> Cow<'_, str> {
    // Nearly all text is printable ASCII, which can be recognised byte by byte.
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~');
    if text.as_bytes().iter().all(is_plain) || !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if is_unseen(c) => {
                let _ = write!(shown, "{}", c.escape_unicode());
            }
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// The same JSON with escapes for everything that would be hidden or obeyed.
pub fn in_json(json: String) -> String {
    let is_hidden = |c: char| c != '\n' && is_unseen(c);
    if !json.contains(is_hidden) {
        return json;
    }
    let mut shown = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

/// A word for a shell's command line that somebody may copy: nothing in it is a command.
pub fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./~".contains(c);
    if text.chars().all(is_plain) && !text.starts_with(['-', '~']) {
        return text.to_owned();
    }
    format!("'{}'", visible(text).replace('\'', r"'\''"))
}

/// True for control characters, and for those that set direction, join, or have no width.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn what_a_terminal_would_obey_is_shown() {
        assert_eq!(
            visible("a\x1b[2Jb\u{9b}1m\x07\r\n\t\x7f"),
            "a\\u{1b}[2Jb\\u{9b}1m\\u{7}\\r\\n\\t\\u{7f}"
        );
    }

    #[test]
    fn what_turns_or_hides_text_is_shown() {
        assert_eq!(
            visible("\u{202e}x\u{200b}\u{feff}"),
            "\\u{202e}x\\u{200b}\\u{feff}"
        );
    }

    #[test]
    fn anything_else_stays() {
        for text in [
            "",
            "plain",
            "Zo\u{eb} \u{1f980} \u{5e9}\u{5dc}\u{5d5}\u{5dd}",
            "\\n",
        ] {
            assert_eq!(visible(text), text);
        }
    }
}
