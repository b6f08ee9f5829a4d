//! An expression in pieces, as far as the one that changes is in them: calls, chains of methods, closures. All else is
//! text, and stays as it is.

use std::ops::Range;

use syn::spanned::Spanned as _;
use syn::{Expr, Stmt};

use super::text::columns;

/// A piece.
#[derive(Clone, Debug)]
pub enum Node {
    Text(Text),
    Call(Call),
    Chain { root: Box<Node>, links: Vec<Node> },
    Closure { head: String, body: Box<Node> },
}

/// Text as it stands there, and the width of the white space that its first line begins with.
#[derive(Clone, Debug)]
pub struct Text {
    pub text: String,
    pub margin: usize,
}

#[derive(Clone, Debug)]
pub struct Call {
    /// `axum::serve`, `.bind`
    pub head: String,
    pub arguments: Vec<Node>,
    /// `?`
    pub tail: String,
}

/// The change of the expression.
#[derive(Clone, Debug)]
pub enum Change {
    /// It becomes the argument of a function.
    Around(String),
    /// Its chain of methods gets more.
    Links {
        first: Option<String>,
        last: Vec<String>,
    },
    /// The function that makes it is called by a closure, with more methods.
    Called { head: String, links: Vec<String> },
}

/// A statement: what stands before its expression, that, and what stands behind it.
pub struct Shape {
    pub front: String,
    pub code: Node,
    pub back: String,
}

/// Takes a statement apart. Nothing if the expression cannot be reached in it, through calls alone.
pub fn shape(
    text: &str,
    margin: usize,
    target: Range<usize>,
    change: Option<&Change>,
) -> Option<Shape> {
    let parsed = syn::parse::Parser::parse_str(syn::Block::parse_within, text).ok()?;
    let [line] = parsed.as_slice() else {
        return None;
    };
    let code = match line {
        Stmt::Local(line) => &*line.init.as_ref()?.expr,
        Stmt::Expr(Expr::Return(code), _) => code.expr.as_deref()?,
        Stmt::Expr(code, _) => code,
        _ => return None,
    };
    let own = code.span().byte_range();
    let pieces = Pieces {
        text,
        margin,
        target,
        change,
    };
    Some(Shape {
        front: text.get(..own.start)?.to_owned(),
        code: pieces.node(code)?,
        back: text.get(own.end..)?.to_owned(),
    })
}

struct Pieces<'a> {
    text: &'a str,
    margin: usize,
    target: Range<usize>,
    change: Option<&'a Change>,
}

