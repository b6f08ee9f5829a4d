//! Takes the text of a pattern apart, as path-to-regexp 6 reads it.

use super::error::PatternError;

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
    // The reference takes such a pattern, and matches nothing.
    if matches!(parser.parts.first(), Some(Part::Text(text)) if !text.starts_with('/')) {
        let advice = format!("write `/{pattern}`");
        return Err(parser.error(0, "every path begins with `/`", advice));
    }
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
            ':' | '(' => self.group(self.position, String::new(), false),
            '/' | '.' => {
                self.bump(character);
                // Just before a parameter they belong to it, unless they were escaped.
                if matches!(self.peek(), Some(':' | '(')) {
                    self.group(self.position, character.into(), false)
                } else {
                    self.text.push(character);
                    Ok(())
                }
            }
            '{' => {
                self.end_text();
                let position = self.position;
                self.bump('{');
                let prefix = self.plain_text()?;
                self.group(position, prefix, true)
            }
            '}' => Err(self.unbalanced(self.position, '}')),
            _ => self.character(character),
        }
    }

    /// A parameter, an expression, or both (`:id(\d+)`) behind a prefix. In braces a suffix may follow.
    fn group(
        &mut self,
        position: usize,
        prefix: String,
        is_braced: bool,
    ) -> Result<(), PatternError> {
        self.end_text();
        let name = self.name()?;
        let value = match self.expression()? {
            Some(expression) => Value::Expression(expression),
            None if name.is_empty() => Value::Nothing,
            None => self.segment(&prefix, position)?,
        };
        let mut suffix = String::new();
        if is_braced {
            suffix = self.plain_text()?;
            if self.peek() != Some('}') {
                return Err(self.unbalanced(position, '{'));
            }
            self.bump('}');
        }
        let modifier = self.peek().filter(|c| matches!(c, '*' | '+' | '?'));
        if let Some(modifier) = modifier {
            self.bump(modifier);
        }
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
                return Err(self.error(
                    position,
                    "two parameters have nothing between them",
                    "put `/` or other text between them, or give the second its own `(expression)`",
                ));
            }
            None => "",
        };
        let mut characters = before.chars();
        match (characters.next(), characters.next()) {
            (None, _) => Ok(Value::Segment(None)),
            _ if before.contains(DELIMITERS) => Ok(Value::Segment(None)),
            (Some(one), None) => Ok(Value::Segment(Some(one))),
            _ => Err(self.error(
                position,
                format!("a parameter after `{before}` needs an expression of its own"),
                "give the parameter its own expression, such as `:name([a-z]+)`",
            )),
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
        let is_other = |c: char| !c.is_ascii_alphanumeric() && c != '_';
        let name = rest.split(is_other).next().unwrap_or_default().to_owned();
        if name.is_empty() {
            return Err(self.error(
                position,
                "`:` has no parameter name after it",
                "write `:name`, or `\\:` for the character itself",
            ));
        }
        self.position += name.len();
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
            return Err(self.error(
                opening,
                "a group must not be empty or begin with `?`",
                "write the expression itself, such as `(v1|v2)`",
            ));
        }
        let mut depth = 1;
        while let Some(character) = self.peek() {
            let position = self.position;
            self.bump(character);
            match character {
                '\\' => {
                    self.escaped()?;
                }
                '(' => {
                    self.inner_group(position)?;
                    depth += 1;
                }
                ')' if depth == 1 => return Ok(Some(self.pattern[start..position].to_owned())),
                ')' => depth -= 1,
                _ => {}
            }
        }
        Err(self.unbalanced(opening, '('))
    }

    /// The character behind a backslash.
    fn escaped(&mut self) -> Result<char, PatternError> {
        let Some(character) = self.peek() else {
            return Err(self.unbalanced(self.position, '\\'));
        };
        self.bump(character);
        Ok(character)
    }

    /// Only `(?:` may stand inside an expression.
    fn inner_group(&self, position: usize) -> Result<(), PatternError> {
        const LOOK_AROUND: [&str; 4] = ["?=", "?!", "?<=", "?<!"];
        let rest = self.rest();
        if rest.starts_with("?:") {
            return Ok(());
        }
        let looks_around = LOOK_AROUND.iter().any(|start| rest.starts_with(start));
        let (problem, advice) = if looks_around {
            (
                "look-around is not supported",
                "list the paths that are meant, such as `/dashboard/:path*`; static files need no pattern",
            )
        } else {
            (
                "a group inside a group must not capture",
                "write `(?:` for a group inside a group",
            )
        };
        Err(self.error(position, problem, advice))
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
        if matches!(character, '*' | '+' | '?') {
            return Err(self.stray(character));
        }
        self.bump(character);
        let character = match character {
            '\\' => self.escaped()?,
            _ => character,
        };
        self.text.push(character);
        Ok(())
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

    fn stray(&self, modifier: char) -> PatternError {
        let (before, after) = self.pattern.split_at(self.position);
        let base = before.trim_end_matches('/');
        let whole = if base.is_empty() { "/" } else { base };
        let advice = match after {
            "*" | "**" => format!("write `{base}/:path*` for `{whole}` and everything below it"),
            _ => format!("write `\\{modifier}` for the character itself"),
        };
        let problem = format!("`{modifier}` follows neither a parameter nor a group");
        self.error(self.position, problem, advice)
    }

    fn unbalanced(&self, position: usize, bracket: char) -> PatternError {
        let problem = format!("`{bracket}` has no counterpart");
        let advice = format!("close it, or write `\\{bracket}` for the character itself");
        self.error(position, problem, advice)
    }

    fn error(
        &self,
        position: usize,
        problem: impl Into<String>,
        advice: impl Into<String>,
    ) -> PatternError {
        PatternError::new(self.pattern, position, problem, advice)
    }
}
