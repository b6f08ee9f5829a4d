//! The names that a piece of code gives to values, whatever way it does: `let`, `for`, `match`, a closure.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

use super::functions::words;
use super::tokens::{DEEPEST, LONGEST, is, is_brace, is_word, joined, parenthesis};

/// More names in one function are nothing that somebody wrote.
const MOST: usize = 2000;
/// The longest value, as a text: what is in braces may be a program.
const LONGEST_VALUE: usize = 5000;
/// So many names may one value go through.
const MOST_NAMES: usize = 20;

/// Names, and the value that they are, or are parts of.
pub struct Bound {
    /// In their order in the pattern; `_` is one of them.
    pub names: Vec<String>,
    /// As tokens without white space.
    pub value: String,
    /// Where the names stand, counted from 1 at the beginning of the code.
    pub line: usize,
    /// True if each name stands for what is in the value, one after the other.
    pub is_each: bool,
}

/// All of them, wherever in the code they stand.
pub fn bound(code: &str) -> Vec<Bound> {
    let mut found = Vec::new();
    if let Ok(tokens) = code.parse::<TokenStream>() {
        collect(&Vec::from_iter(tokens), &mut found, 0);
    }
    found
}

/// The names whose values come from what such a value is, through other names as well.
pub fn flowing(bound: &[Bound], is_source: impl Fn(&str) -> bool) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    let mut known = HashSet::new();
    let mut rest: Vec<_> = bound.iter().map(|one| (one, words(&one.value))).collect();
    for _ in 0..MOST_NAMES {
        let before = names.len();
        rest.retain(|(one, words)| {
            let mut words = words.iter();
            let flows = is_source(&one.value) || words.any(|word| known.contains(&**word));
            if flows {
                names.extend(one.names.iter().map(String::as_str));
                known.extend(one.names.iter().map(String::as_str));
            }
            !flows
        });
        if names.len() == before {
            break;
        }
    }
    names
}

fn collect(all: &[TokenTree], found: &mut Vec<Bound>, depth: usize) {
    for (at, token) in all.iter().enumerate() {
        let is_enough = found.len() >= MOST || depth > DEEPEST;
        if is_enough {
            return;
        }
        // What belongs together stands near.
        let start = at.saturating_sub(LONGEST);
        let tokens = all
            .get(start..all.len().min(at + LONGEST))
            .unwrap_or_default();
        let at = at - start;
        let one = match token {
            TokenTree::Ident(word) if *word == "let" => by_let(tokens, at),
            TokenTree::Ident(word) if *word == "for" => by_for(tokens, at),
            TokenTree::Ident(word) if *word == "match" => {
                by_match(tokens, at, found);
                None
            }
            TokenTree::Group(_) => by_closure(tokens, at),
            _ => None,
        };
        found.extend(one);
        if let TokenTree::Group(group) = token {
            collect(&Vec::from_iter(group.stream()), found, depth + 1);
        }
    }
}

/// `let (parts, body) = req.into_parts();`, `if let Some(cookie) = req.cookie("a") {`, `let Some(x) = y else {`
fn by_let(tokens: &[TokenTree], at: usize) -> Option<Bound> {
    let ends = |at: &usize| is(tokens, *at, ';') || is_brace(tokens, *at);
    let equals = |at: &usize| {
        let is_other = matches!(tokens.get(*at - 1), Some(TokenTree::Punct(before)) if before.spacing() == Spacing::Joint);
        is(tokens, *at, '=') && !is(tokens, *at + 1, '=') && !is(tokens, *at + 1, '>') && !is_other
    };
    let last = (at + 1..tokens.len()).find(|at| is(tokens, *at, ';'));
    let start = (at + 1..last.unwrap_or(tokens.len())).find(equals)?;
    let is_condition = match at.checked_sub(1).and_then(|at| tokens.get(at)) {
        Some(TokenTree::Ident(word)) => *word == "if" || *word == "while",
        Some(TokenTree::Punct(punct)) => punct.as_char() == '&',
        _ => false,
    };
    let end = (start + 1..tokens.len()).find(|at| match is_condition {
        true => ends(at) || is(tokens, *at, '&') && is(tokens, *at + 1, '&'),
        false => is(tokens, *at, ';') || is_word(tokens, *at, "else") && !is_brace(tokens, *at - 1),
    });
    let pattern = tokens.get(at + 1..start)?;
    let colon = (0..pattern.len()).find(|at| {
        is(pattern, *at, ':') && !is(pattern, at + 1, ':') && !is(pattern, at.wrapping_sub(1), ':')
    });
    let value = tokens.get(start + 1..end.unwrap_or(tokens.len()))?;
    let pattern = pattern.get(..colon.unwrap_or(pattern.len()))?;
    new(pattern, text(value), false)
}

