//! Tokens of Rust: paths, arguments, items and texts among them.

use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};

/// Deeper nesting is nothing that somebody wrote.
pub const DEEPEST: usize = 150;

/// More tokens between two semicolons, on one level, are nothing that somebody wrote either.
pub const LONGEST: usize = 2000;

pub fn parenthesis(token: Option<&TokenTree>) -> Option<&Group> {
    match token? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => Some(group),
        _ => None,
    }
}

pub fn is(tokens: &[TokenTree], at: usize, sign: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

pub fn is_word(tokens: &[TokenTree], at: usize, word: &str) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Ident(ident)) if ident == word)
}

pub fn is_brace(tokens: &[TokenTree], at: usize) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace)
}

/// A path without its generic arguments, and what stands behind it.
pub fn path(tokens: &[TokenTree], start: usize) -> (String, usize) {
    let tokens = tokens
        .get(..tokens.len().min(start + LONGEST))
        .unwrap_or_default();
    let mut name = tokens
        .get(start)
        .map(ToString::to_string)
        .unwrap_or_default();
    let mut at = start + 1;
    while is(tokens, at, ':') && is(tokens, at + 1, ':') {
        match tokens.get(at + 2) {
            Some(TokenTree::Ident(part)) => {
                name.push_str("::");
                name.push_str(&part.to_string());
                at += 3;
            }
            Some(TokenTree::Punct(punct)) if punct.as_char() == '<' => {
                let mut open = 0_usize;
                at += 2;
                while let Some(token) = tokens.get(at) {
                    at += 1;
                    match token {
                        TokenTree::Punct(punct) if punct.as_char() == '<' => open += 1,
                        TokenTree::Punct(punct) if punct.as_char() == '>' => {
                            open = open.saturating_sub(1);
                            if open == 0 {
                                break;
                            }
                        }
                        _ => {}
                    }
                }
            }
            _ => break,
        }
    }
    (name, at)
}

/// Tokens as a text, with blanks only where two words would become one.
pub fn joined(tokens: TokenStream) -> String {
    let mut text = String::new();
    join(tokens, &mut text, 0);
    text
}

fn join(tokens: TokenStream, text: &mut String, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                join(group.stream(), text, depth + 1);
                text.push_str(close);
            }
            token => {
                let word = token.to_string();
                let is_word = |c: char| c.is_alphanumeric() || c == '_';
                if text.ends_with(is_word) && word.starts_with(is_word) {
                    text.push(' ');
                }
                text.push_str(&word);
            }
        }
    }
}

/// True if `#[cfg(test)]` stands here.
pub fn is_test(tokens: &[TokenTree], at: usize) -> bool {
    let said = match tokens.get(at + 1) {
        Some(TokenTree::Group(group)) if is(tokens, at, '#') => joined(group.stream()),
        _ => return false,
    };
    said == "cfg(test)" || said.starts_with("cfg(all(test")
}

/// Behind the item that begins here.
pub fn behind_item(tokens: &[TokenTree], at: usize) -> usize {
    let mut rest = at..tokens.len();
    let end = rest.find(|at| is(tokens, *at, ';') || is_brace(tokens, *at));
    end.map_or(tokens.len(), |end| end + 1)
}

pub fn text_of(literal: &Literal) -> Option<String> {
    let written = literal.to_string();
    syn::parse_str::<syn::LitStr>(&written)
        .ok()
        .map(|literal| literal.value())
}
