//! The functions of a source, and the closures in it: what they take, what they do, and what is said above them.

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::RangeInclusive;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

use super::tokens::{DEEPEST, LONGEST, behind_item, is_test, joined, parenthesis};
use crate::source::front;

/// In bytes, of all bodies, though one stands in the other: more is nothing that somebody wrote.
const MOST: usize = 64 * 1024 * 1024;

/// What a source has beside its calls.
#[derive(Default)]
pub struct Functions {
    pub functions: Vec<Function>,
    pub impls: Vec<Impl>,
    /// `type Admin = Allowed<Staff>`: the name, and the words of what it stands for.
    pub aliases: Vec<(String, Vec<String>)>,
    /// The types that it defines, and what it has by name from elsewhere in the app.
    pub own: Vec<String>,
    /// The fields of its types.
    pub fields: Vec<Input>,
    /// The bytes of all bodies so far.
    held: usize,
    /// The places of the functions, by their names.
    named: OnceCell<HashMap<String, Vec<usize>>>,
    /// The lines in which closures begin, and their places.
    closures: OnceCell<Vec<(usize, usize)>>,
}

/// `impl<S>FromRequest<S>for Staff`
pub struct Impl {
    /// As tokens without white space.
    pub head: String,
    /// The text between its braces.
    pub body: String,
}

/// A function or a closure.
#[derive(Clone)]
pub struct Function {
    /// Its name; `closure in line 3`, as the routes call one.
    pub name: String,
    /// What stands in each `#[…]` above it, as tokens without white space.
    pub attributes: Vec<String>,
    /// The text between its first brackets.
    pub inputs: String,
    /// The text of its body, without the braces.
    pub body: String,
    /// From its name to its end, counted from 1.
    pub lines: RangeInclusive<usize>,
}

/// What a function takes: the names of `Path(id): Path<String>`, and the words of its type.
pub struct Input {
    pub names: Vec<String>,
    pub of: Vec<String>,
}

impl Functions {
    /// Those of a name.
    pub fn named(&self, name: &str) -> impl ExactSizeIterator<Item = &Function> {
        let named = self.named.get_or_init(|| {
            let mut named: HashMap<String, Vec<usize>> = HashMap::new();
            let functions = self.functions.iter().enumerate();
            for (at, one) in functions.filter(|(_, one)| one.is_named()) {
                named.entry(one.name.clone()).or_default().push(at);
            }
            named
        });
        let places = named.get(name).map_or(&[][..], Vec::as_slice);
        places.iter().map(|at| &self.functions[*at])
    }

    /// What a function takes, and what the closures in it take that say of what type it is.
    pub fn taken_in(&self, function: &Function) -> Vec<Input> {
        let closures = self.closures.get_or_init(|| {
            let functions = self.functions.iter().enumerate();
            let closures = functions.filter(|(_, one)| !one.is_named());
            let mut closures: Vec<_> = closures.map(|(at, one)| (*one.lines.start(), at)).collect();
            closures.sort_unstable();
            closures
        });
        let first = closures.partition_point(|(line, _)| line < function.lines.start());
        let closures = closures.iter().skip(first);
        let closures = closures.take_while(|(line, _)| line <= function.lines.end());
        let closures = closures.map(|(_, at)| &self.functions[*at]);
        let closures = closures.filter(|one| one.lines.end() <= function.lines.end());
        let typed = closures.flat_map(Function::takes);
        let typed = typed.filter(|input| !input.of.is_empty());
        function.takes().into_iter().chain(typed).collect()
    }

    /// Reads a source, without comments and tests; of one that is no Rust nothing.
    pub fn of(text: &str) -> Self {
        let (before, text) = text.split_at_checked(front(text)).unwrap_or_default();
        let mut found = Self::default();
        if let Ok(tokens) = text.parse::<TokenStream>() {
            let lines = before.matches('\n').count();
            found.tokens(&Vec::from_iter(tokens), text, lines, 0);
        }
        found
    }

    /// The smallest function around each line.
    pub fn around(&self) -> Vec<Option<&Function>> {
        let named = self.functions.iter().filter(|one| one.is_named());
        let mut named: Vec<_> = named.collect();
        // The first of the smallest is written last.
        named.reverse();
        named.sort_by_key(|one| Reverse(one.lines.end() - one.lines.start()));
        let last = named.iter().map(|one| *one.lines.end()).max();
        let mut lines = vec![None; last.map_or(0, |last| last + 1)];
        for one in named {
            let own = lines.get_mut(one.lines.clone());
            own.into_iter().flatten().for_each(|line| *line = Some(one));
        }
        lines
    }

