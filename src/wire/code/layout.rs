//! Writes a statement as rustfmt does, with its usual widths. What it cannot write so is left to whoever asks.

use proc_macro2::{TokenStream, TokenTree};

use super::shape::{Call, Node, Shape, Text};
use super::text::columns;

/// Columns of a line, of a chain in one line, and of the arguments of a call in one line.
const LINE: usize = 100;
const CHAIN: usize = 60;
const ARGUMENTS: usize = 60;
/// A root this short keeps its first link beside it.
const SHORT: usize = 4;

/// How a source is indented.
#[derive(Clone, Copy)]
pub struct Margin<'a> {
    /// Of the statement.
    pub start: &'a str,
    /// One step.
    pub step: &'a str,
}

/// The statement's text, from behind the white space of its first line.
pub fn write(shape: &Shape, margin: Margin<'_>) -> Option<String> {
    let front = shape.front.rsplit('\n').next()?;
    let writer = Writer { step: margin.step };
    let room = Room {
        column: columns(margin.start) + columns(front),
        behind: shape.back.trim_end().len(),
    };
    let code = writer.node(&shape.code, room, margin.start)?;
    Some([shape.front.as_str(), &code, &shape.back].concat())
}

#[derive(Clone, Copy)]
struct Room {
    /// Where the text begins.
    column: usize,
    /// Columns that are needed behind it.
    behind: usize,
}

struct Writer<'a> {
    step: &'a str,
}

impl Writer<'_> {
    fn node(&self, node: &Node, room: Room, margin: &str) -> Option<String> {
        if let Some(line) = one_line(node)
            && room.column + columns(&line) + room.behind <= LINE
        {
            return Some(line);
        }
        match node {
            Node::Text(text) => self.moved(text, margin),
            Node::Call(call) => self.call(call, room, margin),
            Node::Chain { root, links } => self.chain(root, links, room, margin),
            Node::Closure { head, body } => {
                let inner = self.deeper(margin);
                let room = Room {
                    column: columns(&inner),
                    behind: 0,
                };
                let body = self.node(body, room, &inner)?;
                Some(format!("{head} {{\n{inner}{body}\n{margin}}}"))
            }
        }
    }

    fn call(&self, call: &Call, room: Room, margin: &str) -> Option<String> {
        let Call {
            head,
            arguments,
            tail,
        } = call;
        // A closure that comes last may go on below.
        if let Some((last @ Node::Closure { .. }, before)) = arguments.split_last() {
            let mut text = format!("{head}(");
            for argument in before {
                text.push_str(&one_line(argument)?);
                text.push_str(", ");
            }
            let room = Room {
                column: room.column + columns(&text),
                behind: room.behind + 1 + tail.len(),
            };
            let closure = self.node(last, room, margin)?;
            return Some(format!("{text}{closure}){tail}"));
        }
        let inner = self.deeper(margin);
        let mut text = format!("{head}(\n");
        for argument in arguments {
            let room = Room {
                column: columns(&inner),
                behind: 1,
            };
            let argument = self.node(argument, room, &inner)?;
            text.extend([&inner, argument.as_str(), ",\n"]);
        }
        Some(format!("{text}{margin}){tail}"))
    }

    fn chain(&self, root: &Node, links: &[Node], room: Room, margin: &str) -> Option<String> {
        if let Some(text) = self.with_long_end(root, links, room, margin) {
            return Some(text);
        }
        let room_of_root = Room { behind: 0, ..room };
        let root = self.node(root, room_of_root, margin)?;
        let inner = match root.contains('\n') {
            true => margin.to_owned(),
            false => self.deeper(margin),
        };
        let mut text = root;
        let mut is_beside = columns(&text) <= SHORT && !text.contains('\n');
        for (at, link) in links.iter().enumerate() {
            if !std::mem::take(&mut is_beside) {
                text.extend(["\n", &inner]);
            }
            let is_last = at + 1 == links.len();
            let room = Room {
                column: columns(&inner),
                behind: if is_last { room.behind } else { 0 },
            };
            text.push_str(&self.node(link, room, &inner)?);
        }
        Some(text)
    }

    /// A chain in one line but for its last link, which goes on below.
    fn with_long_end(
        &self,
        root: &Node,
        links: &[Node],
        room: Room,
        margin: &str,
    ) -> Option<String> {
        let (last, before) = links.split_last()?;
        let Node::Text(last) = last else { return None };
        let mut text = one_line(root)?;
        for link in before {
            text.push_str(&one_line(link)?);
        }
        text.push_str(&self.moved(last, margin)?);
        let first = text.split('\n').next()?;
        (text.contains('\n') && room.column + columns(first) <= LINE).then_some(text)
    }

    /// Text in its new place, its later lines as far to the right of the first as they were.
    fn moved(&self, text: &Text, margin: &str) -> Option<String> {
        let Text { text, margin: old } = text;
        let new = columns(margin);
        if new == *old || !text.contains('\n') {
            return Some(text.clone());
        }
        // The lines of a literal stay where they are.
        let tokens: TokenStream = text.trim_start_matches('.').parse().ok()?;
        if has_long_literal(tokens) {
            return None;
        }
        let unit = if self.step == "\t" { 4 } else { 1 };
        let blank = if unit == 4 { "\t" } else { " " };
        let mut lines = text.split('\n');
        let mut moved = lines.next()?.to_owned();
        for line in lines {
            moved.push('\n');
            match (new.checked_sub(*old), line.is_empty()) {
                (_, true) => {}
                (Some(more), _) => moved.extend([blank.repeat(more / unit).as_str(), line]),
                (None, _) => moved.push_str(line.strip_prefix(&blank.repeat((old - new) / unit))?),
            }
        }
        Some(moved)
    }

    fn deeper(&self, margin: &str) -> String {
        format!("{margin}{}", self.step)
    }
}

fn has_long_literal(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => has_long_literal(group.stream()),
        TokenTree::Literal(literal) => literal.to_string().contains('\n'),
        _ => false,
    })
}

/// The piece in one line, if it may be in one.
fn one_line(node: &Node) -> Option<String> {
    match node {
        Node::Text(Text { text, .. }) => (!text.contains('\n')).then(|| text.clone()),
        Node::Call(call) => {
            let arguments = call.arguments.iter().map(one_line);
            let arguments = arguments.collect::<Option<Vec<_>>>()?.join(", ");
            let has_closure = matches!(call.arguments.last(), Some(Node::Closure { .. }));
            let fits = has_closure || columns(&arguments) <= ARGUMENTS;
            fits.then(|| format!("{}({arguments}){}", call.head, call.tail))
        }
        Node::Chain { root, links } => {
            let mut text = one_line(root)?;
            for link in links {
                text.push_str(&one_line(link)?);
            }
            (links.len() < 2 || columns(&text) <= CHAIN).then_some(text)
        }
        Node::Closure { head, body } => Some(format!("{head} {}", one_line(body)?)),
    }
}
