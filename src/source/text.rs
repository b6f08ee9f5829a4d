//! One file: its text, its syntax, and the way from one to the other.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use proc_macro2::{Group, LexError, Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Block, Signature, braced};

use super::depth::is_too_deep;
use super::head::{Head, Heads};
use super::outline::outline;
use super::place::{NO_RUST, Place, Unread};

/// A file that was read.
pub struct Text {
    name: Arc<str>,
    text: String,
    /// Bytes in front of what was parsed: the byte order mark and the line of the interpreter.
    shift: usize,
    /// The byte at which each line begins.
    lines: Vec<usize>,
    /// Where the bodies of functions begin that were left out, and these, once one of them is asked for.
    bodies: Vec<usize>,
    heads: Heads,
    /// True if anything in it serves, once that was asked.
    pub serves: OnceCell<bool>,
    left_out: OnceCell<Result<HashMap<usize, Group>, Unread>>,
}

impl Text {
    /// Parses a text, the bodies of its functions later.
    pub fn parse(name: &str, text: String) -> Result<(Self, syn::File), Unread> {
        let mut lines = vec![0];
        lines.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        let mut text = Self {
            name: name.into(),
            shift: front(&text),
            text,
            lines,
            bodies: Vec::new(),
            heads: Heads::default(),
            serves: OnceCell::new(),
            left_out: OnceCell::new(),
        };
        if let Some(outline) = outline(text.source())
            && let Ok(file) = text.file(&outline.text)
        {
            text.bodies = outline.bodies;
            return Ok((text, file));
        }
        // What is wrong is said of the source as it is.
        let file = text.file(text.source())?;
        Ok((text, file))
    }

    /// The part of it that is Rust.
    pub fn source(&self) -> &str {
        &self.text[self.shift..]
    }

    fn file(&self, source: &str) -> Result<syn::File, Unread> {
        syn::parse2(self.tokens(source)?).map_err(|error| self.wrong(&error))
    }

    fn tokens(&self, source: &str) -> Result<TokenStream, Unread> {
        let tokens: TokenStream = source.parse().map_err(|error: LexError| {
            Unread::file(&self.place(error.span()), format!("{NO_RUST}: {error}"))
        })?;
        if is_too_deep(source, &tokens) {
            let place = self.at(self.shift..self.shift);
            return Err(Unread::file(&place, "it is nested too deeply"));
        }
        Ok(tokens)
    }

    fn wrong(&self, error: &syn::Error) -> Unread {
        let place = self.place(error.span());
        Unread::file(&place, format!("{NO_RUST}: {error}"))
    }

    /// Where the body begins that an empty block stands for.
    pub fn leaves_out(&self, block: &Block) -> Option<usize> {
        let start = block.brace_token.span.open().byte_range().start;
        self.bodies.binary_search(&start).is_ok().then_some(start)
    }

    /// What a function says before its body.
    pub fn head(&self, attributes: &[Attribute], signature: &Signature, body: &Block) -> Rc<Head> {
        let name = self.place(signature.ident.span()).bytes;
        let written = self.leaves_out(body);
        let written = written.and_then(|body| self.text.get(name.start..body + self.shift));
        let make = || Head::new(attributes, signature, written);
        self.heads.get(name, make)
    }

    /// Reads a body that was left out.
    pub fn left_out(&self, start: usize) -> Result<Block, Unread> {
        let bodies = self.left_out.get_or_init(|| {
            let tokens = self.tokens(self.source())?;
            let mut found = HashMap::new();
            self.find(tokens, &mut found);
            Ok(found)
        });
        let bodies = bodies.as_ref().map_err(Clone::clone)?;
        let body = bodies
            .get(&start)
            .map(|body| TokenTree::Group(body.clone()));
        code.parse2(body.into_iter().collect())
            .map_err(|error| self.wrong(&error))
    }

    fn find(&self, tokens: TokenStream, found: &mut HashMap<usize, Group>) {
        for token in tokens {
            let TokenTree::Group(group) = token else {
                continue;
            };
            let start = group.span_open().byte_range().start;
            match self.bodies.binary_search(&start) {
                Ok(_) => {
                    found.insert(start, group);
                }
                Err(_) => self.find(group.stream(), found),
            }
        }
    }

    pub fn name(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }

    /// As it was read.
    pub fn whole(&self) -> &str {
        &self.text
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

/// The code of a function. It may begin with attributes, as no other block may.
fn code(input: ParseStream<'_>) -> syn::Result<Block> {
    let inner;
    let brace_token = braced!(inner in input);
    Attribute::parse_inner(&inner)?;
    let stmts = Block::parse_within(&inner)?;
    Ok(Block { brace_token, stmts })
}

/// The length of a byte order mark and of the line that names an interpreter.
pub fn front(text: &str) -> usize {
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
