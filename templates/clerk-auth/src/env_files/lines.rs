//! Finds where one assignment ends and the next begins. A quoted value may contain line breaks, a comment ends with its
//! line.
//!
//! This follows the crate dotenvy to the letter, its oddities included, because people's files were written for such
//! readers. A property test holds the two side by side.

use super::entry::Fault;

/// One assignment, comment or empty line of the file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Piece {
    /// Its start.
    pub start: usize,
    /// The start of the next one.
    pub end: usize,
    /// The end of the part that counts; a comment or the line break follows.
    pub used: usize,
    /// Set if the file ends before the piece is complete.
    pub cut_off: Option<Fault>,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum State {
    Outside,
    AfterSpace,
    AfterBackslash,
    Single,
    SingleAfterBackslash,
    Double,
    DoubleAfterBackslash,
}

impl State {
    fn after(self, c: char) -> Self {
        match (self, c) {
            (Self::Outside | Self::AfterSpace, '\\') => Self::AfterBackslash,
            (Self::Outside | Self::AfterSpace, '"') => Self::Double,
            (Self::Outside | Self::AfterSpace, '\'') => Self::Single,
            // The second of two spaces counts for nothing: after an even number of them `#` does not begin a comment
            // here, so a quote in it opens.
            (Self::Outside, c) if c.is_whitespace() && c != '\n' && c != '\r' => Self::AfterSpace,
            (Self::Outside | Self::AfterSpace | Self::AfterBackslash, _) => Self::Outside,
            (Self::Single, '\'') | (Self::Double, '"') => Self::Outside,
            (Self::Single, '\\') => Self::SingleAfterBackslash,
            (Self::Double, '\\') => Self::DoubleAfterBackslash,
            (Self::Single | Self::SingleAfterBackslash, _) => Self::Single,
            (Self::Double | Self::DoubleAfterBackslash, _) => Self::Double,
        }
    }
}

/// The pieces of a text from `start` on; together they are the whole rest of it.
pub(super) fn pieces(text: &str, start: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = start;
    while at < text.len() {
        let piece = piece(text, at);
        pieces.push(piece);
        at = piece.end;
    }
    pieces
}

fn piece(text: &str, start: usize) -> Piece {
    let mut state = State::Outside;
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        let end = at + line.len();
        let whole = |used| Piece {
            start,
            end,
            used,
            cut_off: None,
        };
        if at == start && line.trim_start().starts_with('#') {
            return whole(start);
        }
        for (index, c) in line.char_indices() {
            if state == State::AfterSpace && c == '#' {
                return whole(at + index);
            }
            state = state.after(c);
        }
        if state == State::Outside {
            let line = line.strip_suffix('\n').unwrap_or(line);
            return whole(at + line.strip_suffix('\r').unwrap_or(line).len());
        }
        at = end;
    }
    Piece {
        start,
        end: text.len(),
        used: text.len(),
        cut_off: Some(match state {
            State::Outside | State::AfterSpace | State::AfterBackslash => Fault::CutOff,
            _ => Fault::OpenQuote,
        }),
    }
}
