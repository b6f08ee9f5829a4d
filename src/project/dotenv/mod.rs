//! A `.env` file as it is: assignments, each with its place, and changes that keep every other byte.
//!
//! The core's reader, which apps use as well, says what it means. Every changed text is read again, and refused if it
//! means something else than was asked for.

mod value;

use std::collections::HashMap;
use std::fmt;

use clerk_auth::env_files::Assignments;
pub use clerk_auth::env_files::{BadLine, Entry, Fault, Lookup, is_name};
use value::{Quotes, written};

/// A change that cannot be made, because the file would mean something else than was asked for.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EditError {
    /// The name cannot be a variable's.
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
    /// The positions of each name among the entries.
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
        let text = text.into();
        let Assignments { entries, bad_lines } = Assignments::explained(&text, process);
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            places.entry(entry.name.clone()).or_default().push(index);
        }
        Self {
            text,
            entries,
            places,
            bad_lines,
        }
    }

    /// The text, byte for byte.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The assignments, in the order of the file. Of two with one name the later counts.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The lines that are not assignments. With one of them an app does not start.
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

    /// Sets a variable wherever it is assigned, or else at the end of the file.
    ///
    /// # Errors
    /// [`EditError`] if it is not a name, or if more would change.
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
            let value = written(value, Quotes::None);
            text.push_str(&format!("{name}={value}{line_break}"));
        }
        self.accept(&base, text, (name, Some(value)), process)
    }

    /// Takes a variable's lines out, if there are any.
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

    /// The file, if it has no bad lines. A missing line break at its end is added.
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
        let before = &self.text[entry.written.clone()];
        let mut new = written(value, Quotes::around(before));
        // `NAME=# comment`: right behind a value, `#` would be part of it.
        if self.text[entry.written.end..].starts_with('#') {
            new.push(' ');
        }
        new
    }

    /// Reads the new text and accepts it only if nothing but this variable has changed.
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
