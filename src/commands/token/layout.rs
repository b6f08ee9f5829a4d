//! Labels, values and notes in columns, folded where a screen of 80 columns ends.

use std::fmt::Write as _;

use crate::output::DIM;

const WIDTH: usize = 80;
const LABEL: usize = 14;
const INDENT: usize = 2 + LABEL;
/// A value is padded to this, so that short notes stand in a column.
const VALUE: usize = 22;

/// One row: `  user          user_2q7    (sub)`.
pub fn row(text: &mut String, label: &str, value: &str, note: &str) {
    let (folded, column) = fold(value, INDENT);
    let _ = write!(text, "  {label:LABEL$}{folded}");
    if note.is_empty() {
        text.push('\n');
        return;
    }
    let gap = (INDENT + VALUE).saturating_sub(column).max(2);
    if column + gap + note.chars().count() + 2 > WIDTH {
        let (note, _) = fold(note, INDENT + 1);
        let _ = writeln!(text, "\n{:INDENT$}{DIM}({note}){DIM:#}", "");
    } else {
        let _ = writeln!(text, "{:gap$}{DIM}({note}){DIM:#}", "");
    }
}

/// A sentence behind a mark: `  ! 3,712 bytes: …`.
pub fn marked(text: &mut String, mark: &str, sentence: &str) {
    let (folded, _) = fold(sentence, 4);
    let _ = writeln!(text, "  {mark} {folded}");
}

/// A sentence of its own.
pub fn sentence(text: &mut String, sentence: &str) {
    let (folded, _) = fold(sentence, 2);
    let _ = writeln!(text, "  {folded}");
}

/// The words broken into lines that begin at `indent`, and the column where the last one ends.
fn fold(words: &str, indent: usize) -> (String, usize) {
    let mut folded = String::with_capacity(words.len() + 16);
    let mut column = indent;
    for (index, word) in words.split(' ').enumerate() {
        let length = width(word);
        if index > 0 && column + 1 + length > WIDTH {
            let _ = write!(folded, "\n{:indent$}", "");
            column = indent;
        } else if index > 0 {
            folded.push(' ');
            column += 1;
        }
        folded.push_str(word);
        column += length;
    }
    (folded, column)
}

/// How many columns a word takes; styles take none.
fn width(word: &str) -> usize {
    let mut pieces = word.split('\u{1b}');
    let plain = pieces.next().unwrap_or_default().chars().count();
    let styled = pieces.map(|piece| piece.split_once('m').map_or("", |(_, rest)| rest));
    plain + styled.map(|rest| rest.chars().count()).sum::<usize>()
}

/// A value cut where nobody reads on.
pub fn shortened(value: &str, longest: usize) -> String {
    match value.char_indices().nth(longest) {
        None => value.to_owned(),
        Some((at, _)) => {
            let all = value.chars().count();
            let shown = &value[..at];
            format!("{shown}\u{2026} ({all} characters; --json has them all)")
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
