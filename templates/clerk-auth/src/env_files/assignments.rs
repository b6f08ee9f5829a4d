//! Takes the text of a file apart: assignments, each with its place, and lines that are not, each with its fault.

use super::entry::{BadLine, Entry, Fault, Lookup, Quoting};
use super::foreign;
use super::lines::{CutOff, Piece, pieces};
use super::name::length as name_length;
use super::value::{Reader, quoting};

/// The byte order mark, which some editors leave. It is no part of the first name.
const MARK: char = '\u{feff}';

const BEGIN: &str = "-----BEGIN ";
const JSON: Fault =
    Fault::Spelling("JSON needs single quotes around it, from its first bracket to its last");

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
        let start = if text.starts_with(MARK) {
            MARK.len_utf8()
        } else {
            0
        };
        let mut read = Self::default();
        if foreign::is_json(&text[start..]) {
            let blank = text.len() - text[start..].trim_start().len();
            let line = 1 + text[..blank].matches('\n').count();
            let fault = foreign::named("{", Fault::Name);
            read.bad_lines.push(BadLine { line, fault });
            return read;
        }
        let mut reader = Reader::new(process);
        let mut line = 1;
        let mut rest = pieces(text, start).into_iter().peekable();
        while let Some(piece) = rest.next() {
            let mut passed = piece.start..piece.end;
            let read_piece = assignment(text, piece, line, &mut reader);
            match read_piece.and_then(|entry| whole(text, piece, entry)) {
                Ok(None) => {}
                Ok(Some(entry)) => read.entries.push(entry),
                Err(fault) => {
                    let (fault, end) = fault_of(text, piece, fault);
                    read.bad_lines.push(BadLine { line, fault });
                    while let Some(piece) = rest.next_if(|piece| piece.start < end) {
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

/// Refuses an assignment whose value goes on in the next lines without quotes: a PEM, or JSON.
fn whole(text: &str, piece: Piece, entry: Option<Entry>) -> Result<Option<Entry>, Fault> {
    let Some(entry) = entry else { return Ok(None) };
    let below = text[piece.end..].trim_start();
    match entry.value.as_str() {
        "" if below.starts_with(BEGIN) => Err(Fault::UnquotedPem),
        "{" | "[" if entry.quoting == Quoting::None && below.starts_with(['"', '{']) => Err(JSON),
        _ => Ok(Some(entry)),
    }
}

/// The fault of a piece, and its end: the lines that belong to it are not faults of their own.
fn fault_of(text: &str, piece: Piece, fault: Fault) -> (Fault, usize) {
    let own = &text[piece.start..piece.end];
    match fault {
        Fault::Name if own.trim_start().starts_with(BEGIN) => {
            (Fault::UnquotedPem, pem_end(text, piece))
        }
        Fault::UnquotedPem => (fault, pem_end(text, piece)),
        JSON => (fault, json_end(text, piece)),
        _ => (foreign::named(own, fault), piece.end),
    }
}

/// The place after its END, or after what looks like its body if there is no END.
fn pem_end(text: &str, piece: Piece) -> usize {
    let from = &text[piece.start..];
    let Some((_, body)) = from.split_once(BEGIN) else {
        return piece.end;
    };
    let start = text.len() - body.len();
    let body = body.split(BEGIN).next().unwrap_or_default();
    if let Some(at) = body.find("-----END ") {
        return start + at + 1;
    }
    let is_body = |line: &&str| {
        let line = line.trim();
        let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
        line.chars().all(is_base64) && (line.len() > 30 || !line.contains('='))
    };
    let mut lines = body.split_inclusive('\n');
    let first = lines.next().map_or(0, str::len);
    let rest = lines.take_while(is_body).map(str::len).sum::<usize>();
    start + first + rest
}

/// The place after the bracket that closes the first one.
fn json_end(text: &str, piece: Piece) -> usize {
    let mut depth = 0_usize;
    for (at, c) in text[piece.start..].char_indices() {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return piece.start + at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
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

/// Takes the name at the start of a line, and the white space after it.
fn take_name<'a>(rest: &mut &'a str) -> Result<&'a str, Fault> {
    if !rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return Err(Fault::Name);
    }
    let (name, behind) = rest.split_at(name_length(rest));
    *rest = behind.trim_start();
    Ok(name)
}
