//! A list in a source gets one more item, laid out as rustfmt does where the list was.

use std::ops::Range;

use super::source::Source;
use crate::project::lines::{self, Patch};

/// Columns of a line, of what stands in brackets in one line, and of items that may stand side by side in several.
const LINE: usize = 100;
const INNER: usize = 60;
const SHORT: usize = 10;
const STEP: &str = "    ";

pub struct List<'a> {
    pub source: &'a Source,
    /// Between the brackets.
    pub inner: Range<usize>,
    pub items: Vec<Range<usize>>,
    /// rustfmt ends the last item with a comma if it has a line of its own; not so in a macro.
    pub is_macro: bool,
}

impl List<'_> {
    /// The list with one more item at its end.
    pub fn with(&self, item: &str) -> Vec<Patch> {
        let inside = self.source.get(self.inner.clone());
        let has_comments = inside.contains("//") || inside.contains("/*");
        if has_comments || (inside.contains('\n') && !self.is_packed()) {
            return self.at_end(item);
        }
        vec![self.anew(item)]
    }

    /// Several short items in one line, in a list of several lines.
    fn is_packed(&self) -> bool {
        let are_short = self.items.iter().all(|item| item.len() <= SHORT);
        let shares_line = |item: &Range<usize>| self.source.indentation(item.start).is_none();
        are_short && self.items.iter().any(shares_line)
    }

    fn at_end(&self, item: &str) -> Vec<Patch> {
        let source = self.source;
        let Some(last) = self.items.last() else {
            return vec![Patch::insert(self.inner.end, item)];
        };
        let behind = source.get(last.end..self.inner.end);
        let has_comma = behind.trim_start().starts_with(',');
        let margin = source.indentation(last.start);
        let is_below = source.line(last.end) < source.line(self.inner.end);
        let Some(margin) = margin.filter(|_| is_below) else {
            return vec![Patch::insert(last.end, format!(", {item}"))];
        };
        let comma = if has_comma || !self.is_macro { "," } else { "" };
        let block = format!("{}{comma}\n", indented(item, margin));
        let at = source.next_line(last.end);
        let mut patches = vec![lines::insert(&source.text, at, &block)];
        if !has_comma {
            patches.push(Patch::insert(last.end, ","));
        }
        patches
    }

    /// The whole list.
    fn anew(&self, item: &str) -> Patch {
        let source = self.source;
        let items = self.items.iter().map(|item| source.get(item.clone()));
        let items: Vec<_> = items.chain([item]).collect();
        let start = source.line_start(self.inner.start);
        let before = source.get(start..self.inner.start);
        let margin = before.len() - before.trim_start().len();
        let margin = before.get(..margin).unwrap_or_default();
        let behind = source.get(self.inner.end..source.next_line(self.inner.end));
        let room = LINE.saturating_sub(before.len() + behind.trim_end().len());
        let text = laid_out(&items, margin, room, !self.is_macro);
        let end = lines::ending(&source.text, self.inner.start);
        Patch {
            at: self.inner.clone(),
            text: text.replace('\n', end),
        }
    }
}

/// The text between brackets whose line begins with this margin.
pub fn laid_out(items: &[&str], margin: &str, room: usize, has_comma: bool) -> String {
    let line = items.join(", ");
    if line.len() <= INNER.min(room) {
        return line;
    }
    let inner = format!("{margin}{STEP}");
    let are_short = items.iter().all(|item| item.len() <= SHORT);
    let mut text = String::new();
    let mut width = LINE;
    for (at, item) in items.iter().enumerate() {
        let is_last = at + 1 == items.len();
        let comma = if is_last && !has_comma { "" } else { "," };
        if are_short && width + 1 + item.len() + comma.len() <= LINE {
            text.push_str(&format!(" {item}{comma}"));
            width += 1 + item.len() + comma.len();
        } else {
            text.push_str(&format!("\n{}{comma}", indented(item, &inner)));
            width = inner.len() + item.len() + comma.len();
        }
    }
    format!("{text}\n{margin}")
}

/// A call or a tuple, in one line or one line for each argument.
pub fn call(head: &str, arguments: &[&str], margin: usize) -> String {
    let line = arguments.join(", ");
    if line.len() <= INNER && margin + head.len() + line.len() + 3 <= LINE {
        return format!("{head}({line})");
    }
    let arguments: String = arguments
        .iter()
        .map(|argument| format!("\n{STEP}{argument},"))
        .collect();
    format!("{head}({arguments}\n)")
}

/// A call with a chain of one link: `.push(root.get(name))`. Behind it there may be a semicolon.
pub fn nested(head: &str, root: &str, name: &str) -> String {
    let line = format!("{head}({root}.get({name}))");
    match 2 * STEP.len() + line.len() < LINE {
        true => line,
        false => format!("{head}(\n{STEP}{root}\n{STEP}{STEP}.get({name}),\n)"),
    }
}

/// All lines of a text behind a margin.
pub fn indented(text: &str, margin: &str) -> String {
    let lines: Vec<_> = text.lines().map(|line| format!("{margin}{line}")).collect();
    lines.join("\n")
}