    fn tokens(&mut self, tokens: &[TokenTree], text: &str, before: usize, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let (mut at, mut attributes) = (0, Vec::new());
        while let Some(token) = tokens.get(at) {
            if is_test(tokens, at) {
                at = behind_item(tokens, at);
                continue;
            }
            let found = match token {
                TokenTree::Ident(word) if *word == "fn" => function(tokens, at, text),
                TokenTree::Punct(_) => closure(tokens, at, text, before),
                _ => None,
            };
            if let Some(mut function) = found.filter(|_| self.held < MOST) {
                self.held += function.body.len();
                function.lines = function.lines.start() + before..=function.lines.end() + before;
                if function.is_named() {
                    function.attributes = std::mem::take(&mut attributes);
                }
                self.functions.push(function);
            }
            match token {
                TokenTree::Ident(word) if *word == "impl" && self.held < MOST => {
                    let is_body = |token: &&TokenTree| !is_braced(token);
                    let head = tokens.iter().skip(at).take(LONGEST).take_while(is_body);
                    let body = tokens.get(at + head.clone().count());
                    let body = body.map(|body| inside(text, body.span()));
                    let (head, body) = (joined(head.cloned().collect()), body.unwrap_or_default());
                    self.held += body.len();
                    self.impls.push(Impl { head, body });
                }
                TokenTree::Ident(word) => self.item(&word.to_string(), tokens, at),
                TokenTree::Group(group) => {
                    let is_attribute = group.delimiter() == Delimiter::Bracket
                        && sign(tokens, at.wrapping_sub(1)) == '#';
                    match is_attribute {
                        true => attributes.push(joined(group.stream())),
                        false if is_braced(token) => attributes.clear(),
                        false => {}
                    }
                    self.tokens(&Vec::from_iter(group.stream()), text, before, depth + 1);
                }
                TokenTree::Punct(punct) if punct.as_char() == ';' => attributes.clear(),
                _ => {}
            }
            at += 1;
        }
    }
}

impl Functions {
    /// An item that is neither a function nor an implementation.
    fn item(&mut self, word: &str, tokens: &[TokenTree], at: usize) {
        let is_end =
            |at: &usize| sign(tokens, *at) == ';' || tokens.get(*at).is_some_and(is_braced);
        let last = tokens.len().min(at + LONGEST);
        let end = || (at..last).find(is_end).unwrap_or(last);
        let Some(TokenTree::Ident(name)) = tokens.get(at + 1) else {
            return;
        };
        let said = |end: usize| {
            let said = tokens.get(at + 1..end).unwrap_or_default();
            words_of(said.iter().cloned().collect())
        };
        match word {
            "type" => {
                let mut said = said(end()).into_iter();
                self.aliases
                    .extend(said.next().map(|name| (name, said.collect())));
            }
            "struct" | "enum" => {
                self.own.push(name.to_string());
                if let Some(TokenTree::Group(fields)) = tokens.get(end()) {
                    self.fields.extend(typed(fields.stream()));
                }
            }
            // `use crate::table::{Request, Row};`
            "use" if ["crate", "self", "super"].iter().any(|own| name == own) => {
                let end = (at..last).find(|at| sign(tokens, *at) == ';');
                self.own.extend(said(end.unwrap_or(last)));
            }
            _ => {}
        }
    }
}

impl Impl {
    /// The type that it is for: `Staff`.
    pub fn of(&self) -> &str {
        let of = match self.head.rsplit_once("for ") {
            Some((_, of)) => of,
            None => {
                let rest = self.head.strip_prefix("impl").unwrap_or_default();
                let mut open = 0_usize;
                rest.trim_start_matches(|c| {
                    open += usize::from(c == '<');
                    let is_inside = open > 0;
                    open -= usize::from(c == '>' && is_inside);
                    is_inside
                })
            }
        };
        let of = of.trim_start().split(['<', ' ']).next().unwrap_or_default();
        of.rsplit("::").next().unwrap_or_default()
    }
}

impl Function {
    /// False for a closure.
    pub fn is_named(&self) -> bool {
        !self.name.contains(' ')
    }

    /// What it takes, one by one.
    pub fn takes(&self) -> Vec<Input> {
        taken(&self.inputs)
    }
}

/// What stands between the brackets of a function, one by one.
pub fn taken(inputs: &str) -> Vec<Input> {
    typed(inputs.parse().unwrap_or_default())
}

