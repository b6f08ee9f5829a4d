//! Reads the value of an assignment: quotes, escapes, and references to other variables.
//!
//! Without a `$`, a value means what it means to the crate dotenvy. References are those of shells: `$NAME`, `${NAME}`,
//! `${NAME:-default}` (if it is not set, or empty) and `${NAME-default}` (if it is not set). A `$` before anything else
//! is a `$`.

use std::collections::HashMap;
#[cfg(feature = "tool")]
use std::collections::HashSet;

use super::entry::{Fault, Lookup, Lost, Reference};

/// The most defaults inside defaults.
const DEPTH: usize = 8;
const BUDGET: usize = 4 << 20;

/// Reads values in the order of the file: a value may refer to those before it.
pub(super) struct Reader<'a> {
    process: &'a Lookup<'a>,
    seen: HashMap<String, String>,
    /// The bytes that references may still bring in: a few lines that each double the one before would fill the memory.
    budget: usize,
    /// The names in `seen` to whose values the process contributed.
    #[cfg(feature = "tool")]
    composed: HashSet<String>,
}

/// A value as read.
#[derive(Default)]
pub(super) struct Value {
    pub(super) text: String,
    /// The references that brought nothing.
    pub(super) lost: Vec<Reference>,
    #[cfg(feature = "tool")]
    pub(super) is_from_process: bool,
    /// The bytes that it takes in the file.
    #[cfg(feature = "tool")]
    pub(super) length: usize,
}

struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn takes(&mut self, c: char) -> bool {
        let is_there = self.peek() == Some(c);
        if is_there {
            self.at += c.len_utf8();
        }
        is_there
    }

    fn name(&mut self) -> &'t str {
        let rest = &self.text[self.at..];
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let length = match rest.chars().next() {
            Some(c) if is_part(c) && !c.is_ascii_digit() => {
                rest.find(|c| !is_part(c)).unwrap_or(rest.len())
            }
            _ => 0,
        };
        self.at += length;
        &rest[..length]
    }
}

impl Value {
    fn lost(name: &str, why: Lost) -> Self {
        let reference = Reference {
            name: name.to_owned(),
            lost: why,
            #[cfg(feature = "tool")]
            inside: None,
        };
        Self {
            lost: vec![reference],
            ..Self::default()
        }
    }

