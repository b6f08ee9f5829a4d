//! Expressions.

use std::rc::Rc;

use syn::spanned::Spanned as _;
use syn::{BinOp, Block, Expr, Lit, Member, Pat, UnOp};

use super::{Frame, LONGEST_TEXT, Reader};
use crate::source::condition::{is_left_out, is_open};
use crate::source::place::Place;
use crate::source::value::{Closure, Record, Value};

impl Reader {
    /// What an expression stands for.
    pub(super) fn value(&mut self, code: &Expr, frame: &mut Frame) -> Value {
        if !self.step(1) {
            let place = self.place(frame, code.span());
            return Value::unknown(&place, "there is too much to follow up to here");
        }
        if let Some(inner) = inner(code) {
            return self.value(inner, frame);
        }
        if let Some(block) = block(code) {
            return self.block(block, frame);
        }
        match code {
            Expr::Lit(code) => literal(&code.lit),
            Expr::Path(code) => self.named(code, frame),
            Expr::Call(code) => self.call(code, frame),
            Expr::MethodCall(code) => self.method_call(code, frame),
            Expr::Macro(code) => self.macro_value(&code.mac, frame),
            Expr::If(_) | Expr::Match(_) => self.branches(code, frame),
            Expr::ForLoop(code) => self.each(code, frame),
            Expr::While(code) => {
                self.value(&code.cond, frame);
                self.maybe(&code.body, frame)
            }
            Expr::Loop(code) => self.maybe(&code.body, frame),
            Expr::Closure(code) => self.closure(code, frame),
            Expr::Tuple(code) if code.elems.is_empty() => Value::Nothing,
            Expr::Array(syn::ExprArray { elems, .. })
            | Expr::Tuple(syn::ExprTuple { elems, .. }) => {
                let items = elems.iter().map(|item| self.value(item, frame)).collect();
                self.list(items)
                    .unwrap_or_else(|| self.unknown(frame, code, "is too long"))
            }
            Expr::Struct(code) => self.record(code, frame),
            Expr::Field(code) => self.field(code, frame),
            Expr::Index(code) => self.index(code, frame),
            Expr::Binary(code) => self.binary(code, frame),
            Expr::Assign(_) | Expr::Let(_) | Expr::Return(_) => {
                self.effect(code, frame);
                Value::Nothing
            }
            Expr::Break(code) => match &code.expr {
                Some(code) => self.value(code, frame),
                None => Value::Nothing,
            },
            _ => Value::Nothing,
        }
    }

    /// What changes variables, or ends a call.
    fn effect(&mut self, code: &Expr, frame: &mut Frame) {
        match code {
            Expr::Assign(code) => {
                let value = self.value(&code.right, frame);
                self.assign(&code.left, value, frame);
            }
            Expr::Let(code) => {
                let value = self.value(&code.expr, frame);
                self.bind(&code.pat, value, frame);
            }
            Expr::Return(syn::ExprReturn {
                expr: Some(code), ..
            }) => {
                let value = self.value(code, frame);
                let before = frame.returned.take().unwrap_or(Value::Nothing);
                let place = self.place(frame, code.span());
                frame.returned = Some(self.either(&before, &value, &place));
            }
            _ => {}
        }
    }

    fn closure(&mut self, code: &syn::ExprClosure, frame: &Frame) -> Value {
        self.step(frame.variables.len());
        Value::Closure(Rc::new(Closure {
            place: self.place(frame, code.inputs_begin.spans[0]),
            code: code.clone(),
            module: frame.module,
            types: Rc::clone(&frame.types),
            around: frame.variables.clone(),
        }))
    }

