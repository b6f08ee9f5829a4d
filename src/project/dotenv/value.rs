//! How a value is read out of an assignment, and how one is written so that it is read back.

use std::collections::HashMap;

use super::{Fault, Quoting};

/// Looks a name up in the environment of the process.
pub type Lookup<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// A value as read: what it means, and how many bytes of the text it takes.
pub struct Read {
    pub value: String,
    pub is_from_process: bool,
    pub length: usize,
    pub quoting: Quoting,
}

/// `$NAME` and `${NAME}`, open while their name is read.
#[derive(Eq, PartialEq)]
enum Reference {
    Bare(String),
    Braced(String),
}

/// Reads values in the order of the file: a value may refer to those before it.
pub struct Reader<'a> {
    process: &'a Lookup<'a>,
    seen: HashMap<String, Known>,
    /// What references may still bring in: a few lines that double each other would fill the memory.
    budget: usize,
}

struct Known {
    value: String,
    is_from_process: bool,
}

const BUDGET: usize = 4 << 20;

#[derive(Default)]
struct Progress {
    value: String,
    reference: Option<Reference>,
    single: bool,
    double: bool,
    escaped: bool,
    is_from_process: bool,
    /// The value is over; only spaces and a comment may follow.
    end: Option<usize>,
}

impl<'a> Reader<'a> {
    pub fn new(process: &'a Lookup<'a>) -> Self {
        Self {
            process,
            seen: HashMap::new(),
            budget: BUDGET,
        }
    }

    /// A value that later ones may refer to.
    pub fn remember(&mut self, name: &str, value: &str, is_from_process: bool) {
        let known = Known {
            value: value.to_owned(),
            is_from_process,
        };
        self.seen.insert(name.to_owned(), known);
    }

    /// Reads the text behind `NAME=`, without white space around it.
    pub fn read(&mut self, text: &str) -> Result<Read, Fault> {
        let mut progress = Progress::default();
        for (index, c) in text.char_indices() {
            if progress.end.is_some() {
                match c {
                    ' ' | '\t' => continue,
                    '#' => break,
                    _ => return Err(Fault::TextBehindValue),
                }
            }
            self.take(&mut progress, index, c)?;
        }
        let is_braced = matches!(progress.reference, Some(Reference::Braced(_)));
        if progress.single || progress.double || is_braced {
            return Err(if is_braced {
                Fault::OpenReference
            } else {
                Fault::OpenQuote
            });
        }
        self.close(&mut progress)?;
        let length = progress.end.unwrap_or(text.len());
        Ok(Read {
            value: progress.value,
            is_from_process: progress.is_from_process,
            length,
            quoting: quoting(&text[..length]),
        })
    }

    fn take(&mut self, progress: &mut Progress, index: usize, c: char) -> Result<(), Fault> {
        if progress.escaped {
            progress.escaped = false;
            progress.value.push(match c {
                '\\' | '\'' | '"' | '$' | ' ' => c,
                'n' => '\n',
                _ => return Err(Fault::Escape(c)),
            });
        } else if progress.single {
            match c {
                '\'' => progress.single = false,
                _ => progress.value.push(c),
            }
        } else if progress.reference.is_some() {
            self.take_in_reference(progress, c)?;
        } else {
            match c {
                '$' => progress.reference = Some(Reference::Bare(String::new())),
                '"' => progress.double = !progress.double,
                '\\' => progress.escaped = true,
                '\'' if !progress.double => progress.single = true,
                ' ' | '\t' if !progress.double => progress.end = Some(index),
                _ => progress.value.push(c),
            }
        }
        Ok(())
    }

    fn take_in_reference(&mut self, progress: &mut Progress, c: char) -> Result<(), Fault> {
        match &mut progress.reference {
            Some(Reference::Bare(name) | Reference::Braced(name)) if c.is_alphanumeric() => {
                name.push(c);
            }
            Some(Reference::Bare(name)) if c == '{' && name.is_empty() => {
                progress.reference = Some(Reference::Braced(String::new()));
            }
            Some(Reference::Braced(name)) if c != '}' => name.push(c),
            Some(Reference::Braced(_)) => self.close(progress)?,
            // A quote right behind `$NAME` is taken for text; the value then lacks its end.
            _ => {
                self.close(progress)?;
                match c {
                    '$' => progress.reference = Some(Reference::Bare(String::new())),
                    _ => progress.value.push(c),
                }
            }
        }
        Ok(())
    }

    /// Puts in what a reference refers to; the environment of the process wins.
    fn close(&mut self, progress: &mut Progress) -> Result<(), Fault> {
        let Some(Reference::Bare(name) | Reference::Braced(name)) = progress.reference.take()
        else {
            return Ok(());
        };
        let process = (self.process)(&name);
        let known = self.seen.get(&name);
        progress.is_from_process |=
            process.is_some() || known.is_some_and(|known| known.is_from_process);
        let value = process
            .as_deref()
            .or(known.map(|known| known.value.as_str()));
        let value = value.unwrap_or_default();
        self.budget = self.budget.checked_sub(value.len()).ok_or(Fault::TooLong)?;
        progress.value.push_str(value);
        Ok(())
    }
}

fn quoting(text: &str) -> Quoting {
    let is_between = |quote| text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
    if is_between('\'') {
        Quoting::Single
    } else if is_between('"') {
        Quoting::Double
    } else {
        Quoting::None
    }
}

/// A value as text that is read back as the same, in the quotes that are wanted where they can hold it.
pub fn written(value: &str, wanted: Quoting) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.,:/+=@%".contains(c);
    let fits_bare = !value.is_empty() && value.chars().all(is_plain);
    // A backslash in single quotes hides the closing one from the reader.
    let fits_single = !value.contains(['\'', '\\', '\n', '\r']);
    match wanted {
        Quoting::None if fits_bare || value.is_empty() => value.to_owned(),
        Quoting::Single if fits_single => format!("'{value}'"),
        _ => format!("\"{}\"", escaped(value)),
    }
}

fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\\' | '"' | '$' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            _ => text.push(c),
        }
    }
    text
}
