//! A source as text and as tokens: where a statement begins and ends, how lines are indented and ended.

use std::ops::Range;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

/// One file.
pub struct Source {
    /// With `\n` alone where all lines end in `\r\n`.
    pub text: String,
    is_crlf: bool,
    /// Bytes in front of the tokens: the byte order mark and the line of the interpreter.
    front: usize,
    pub tokens: TokenStream,
    patches: Vec<(Range<usize>, String)>,
}

/// The statement around a place.
pub struct Statement {
    pub bytes: Range<usize>,
    /// True if it, or what it stands in, has a `#[cfg(…)]`.
    pub is_conditional: bool,
}

impl Source {
    pub fn read(text: &str) -> Option<Self> {
        let lines = text.matches('\n').count();
        let is_crlf = lines > 0 && text.matches("\r\n").count() == lines;
        let text = match is_crlf {
            true => text.replace("\r\n", "\n"),
            false => text.to_owned(),
        };
        let front = crate::source::front(&text);
        let tokens = text.get(front..)?.parse().ok()?;
        Some(Self {
            text,
            is_crlf,
            front,
            tokens,
            patches: Vec::new(),
        })
    }

    /// A range of the file as it is here.
    pub fn here(&self, of_file: &str, bytes: Range<usize>) -> Range<usize> {
        let here = |at: usize| match self.is_crlf {
            true => {
                at - of_file
                    .get(..at)
                    .map_or(0, |before| before.matches("\r\n").count())
            }
            false => at,
        };
        here(bytes.start)..here(bytes.end)
    }

    pub fn bytes(&self, span: Span) -> Range<usize> {
        let bytes = span.byte_range();
        bytes.start + self.front..bytes.end + self.front
    }

    pub fn get(&self, bytes: &Range<usize>) -> &str {
        self.text.get(bytes.clone()).unwrap_or_default()
    }

    /// True if it calls a function, `clerk::around(`, anywhere but in comments and texts.
    pub fn calls(&self, called: &str) -> bool {
        let mut words = String::new();
        spell(self.tokens.clone(), &mut words);
        words.contains(called)
    }

    /// True if a place is the first argument of a function.
    pub fn is_given_to(&self, at: &Range<usize>, called: &str) -> bool {
        let before = self.get(&(0..at.start)).trim_end();
        let line = before.rsplit('\n').next().unwrap_or_default();
        before.ends_with(called) && !line.contains("//")
    }

    /// The value that a variable was bound to last before a place, in the blocks around it.
    pub fn bound(&self, at: &Range<usize>, name: &str) -> Option<&str> {
        let mut found = None;
        let mut tokens: Vec<_> = self.tokens.clone().into_iter().collect();
        loop {
            for statement in statements(&tokens) {
                let (Some(value), Some(last)) = (value_of(statement, name), statement.last())
                else {
                    continue;
                };
                let bytes = self.bytes(value.span()).start..self.bytes(last.span()).end;
                if bytes.end <= at.start {
                    found = Some(bytes);
                }
            }
            let Some(group) = self.around(at, &tokens) else {
                break;
            };
            tokens = group.stream().into_iter().collect();
        }
        found.map(|bytes| self.get(&bytes).trim_end_matches(';'))
    }

    /// The brackets among these tokens that a place stands in.
    fn around(&self, at: &Range<usize>, tokens: &[TokenTree]) -> Option<Group> {
        tokens.iter().find_map(|token| match token {
            TokenTree::Group(group) => {
                let bytes = self.bytes(group.span());
                (bytes.start < at.start && at.end < bytes.end).then(|| group.clone())
            }
            _ => None,
        })
    }

    /// The number of its line, from 1.
    pub fn line(&self, at: usize) -> usize {
        self.get(&(0..at)).matches('\n').count() + 1
    }

    /// Puts texts in the place of ranges, which do not meet.
    pub fn put(&mut self, patches: Vec<(Range<usize>, String)>) {
        self.patches.extend(patches);
    }

    /// The new text, if anything was put.
    pub fn changed(&self) -> Option<String> {
        if self.patches.is_empty() {
            return None;
        }
        let mut patches: Vec<_> = self.patches.iter().collect();
        patches.sort_by_key(|(at, _)| at.start);
        let mut text = String::new();
        let mut done = 0;
        for (at, new) in patches {
            text.push_str(self.get(&(done..at.start)));
            text.push_str(new);
            done = at.end;
        }
        text.push_str(self.get(&(done..self.text.len())));
        Some(match self.is_crlf {
            true => text.replace('\n', "\r\n"),
            false => text,
        })
    }

    /// The white space that the line of a place begins with, if nothing else stands before it there.
    pub fn indentation(&self, at: usize) -> Option<&str> {
        let before = self.get(&(self.line_start(at)..at));
        before.trim().is_empty().then_some(before)
    }

