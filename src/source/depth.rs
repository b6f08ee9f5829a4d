//! How deep syntax may go: whatever reads it needs as much stack.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::Parse;

/// The deepest nesting of brackets.
const DEEPEST: usize = 150;
/// The most tokens that may hang on each other: syntax grows with them, and so does the stack that reads it.
const MOST_TOKENS: usize = 12_000;

/// The syntax of a file; nothing if it has none, or goes deeper than [`with_deep_stack`](super::with_deep_stack) does.
pub fn syntax(source: &str) -> Option<syn::File> {
    parsed(source)
}

/// The same of a piece of a file, or its tokens.
pub fn parsed<T: Parse>(source: &str) -> Option<T> {
    let tokens = source.parse().ok()?;
    match is_too_deep(source, &tokens) {
        true => None,
        false => syn::parse2(tokens).ok(),
    }
}

/// True if reading this could need more stack than there is. Neither lexing nor this does.
pub fn is_too_deep(source: &str, tokens: &TokenStream) -> bool {
    // A short file has not that many tokens.
    if source.len() <= MOST_TOKENS {
        return false;
    }
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

/// True if what follows a block hangs on it: `else`, a method, an operator.
fn is_chained(next: Option<&TokenTree>) -> bool {
    match next {
        Some(TokenTree::Ident(word)) => word == "else",
        Some(TokenTree::Punct(punct)) => punct.as_char() != '#',
        _ => false,
    }
}
