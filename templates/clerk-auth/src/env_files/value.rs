//! Reads the value of an assignment: quotes, escapes, and references to other variables.
//!
//! Without a `$`, a value means what it means to the crate dotenvy. References are those of shells: `$NAME`, `${NAME}`,
//! `${NAME:-default}` (if it is not set, or empty) and `${NAME-default}` (if it is not set). A `$` before anything else
//! is a `$`.

use std::collections::HashMap;

use super::entry::{Fault, Lookup, Lost, Quoting, Reference};

/// The most defaults inside defaults.
const DEPTH: usize = 8;
const BUDGET: usize = 4 << 20;

/// Reads values in the order of the file: a value may refer to those before it.
pub(super) struct Reader<'a> {
    process: &'a Lookup<'a>,
    seen: HashMap<String, Known>,
    /// The bytes that references may still bring in: a few lines that each double the one before would fill the memory.
    budget: usize,
}

struct Known {
    value: String,
    is_from_process: bool,
}

/// A value as read, and the bytes of text it takes.
#[derive(Default)]
pub(super) struct Read {
    pub(super) value: String,
    pub(super) is_from_process: bool,
    pub(super) references: Vec<Reference>,
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

/// The surroundings of a default: how many others it is inside of, its quotes, and if it counts.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    is_quoted: bool,
    counts: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(process: &'a Lookup<'a>) -> Self {
        Self {
            process,
            seen: HashMap::new(),
            budget: BUDGET,
        }
    }

    /// A value that later ones may refer to.
    pub(super) fn remember(&mut self, name: &str, value: &str, is_from_process: bool) {
        let known = Known {
            value: value.to_owned(),
            is_from_process,
        };
        self.seen.insert(name.to_owned(), known);
    }

    /// Reads the text after `NAME=`, without white space around it.
    pub(super) fn read(&mut self, text: &str) -> Result<Read, Fault> {
        let mut cursor = Cursor { text, at: 0 };
        let mut read = Read::default();
        let (mut single, mut double, mut has_hash) = (false, false, false);
        while let Some(c) = cursor.next() {
            match c {
                '\'' if single => single = false,
                c if single => read.value.push(c),
                '\\' => read.value.extend(escaped(&mut cursor, "")?),
                '"' => double = !double,
                '\'' if !double => single = true,
                ' ' | '\t' if !double => {
                    cursor.at -= 1;
                    break;
                }
                '$' => {
                    let place = Place {
                        depth: 0,
                        is_quoted: double,
                        counts: true,
                    };
                    let (start, before) = (cursor.at - 1, read.references.len());
                    self.reference(&mut cursor, &mut read, place)?;
                    for lost in read.references.iter_mut().skip(before) {
                        lost.inside = inside(text, start, cursor.at);
                    }
                }
                c => {
                    has_hash |= c == '#' && !double;
                    read.value.push(c);
                }
            }
        }
        if single || double {
            return Err(Fault::OpenQuote);
        }
        read.length = cursor.at;
        let behind = text[cursor.at..].trim_start_matches([' ', '\t']);
        if behind.is_empty() || behind.starts_with('#') {
            return Ok(read);
        }
        Err(match read.value.as_str() {
            value if value.ends_with("-----BEGIN") => Fault::UnquotedPem,
            _ if has_hash => Fault::CommentWithoutSpace,
            _ => Fault::TextBehindValue,
        })
    }

    /// Reads what follows a `$`.
    fn reference(
        &mut self,
        cursor: &mut Cursor<'_>,
        read: &mut Read,
        place: Place,
    ) -> Result<(), Fault> {
        let is_braced = cursor.takes('{');
        let name = cursor.name();
        if !is_braced && name.is_empty() {
            if place.counts {
                read.value.push('$');
            }
            return Ok(());
        }
        if !is_braced || (!name.is_empty() && cursor.takes('}')) {
            return self.put(name, read, place.counts);
        }
        if cursor.peek().is_none() {
            return Err(Fault::OpenReference);
        }
        let or_empty = cursor.takes(':');
        if name.is_empty() || !cursor.takes('-') {
            return Err(Fault::Reference);
        }
        let found = self
            .find(name)
            .map(|known| !known.value.is_empty() || !or_empty);
        let is_used = place.counts && found != Some(true);
        if place.counts && !is_used {
            self.put(name, read, true)?;
        }
        let before = (read.value.len(), read.references.len());
        let inside = Place {
            depth: place.depth + 1,
            counts: is_used,
            ..place
        };
        self.default(cursor, read, inside)?;
        if is_used && before == (read.value.len(), read.references.len()) {
            read.references.push(Reference {
                name: name.to_owned(),
                lost: Lost::Default,
                inside: None,
            });
        }
        Ok(())
    }