    fn record(&mut self, code: &syn::ExprStruct, frame: &mut Frame) -> Value {
        let base = code.rest.as_ref().map(|base| self.value(base, frame));
        let mut record = match base {
            Some(Value::Record(record)) => (*record).clone(),
            _ => Record::default(),
        };
        if let Some(last) = code.path.segments.last() {
            record.name = match &frame.of {
                Some(of) if last.ident == "Self" => of.clone(),
                _ => last.ident.to_string(),
            };
        }
        for field in &code.fields {
            if is_left_out(&field.attrs) {
                continue;
            }
            let mut value = self.value(&field.expr, frame);
            let name = member(&field.member);
            if is_open(&field.attrs) {
                let place = self.place(frame, field.span());
                let other = record.fields.get(&name).cloned();
                let other =
                    other.unwrap_or_else(|| Value::unknown(&place, "stands under a condition"));
                value = self.either(&other, &value, &place);
            }
            record.fields.insert(name, value);
        }
        Value::Record(Rc::new(record))
    }

    fn field(&mut self, code: &syn::ExprField, frame: &mut Frame) -> Value {
        let name = member(&code.member);
        match self.value(&code.base, frame) {
            Value::Record(record) => match record.fields.get(&name) {
                Some(value) => value.clone(),
                None => self.unknown(frame, code, "is not read"),
            },
            Value::List(items) => match name.parse().ok().and_then(|at: usize| items.get(at)) {
                Some(value) => value.clone(),
                None => Value::Nothing,
            },
            _ => self.unknown(frame, code, "is not read"),
        }
    }

    fn binary(&mut self, code: &syn::ExprBinary, frame: &mut Frame) -> Value {
        let (left, right) = (
            self.value(&code.left, frame),
            self.value(&code.right, frame),
        );
        let sum = match (&left, &right, code.op) {
            (Value::Text(left), Value::Text(right), BinOp::Add(_) | BinOp::AddAssign(_))
                if left.len() + right.len() < LONGEST_TEXT =>
            {
                Value::text(&format!("{left}{right}"))
            }
            (_, _, BinOp::Add(_) | BinOp::AddAssign(_)) => self.unknown(frame, code, "is computed"),
            _ => return Value::Nothing,
        };
        if let (BinOp::AddAssign(_), Expr::Path(left)) = (code.op, &*code.left)
            && let Some(name) = left.path.get_ident()
        {
            frame.set(&name.to_string(), sum);
            return Value::Nothing;
        }
        sum
    }

    /// All ways that a branch may go, as one value.
    fn branches(&mut self, code: &Expr, frame: &mut Frame) -> Value {
        let before = frame.variables.clone();
        self.step(before.len());
        let mut ways = Vec::new();
        let mut end = |value, frame: &mut Frame| {
            let variables = std::mem::replace(&mut frame.variables, before.clone());
            ways.push((value, variables));
        };
        match code {
            Expr::If(code) => {
                self.value(&code.cond, frame);
                let value = self.block(&code.then_branch, frame);
                end(value, frame);
                let value = match &code.else_branch {
                    Some((_, code)) => self.value(code, frame),
                    None => Value::Nothing,
                };
                end(value, frame);
            }
            Expr::Match(code) => {
                let matched = self.value(&code.expr, frame);
                for arm in &code.arms {
                    let goes_on = self.step(before.len());
                    self.bind(&arm.pat, matched.clone(), frame);
                    let value = self.value(&arm.body, frame);
                    end(value, frame);
                    if !goes_on {
                        break;
                    }
                }
            }
            _ => {}
        }
        let place = self.place(frame, code.span());
        self.join_ways(ways, before.len(), &place, frame)
    }

    fn join_ways(
        &mut self,
        ways: Vec<(Value, Vec<(String, Value)>)>,
        depth: usize,
        place: &Place,
        frame: &mut Frame,
    ) -> Value {
        let mut ways = ways.into_iter();
        let Some((mut value, mut variables)) = ways.next() else {
            return Value::Nothing;
        };
        variables.truncate(depth);
        for (other, other_variables) in ways {
            self.step(depth);
            value = self.either(&value, &other, place);
            self.join_variables(&mut variables, &other_variables, place);
        }
        frame.variables = variables;
        value
    }

    /// A block that runs perhaps, or several times: read once.
    fn maybe(&mut self, block: &Block, frame: &mut Frame) -> Value {
        let before = frame.variables.clone();
        self.step(before.len());
        let value = self.block(block, frame);
        let place = self.place(frame, block.brace_token.span.open());
        self.join_variables(&mut frame.variables, &before, &place);
        value
    }

