//! Where a source uses the community's crate, by its tokens: they are right inside of macros too.

use std::ops::Range;

use proc_macro2::{Delimiter, Spacing, Span, TokenStream, TokenTree};

use crate::source::parsed;

/// One use, and the bytes that it takes.
#[derive(Debug)]
pub struct Use {
    pub kind: Kind,
    pub at: Range<usize>,
}

#[derive(Debug)]
pub enum Kind {
    /// The layer, the middleware or the guard's settings are made.
    Gate(Gate),
    /// A handler takes the claims; what it could take instead, if that is plain.
    Claims(Option<String>),
    /// Tokens are checked by hand.
    ByHand,
    /// Names are imported that only the gate needs.
    Import,
    /// Something else of the crate is imported or named: calls to Clerk's Backend API.
    Backend,
}

/// The arguments of the gate.
#[derive(Debug, Default)]
pub struct Gate {
    pub list: List,
    /// True if the session cookie counts, where the source says it.
    pub takes_cookie: Option<bool>,
    /// The variable that it is kept in until it is handed on.
    pub variable: Option<String>,
}

/// The paths that the gate protects.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum List {
    All,
    Paths(Vec<String>),
    /// It is made somewhere else.
    #[default]
    Unknown,
}

const GATES: [&str; 4] = [
    "ClerkLayer",
    "ClerkMiddleware",
    "ClerkGuardConfig",
    "ClerkPoemMiddleware",
];
const CHECKS: [&str; 3] = ["ClerkAuthorizer", "validate_jwt", "validate_jwt_with_key"];
/// What hands a gate to an app.
const HANDED: [&str; 5] = ["layer", "route_layer", "wrap", "manage", "with"];

/// All uses in a text, in order. What does not parse, or is nested too deeply, has none.
pub fn uses(text: &str, crate_name: &str) -> Vec<Use> {
    let Some(stream) = parsed::<TokenStream>(text) else {
        return Vec::new();
    };
    let tokens: Vec<_> = stream.into_iter().collect();
    let mut found = Found {
        crate_name,
        // The core has types of these names too.
        names_crate: text.contains(crate_name),
        uses: Vec::new(),
    };
    found.walk(&tokens, &[], 0);
    found.uses.sort_by_key(|one| one.at.start);
    found.uses
}

/// What stands in front of brackets, and where these close.
type Around<'a> = (&'a [TokenTree], usize);

struct Found<'a> {
    crate_name: &'a str,
    names_crate: bool,
    uses: Vec<Use>,
}

impl Found<'_> {
    /// Walks a run of tokens; `before` is what stands in front of the brackets around them, which close at `end`.
    fn walk(&mut self, tokens: &[TokenTree], before: &[TokenTree], end: usize) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let (done, rest) = tokens.split_at(at);
            match token {
                TokenTree::Ident(word) if word == "use" => {
                    let end = rest.iter().position(|token| is_punct(token, ';'));
                    let import = rest.get(..end.map_or(rest.len(), |end| end + 1));
                    self.import(import.unwrap_or(rest));
                    at += end.unwrap_or(rest.len());
                }
                TokenTree::Ident(word) => {
                    self.word(&word.to_string(), done, rest, (before, end));
                }
                TokenTree::Group(group) => {
                    let inner: Vec<_> = group.stream().into_iter().collect();
                    self.walk(&inner, done, bytes(group.span()).end);
                }
                _ => {}
            }
            at += 1;
        }
    }

    fn word(&mut self, word: &str, done: &[TokenTree], rest: &[TokenTree], around: Around<'_>) {
        if self.names_crate && GATES.contains(&word) {
            if let Some((gate, at)) = gate(done, rest, around) {
                self.push(Kind::Gate(gate), at);
            }
        } else if word == "ClerkJwt" || word == "ClerkGuard" {
            let (new, at) = claims(word, done, rest);
            self.push(Kind::Claims(new), at);
        } else if CHECKS.contains(&word) {
            self.push(Kind::ByHand, span(rest, 1));
        } else if word == self.crate_name && !leads_to_validators(rest) {
            self.push(Kind::Backend, span(rest, 1));
        }
    }

    fn import(&mut self, tokens: &[TokenTree]) {
        let words = words(tokens);
        if !words.iter().any(|word| word == self.crate_name) {
            return;
        }
        let calls = ["apis", "endpoints", "models", "ClerkModels"];
        let calls_clerk = words.iter().any(|word| calls.contains(&word.as_str()));
        let kind = if calls_clerk {
            Kind::Backend
        } else {
            Kind::Import
        };
        self.push(kind, span(tokens, tokens.len()));
    }

    fn push(&mut self, kind: Kind, at: Range<usize>) {
        self.uses.push(Use { kind, at });
    }
}

