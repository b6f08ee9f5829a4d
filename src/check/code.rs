//! A Rust source as rules see it: its chains of calls and its texts, wherever they stand, without comments and tests.

pub mod bound;
pub mod functions;
pub mod named;
pub mod statements;
mod telling;
mod tokens;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::sources::Source;
use crate::source::{NO_RUST, front, with_deep_stack};
use telling::Telling;
use tokens::{DEEPEST, behind_item, is_test, joined, parenthesis, path, text_of};

/// A source, taken apart.
pub struct Code {
    /// Its path below the root, fit for a screen.
    pub shown: String,
    pub chains: Vec<Chain>,
    /// `info!(…)`
    pub macros: Vec<Call>,
    pub texts: Vec<Text>,
}

/// `CorsLayer::new().allow_origin(Any)`
pub struct Chain {
    pub calls: Vec<Call>,
}

/// One link of a chain.
pub struct Call {
    /// The name of a method, or the path that a chain begins with.
    pub name: String,
    /// The tokens between the brackets, without white space.
    pub arguments: String,
    /// False for a field among the methods.
    pub is_called: bool,
    /// Counted from 1.
    pub line: usize,
    pub end: End,
}

/// Where a call ends.
#[derive(Clone, Copy)]
pub struct End {
    /// Counted from 1.
    pub line: usize,
    /// The characters of the line up to there.
    pub column: usize,
}

/// A text in quotes.
pub struct Text {
    pub text: String,
    /// Counted from 1.
    pub line: usize,
}

impl Code {
    /// Takes the sources of an app apart that may matter to a rule; the places of those that are no Rust, and why.
    pub fn all(sources: &[&Source]) -> (Vec<Self>, Vec<(String, String)>) {
        let read = || {
            let (mut all, mut unread) = (Vec::new(), Vec::new());
            let telling = Telling::new();
            let is_telling = |source: &&&Source| telling.is_in(source.text.as_bytes());
            for source in sources.iter().filter(is_telling) {
                match Self::of(&source.shown, &source.text) {
                    Ok(code) => all.push(code),
                    Err(why) => unread.push((source.shown.clone(), why)),
                }
            }
            (all, unread)
        };
        with_deep_stack(read).unwrap_or_default()
    }

    /// Takes one source apart.
    pub fn of(shown: &str, text: &str) -> Result<Self, String> {
        let (before, text) = text.split_at_checked(front(text)).unwrap_or_default();
        let tokens: TokenStream = text.parse().map_err(|_| NO_RUST.to_owned())?;
        let mut code = Self {
            shown: shown.to_owned(),
            chains: Vec::new(),
            macros: Vec::new(),
            texts: Vec::new(),
        };
        let lines = before.matches('\n').count();
        let tokens: Vec<_> = tokens.into_iter().collect();
        match code.tokens(&tokens, lines, 0) {
            true => Ok(code),
            false => Err("it is nested too deeply".to_owned()),
        }
    }

