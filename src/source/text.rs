//! One file: its text, its syntax, and the way from one to the other.

use std::sync::Arc;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

use super::place::{Place, Unread};

/// The deepest nesting of brackets.
const DEEPEST: usize = 150;
/// The most tokens that may hang on each other: syntax grows with them, and so does the stack that reads it.
const MOST_TOKENS: usize = 12_000;

/// A file that was read.
pub struct Text {
    name: Arc<str>,
    text: String,
    /// Bytes in front of what was parsed: the byte order mark and the line of the interpreter.
    shift: usize,
    /// The byte at which each line begins.
    lines: Vec<usize>,
}

impl Text {
    /// Parses a text.
    pub fn parse(name: &str, text: String) -> Result<(Self, syn::File), Unread> {
        let mut lines = vec![0];
        lines.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        let text = Self {
            name: name.into(),
            shift: front(&text),
            text,
            lines,
        };
        let wrong = |span: Span, why: String| Unread::new(&text.place(span), why);
        let tokens: TokenStream = text.text[text.shift..]
            .parse()
            .map_err(|error: proc_macro2::LexError| wrong(error.span(), error.to_string()))?;
        // A short file has not that many tokens.
        if text.text.len() > MOST_TOKENS && is_too_deep(&tokens) {
            let place = text.at(text.shift..text.shift);
            return Err(Unread::new(&place, "it is nested too deeply"));
        }
        match syn::parse2(tokens) {
            Ok(file) => Ok((text, file)),
            Err(error) => Err(wrong(error.span(), format!("it does not parse: {error}"))),
        }
    }

    /// Where a piece of syntax stands.
    pub fn place(&self, span: Span) -> Place {
        let bytes = span.byte_range();
        self.at(bytes.start + self.shift..bytes.end + self.shift)
    }

    fn at(&self, bytes: std::ops::Range<usize>) -> Place {
        Place {
            file: Arc::clone(&self.name),
            line: self.lines.partition_point(|start| *start <= bytes.start),
            bytes: bytes.into(),
        }
    }

    /// The text at a place, in one line and not too long.
    pub fn excerpt(&self, place: &Place) -> String {
        let text = self.text.get(place.bytes.start..place.bytes.end);
        let words: Vec<_> = text.unwrap_or_default().split_whitespace().collect();
        let text = words.join(" ");
        match text.char_indices().nth(40) {
            Some((at, _)) => format!("{}\u{2026}", &text[..at]),
            None => text,
        }
    }
}

/// The length of a byte order mark and of the line that names an interpreter.
fn front(text: &str) -> usize {
    let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let rest = &text[mark..];
    // `#![…]` is an attribute.
    let is_attribute = rest
        .strip_prefix("#!")
        .is_none_or(|rest| rest.trim_start().starts_with('['));
    match rest.find('\n') {
        _ if is_attribute => mark,
        Some(end) => mark + end,
        None => text.len(),
    }
}

/// Whether reading this could need more stack than there is. Neither lexing nor this does.
fn is_too_deep(tokens: &TokenStream) -> bool {
    // A stream, the tokens since the last border in it, and those of all streams around it.
    let mut open = vec![(tokens.clone().into_iter().peekable(), 0, 0)];
    while let Some((stream, run, around)) = open.last_mut() {
        let Some(token) = stream.next() else {
            open.pop();
            continue;
        };
        *run += 1;
        let all = *run + *around;
        match token {
            TokenTree::Group(group) => {
                if group.delimiter() == Delimiter::Brace && !is_chained(stream.peek()) {
                    *run = 0;
                }
                open.push((group.stream().into_iter().peekable(), 0, all));
            }
            TokenTree::Punct(punct) if matches!(punct.as_char(), ';' | ',') => *run = 0,
            _ => {}
        }
        if all > MOST_TOKENS || open.len() > DEEPEST {
            return true;
        }
    }
    false
}

/// Whether what follows a block hangs on it: `else`, a method, an operator.
fn is_chained(next: Option<&TokenTree>) -> bool {
    match next {
        Some(TokenTree::Ident(word)) => word == "else",
        Some(TokenTree::Punct(punct)) => punct.as_char() != '#',
        _ => false,
    }
}
