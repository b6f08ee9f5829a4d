//! Takes the text of a file apart: assignments, each with its line, and lines that are not, each with its fault.

use super::entry::{BadLine, Entry, Fault, Lookup};
use super::lines::{Piece, pieces};
use super::name::length as name_length;
use super::value::Reader;

/// The byte order mark, which some editors leave. It is no part of the first name.
const MARK: char = '\u{feff}';

/// The content of a file.
#[derive(Clone, Debug, Default)]
pub struct Assignments {
    /// The assignments, in the order of the file. Of two with one name the later counts.
    pub entries: Vec<Entry>,
    /// The lines that are not assignments. With one of them an app does not start.
    pub bad_lines: Vec<BadLine>,
}

impl Assignments {
    /// Takes a text apart; a line that cannot be read does not end it. `process` looks up what a value refers to.
    pub fn parse(text: &str, process: &Lookup<'_>) -> Self {
        let mut read = Self::default();
        let mut reader = Reader::new(process);
        let mut line = 1;
        for piece in pieces(text, start(text)) {
            match assignment(text, piece, line, &mut reader) {
                Ok(entry) => read.entries.extend(entry),
                Err(fault) => read.bad_lines.push(BadLine { line, fault }),
            }
            line += text[piece.start..piece.end].matches('\n').count();
        }
        read
    }

    /// The assignment that counts.
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.name == name)
    }
}

/// The place behind the mark, if there is one.
pub(super) fn start(text: &str) -> usize {
    text.len() - text.strip_prefix(MARK).unwrap_or(text).len()
}

/// Reads a piece: an assignment, or nothing that counts.
fn assignment(
    text: &str,
    piece: Piece,
    line: usize,
    reader: &mut Reader<'_>,
) -> Result<Option<Entry>, Fault> {
    if let Some(fault) = piece.cut_off {
        return Err(fault);
    }
    let counts = text[piece.start..piece.used].trim_end();
    let mut rest = counts.trim_start();
    if rest.is_empty() || rest.starts_with('#') {
        return Ok(None);
    }
    let mut name = take_name(&mut rest)?;
    if name == "export" && !rest.starts_with('=') {
        name = take_name(&mut rest)?;
    }
    let behind = rest.strip_prefix('=').ok_or(Fault::NoEquals)?;
    let written = match behind.trim_start() {
        comment if comment.starts_with('#') => "",
        written => written,
    };
    let value = reader.read(name, written)?;
    #[cfg(feature = "tool")]
    let left = if written.is_empty() { behind } else { written };
    #[cfg(feature = "tool")]
    let start = piece.start + counts.len() - left.len();
    Ok(Some(Entry {
        name: name.to_owned(),
        value: value.text,
        line,
        references: value.lost,
        #[cfg(feature = "tool")]
        is_from_process: value.is_from_process,
        #[cfg(feature = "tool")]
        whole: piece.start..piece.end,
        #[cfg(feature = "tool")]
        written: start..start + value.length,
    }))
}

/// Takes the name at the start of a line, and the white space after it.
fn take_name<'a>(rest: &mut &'a str) -> Result<&'a str, Fault> {
    if !rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return Err(Fault::Name);
    }
    let (name, behind) = rest.split_at(name_length(rest));
    *rest = behind.trim_start();
    Ok(name)
}
