//! The line `mod clerk;` in the root of a crate.

use std::ops::Range;

use proc_macro2::TokenTree;

use super::text::{Source, attributes, statements};

/// An item of the root: what it is, and where.
struct Item {
    kind: Kind,
    bytes: Range<usize>,
    /// True if it stands under a condition, such as the module of tests.
    is_conditional: bool,
}

#[derive(Eq, PartialEq)]
enum Kind {
    /// `mod x;`
    Filed(String),
    /// The same with `#[macro_use]`: its place matters.
    Macros,
    /// `mod x { … }`
    Inline(String),
    /// `extern crate x;`
    Extern,
    Other,
}

/// Adds the line, unless there is such a module.
pub fn declare(source: &mut Source, module: &str) {
    let items = items(source);
    let is_it = |item: &Item| match &item.kind {
        Kind::Filed(name) | Kind::Inline(name) => name == module,
        _ => false,
    };
    if items.iter().any(is_it) {
        return;
    }
    let line = format!("mod {module};");
    let (at, text) = place(source, &items, module, &line);
    source.put(vec![(at..at, text)]);
}

fn place(source: &Source, items: &[Item], module: &str, line: &str) -> (usize, String) {
    let behind = |item: &Item| source.line_end(item.bytes.end);
    if let Some(run) = runs(source, items).find(|run| is_sorted(run)) {
        let later = run.iter().find(|item| name(item) > Some(module));
        return match (later, run.last()) {
            (Some(later), _) => (later.bytes.start, format!("{line}\n")),
            (None, Some(last)) => (behind(last), format!("\n{line}")),
            (None, None) => (0, String::new()),
        };
    }
    let is_plain = |item: &&Item| matches!(item.kind, Kind::Filed(_)) && !item.is_conditional;
    if let Some(last) = items.iter().rfind(is_plain) {
        return (behind(last), format!("\n{line}"));
    }
    let before = |item: &&Item| matches!(item.kind, Kind::Extern | Kind::Macros);
    if let Some(last) = items.iter().take_while(before).last() {
        return (behind(last), format!("\n\n{line}"));
    }
    match items.first() {
        Some(first) => (first.bytes.start, format!("{line}\n\n")),
        None => (source.text.len(), at_the_end(&source.text, line)),
    }
}

/// A line behind all others, which ends as they do. The last of them may be a comment.
fn at_the_end(text: &str, line: &str) -> String {
    match text.is_empty() || text.ends_with('\n') {
        true => format!("{line}\n"),
        false => format!("\n{line}"),
    }
}

/// Modules that stand line by line. One alone that is under a condition is no list.
fn runs<'a>(source: &'a Source, items: &'a [Item]) -> impl Iterator<Item = &'a [Item]> {
    let runs = items.chunk_by(|one, other| {
        let between = source.get(&(one.bytes.end..other.bytes.start));
        let has_gap = between.contains("\n\n");
        name(one).is_some() && name(other).is_some() && !has_gap
    });
    runs.filter(|run| {
        let is_list = |item: &Item| name(item).is_some() && !item.is_conditional;
        run.iter().any(is_list)
    })
}

fn is_sorted(run: &[Item]) -> bool {
    run.is_sorted_by_key(|item| name(item))
}

fn name(item: &Item) -> Option<&str> {
    match &item.kind {
        Kind::Filed(name) => Some(name),
        _ => None,
    }
}

fn items(source: &Source) -> Vec<Item> {
    let tokens: Vec<_> = source.tokens.clone().into_iter().collect();
    let mut tokens = tokens.as_slice();
    // `#![…]`, and comments that are about the whole file.
    while let [
        TokenTree::Punct(mark),
        TokenTree::Punct(inner),
        _,
        rest @ ..,
    ] = tokens
        && mark.as_char() == '#'
        && inner.as_char() == '!'
    {
        tokens = rest;
    }
    let items = statements(tokens).filter_map(|tokens| {
        let (first, last) = (tokens.first()?, tokens.last()?);
        let bytes = source.bytes(first.span()).start..source.bytes(last.span()).end;
        let names: Vec<_> = attributes(tokens).collect();
        let has = |name: &str| names.iter().any(|known| known == name);
        Some(Item {
            kind: kind(
                &tokens.get(names.len() * 2..)?.iter().collect::<Vec<_>>(),
                has("macro_use"),
            ),
            bytes,
            is_conditional: has("cfg"),
        })
    });
    items.collect()
}

fn kind(tokens: &[&TokenTree], has_macros: bool) -> Kind {
    let word = |at: usize| {
        tokens
            .get(at)
            .map(|token| token.to_string())
            .unwrap_or_default()
    };
    let start = match (word(0).as_str(), tokens.get(1)) {
        ("pub", Some(TokenTree::Group(_))) => 2,
        ("pub", _) => 1,
        _ => 0,
    };
    match (word(start).as_str(), word(start + 2).as_str()) {
        ("mod", ";") if has_macros => Kind::Macros,
        ("mod", ";") => Kind::Filed(word(start + 1)),
        ("mod", _) => Kind::Inline(word(start + 1)),
        ("extern", _) if word(start + 1) == "crate" => Kind::Extern,
        _ => Kind::Other,
    }
}
