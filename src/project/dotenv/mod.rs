//! A `.env` file as it is: its assignments, each with its place, and changes that keep every byte they are not about.
//!
//! The app reads such files with dotenvy; here is read the same, but a line that cannot be read does not end it, and
//! nothing is lost in between. A text that is written is read again before it counts, so a change that would mean
//! something else than was asked for is refused.

mod lines;
mod value;

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use lines::CutOff;
pub use value::Lookup;
use value::{Reader, written};

/// The byte order mark, as some editors leave it; no part of the first name.
const MARK: char = '\u{feff}';

/// The quotes around a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Quoting {
    /// None, or such that only a part is quoted.
    None,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
}

/// One assignment. Its value may be a secret, so `Debug` leaves it out.
#[derive(Clone, Eq, PartialEq)]
pub struct Entry {
    /// The variable.
    pub name: String,
    /// What it is set to, quotes and escapes undone.
    pub value: String,
    /// The line, counted from 1.
    pub line: usize,
    /// How the value is quoted.
    pub quoting: Quoting,
    /// Whether a part of the value comes, by `$NAME`, out of the environment of the process: it may be anything.
    pub is_from_process: bool,
    /// The whole line, or lines, line break and all.
    whole: Range<usize>,
    /// The value with its quotes.
    written: Range<usize>,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at line {}", self.name, self.line)
    }
}

/// Why a line is no assignment. The line itself is left out: it may hold a secret.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Fault {
    /// It does not start with a name.
    #[error("it does not start with a variable's name")]
    Name,
    /// No `=` follows the name.
    #[error("no = follows the name")]
    NoEquals,
    /// Something follows the value.
    #[error("more text follows the value; a value with spaces needs quotes")]
    TextBehindValue,
    /// A backslash in front of something that needs none.
    #[error("\\{} means nothing; a backslash itself is written \\\\", .0.escape_default())]
    Escape(char),
    /// A quote that nothing closes.
    #[error("a quote is opened and not closed")]
    OpenQuote,
    /// `${` that nothing closes.
    #[error("${{ is opened and not closed")]
    OpenReference,
    /// References bring in more than a value can be.
    #[error("what it refers to is too long")]
    TooLong,
    /// The file ends behind a space or a backslash.
    #[error("the file ends right behind a space or a backslash; a line break is missing")]
    CutOff,
}

/// A line that is no assignment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BadLine {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: Fault,
}

/// A change that cannot be made, because the file would mean something else than was asked for.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EditError {
    /// No variable is called so.
    #[error("that is no variable's name")]
    Name,
    /// A line cannot be read, so nobody can say what a change would mean.
    #[error("line {} is not of the form NAME=value: {}", .0.line, .0.fault)]
    BadLine(BadLine),
    /// Another variable refers to this one, or stands in its way.
    #[error("that would also change {0}")]
    Entangled(String),
}

/// A file's text, taken apart.
#[derive(Clone)]
pub struct Dotenv {
    text: String,
    entries: Vec<Entry>,
    /// Where each name is among the entries.
    places: HashMap<String, Vec<usize>>,
    bad_lines: Vec<BadLine>,
}

impl fmt::Debug for Dotenv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.entries).finish()
    }
}

impl Dotenv {
    /// Takes a text apart. `process` looks up what a value refers to as `$NAME`.
    pub fn parse(text: impl Into<String>, process: &Lookup<'_>) -> Self {
        let mut file = Self {
            text: text.into(),
            entries: Vec::new(),
            places: HashMap::new(),
            bad_lines: Vec::new(),
        };
        let start = if file.text.starts_with(MARK) {
            MARK.len_utf8()
        } else {
            0
        };
        let mut reader = Reader::new(process);
        let mut line = 1;
        for piece in lines::pieces(&file.text, start) {
            match assignment(&file.text, piece, line, &mut reader) {
                Ok(None) => {}
                Ok(Some(entry)) => {
                    let places = file.places.entry(entry.name.clone()).or_default();
                    places.push(file.entries.len());
                    file.entries.push(entry);
                }
                Err(fault) => file.bad_lines.push(BadLine { line, fault }),
            }
            line += file.text[piece.start..piece.end].matches('\n').count();
        }
        file
    }

    /// The text, byte for byte.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The assignments, in the order of the file. Of two with one name the later counts.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The lines that are none; with one of them an app does not start.
    pub fn bad_lines(&self) -> &[BadLine] {
        &self.bad_lines
    }