impl Pieces<'_> {
    fn get(&self, bytes: Range<usize>) -> String {
        self.text.get(bytes).unwrap_or_default().to_owned()
    }

    fn text(&self, bytes: Range<usize>) -> Node {
        let whole = self.text.get(bytes.clone()).unwrap_or_default();
        let start = bytes.end - whole.trim_start().len();
        let before = self.text.get(..start).unwrap_or_default();
        let margin = before.rfind('\n').map_or(self.margin, |end| {
            let line = self.text.get(end + 1..).unwrap_or_default();
            columns(
                line.get(..line.len() - line.trim_start().len())
                    .unwrap_or_default(),
            )
        });
        Node::Text(Text {
            text: whole.trim_start().to_owned(),
            margin,
        })
    }

    fn has(&self, bytes: &Range<usize>) -> bool {
        bytes.start <= self.target.start && self.target.end <= bytes.end
    }

    fn node(&self, code: &Expr) -> Option<Node> {
        let own = code.span().byte_range();
        if own == self.target {
            return Some(self.changed(code));
        }
        if !self.has(&own) {
            return Some(self.plain(code));
        }
        match code {
            Expr::MethodCall(_) | Expr::Await(_) | Expr::Try(_) | Expr::Field(_) => {
                self.chain(code, true)
            }
            Expr::Call(call) => self.call(call, ""),
            Expr::Closure(closure) => {
                let body = closure.body.span().byte_range();
                let is_plain = !matches!(*closure.body, Expr::Block(_));
                let body_node = is_plain.then(|| self.node(&closure.body))??;
                Some(Node::Closure {
                    head: self.get(own.start..body.start).trim_end().to_owned(),
                    body: Box::new(body_node),
                })
            }
            _ => None,
        }
    }

    fn call(&self, code: &syn::ExprCall, tail: &str) -> Option<Node> {
        let head = code.func.span().byte_range();
        let arguments = code.args.iter().map(|argument| self.node(argument));
        Some(Node::Call(Call {
            head: self.get(head),
            arguments: arguments.collect::<Option<_>>()?,
            tail: tail.to_owned(),
        }))
    }

    /// A chain with the piece that changes in it: in its root, in one of its links, or as its first links.
    fn chain(&self, code: &Expr, is_searched: bool) -> Option<Node> {
        let (root, steps) = steps(code);
        let mut root_node = match is_searched {
            true => self.node(root)?,
            false => self.plain(root),
        };
        let mut links: Vec<Node> = Vec::new();
        if let Node::Chain { root, links: own } = root_node {
            root_node = *root;
            links = own;
        }
        let mut end = root.span().byte_range().end;
        let start = root.span().byte_range().start;
        for step in steps {
            let own = end..step.span().byte_range().end;
            let text = self.get(own.clone());
            end = own.end;
            let is_target = is_searched && (start..end) == self.target;
            match (step, links.last_mut()) {
                // It belongs to what stands before it.
                (Expr::Try(_), Some(Node::Text(link))) => link.text.push_str(text.trim()),
                (Expr::Try(_), Some(Node::Call(link))) => link.tail.push_str(text.trim()),
                (Expr::Try(_), _) => root_node = with_tail(root_node, text.trim())?,
                (Expr::MethodCall(method), _) if is_searched && self.has(&own) => {
                    let open = method.paren_token.span.open().byte_range().start;
                    let arguments = method.args.iter().map(|argument| self.node(argument));
                    links.push(Node::Call(Call {
                        head: self.get(own.start..open).trim().to_owned(),
                        arguments: arguments.collect::<Option<_>>()?,
                        tail: String::new(),
                    }));
                }
                _ => links.push(self.text(own)),
            }
            if is_target {
                let add = |text: &String| new(text);
                match self.change {
                    Some(Change::Links { first, last }) => {
                        let first: Vec<_> = first.iter().map(add).collect();
                        links.splice(0..0, first);
                        links.extend(last.iter().map(add));
                    }
                    Some(_) => return None,
                    None => {}
                }
            }
        }
        Some(Node::Chain {
            root: Box::new(root_node),
            links,
        })
    }

    /// Pieces without the one that changes.
    fn plain(&self, code: &Expr) -> Node {
        match code {
            Expr::MethodCall(_) | Expr::Await(_) | Expr::Try(_) => self.chain(code, false),
            _ => None,
        }
        .unwrap_or_else(|| self.text(code.span().byte_range()))
    }

    fn changed(&self, code: &Expr) -> Node {
        let plain = self.plain(code);
        let text = |text: &String| new(text);
        match self.change {
            None => plain,
            Some(Change::Around(head)) => Node::Call(Call {
                head: head.clone(),
                arguments: vec![plain],
                tail: String::new(),
            }),
            Some(Change::Links { first, last }) => {
                let (root, links) = match plain {
                    Node::Chain { root, links } => (root, links),
                    other => (Box::new(other), Vec::new()),
                };
                let before = first.iter().map(text);
                let links = before.chain(links).chain(last.iter().map(text));
                Node::Chain {
                    root,
                    links: links.collect(),
                }
            }
            Some(Change::Called { head, links }) => {
                let own = self.get(code.span().byte_range());
                Node::Closure {
                    head: head.clone(),
                    body: Box::new(Node::Chain {
                        root: Box::new(new(&format!("{own}()"))),
                        links: links.iter().map(text).collect(),
                    }),
                }
            }
        }
    }
}

/// A piece in one line that was not there.
fn new(text: &str) -> Node {
    Node::Text(Text {
        text: text.to_owned(),
        margin: 0,
    })
}

fn with_tail(node: Node, tail: &str) -> Option<Node> {
    Some(match node {
        Node::Text(mut text) => {
            text.text.push_str(tail);
            Node::Text(text)
        }
        Node::Call(mut call) => {
            call.tail.push_str(tail);
            Node::Call(call)
        }
        _ => return None,
    })
}

/// The beginning of a chain, and each longer part of it.
pub fn steps(code: &Expr) -> (&Expr, Vec<&Expr>) {
    let mut steps = Vec::new();
    let mut code = code;
    loop {
        let inner = match code {
            Expr::MethodCall(inner) => &inner.receiver,
            Expr::Await(inner) => &inner.base,
            Expr::Try(inner) => &inner.expr,
            Expr::Field(inner) => &inner.base,
            _ => break,
        };
        steps.push(code);
        code = inner;
    }
    steps.reverse();
    (code, steps)
}

impl Node {
    pub fn has_closure(&self) -> bool {
        match self {
            Self::Text(_) => false,
            Self::Closure { .. } => true,
            Self::Call(call) => call.arguments.iter().any(Self::has_closure),
            Self::Chain { root, links } => {
                root.has_closure() || links.iter().any(Self::has_closure)
            }
        }
    }
}
