//! Statements, one after the other.

use std::rc::Rc;

use syn::spanned::Spanned as _;
use syn::{Attribute, Block, Expr, Item, Pat, Stmt};

use super::code::{inner, member, part};
use super::{Frame, Reader};
use crate::source::condition::{is_left_out, is_open};
use crate::source::define::define;
use crate::source::place::Unread;
use crate::source::tree::Module;
use crate::source::value::Value;

impl Reader {
    pub(super) fn block(&mut self, block: &Block, frame: &mut Frame) -> Value {
        let (depth, module) = (frame.variables.len(), frame.module);
        let around = std::mem::replace(&mut frame.block, depth);
        if block.stmts.iter().any(|line| matches!(line, Stmt::Item(_))) {
            frame.module = self.module_of(block, frame);
        }
        let mut last = Value::Nothing;
        for line in &block.stmts {
            let attributes = attributes(line);
            if is_left_out(attributes) {
                continue;
            }
            let value = match is_open(attributes) {
                true => self.under_condition(line, &last, frame),
                false => self.statement(line, frame),
            };
            last = value;
        }
        for (_, value) in frame.variables.drain(depth..) {
            if let Value::Routes(routes) = value {
                self.dropped.push(routes);
            }
        }
        (frame.module, frame.block) = (module, around);
        last
    }

    /// A statement, and the value of the block if it is the last.
    fn statement(&mut self, line: &Stmt, frame: &mut Frame) -> Value {
        let (value, is_over) = match line {
            Stmt::Local(line) => {
                self.local(line, frame);
                return Value::Nothing;
            }
            Stmt::Expr(code, end) => (self.value(code, frame), end.is_some()),
            Stmt::Macro(line) => {
                let value = self.macro_value(&line.mac, frame);
                (value, line.semi_token.is_some())
            }
            Stmt::Item(Item::Mod(item)) if !is_left_out(&item.attrs) => {
                let place = self.place(frame, item.ident.span());
                let why = "a module within a function is not read";
                self.unread.insert(Unread::new(&place, why));
                return Value::Nothing;
            }
            Stmt::Item(_) => return Value::Nothing,
        };
        if is_over {
            self.discard(&value);
            return Value::Nothing;
        }
        value
    }

    fn local(&mut self, line: &syn::Local, frame: &mut Frame) {
        let value = match &line.init {
            Some(init) => {
                let value = self.value(&init.expr, frame);
                if let Some((_, otherwise)) = &init.diverge {
                    let value = self.value(otherwise, frame);
                    self.discard(&value);
                }
                value
            }
            None => Value::Nothing,
        };
        self.step(frame.variables.len() / 32);
        frame.forget_older(&line.pat, &value);
        self.bind(&line.pat, value, frame);
    }

    /// A statement that need not be there: everything may also be as it was before it.
    fn under_condition(&mut self, line: &Stmt, last: &Value, frame: &mut Frame) -> Value {
        let before = frame.variables.clone();
        self.step(before.len());
        // What stands before it may be what counts.
        let block = std::mem::replace(&mut frame.block, before.len());
        let value = self.statement(line, frame);
        frame.block = block;
        let place = self.place(frame, line.span());
        let new = frame
            .variables
            .split_off(before.len().min(frame.variables.len()));
        self.join_variables(&mut frame.variables, &before, &place);
        for (name, value) in new {
            // `let app = app.layer(gate)`
            let value = match frame.variable(&name) {
                Some(older) => self.either(older, &value, &place),
                None => value,
            };
            frame.variables.push((name, value));
        }
        self.either(last, &value, &place)
    }

    /// Gives what is left of a `=` its value.
    pub(super) fn assign(&mut self, left: &Expr, value: Value, frame: &mut Frame) {
        if let Some(inner) = inner(left) {
            return self.assign(inner, value, frame);
        }
        match left {
            Expr::Path(code) => {
                if let Some(name) = code.path.get_ident() {
                    frame.set(&name.to_string(), value);
                }
            }
            Expr::Tuple(code) => {
                for (at, left) in code.elems.iter().enumerate() {
                    self.assign(left, part(&value, at), frame);
                }
            }
            Expr::Field(code) => {
                let name = member(&code.member);
                let whole = match self.value(&code.base, frame) {
                    Value::Record(record) => {
                        let mut record = (*record).clone();
                        record.fields.insert(name, value);
                        Value::Record(Rc::new(record))
                    }
                    other => {
                        let place = self.place(frame, code.span());
                        self.either(&other, &value, &place)
                    }
                };
                self.assign(&code.base, whole, frame);
            }
            Expr::Index(code) => {
                let before = self.value(&code.expr, frame);
                let place = self.place(frame, code.span());
                let either = self.either(&before, &value, &place);
                self.assign(&code.expr, either, frame);
            }
            _ => {}
        }
    }

    /// The module that a block's own items form.
    fn module_of(&mut self, block: &Block, frame: &Frame) -> usize {
        let place = self.place(frame, block.brace_token.span.open());
        if let Some(known) = self.blocks.get(&place) {
            return *known;
        }
        let around = Rc::clone(&self.program.modules[frame.module]);
        let id = self.program.modules.len();
        self.program.modules.push(Rc::default());
        let mut module = Module {
            path: around.path.clone(),
            file: around.file,
            krate: around.krate,
            around: Some(frame.module),
            ..Module::default()
        };
        for line in &block.stmts {
            if let Stmt::Item(item) = line {
                define(&mut self.program, id, &mut module, item);
            }
        }
        self.program.modules[id] = Rc::new(module);
        self.blocks.insert(place, id);
        id
    }
}

impl Frame {
    /// `let app = app.route(…);`: nobody gets at the older one any more, and all of its routes are in the new one. A program of
    /// many such lines would keep each of them.
    fn forget_older(&mut self, pattern: &Pat, value: &Value) {
        let name = match pattern {
            Pat::Type(pattern) => &pattern.pat,
            pattern => pattern,
        };
        let (Pat::Ident(name), Value::Routes(new)) = (name, value) else {
            return;
        };
        let own = self.variables.iter().skip(self.block);
        let older = own.rev().position(|(known, _)| name.ident == known);
        let Some(at) = older.map(|back| self.variables.len() - 1 - back) else {
            return;
        };
        if let Some((_, Value::Routes(old))) = self.variables.get(at)
            && new.go_on_from(old)
        {
            self.variables.remove(at);
        }
    }
}

/// The attributes of a statement, as far as a condition may stand there.
fn attributes(line: &Stmt) -> &[Attribute] {
    match line {
        Stmt::Local(line) => &line.attrs,
        Stmt::Macro(line) => &line.attrs,
        Stmt::Expr(code, _) => match code {
            Expr::Assign(code) => &code.attrs,
            Expr::Async(code) => &code.attrs,
            Expr::Await(code) => &code.attrs,
            Expr::Block(code) => &code.attrs,
            Expr::Call(code) => &code.attrs,
            Expr::ForLoop(code) => &code.attrs,
            Expr::If(code) => &code.attrs,
            Expr::Loop(code) => &code.attrs,
            Expr::Macro(code) => &code.attrs,
            Expr::Match(code) => &code.attrs,
            Expr::MethodCall(code) => &code.attrs,
            Expr::Path(code) => &code.attrs,
            Expr::Return(code) => &code.attrs,
            Expr::Try(code) => &code.attrs,
            Expr::Unsafe(code) => &code.attrs,
            Expr::While(code) => &code.attrs,
            _ => &[],
        },
        Stmt::Item(_) => &[],
    }
}
