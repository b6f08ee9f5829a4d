//! Takes the text of a pattern apart, as path-to-regexp 6 reads it.

use super::error::{PatternError, PatternProblem};

/// Characters that end a parameter's value.
pub(super) const DELIMITERS: [char; 3] = ['/', '#', '?'];

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Text that stands for itself.
    Text(String),
    /// A parameter, an expression in parentheses, or a `{…}` group.
    Group(Group),
}

/// A prefix, a value and a suffix that can be optional or repeated as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) position: usize,
    pub(super) name: String,
    pub(super) prefix: String,
    pub(super) value: Value,
    pub(super) suffix: String,
    pub(super) modifier: Option<char>,
}

/// The values that a group allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// No value: the group is only text.
    Nothing,
    /// One or more characters up to the next delimiter, and without this character.
    Segment(Option<char>),
    /// Whatever an expression allows.
    Expression(String),
}

/// Reads the whole pattern.
pub(super) fn parse(pattern: &str) -> Result<Vec<Part>, PatternError> {
    let mut parser = Parser {
        pattern,
        position: 0,
        parts: Vec::new(),
        text: String::new(),
    };
    while let Some(character) = parser.peek() {
        parser.step(character)?;
    }
    parser.end_text();
    Ok(parser.parts)
}

struct Parser<'a> {
    pattern: &'a str,
    position: usize,
    parts: Vec<Part>,
    /// Text that was read and is not a part yet.
    text: String,
}

