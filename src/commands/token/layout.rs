//! Labels, values and notes in columns, folded at the end of the screen.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::output::{columns, fold};

/// The dim style of `output`, written once and not for each row.
const DIM_ON: &str = "\u{1b}[2m";
const DIM_OFF: &str = "\u{1b}[0m";

const LABEL: usize = 14;
const INDENT: usize = 2 + LABEL;
/// Values are padded to this width, so that short notes stand in a column.
const VALUE: usize = 22;

/// One row: `  user          user_2q7    (sub)`.
pub fn row(text: &mut String, label: &str, value: &str, note: &str, width: usize) {
    text.push_str("  ");
    text.push_str(label);
    pad(text, LABEL.saturating_sub(label.len()));
    let column = fold(text, value, INDENT, INDENT, width);
    if !note.is_empty() {
        let gap = (INDENT + VALUE).saturating_sub(column).max(2);
        if column + gap + columns(note) + 2 > width {
            text.push('\n');
            pad(text, INDENT);
        } else {
            pad(text, gap);
        }
        text.push_str(DIM_ON);
        text.push('(');
        fold(text, note, INDENT + 1, INDENT + 1, width);
        text.push(')');
        text.push_str(DIM_OFF);
    }
    text.push('\n');
}

fn pad(text: &mut String, columns: usize) {
    text.extend(std::iter::repeat_n(' ', columns));
}

/// A sentence after a mark: `  ! 3,712 bytes: …`.
pub fn marked(text: &mut String, mark: &str, sentence: &str, width: usize) {
    let _ = write!(text, "  {mark} ");
    fold(text, sentence, 4, 4, width);
    text.push('\n');
}

/// A sentence of its own.
pub fn sentence(text: &mut String, sentence: &str, width: usize) {
    text.push_str("  ");
    fold(text, sentence, 2, 2, width);
    text.push('\n');
}

/// A value, cut if it is longer.
pub fn shortened(value: &str, longest: usize) -> Cow<'_, str> {
    if value.len() <= longest {
        return Cow::Borrowed(value);
    }
    match value.char_indices().nth(longest) {
        None => Cow::Borrowed(value),
        Some((at, _)) => {
            let all = value.chars().count();
            let shown = &value[..at];
            Cow::Owned(format!(
                "{shown}\u{2026} ({all} characters; --json has them all)"
            ))
        }
    }
}

/// `3 tokens are in this text.`
pub fn how_many(count: usize, left_out: usize) -> String {
    match left_out {
        0 => format!("{count} tokens are in this text."),
        _ => format!(
            "{} tokens are in this text; here are the first {count}.",
            count + left_out
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::DIM;

    #[test]
    fn the_style_of_notes_is_the_one_of_all_notes() {
        assert_eq!(format!("{DIM}|{DIM:#}"), format!("{DIM_ON}|{DIM_OFF}"));
    }
}