/// Names with their types, between commas.
fn typed(tokens: TokenStream) -> Vec<Input> {
    let mut found: Vec<Input> = Vec::new();
    let tokens = Vec::from_iter(tokens);
    let mut at = 0;
    while at < tokens.len() {
        let end = (at..tokens.len()).find(|at| sign(&tokens, *at) == ',');
        let piece = tokens
            .get(at..end.unwrap_or(tokens.len()))
            .unwrap_or_default();
        let is_colon = |at: &usize| {
            let beside = [at.wrapping_sub(1), at + 1].map(|at| sign(piece, at));
            sign(piece, *at) == ':' && !beside.contains(&':')
        };
        let text = |tokens: &[TokenTree]| words_of(tokens.iter().cloned().collect());
        match (0..piece.len()).find(is_colon) {
            Some(colon) => found.push(Input {
                names: text(&piece[..colon]),
                of: text(&piece[colon..]),
            }),
            // The comma was one between angle brackets.
            None => found
                .last_mut()
                .into_iter()
                .for_each(|last| last.of.extend(text(piece))),
        }
        at += piece.len() + 1;
    }
    found
}

/// The words of a code: names of all kinds, but nothing of its comments and texts.
pub fn words(text: &str) -> Vec<String> {
    words_of(text.parse().unwrap_or_default())
}

fn words_of(tokens: TokenStream) -> Vec<String> {
    let (mut words, mut open) = (Vec::new(), vec![tokens.into_iter()]);
    while let Some(tokens) = open.last_mut() {
        match tokens.next() {
            Some(TokenTree::Ident(word)) => words.push(word.to_string()),
            Some(TokenTree::Group(group)) => open.push(group.stream().into_iter()),
            Some(_) => {}
            None => drop(open.pop()),
        }
    }
    words
}

fn sign(tokens: &[TokenTree], at: usize) -> char {
    match tokens.get(at) {
        Some(TokenTree::Punct(punct)) => punct.as_char(),
        _ => ' ',
    }
}

fn is_braced(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

fn between(text: &str, start: usize, end: usize) -> String {
    text.get(start..end).unwrap_or_default().to_owned()
}

/// The text of a group without its brackets.
fn inside(text: &str, span: Span) -> String {
    let bytes = span.byte_range();
    between(text, bytes.start + 1, bytes.end.saturating_sub(1))
}

/// The function whose `fn` stands here, if it has a name and a body.
fn function(tokens: &[TokenTree], at: usize, text: &str) -> Option<Function> {
    let TokenTree::Ident(name) = tokens.get(at + 1)? else {
        return None;
    };
    // Brackets among the type parameters are those of `F: Fn(u8)`.
    let mut angles = 0_usize;
    let first = (at + 2..tokens.len().min(at + LONGEST)).find(|at| {
        match (sign(tokens, at - 1), sign(tokens, *at)) {
            (_, '<') => angles += 1,
            ('-', '>') => {}
            (_, '>') => angles = angles.saturating_sub(1),
            _ => {}
        }
        angles == 0 && parenthesis(tokens.get(*at)).is_some()
    })?;
    let mut rest = tokens.iter().skip(first).take(LONGEST);
    let inputs = rest.next()?.span();
    let is_end = |token: &&TokenTree| {
        is_braced(token) || matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';')
    };
    let body = rest.find(is_end).filter(|token| is_braced(token))?.span();
    Some(Function {
        name: name.to_string(),
        attributes: Vec::new(),
        inputs: inside(text, inputs),
        body: inside(text, body),
        lines: name.span().start().line..=body.end().line,
    })
}

/// The closure that begins with this sign.
fn closure(tokens: &[TokenTree], at: usize, text: &str, before: usize) -> Option<Function> {
    let is_start = match at.checked_sub(1).and_then(|at| tokens.get(at)) {
        None => true,
        Some(TokenTree::Ident(word)) => ["move", "return"].iter().any(|known| word == known),
        Some(TokenTree::Punct(punct)) => matches!(punct.as_char(), ',' | '=' | '('),
        Some(_) => false,
    };
    if !is_start || sign(tokens, at) != '|' {
        return None;
    }
    let near = |at: usize| at + 1..tokens.len().min(at + LONGEST);
    let close = near(at).find(|at| sign(tokens, *at) == '|')?;
    let last = near(close).take_while(|at| !matches!(sign(tokens, *at), ',' | ';'));
    let [start, end, last] =
        [at, close, last.last()?].map(|at| tokens.get(at).map(TokenTree::span));
    let (start, end, last) = (start?, end?, last?);
    Some(Function {
        name: format!("closure in line {}", start.start().line + before),
        attributes: Vec::new(),
        inputs: between(text, start.byte_range().end, end.byte_range().start),
        body: between(text, end.byte_range().end, last.byte_range().end),
        lines: start.start().line..=last.end().line,
    })
}
