//! A file of the project: its text, its syntax, and the way from one to the other.

use std::ops::Range;

use proc_macro2::Span;
use syn::{Expr, Item, ItemConst, ItemFn, UseTree};

use crate::project::lines::{self, Patch, patched};
use crate::source::{front, syntax};
use crate::wire::code::ByHand;

pub struct Source {
    /// Below the project's folder, with `/`.
    pub path: String,
    pub text: String,
    items: Vec<Item>,
}

impl Source {
    /// `None` if it does not parse.
    pub fn read(path: &str, text: String) -> Option<Self> {
        let file = syntax(text.get(front(&text)..)?)?;
        let (path, items) = (path.to_owned(), file.items);
        Some(Self { path, text, items })
    }

    /// A file that is not there.
    pub fn empty(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: String::new(),
            items: Vec::new(),
        }
    }

    /// Where a piece of syntax stands in the text.
    pub fn at(&self, span: Span) -> Range<usize> {
        let (bytes, front) = (span.byte_range(), front(&self.text));
        bytes.start + front..bytes.end + front
    }

    pub fn get(&self, at: Range<usize>) -> &str {
        self.text.get(at).unwrap_or_default()
    }

    /// Counted from 1.
    pub fn line(&self, at: usize) -> usize {
        self.get(0..at).matches('\n').count() + 1
    }

    pub fn line_start(&self, at: usize) -> usize {
        self.get(0..at).rfind('\n').map_or(0, |end| end + 1)
    }

    /// The start of the next line.
    pub fn next_line(&self, at: usize) -> usize {
        lines::next(&self.text, at)
    }

    /// The white space before a place, if nothing else stands before it in its line.
    pub fn indentation(&self, at: usize) -> Option<&str> {
        let before = self.get(self.line_start(at)..at);
        before.trim().is_empty().then_some(before)
    }

    pub fn function(&self, name: &str) -> Option<&ItemFn> {
        self.items.iter().find_map(|item| match item {
            Item::Fn(function) if function.sig.ident == name => Some(function),
            _ => None,
        })
    }

    /// The constant of this name, if it is a list: `&[…]`.
    pub fn constant(&self, name: &str) -> Option<&syn::ExprArray> {
        let constant = self.items.iter().find_map(|item| match item {
            Item::Const(constant) if constant.ident == name => Some(constant),
            _ => None,
        });
        let ItemConst { expr, .. } = constant?;
        match &**expr {
            Expr::Reference(reference) => match &*reference.expr {
                Expr::Array(array) => Some(array),
                _ => None,
            },
            _ => None,
        }
    }

    /// The name by which this file knows something, or its whole path if it does not import it.
    pub fn named(&self, path: &str) -> String {
        let name = path.rsplit("::").next().unwrap_or(path);
        match self.imports().iter().any(|known| known == path) {
            true => name.to_owned(),
            false => path.to_owned(),
        }
    }

    /// Every name that means something at the top of the file.
    pub fn names(&self) -> Vec<String> {
        let imported = self.imports().into_iter();
        let imported = imported.filter_map(|path| path.rsplit("::").next().map(str::to_owned));
        let own = self.items.iter().filter_map(|item| {
            Some(match item {
                Item::Const(item) => item.ident.to_string(),
                Item::Enum(item) => item.ident.to_string(),
                Item::Fn(item) => item.sig.ident.to_string(),
                Item::Mod(item) => item.ident.to_string(),
                Item::Static(item) => item.ident.to_string(),
                Item::Struct(item) => item.ident.to_string(),
                Item::Type(item) => item.ident.to_string(),
                _ => return None,
            })
        });
        imported.chain(own).collect()
    }

    /// Whole paths of what is imported under its own name; under another one, that name.
    fn imports(&self) -> Vec<String> {
        let mut found = Vec::new();
        for item in &self.items {
            if let Item::Use(item) = item {
                collect(&item.tree, "", &mut found);
            }
        }
        found
    }

    /// The text with patches.
    pub fn patched(&self, patches: Vec<Patch>) -> String {
        patched(&self.text, patches)
    }

    /// Lines for its owner.
    pub fn by_hand(&self, at: usize, why: &str, lines: &[String]) -> ByHand {
        ByHand {
            path: self.path.clone(),
            line: self.line(at),
            why: why.to_owned(),
            lines: lines.to_vec(),
        }
    }
}

fn collect(tree: &UseTree, above: &str, found: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => collect(&path.tree, &format!("{above}{}::", path.ident), found),
        UseTree::Name(name) if name.ident == "self" => {
            found.push(above.trim_end_matches("::").to_owned());
        }
        UseTree::Name(name) => found.push(format!("{above}{}", name.ident)),
        UseTree::Rename(name) => found.push(name.rename.to_string()),
        UseTree::Group(group) => {
            for tree in &group.items {
                collect(tree, above, found);
            }
        }
        UseTree::Glob(_) => {}
    }
}