    /// A loop over a list that is known, or over one that is not.
    fn each(&mut self, code: &syn::ExprForLoop, frame: &mut Frame) -> Value {
        let depth = frame.variables.len();
        let over = self.value(&code.expr, frame);
        let items = match over {
            Value::List(items) => items,
            _ => Rc::new(vec![self.unknown(frame, &*code.expr, "is computed")]),
        };
        for item in items.iter() {
            self.bind(&code.pat, item.clone(), frame);
            self.maybe(&code.body, frame);
            frame.variables.truncate(depth);
        }
        Value::Nothing
    }

    /// One of a list, nobody knows which.
    fn index(&mut self, code: &syn::ExprIndex, frame: &mut Frame) -> Value {
        let place = self.place(frame, code.span());
        match self.value(&code.expr, frame) {
            Value::List(items) => {
                self.step(items.len());
                let items = items.iter();
                items.fold(Value::Nothing, |all, item| self.either(&all, item, &place))
            }
            _ => self.unknown(frame, code, "is not read"),
        }
    }

    /// Gives the names of a pattern their values.
    pub(super) fn bind(&mut self, pattern: &Pat, value: Value, frame: &mut Frame) {
        self.step(1);
        match pattern {
            Pat::Ident(pattern) => frame.variables.push((pattern.ident.to_string(), value)),
            Pat::Type(pattern) => self.bind(&pattern.pat, value, frame),
            Pat::Reference(pattern) => self.bind(&pattern.pat, value, frame),
            Pat::Paren(pattern) => self.bind(&pattern.pat, value, frame),
            Pat::Guard(pattern) => {
                self.bind(&pattern.pat, value, frame);
                self.value(&pattern.guard, frame);
            }
            Pat::Tuple(pattern) => {
                for (at, inner) in pattern.elems.iter().enumerate() {
                    self.bind(inner, part(&value, at), frame);
                }
            }
            // `Ok(router)`, `Some(router)`, `State(router)`
            Pat::TupleStruct(pattern) => {
                for inner in &pattern.elems {
                    self.bind(inner, value.clone(), frame);
                }
            }
            Pat::Struct(pattern) => {
                for field in &pattern.fields {
                    let value = match (&value, &field.member) {
                        (Value::Record(record), Member::Named(name)) => {
                            record.fields.get(&name.to_string()).cloned()
                        }
                        _ => None,
                    };
                    self.bind(&field.pat, value.unwrap_or(Value::Nothing), frame);
                }
            }
            _ => {}
        }
    }
}

/// The expression that is all there is in another.
pub(super) fn inner(code: &Expr) -> Option<&Expr> {
    Some(match code {
        Expr::Await(code) => &code.base,
        Expr::Try(code) => &code.expr,
        Expr::Paren(code) => &code.expr,
        Expr::Group(code) => &code.expr,
        Expr::Reference(code) => &code.expr,
        Expr::Cast(code) => &code.expr,
        Expr::Unary(code) if matches!(code.op, UnOp::Deref(_)) => &code.expr,
        _ => return None,
    })
}

/// The block that an expression is.
fn block(code: &Expr) -> Option<&Block> {
    Some(match code {
        Expr::Block(code) => &code.block,
        Expr::Async(code) => &code.block,
        Expr::Unsafe(code) => &code.block,
        Expr::Const(code) => &code.block,
        _ => return None,
    })
}

pub(super) fn member(member: &Member) -> String {
    match member {
        Member::Named(name) => name.to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

pub(super) fn part(value: &Value, at: usize) -> Value {
    match value {
        Value::List(items) => items.get(at).cloned().unwrap_or(Value::Nothing),
        other => other.clone(),
    }
}

fn literal(literal: &Lit) -> Value {
    match literal {
        Lit::Str(text) => Value::text(&text.value()),
        _ => Value::Nothing,
    }
}