    fn append(&mut self, other: Self) {
        self.text.push_str(&other.text);
        #[cfg(feature = "tool")]
        self.is_composed_like(&other);
        self.lost.extend(other.lost);
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(process: &'a Lookup<'a>) -> Self {
        Self {
            process,
            seen: HashMap::new(),
            budget: BUDGET,
            #[cfg(feature = "tool")]
            composed: HashSet::new(),
        }
    }

    /// Reads the text after `NAME=`, without white space around it. Later values may refer to the name.
    pub(super) fn read(&mut self, name: &str, text: &str) -> Result<Value, Fault> {
        let mut cursor = Cursor { text, at: 0 };
        let value = self.value(&mut cursor, 0, false)?;
        let behind = text[cursor.at..].trim_start_matches([' ', '\t']);
        if !behind.is_empty() && !behind.starts_with('#') {
            return Err(Fault::TextBehindValue);
        }
        self.seen.insert(name.to_owned(), value.text.clone());
        #[cfg(feature = "tool")]
        self.remember_origin(name, &value);
        Ok(value)
    }

    /// Reads up to white space, or inside of braces (`depth` of them) up to the closing one. The text of a default may
    /// hold quotes, escapes and references as well.
    fn value(
        &mut self,
        cursor: &mut Cursor<'_>,
        depth: usize,
        is_quoted: bool,
    ) -> Result<Value, Fault> {
        if depth > DEPTH {
            return Err(Fault::TooDeep);
        }
        let mut value = Value::default();
        let (mut single, mut double) = (false, false);
        while let Some(c) = cursor.next() {
            match c {
                '\'' if single => single = false,
                c if single => value.text.push(c),
                '}' if depth > 0 && !double => return Ok(value),
                ' ' | '\t' if depth == 0 && !double => {
                    cursor.at -= 1;
                    break;
                }
                '\'' if !double && !is_quoted => single = true,
                '"' => double = !double,
                '\\' => value.text.extend(escaped(cursor, depth > 0)?),
                '$' => {
                    #[cfg(feature = "tool")]
                    let start = cursor.at - 1;
                    let found = self.reference(cursor, depth, is_quoted || double)?;
                    #[cfg(feature = "tool")]
                    let found = found.with_places(cursor.text, start, cursor.at);
                    value.append(found);
                }
                c => value.text.push(c),
            }
        }
        if depth > 0 {
            return Err(Fault::OpenReference);
        }
        if single || double {
            return Err(Fault::OpenQuote);
        }
        #[cfg(feature = "tool")]
        value.ends_at(cursor.at);
        Ok(value)
    }

    /// Reads what follows a `$`.
    fn reference(
        &mut self,
        cursor: &mut Cursor<'_>,
        depth: usize,
        is_quoted: bool,
    ) -> Result<Value, Fault> {
        let is_braced = cursor.takes('{');
        let name = cursor.name();
        if !is_braced && name.is_empty() {
            return Ok(Value {
                text: "$".to_owned(),
                ..Value::default()
            });
        }
        if !is_braced || (!name.is_empty() && cursor.takes('}')) {
            return self.of_name(name);
        }
        if cursor.peek().is_none() {
            return Err(Fault::OpenReference);
        }
        let or_empty = cursor.takes(':');
        if name.is_empty() || !cursor.takes('-') {
            return Err(Fault::Reference);
        }
        let default = self.value(cursor, depth + 1, is_quoted)?;
        match self.find(name) {
            Some(found) if !(or_empty && found.is_empty()) => self.of_name(name),
            _ if default.text.is_empty() && default.lost.is_empty() => {
                Ok(Value::lost(name, Lost::Default))
            }
            _ => Ok(default),
        }
    }

    /// The process environment wins.
    fn find(&self, name: &str) -> Option<String> {
        (self.process)(name).or_else(|| self.seen.get(name).cloned())
    }

    fn of_name(&mut self, name: &str) -> Result<Value, Fault> {
        let Some(text) = self.find(name) else {
            return Ok(Value::lost(name, Lost::NotSet));
        };
        if text.is_empty() {
            return Ok(Value::lost(name, Lost::Empty));
        }
        let left = self.budget.checked_sub(text.len());
        self.budget = left.ok_or(Fault::TooLong)?;
        Ok(Value {
            text,
            #[cfg(feature = "tool")]
            is_from_process: self.is_from_process(name),
            ..Value::default()
        })
    }
}

/// The character a backslash makes of the next one; nothing at the end of the text.
fn escaped(cursor: &mut Cursor<'_>, is_in_braces: bool) -> Result<Option<char>, Fault> {
    Ok(match cursor.next() {
        None => None,
        Some('n') => Some('\n'),
        Some(c) if "\\'\"$ ".contains(c) || (c == '}' && is_in_braces) => Some(c),
        Some(c) => return Err(Fault::Escape(c)),
    })
}

/// What only an editor of files must know.
#[cfg(feature = "tool")]
impl Reader<'_> {
    fn is_from_process(&self, name: &str) -> bool {
        (self.process)(name).is_some() || self.composed.contains(name)
    }

    fn remember_origin(&mut self, name: &str, value: &Value) {
        if value.is_from_process {
            self.composed.insert(name.to_owned());
        } else {
            self.composed.remove(name);
        }
    }
}

#[cfg(feature = "tool")]
impl Value {
    const fn is_composed_like(&mut self, other: &Self) {
        self.is_from_process |= other.is_from_process;
    }

    const fn ends_at(&mut self, length: usize) {
        self.length = length;
    }

    /// Marks references without braces that are only a part of the value.
    fn with_places(mut self, text: &str, start: usize, end: usize) -> Self {
        let is_quote = |c: char| c == '"' || c == '\'';
        let before = text[..start].trim_start_matches(is_quote);
        let behind = text[end..].trim_start_matches(is_quote);
        let is_at_end = behind.is_empty() || behind.starts_with([' ', '\t']);
        let is_braced = text[start..].starts_with("${");
        let is_a_part = !(is_braced || before.is_empty() && is_at_end);
        for lost in &mut self.lost {
            lost.inside = is_a_part.then(|| before.chars().count() + 1);
        }
        self
    }
}
