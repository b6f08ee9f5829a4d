//! Makes strangers' text safe for a screen: claims, answers of servers, pasted keys.
//!
//! A terminal obeys escape sequences, and some Unicode characters turn or hide the text around them. All of these are
//! shown as escapes such as `\u{1b}`. So is the beginning of what the runner of a workflow would take for a command, because
//! it reads all that is printed: `::error::` where a line may begin, `##[error]` anywhere. Everything else stays.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text in one line, with nothing hidden and nothing a terminal would obey.
pub fn visible(text: &str) -> Cow<'_, str> {
    // Nearly all text is printable ASCII, which can be recognised byte by byte.
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~');
    let is_plain = text.as_bytes().iter().all(is_plain) || !text.contains(is_unseen);
    // It becomes one line, which is folded where it has blanks: each may be the beginning of a line.
    let text = obeyed_by_none(text, true);
    if is_plain {
        return text;
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

/// Lines that stay as they are, without anything that the runner of a workflow would obey.
pub fn without_commands(lines: &str) -> Cow<'_, str> {
    obeyed_by_none(lines, false)
}

/// The runners are GitHub's, Gitea's, Azure's, TeamCity's.
fn obeyed_by_none(text: &str, is_folded: bool) -> Cow<'_, str> {
    if !text.contains("::") && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    let mut may_begin = true;
    for (at, c) in text.char_indices() {
        match is_command(may_begin, text.get(at..).unwrap_or_default()) {
            true => {
                let _ = write!(shown, "{}", c.escape_unicode());
            }
            false => shown.push(c),
        }
        may_begin = c.is_whitespace() && (is_folded || may_begin || matches!(c, '\n' | '\r'));
    }
    Cow::Owned(shown)
}

/// True for `::word …::` where a line may begin, and for `##[…]` and `##word[…]` anywhere.
fn is_command(may_begin: bool, rest: &str) -> bool {
    if let Some(rest) = rest.strip_prefix("##") {
        let name = rest.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        return name.starts_with('[');
    }
    let Some(rest) = rest.strip_prefix("::").filter(|_| may_begin) else {
        return false;
    };
    let line = rest.lines().next().unwrap_or_default();
    line.starts_with(|c: char| c.is_ascii_alphabetic()) && line.contains("::")
}

/// The same JSON with escapes for everything that would be hidden or obeyed.
pub fn in_json(json: String) -> String {
    let is_hidden = |c: char| c != '\n' && is_unseen(c);
    if !json.contains(is_hidden) && !json.contains("##") {
        return json;
    }
    let mut shown = String::with_capacity(json.len() + 16);
    for (at, c) in json.char_indices() {
        // In JSON no line begins with a colon.
        if is_hidden(c) || (c == '#' && is_command(false, json.get(at..).unwrap_or_default())) {
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
    if cfg!(windows) {
        for_windows(text)
    } else {
        for_unix(text)
    }
}

fn for_unix(text: &str) -> String {
    if is_plain(text, "-_./~") {
        return text.to_owned();
    }
    format!("'{}'", visible(text).replace('\'', r"'\''"))
}

/// For `cmd.exe` and PowerShell alike, which agree on double quotes only. What one of them obeys within those, or takes
/// for their end, is shown as an escape: no way to write it suits both.
fn for_windows(text: &str) -> String {
    const OBEYED: &str = "\"%$`\u{201c}\u{201d}\u{201e}";
    if is_plain(text, r"-_./~\:") {
        return text.to_owned();
    }
    let mut quoted = String::from('"');
    for c in visible(text).chars() {
        if OBEYED.contains(c) {
            quoted.extend(c.escape_unicode());
        } else {
            quoted.push(c);
        }
    }
    quoted + "\""
}

fn is_plain(text: &str, signs: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || signs.contains(c);
    text.chars().all(is_plain) && !text.starts_with(['-', '~'])
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
    use super::{for_unix, for_windows, in_json, visible, without_commands};

    #[test]
    fn a_word_is_quoted_as_the_shells_of_the_system_do() {
        for (text, unix, windows) in [
            ("my-app", "my-app", "my-app"),
            (r"sub\deep\app", r"'sub\deep\app'", r"sub\deep\app"),
            (r"C:\t\abs", r"'C:\t\abs'", r"C:\t\abs"),
            ("with space/app", "'with space/app'", "\"with space/app\""),
            ("it's", r"'it'\''s'", "\"it's\""),
            ("~x", "'~x'", "\"~x\""),
            ("a&b", "'a&b'", "\"a&b\""),
            ("$(x)", "'$(x)'", r#""\u{24}(x)""#),
            ("a\"&x", "'a\"&x'", r#""a\u{22}&x""#),
        ] {
            assert_eq!(for_unix(text), unix);
            assert_eq!(for_windows(text), windows);
        }
    }

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
    fn what_the_runner_of_a_workflow_would_obey_is_shown() {
        for (text, expected) in [
            ("::error::x", "\\u{3a}:error::x"),
            ("a ::add-mask::x", "a \\u{3a}:add-mask::x"),
            ("a\nb ::add-mask::x", "a\\nb \\u{3a}:add-mask::x"),
            ("\u{a0}::error file=a::x", "\u{a0}\\u{3a}:error file=a::x"),
            ("a##[error]x", "a\\u{23}#[error]x"),
            ("###[group]x", "#\\u{23}#[group]x"),
            ("##vso[task.setvariable]x", "\\u{23}#vso[task.setvariable]x"),
        ] {
            assert_eq!(visible(text), expected);
        }
        let diff = " ::warning::x\n+use ::a::b::c;\n::d\n+##[x]\n";
        let expected = " \\u{3a}:warning::x\n+use ::a::b::c;\n::d\n+\\u{23}#[x]\n";
        assert_eq!(without_commands(diff), expected);
        // Some runners take that for the end of a line.
        let expected = "a\r\\u{3a}:error::x\n";
        assert_eq!(without_commands("a\r::error::x\n"), expected);
        let json = serde_json::to_string("a ##[error]x").unwrap_or_default();
        let shown = in_json(json.clone());
        assert_eq!(shown, r#""a \u0023#[error]x""#);
        let (read, meant): (serde_json::Value, serde_json::Value) = (
            serde_json::from_str(&shown).unwrap_or_default(),
            serde_json::from_str(&json).unwrap_or_default(),
        );
        assert_eq!(read, meant);
    }

    #[test]
    fn anything_else_stays() {
        for text in [
            "",
            "plain",
            "Zo\u{eb} \u{1f980} \u{5e9}\u{5dc}\u{5d5}\u{5dd}",
            "\\n",
            "routes::admin::users at ::1 or ::ffff:127.0.0.1",
            "## A heading [a]",
        ] {
            assert_eq!(visible(text), text);
        }
    }
}
