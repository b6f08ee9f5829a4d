//! A file's text as assignments, each with its place, and the lines that are none, each with its fault.

use super::entry::{BadLine, Entry, Fault, Lookup, Quoting};
use super::lines::{CutOff, Piece, pieces};
use super::value::{Reader, quoting};

/// The byte order mark, as some editors leave it; no part of the first name.
const MARK: char = '\u{feff}';

/// What a text holds.
#[derive(Clone, Debug, Default)]
pub struct Assignments {
    /// The assignments, in the order of the file. Of two with one name the later counts.
    pub entries: Vec<Entry>,
    /// The lines that are none; with one of them an app does not start.
    pub bad_lines: Vec<BadLine>,
}

impl Assignments {
    /// Takes a text apart; a line that cannot be read does not end it. `process` looks up what a value refers to.
    pub fn parse(text: &str, process: &Lookup<'_>) -> Self {
        let start = if text.starts_with(MARK) {
            MARK.len_utf8()
        } else {
            0
        };
        let mut read = Self::default();
        let mut reader = Reader::new(process);
        let mut line = 1;
        let mut rest = pieces(text, start).into_iter().peekable();
        while let Some(piece) = rest.next() {
            let mut passed = piece.start..piece.end;
            match assignment(text, piece, line, &mut reader) {
                Ok(None) => {}
                Ok(Some(entry)) => read.entries.push(entry),
                Err(fault) => {
                    read.bad_lines.push(BadLine { line, fault });
                    let end = pem_end(text, piece).filter(|_| fault == Fault::UnquotedPem);
                    while let Some(piece) = rest.next_if(|piece| Some(piece.start) < end) {
                        passed.end = piece.end;
                    }
                }
            }
            line += text[passed].matches('\n').count();
        }
        read
    }

    /// The assignment that counts.
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.name == name)
    }
}

/// Where a PEM ends that begins in this piece: its lines are no faults of their own.
fn pem_end(text: &str, piece: Piece) -> Option<usize> {
    let (_, body) = text[piece.start..].split_once("-----BEGIN ")?;
    let start = text.len() - body.len();
    let body = body.split("-----BEGIN ").next()?;
    body.find("-----END ").map(|at| start + at + 1)
}

/// Reads a piece: an assignment, or nothing that counts.
fn assignment(
    text: &str,
    piece: Piece,
    line: usize,
    reader: &mut Reader<'_>,
) -> Result<Option<Entry>, Fault> {
    match piece.cut_off {
        Some(CutOff::Quote) => return Err(Fault::OpenQuote),
        Some(CutOff::Line) => return Err(Fault::CutOff),
        None => {}
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
    rest = rest.strip_prefix('=').ok_or(Fault::NoEquals)?;
    let end = piece.start + counts.len();
    let mut entry = Entry {
        name: name.to_owned(),
        value: String::new(),
        line,
        quoting: Quoting::None,
        is_from_process: false,
        references: Vec::new(),
        whole: piece.start..piece.end,
        written: end - rest.len()..end - rest.len(),
    };
    rest = rest.trim_start();
    if !(rest.is_empty() || rest.starts_with('#')) {
        let start = end - rest.len();
        let read = reader.read(rest)?;
        entry.written = start..start + read.length;
        entry.quoting = quoting(&rest[..read.length]);
        entry.value = read.value;
        entry.references = read.references;
        entry.is_from_process = read.is_from_process;
    }
    reader.remember(&entry.name, &entry.value, entry.is_from_process);
    Ok(Some(entry))
}

/// Whether a text can be a variable's name in such a file.
pub fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name_length(text) == text.len()
}

fn name_length(text: &str) -> usize {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

/// Takes the name that a line starts with, and the white space behind it.
fn take_name<'a>(rest: &mut &'a str) -> Result<&'a str, Fault> {
    if !rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return Err(Fault::Name);
    }
    let (name, behind) = rest.split_at(name_length(rest));
    *rest = behind.trim_start();
    Ok(name)
}
