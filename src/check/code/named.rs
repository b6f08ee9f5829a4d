//! The values that a source gives to its names, for arguments that are a name and not the value itself.

use std::collections::HashMap;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::tokens::{DEEPEST, LONGEST, joined};
use crate::source::{front, with_deep_stack};

/// What `let`, `const`, `static` and `fn` say of each name, as tokens without white space.
#[derive(Default)]
pub struct Named(HashMap<String, Vec<String>>);

impl Named {
    /// Reads a source.
    pub fn of(text: &str) -> Self {
        let read = || {
            let mut named = Self::default();
            if let Ok(tokens) = text.get(front(text)..).unwrap_or_default().parse() {
                named.tokens(tokens, 0);
            }
            named
        };
        with_deep_stack(read).unwrap_or_default()
    }

    /// The values of a name, wherever in the source they are given.
    pub fn values(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    fn tokens(&mut self, tokens: TokenStream, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let tokens: Vec<_> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream(), depth + 1),
                TokenTree::Ident(word) => {
                    let near = at + 1..tokens.len().min(at + LONGEST);
                    let rest = tokens.get(near).unwrap_or_default();
                    if let Some((name, value)) = given(&word.to_string(), rest) {
                        self.0.entry(name).or_default().push(value);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The name and its value, if this word gives one.
fn given(word: &str, rest: &[TokenTree]) -> Option<(String, String)> {
    let is_mut = |token: &&TokenTree| matches!(token, TokenTree::Ident(word) if *word == "mut");
    let rest = match rest.first().filter(is_mut) {
        Some(_) => rest.get(1..)?,
        None => rest,
    };
    let Some(TokenTree::Ident(name)) = rest.first() else {
        return None;
    };
    let is_sign = |token: &TokenTree, sign: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign);
    let value = match word {
        "let" | "const" | "static" => {
            let end = rest.iter().position(|token| is_sign(token, ';'))?;
            let said = rest.get(..end)?;
            let start = said.iter().position(|token| is_sign(token, '='))?;
            said.get(start + 1..)?.iter().cloned().collect()
        }
        "fn" => rest.iter().find_map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                Some(group.stream())
            }
            _ => None,
        })?,
        _ => return None,
    };
    Some((name.to_string(), joined(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_values_that_the_source_gives_it() {
        let named = Named::of(
            "const A: [&str; 1] = [\"a\"];\nfn b(x: T) -> Option<T> { Some(x) }\nfn c() { let mut d: E = f(1); let d = 2; }\n",
        );
        assert_eq!(named.values("A"), ["[\"a\"]"]);
        assert_eq!(named.values("b"), ["Some(x)"]);
        assert_eq!(named.values("d"), ["f(1)", "2"]);
        assert!(named.values("x").is_empty());
        assert!(Named::of("let )").values("x").is_empty());
    }
}