    /// Reads up to the closing brace. The text may hold quotes, escapes and references.
    fn default(
        &mut self,
        cursor: &mut Cursor<'_>,
        read: &mut Read,
        place: Place,
    ) -> Result<(), Fault> {
        if place.depth > DEPTH {
            return Err(Fault::TooDeep);
        }
        let (mut single, mut double) = (false, false);
        while let Some(c) = cursor.next() {
            let text = match c {
                '\'' if single => {
                    single = false;
                    None
                }
                c if single => Some(c),
                '}' if !double => return Ok(()),
                '\'' if !double && !place.is_quoted => {
                    single = true;
                    None
                }
                '"' => {
                    double = !double;
                    None
                }
                '\\' => escaped(cursor, "}")?,
                '$' => {
                    self.reference(cursor, read, place)?;
                    None
                }
                c => Some(c),
            };
            if place.counts {
                read.value.extend(text);
            }
        }
        Err(Fault::OpenReference)
    }

    /// The value of a name; the process environment wins.
    fn find(&self, name: &str) -> Option<Known> {
        let seen = self.seen.get(name);
        let is_from_process = seen.is_some_and(|known| known.is_from_process);
        match (self.process)(name) {
            Some(value) => Some(Known {
                value,
                is_from_process: true,
            }),
            None => seen.map(|known| Known {
                value: known.value.clone(),
                is_from_process,
            }),
        }
    }

    fn put(&mut self, name: &str, read: &mut Read, counts: bool) -> Result<(), Fault> {
        if !counts {
            return Ok(());
        }
        let found = self.find(name);
        let lost = match &found {
            None => Some(Lost::NotSet),
            Some(known) if known.value.is_empty() => Some(Lost::Empty),
            Some(_) => None,
        };
        read.references.extend(lost.map(|lost| Reference {
            name: name.to_owned(),
            lost,
            inside: None,
        }));
        if let Some(known) = found {
            let length = known.value.len();
            self.budget = self.budget.checked_sub(length).ok_or(Fault::TooLong)?;
            read.is_from_process |= known.is_from_process;
            read.value.push_str(&known.value);
        }
        Ok(())
    }
}

/// The position of a reference without braces, if it is only a part of the value.
fn inside(text: &str, start: usize, end: usize) -> Option<usize> {
    let is_quote = |c: char| c == '"' || c == '\'';
    let before = text[..start].trim_start_matches(is_quote);
    let is_at_end = text[end..].trim_start_matches(is_quote);
    let is_at_end = is_at_end.is_empty() || is_at_end.starts_with([' ', '\t']);
    let is_braced = text[start..].starts_with("${");
    let is_a_part = !(is_braced || before.is_empty() && is_at_end);
    is_a_part.then(|| before.chars().count() + 1)
}

/// The character a backslash makes of the next one; nothing at the end of the text.
fn escaped(cursor: &mut Cursor<'_>, also: &str) -> Result<Option<char>, Fault> {
    Ok(match cursor.next() {
        None => None,
        Some('n') => Some('\n'),
        Some(c) if "\\'\"$ ".contains(c) || also.contains(c) => Some(c),
        Some(c) => return Err(Fault::Escape(c)),
    })
}

/// The quotes around a value as written.
pub(super) fn quoting(text: &str) -> Quoting {
    let is_between = |quote| text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
    if is_between('\'') {
        Quoting::Single
    } else if is_between('"') {
        Quoting::Double
    } else {
        Quoting::None
    }
}