/// `ClerkLayer::new(…)`, with the call or the statement that it is a part of.
fn gate(
    done: &[TokenTree],
    rest: &[TokenTree],
    (before, end): Around<'_>,
) -> Option<(Gate, Range<usize>)> {
    let [
        _,
        colon,
        _,
        TokenTree::Ident(new),
        TokenTree::Group(arguments),
        ..,
    ] = rest
    else {
        return None;
    };
    if !is_punct(colon, ':') || new != "new" || arguments.delimiter() != Delimiter::Parenthesis {
        return None;
    }
    let stream: Vec<_> = arguments.stream().into_iter().collect();
    let arguments: Vec<_> = stream.split(|token| is_punct(token, ',')).collect();
    let mut gate = Gate::default();
    for argument in &arguments {
        match argument {
            [TokenTree::Ident(word)] if word == "true" || word == "false" => {
                gate.takes_cookie = Some(word == "true");
            }
            [TokenTree::Ident(word)] if word == "None" => gate.list = List::All,
            [TokenTree::Ident(word), TokenTree::Group(list)] if word == "Some" => {
                gate.list = paths(list.stream());
            }
            _ => {}
        }
    }
    let own = span(rest, 5);
    if let [.., dot, TokenTree::Ident(method)] = before
        && is_punct(dot, '.')
        && HANDED.iter().any(|handed| method == handed)
    {
        return Some((gate, bytes(dot.span()).start..end));
    }
    let start = done.iter().rposition(ends_statement).map_or(0, |at| at + 1);
    let statement = done.get(start..).unwrap_or_default();
    if let [TokenTree::Ident(word), name, ..] = statement
        && word == "let"
    {
        gate.variable = Some(name.to_string());
        let end = rest.iter().find(|token| is_punct(token, ';'));
        let end = end.map_or(own.end, |end| bytes(end.span()).end);
        return Some((gate, bytes(word.span()).start..end));
    }
    Some((gate, own))
}

/// The texts of a list of paths; a list of anything else is made elsewhere.
fn paths(list: TokenStream) -> List {
    let mut found = Vec::new();
    let mut open = vec![list];
    while let Some(stream) = open.pop() {
        for token in stream {
            match token {
                TokenTree::Group(group) => open.push(group.stream()),
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    let text = text.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
                    found.extend(text.map(|text| (bytes(literal.span()).start, text.to_owned())));
                }
                _ => {}
            }
        }
    }
    found.sort();
    match found.is_empty() {
        true => List::Unknown,
        false => List::Paths(found.into_iter().map(|(_, path)| path).collect()),
    }
}

/// What a handler says, as far as it would say something else.
fn claims(word: &str, done: &[TokenTree], rest: &[TokenTree]) -> (Option<String>, Range<usize>) {
    let own = span(rest, 1);
    if word == "ClerkGuard" {
        let close = rest.iter().position(|token| is_punct(token, '>'));
        let end = close.map_or(own.end, |close| span(rest, close + 1).end);
        return (Some("SignedIn".to_owned()), own.start..end);
    }
    // The way to the type: `authorizer::ClerkJwt`.
    let is_way = |token: &TokenTree| matches!(token, TokenTree::Ident(_)) || is_punct(token, ':');
    let open = done.iter().rposition(|token| !is_way(token));
    let (around, close) = match (open.and_then(|open| done.get(..=open)), rest.get(1)) {
        (Some(around), Some(close)) if is_punct(close, '>') => (around, close),
        _ => return (None, own),
    };
    let [head @ .., TokenTree::Ident(holder), _] = around else {
        return (None, own);
    };
    if holder != "Extension" && holder != "ReqData" {
        return (None, own);
    }
    // In front of it a name or a pattern: `Extension(jwt): Extension<ClerkJwt>`, `jwt: web::ReqData<ClerkJwt>`.
    let start = head
        .iter()
        .rposition(|token| is_punct(token, ','))
        .map_or(0, |at| at + 1);
    let argument = head.get(start..).unwrap_or_default();
    let colon = argument.iter().position(
        |token| matches!(token, TokenTree::Punct(it) if it.as_char() == ':' && it.spacing() == Spacing::Alone),
    );
    let name = match argument.get(..colon.unwrap_or(0)) {
        Some([TokenTree::Ident(name)]) => name.to_string(),
        Some([.., TokenTree::Group(pattern)]) => pattern.stream().to_string(),
        _ => return (None, own),
    };
    let start = argument
        .first()
        .map_or(own.start, |first| bytes(first.span()).start);
    let new = format!("SignedIn({}): SignedIn", name.trim());
    (Some(new), start..bytes(close.span()).end)
}

fn ends_statement(token: &TokenTree) -> bool {
    let is_block =
        matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    is_block || is_punct(token, ';')
}

/// True if a path begins with `clerk_rs::validators`, or names what only the gate needs.
fn leads_to_validators(rest: &[TokenTree]) -> bool {
    let [_, _, _, TokenTree::Ident(word), ..] = rest else {
        return false;
    };
    ["validators", "clerk", "ClerkConfiguration"]
        .iter()
        .any(|known| word == known)
}

fn words(tokens: &[TokenTree]) -> Vec<String> {
    let mut found = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(word) => found.push(word.to_string()),
            TokenTree::Group(group) => {
                let inner: Vec<_> = group.stream().into_iter().collect();
                found.extend(words(&inner));
            }
            _ => {}
        }
    }
    found
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

/// The bytes of the first tokens.
fn span(tokens: &[TokenTree], count: usize) -> Range<usize> {
    let mut spans = tokens.iter().take(count).map(|token| bytes(token.span()));
    let first = spans.next().unwrap_or_default();
    first.start..spans.next_back().map_or(first.end, |last| last.end)
}

fn bytes(span: Span) -> Range<usize> {
    span.byte_range()
}