    pub fn line_start(&self, at: usize) -> usize {
        self.get(&(0..at)).rfind('\n').map_or(0, |end| end + 1)
    }

    pub fn line_end(&self, at: usize) -> usize {
        let rest = self.get(&(at..self.text.len()));
        let length = rest.find('\n').unwrap_or(rest.len());
        at + rest
            .get(..length)
            .unwrap_or_default()
            .trim_end_matches('\r')
            .len()
    }

    /// One step of indentation, as the first indented line has it.
    pub fn step(&self) -> &str {
        let lines = self.text.lines();
        let mut starts = lines.map(|line| {
            let rest = line.trim_start_matches([' ', '\t']);
            (
                line.get(..line.len() - rest.len()).unwrap_or_default(),
                rest,
            )
        });
        let first = starts.find(|(start, rest)| {
            !start.is_empty() && !rest.is_empty() && !rest.starts_with(['*', '/'])
        });
        match first {
            Some((start, _)) if start.starts_with('\t') => "\t",
            Some((start, _)) if start.len() <= 8 => start,
            _ => "    ",
        }
    }

    /// The statement of the innermost block that a place stands in.
    pub fn statement(&self, at: &Range<usize>) -> Statement {
        let mut found = Statement {
            bytes: 0..self.text.len(),
            is_conditional: false,
        };
        let mut tokens: Vec<_> = self.tokens.clone().into_iter().collect();
        let mut is_block = true;
        loop {
            if is_block {
                let mut all = statements(&tokens);
                let own = all.find(|statement| {
                    let ends = statement.last().map(|token| self.bytes(token.span()).end);
                    ends.is_some_and(|end| at.start < end)
                });
                if let Some([first, .., last] | [first @ last]) = own {
                    found.bytes = self.bytes(first.span()).start..self.bytes(last.span()).end;
                    found.is_conditional |= own.is_some_and(is_conditional);
                }
            }
            let Some(group) = self.around(at, &tokens) else {
                return found;
            };
            is_block = group.delimiter() == Delimiter::Brace;
            tokens = group.stream().into_iter().collect();
        }
    }
}

/// The statements or items of a block. What it takes for two may be one; it is parsed before it is believed.
pub fn statements(tokens: &[TokenTree]) -> impl Iterator<Item = &[TokenTree]> {
    let mut rest = tokens;
    std::iter::from_fn(move || {
        let mut end = 0;
        for (at, token) in rest.iter().enumerate() {
            end = at + 1;
            let next = rest.get(end);
            let is_end = match token {
                TokenTree::Punct(punct) => punct.as_char() == ';',
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => match next {
                    Some(TokenTree::Ident(word)) => *word != "else" && *word != "as",
                    Some(TokenTree::Punct(punct)) => punct.as_char() == '#',
                    _ => false,
                },
                _ => false,
            };
            if is_end {
                break;
            }
        }
        let (first, others) = rest.split_at_checked(end).filter(|_| end > 0)?;
        rest = others;
        Some(first)
    })
}

/// The first token of what a statement gives a variable: `let mut app = …;` or `app = …;`.
fn value_of<'a>(statement: &'a [TokenTree], name: &str) -> Option<&'a TokenTree> {
    let is_word =
        |token: &TokenTree, word: &str| matches!(token, TokenTree::Ident(own) if own == word);
    let is_sign =
        |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == '=');
    let mut tokens = statement.iter();
    let named = tokens.find(|token| !is_word(token, "let") && !is_word(token, "mut"));
    let is_named = named.is_some_and(|token| is_word(token, name));
    tokens.find(|token| is_sign(token)).filter(|_| is_named)?;
    tokens.next()
}

/// Tokens without white space, comments and texts.
fn spell(tokens: TokenStream, into: &mut String) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                into.push('(');
                spell(group.stream(), into);
                into.push(')');
            }
            TokenTree::Literal(_) => into.push('_'),
            other => into.push_str(&other.to_string()),
        }
    }
}

/// True if `#[cfg(…)]` is among the attributes that it begins with.
pub fn is_conditional(tokens: &[TokenTree]) -> bool {
    attributes(tokens).any(|name| name == "cfg")
}

/// The names of the attributes that it begins with: `cfg`, `macro_use`.
pub fn attributes(tokens: &[TokenTree]) -> impl Iterator<Item = String> {
    let pairs = tokens.chunks(2).map_while(|pair| match pair {
        [TokenTree::Punct(mark), TokenTree::Group(group)] if mark.as_char() == '#' => {
            Some(group.stream().into_iter().next())
        }
        _ => None,
    });
    pairs.flatten().map(|name| name.to_string())
}

/// The width of a text. A tab counts as four.
pub fn columns(text: &str) -> usize {
    text.chars().map(|c| if c == '\t' { 4 } else { 1 }).sum()
}