impl Parser<'_> {
    fn step(&mut self, character: char) -> Result<(), PatternError> {
        match character {
            ':' | '(' => {
                // A `/` or `.` just before a parameter belongs to it, unless it was escaped.
                self.parameter(String::new())
            }
            '/' | '.' => {
                self.bump(character);
                if matches!(self.peek(), Some(':' | '(')) {
                    self.parameter(character.into())
                } else {
                    self.text.push(character);
                    Ok(())
                }
            }
            '{' => self.braces(),
            '}' => Err(self.error(self.position, PatternProblem::Unbalanced('}'))),
            _ => self.character(character),
        }
    }

    /// A parameter, an expression, or both (`:id(\d+)`).
    fn parameter(&mut self, prefix: String) -> Result<(), PatternError> {
        self.end_text();
        let position = self.position;
        let name = self.name()?;
        let value = match self.expression()? {
            Some(expression) => Value::Expression(expression),
            None => self.segment(&prefix, position)?,
        };
        let modifier = self.modifier();
        let suffix = String::new();
        self.parts.push(Part::Group(Group {
            position,
            name,
            prefix,
            value,
            suffix,
            modifier,
        }));
        Ok(())
    }

    /// `{prefix:name(expression)suffix}` with a modifier.
    fn braces(&mut self) -> Result<(), PatternError> {
        self.end_text();
        let position = self.position;
        self.bump('{');
        let prefix = self.plain_text()?;
        let name = self.name()?;
        let value = match self.expression()? {
            Some(expression) => Value::Expression(expression),
            None if name.is_empty() => Value::Nothing,
            None => self.segment(&prefix, position)?,
        };
        let suffix = self.plain_text()?;
        if self.peek() != Some('}') {
            return Err(self.error(position, PatternProblem::Unbalanced('{')));
        }
        self.bump('}');
        let modifier = self.modifier();
        self.parts.push(Part::Group(Group {
            position,
            name,
            prefix,
            value,
            suffix,
            modifier,
        }));
        Ok(())
    }

    /// A value without an expression. Something must set it off from the part before, and the value cannot contain that
    /// text; otherwise nobody could say where one value ends and the next begins.
    fn segment(&self, prefix: &str, position: usize) -> Result<Value, PatternError> {
        let before = match self.parts.last() {
            _ if !prefix.is_empty() => prefix,
            Some(Part::Text(text)) => text,
            Some(Part::Group(_)) => {
                return Err(self.error(position, PatternProblem::NothingBetween));
            }
            None => "",
        };
        let mut characters = before.chars();
        match (characters.next(), characters.next()) {
            (None, _) => Ok(Value::Segment(None)),
            _ if before.contains(DELIMITERS) => Ok(Value::Segment(None)),
            (Some(one), None) => Ok(Value::Segment(Some(one))),
            _ => Err(self.error(position, PatternProblem::NeedsOwnPattern(before.into()))),
        }
    }

    /// `:name`, or nothing.
    fn name(&mut self) -> Result<String, PatternError> {
        if self.peek() != Some(':') {
            return Ok(String::new());
        }
        let position = self.position;
        self.bump(':');
        let rest = self.rest();
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        if name.is_empty() {
            return Err(self.error(position, PatternProblem::MissingName));
        }
        self.position += end;
        Ok(name)
    }

    /// The expression between `(` and its `)`, or nothing.
    fn expression(&mut self) -> Result<Option<String>, PatternError> {
        if self.peek() != Some('(') {
            return Ok(None);
        }
        let opening = self.position;
        self.bump('(');
        let start = self.position;
        if matches!(self.peek(), Some('?' | ')')) {
            return Err(self.error(opening, PatternProblem::NotAGroup));
        }
        let mut depth = 1;
        while let Some(character) = self.peek() {
            let position = self.position;
            self.bump(character);
            match character {
                '\\' => self.escaped()?,
                '(' => {
                    self.inner_group(position)?;
                    depth += 1;
                }
                ')' if depth == 1 => return Ok(Some(self.pattern[start..position].to_owned())),
                ')' => depth -= 1,
                _ => {}
            }
        }
        Err(self.error(opening, PatternProblem::Unbalanced('(')))
    }

    fn escaped(&mut self) -> Result<(), PatternError> {
        let Some(character) = self.peek() else {
            return Err(self.error(self.position, PatternProblem::Unbalanced('\\')));
        };
        self.bump(character);
        Ok(())
    }

    /// Only `(?:` may stand inside an expression.
    fn inner_group(&self, position: usize) -> Result<(), PatternError> {
        let rest = self.rest();
        if rest.starts_with("?:") {
            Ok(())
        } else if ["?=", "?!", "?<=", "?<!"]
            .iter()
            .any(|start| rest.starts_with(start))
        {
            Err(self.error(position, PatternProblem::LookAround))
        } else {
            Err(self.error(position, PatternProblem::NestedCapture))
        }
    }

    /// Text up to the next character with a meaning of its own.
    fn plain_text(&mut self) -> Result<String, PatternError> {
        let outer = std::mem::take(&mut self.text);
        while let Some(character) = self.peek().filter(|c| !matches!(c, ':' | '(' | '{' | '}')) {
            self.character(character)?;
        }
        Ok(std::mem::replace(&mut self.text, outer))
    }

    /// One character of text, escaped or not.
    fn character(&mut self, character: char) -> Result<(), PatternError> {
        match character {
            '*' | '+' | '?' => {
                return Err(self.error(self.position, PatternProblem::StrayModifier(character)));
            }
            '\\' => {
                self.bump('\\');
                let Some(escaped) = self.peek() else {
                    return Err(self.error(self.position, PatternProblem::Unbalanced('\\')));
                };
                self.text.push(escaped);
                self.bump(escaped);
            }
            _ => {
                self.text.push(character);
                self.bump(character);
            }
        }
        Ok(())
    }

    fn modifier(&mut self) -> Option<char> {
        let modifier = self.peek().filter(|c| matches!(c, '*' | '+' | '?'))?;
        self.bump(modifier);
        Some(modifier)
    }

    fn end_text(&mut self) {
        if !self.text.is_empty() {
            self.parts.push(Part::Text(std::mem::take(&mut self.text)));
        }
    }

    fn rest(&self) -> &str {
        self.pattern.get(self.position..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    const fn bump(&mut self, character: char) {
        self.position += character.len_utf8();
    }

    fn error(&self, position: usize, problem: PatternProblem) -> PatternError {
        PatternError {
            pattern: self.pattern.to_owned(),
            position,
            problem,
        }
    }
}
