//! The change at one place, as text: laid out as rustfmt does where the statement was, else added and nothing else moved.

use std::ops::Range;

use syn::Expr;
use syn::spanned::Spanned as _;

use super::change::{Words, is_name};
use super::layout::{Margin, write};
use super::shape::{Change, shape, steps};
use super::text::{Source, columns};
use crate::source::Gives;

/// An expression that is served.
pub struct Place<'a> {
    pub source: &'a Source,
    pub at: Range<usize>,
    pub statement: Range<usize>,
}

type Patches = Vec<(Range<usize>, String)>;

impl Place<'_> {
    pub fn patches(&self, gives: Gives, words: &Words<'_>) -> Option<Patches> {
        let text = self.source.get(&self.at);
        let code: Expr = syn::parse_str(text).ok()?;
        let change = words.change(gives, is_new_app(text, &code))?;
        if let Change::Around(_) = change
            && is_name(text)
            && self.is_reached()
            && let Some(margin) = self.source.indentation(self.statement.start)
        {
            let at = self.above_comments();
            let line = format!("{margin}{}\n", words.line_before(text));
            return Some(vec![(at..at, line)]);
        }
        match self.laid_out(&change) {
            Some(text) => Some(vec![(self.statement.clone(), text)]),
            None => self.added(&code, &change),
        }
    }

    fn in_statement(&self) -> Option<Range<usize>> {
        let start = self.statement.start;
        Some(self.at.start.checked_sub(start)?..self.at.end.checked_sub(start)?)
    }

    /// True if the variable is used where its statement stands, in no scope of its own.
    fn is_reached(&self) -> bool {
        let text = self.source.get(&self.statement);
        let shape = self.in_statement().and_then(|at| shape(text, 0, at, None));
        shape.is_some_and(|shape| !shape.code.has_closure())
    }

    /// The start of the statement's first line, or of the lines of comments right above it.
    fn above_comments(&self) -> usize {
        let mut start = self.source.line_start(self.statement.start);
        while start > 0 {
            let above = self.source.line_start(start - 1);
            let line = self.source.get(&(above..start)).trim_start();
            if !line.starts_with("//") {
                break;
            }
            start = above;
        }
        start
    }

    /// The whole statement, if what it is now is laid out as we would.
    fn laid_out(&self, change: &Change) -> Option<String> {
        let text = self.source.get(&self.statement);
        let margin = Margin {
            start: self.source.indentation(self.statement.start)?,
            step: self.source.step(),
        };
        let at = self.in_statement()?;
        let width = columns(margin.start);
        let before = write(&shape(text, width, at.clone(), None)?, margin)?;
        let after = shape(text, width, at, Some(change))?;
        (before == text).then(|| write(&after, margin))?
    }

    /// What is new, put between what is there.
    fn added(&self, code: &Expr, change: &Change) -> Option<Patches> {
        let (start, end) = (self.at.start, self.at.end);
        let put = |at: usize, text: String| (at..at, text);
        Some(match change {
            Change::Around(head) => vec![put(start, format!("{head}(")), put(end, ")".to_owned())],
            Change::Called { head, links } => vec![
                put(start, format!("{head} ")),
                put(end, format!("(){}", links.concat())),
            ],
            Change::Links { first, last } => {
                let (root, links) = steps(code);
                let takes_methods = matches!(
                    root,
                    Expr::Call(_) | Expr::Path(_) | Expr::Paren(_) | Expr::Macro(_)
                );
                if !takes_methods {
                    return None;
                }
                let root = start + root.span().byte_range().end;
                let before_last = links.len().checked_sub(2).and_then(|at| links.get(at));
                let before_last =
                    before_last.map_or(root, |link| start + link.span().byte_range().end);
                let gap = self.source.get(&(before_last..end));
                let gap = gap
                    .get(..gap.len() - gap.trim_start().len())
                    .unwrap_or_default();
                let gap = gap
                    .rfind('\n')
                    .and_then(|at| gap.get(at..))
                    .unwrap_or_default();
                let spaced = |links: &mut dyn Iterator<Item = &String>| -> String {
                    links.flat_map(|link| [gap, link]).collect()
                };
                vec![
                    put(root, spaced(&mut first.iter())),
                    put(end, spaced(&mut last.iter())),
                ]
            }
        })
    }
}

/// True if a chain begins with `App::new()`.
fn is_new_app(text: &str, code: &Expr) -> bool {
    let root = steps(code).0.span().byte_range();
    text.get(root)
        .is_some_and(|root| root.ends_with("App::new()"))
}