    /// The assignment that counts.
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.all(name).next()
    }

    /// Every assignment of a name, the one that counts first.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &Entry> {
        let places = self.places.get(name).into_iter().flatten().rev();
        places.filter_map(|index| self.entries.get(*index))
    }

    /// Sets a variable: where it is assigned, each time, else at the end of the file.
    ///
    /// # Errors
    /// [`EditError`] when the name is none, or the file is such that more would change.
    pub fn set(&mut self, name: &str, value: &str, process: &Lookup<'_>) -> Result<(), EditError> {
        if !is_name(name) {
            return Err(EditError::Name);
        }
        let base = self.whole(process)?;
        let mut text = base.text.clone();
        for entry in base.all(name) {
            text.replace_range(entry.written.clone(), &base.replacement(entry, value));
        }
        if base.get(name).is_none() {
            let line_break = base.line_break();
            if !text.is_empty() && !text.ends_with('\n') {
                text.push_str(line_break);
            }
            let value = written(value, Quoting::None);
            text.push_str(&format!("{name}={value}{line_break}"));
        }
        self.accept(&base, text, (name, Some(value)), process)
    }

    /// Takes a variable's lines out; nothing where it is not assigned.
    ///
    /// # Errors
    /// [`EditError`] when more would change.
    pub fn remove(&mut self, name: &str, process: &Lookup<'_>) -> Result<(), EditError> {
        if self.get(name).is_none() {
            return Ok(());
        }
        let base = self.whole(process)?;
        let mut text = base.text.clone();
        for entry in base.all(name) {
            text.replace_range(entry.whole.clone(), "");
        }
        self.accept(&base, text, (name, None), process)
    }

    /// The file without bad lines. A last line that only lacks its break is mended.
    fn whole(&self, process: &Lookup<'_>) -> Result<Self, EditError> {
        match self.bad_lines.as_slice() {
            [] => Ok(self.clone()),
            [bad] if bad.fault == Fault::CutOff => {
                let text = format!("{}{}", self.text, self.line_break());
                let mended = Self::parse(text, process);
                match mended.bad_lines.first() {
                    None => Ok(mended),
                    Some(bad) => Err(EditError::BadLine(*bad)),
                }
            }
            [bad, ..] => Err(EditError::BadLine(*bad)),
        }
    }

    fn line_break(&self) -> &'static str {
        match self.text.split_once('\n') {
            Some((first, _)) if first.ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    fn replacement(&self, entry: &Entry, value: &str) -> String {
        let mut new = written(value, entry.quoting);
        // `NAME=# comment`: right behind a value, `#` would be part of it.
        if self.text[entry.written.end..].starts_with('#') {
            new.push(' ');
        }
        new
    }

    /// Reads the new text and takes it only if nothing but this variable is another.
    fn accept(
        &mut self,
        base: &Self,
        text: String,
        (name, value): (&str, Option<&str>),
        process: &Lookup<'_>,
    ) -> Result<(), EditError> {
        let new = Self::parse(text, process);
        let entangled = |name: &str| Err(EditError::Entangled(name.to_owned()));
        let mut own = new.entries.iter().filter(|entry| entry.name == name);
        let is_as_asked = match value {
            Some(value) => new.get(name).is_some() && own.all(|entry| entry.value == value),
            None => own.next().is_none(),
        };
        if !is_as_asked || !new.bad_lines.is_empty() {
            return entangled(name);
        }
        let others = |file: &Self| -> Vec<(String, String)> {
            let others = file.entries.iter().filter(|entry| entry.name != name);
            others
                .map(|entry| (entry.name.clone(), entry.value.clone()))
                .collect()
        };
        let (before, after) = (others(base), others(&new));
        if before.len() != after.len() {
            return entangled(name);
        }
        if let Some((other, _)) = before.iter().zip(&after).find(|(a, b)| a != b) {
            return entangled(&other.0);
        }
        *self = new;
        Ok(())
    }
}

/// Whether an app's reader would take this for a name.
pub fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name_length(text) == text.len()
}

fn name_length(text: &str) -> usize {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

/// Reads a piece: an assignment, or nothing that counts.
fn assignment(
    text: &str,
    piece: lines::Piece,
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
        whole: piece.start..piece.end,
        written: end - rest.len()..end - rest.len(),
    };
    rest = rest.trim_start();
    if !(rest.is_empty() || rest.starts_with('#')) {
        let start = end - rest.len();
        let read = reader.read(rest)?;
        entry.written = start..start + read.length;
        entry.value = read.value;
        entry.quoting = read.quoting;
        entry.is_from_process = read.is_from_process;
    }
    reader.remember(&entry.name, &entry.value, entry.is_from_process);
    Ok(Some(entry))
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