    /// The place of a line.
    pub fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.shown)
    }

    /// Reads the tokens between two brackets. False if they are nested too deeply.
    fn tokens(&mut self, tokens: &[TokenTree], before: usize, depth: usize) -> bool {
        if depth > DEEPEST {
            return false;
        }
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if is_test(tokens, at) {
                at = behind_item(tokens, at);
                continue;
            }
            let sign = |back: usize| match at.checked_sub(back).and_then(|at| tokens.get(at)) {
                Some(TokenTree::Punct(punct)) => punct.as_char(),
                Some(TokenTree::Ident(ident)) if *ident == "fn" => 'f',
                _ => ' ',
            };
            // `x: y` begins one, `x::y` does not; nor does a method's name.
            let is_start = match sign(1) {
                ':' => sign(2) != ':',
                '.' => sign(2) == '.',
                sign => sign != 'f',
            };
            match token {
                TokenTree::Ident(_) if is_start => {
                    self.chains.extend(chain(tokens, at, before));
                    self.macros.extend(invoked(tokens, at, before));
                }
                TokenTree::Literal(literal) => {
                    let line = literal.span().start().line + before;
                    let text = text_of(literal);
                    self.texts.extend(text.map(|text| Text { text, line }));
                }
                TokenTree::Group(group) => {
                    let inner: Vec<_> = group.stream().into_iter().collect();
                    if !self.tokens(&inner, before, depth + 1) {
                        return false;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        true
    }
}

impl Chain {
    /// The call of this name.
    pub fn call(&self, name: &str) -> Option<&Call> {
        self.calls.iter().find(|call| call.name == name)
    }

    /// Its beginning: `CorsLayer::new`.
    pub fn start(&self) -> &str {
        self.calls.first().map_or("", |call| &call.name)
    }
}

/// The chain that begins with this word, if anything is called in it.
fn chain(tokens: &[TokenTree], start: usize, before: usize) -> Option<Chain> {
    let line = |token: &TokenTree| token.span().start().line + before;
    let first = tokens.get(start)?;
    let (name, mut at) = path(tokens, start);
    let end = |of: proc_macro2::Span| End {
        line: of.end().line + before,
        column: of.end().column,
    };
    let mut calls = vec![Call {
        name,
        arguments: String::new(),
        is_called: false,
        line: line(first),
        end: end(first.span()),
    }];
    let take = |at: &mut usize, calls: &mut [Call]| {
        let (Some(group), Some(call)) = (parenthesis(tokens.get(*at)), calls.last_mut()) else {
            return false;
        };
        call.arguments = joined(group.stream());
        call.is_called = true;
        call.end = end(group.span());
        *at += 1;
        true
    };
    let mut is_called = take(&mut at, &mut calls);
    loop {
        match tokens.get(at) {
            Some(TokenTree::Punct(punct)) if punct.as_char() == '?' => at += 1,
            Some(TokenTree::Punct(punct)) if punct.as_char() == '.' => {
                let Some(TokenTree::Ident(name)) = tokens.get(at + 1) else {
                    break;
                };
                calls.push(Call {
                    name: name.to_string(),
                    arguments: String::new(),
                    is_called: false,
                    line: name.span().start().line + before,
                    end: end(name.span()),
                });
                let (_, behind) = path(tokens, at + 1);
                at = behind;
                is_called |= take(&mut at, &mut calls);
            }
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => {
                calls.push(Call {
                    name: "[]".to_owned(),
                    arguments: joined(group.stream()),
                    is_called: true,
                    line: group.span().start().line + before,
                    end: end(group.span()),
                });
                is_called = true;
                at += 1;
            }
            _ => break,
        }
    }
    is_called.then_some(Chain { calls })
}

/// The macro that is called by this word.
fn invoked(tokens: &[TokenTree], start: usize, before: usize) -> Option<Call> {
    let (name, at) = path(tokens, start);
    let is_macro = matches!(tokens.get(at)?, TokenTree::Punct(punct) if punct.as_char() == '!');
    let TokenTree::Group(group) = tokens.get(at + 1).filter(|_| is_macro)? else {
        return None;
    };
    let end = group.span().end();
    Some(Call {
        name,
        arguments: joined(group.stream()),
        is_called: true,
        line: tokens.get(start)?.span().start().line + before,
        end: End {
            line: end.line + before,
            column: end.column,
        },
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn code(text: &str) -> Code {
        Code::of("src/main.rs", text).unwrap()
    }

    fn shown(code: &Code) -> Vec<String> {
        let chains = code.chains.iter().map(|chain| {
            let calls = chain.calls.iter();
            let calls =
                calls.map(|call| format!("{}:{}({})", call.line, call.name, call.arguments));
            calls.collect::<Vec<_>>().join(" ")
        });
        chains.collect()
    }

    #[test]
    fn chains_are_found_wherever_they_stand() {
        let code = code(
            "#!/bin/sh\nfn app() -> Router {\n    let x: T = a::B::<C<D>>::new(Any, &y)\n        .layer(f(1)).await?\n        .go::<T>();\n    x.len\n}\n",
        );
        assert_eq!(
            shown(&code),
            [
                "3:a::B::new(Any,&y) 4:layer(f(1)) 4:await() 5:go()",
                "4:f(1)"
            ]
        );
    }

    #[test]
    fn tests_and_comments_are_no_part_of_it() {
        let code = code(
            "// a(1)\n/* b(2) */\n#[cfg(test)]\nmod tests { fn x() { c(3) } }\n#[cfg(test)] use d;\nfn y() { e(\"f\\n\", r#\"g\"#); }\n",
        );
        assert_eq!(shown(&code), ["6:e(\"f\\n\",r#\"g\"#)"]);
        let texts: Vec<_> = code
            .texts
            .iter()
            .map(|text| (&*text.text, text.line))
            .collect();
        assert_eq!(texts, [("f\n", 6), ("g", 6)]);
    }

    #[test]
    fn what_is_no_rust_is_said_and_nothing_hangs() {
        let source = |text: String| Source {
            shown: "x.rs".to_owned(),
            text,
        };
        let sources = [
            source("cors )".to_owned()),
            source(format!("cors {}{}", "(".repeat(4000), ")".repeat(4000))),
            source("a.b(".to_owned()),
        ];
        let (all, unread) = Code::all(&sources.iter().collect::<Vec<_>>());
        assert!(all.is_empty());
        assert_eq!(unread.len(), 2, "{unread:?}");
    }
}