/// `for (name, value) in headers {`
fn by_for(tokens: &[TokenTree], at: usize) -> Option<Bound> {
    let end = (at + 1..tokens.len()).find(|at| is_brace(tokens, *at))?;
    let start = (at + 1..end).find(|at| is_word(tokens, *at, "in"))?;
    let value = text(tokens.get(start + 1..end)?);
    new(tokens.get(at + 1..start)?, value, true)
}

/// `match headers.get("cookie") { Some(cookie) => … }`
fn by_match(tokens: &[TokenTree], at: usize, found: &mut Vec<Bound>) {
    let Some(end) = (at + 1..tokens.len()).find(|at| is_brace(tokens, *at)) else {
        return;
    };
    let (Some(value), Some(TokenTree::Group(arms))) = (tokens.get(at + 1..end), tokens.get(end))
    else {
        return;
    };
    let (arms, value) = (Vec::from_iter(arms.stream()), text(value));
    let mut start = 0;
    while found.len() < MOST
        && let Some(arrow) =
            (start..arms.len()).find(|at| is(&arms, *at, '=') && is(&arms, *at + 1, '>'))
    {
        let pattern = arms.get(start..arrow);
        found.extend(pattern.and_then(|pattern| new(pattern, value.clone(), false)));
        let is_end = |at: &usize| is(&arms, *at, ',') || is_brace(&arms, *at);
        let end = (arrow + 2..arms.len()).find(is_end);
        start = end.map_or(arms.len(), |end| end + 1);
    }
}

/// `headers.iter().map(|(name, value)| …)`
fn by_closure(tokens: &[TokenTree], at: usize) -> Option<Bound> {
    let inner = Vec::from_iter(parenthesis(tokens.get(at))?.stream());
    let open = usize::from(is_word(&inner, 0, "move"));
    let close = (open + 1..inner.len()).find(|at| is(&inner, *at, '|') && is(&inner, open, '|'))?;
    let dot = (0..at).rev().find(|at| is(tokens, *at, '.'))?;
    let is_before = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => [';', ',', '=', '{'].contains(&punct.as_char()),
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    };
    let start = tokens
        .get(..dot)?
        .iter()
        .rposition(is_before)
        .map_or(0, |at| at + 1);
    let value = text(tokens.get(start..dot)?);
    new(inner.get(open + 1..close)?, value, true)
}

fn new(pattern: &[TokenTree], value: String, is_each: bool) -> Option<Bound> {
    // Why something could not be had is nothing of it.
    if is_word(pattern, 0, "Err") {
        return None;
    }
    let line = pattern.first()?.span().start().line;
    let is_name = |word: &String| {
        !word.starts_with(char::is_uppercase) && !["mut", "ref", "move", "if"].contains(&&**word)
    };
    let names: Vec<_> = words(&joined(pattern.iter().cloned().collect()))
        .into_iter()
        .filter(is_name)
        .collect();
    (!names.is_empty()).then_some(Bound {
        names,
        value,
        line,
        is_each,
    })
}

/// A value as a text.
fn text(value: &[TokenTree]) -> String {
    let mut text = joined(value.iter().cloned().collect());
    text.truncate(text.floor_char_boundary(LONGEST_VALUE));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_values_whatever_gives_them() {
        let found = bound(
            "let (a, mut b): (C, D<E>) = f(1); if let Some(c) = d && let e = g { for (h, _) in &i {} } let Some(j) = k else { return };
             match l { Some(m) => n, Err(z) => y, None => { o } p => q } r.iter().map(move |s| s);",
        );
        let found = found
            .iter()
            .map(|one| format!("{}={}", one.names.join(","), one.value));
        assert_eq!(
            found.collect::<Vec<_>>(),
            [
                "a,b=f(1)",
                "c=d",
                "e=g",
                "h,_=&i",
                "j=k",
                "m=l",
                "p=l",
                "s=r.iter()"
            ]
        );
        assert!(bound("let )").is_empty());
    }

    #[test]
    fn what_comes_from_a_value_is_followed_through_names() {
        let bound = bound("let a = s.split('.'); let b = a.next(); let c = d; let e = f(b);");
        assert_eq!(
            flowing(&bound, |value| value.contains("split")),
            ["a", "b", "e"]
        );
    }
}
