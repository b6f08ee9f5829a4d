//! What is known in each function of a source, each looked at once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::Scope;
use super::text::named;
use crate::check::code::Code;
use crate::check::code::functions::Functions;

/// What is known in each function of a source.
pub struct Scopes<'a> {
    functions: &'a Functions,
    /// Names, what was taken out of them, and in which line: `headers.remove("cookie")`
    removed: Vec<(&'a str, String, usize)>,
    known: RefCell<HashMap<(usize, usize), Rc<Scope<'a>>>>,
}

impl<'a> Scopes<'a> {
    pub fn new(functions: &'a Functions, code: &'a Code) -> Self {
        let removed = code.chains.iter().flat_map(|chain| {
            let removed = chain.calls.iter().filter(|call| call.name == "remove");
            removed.map(|call| (chain.start(), named(&call.arguments), call.line))
        });
        Self {
            functions,
            removed: removed.collect(),
            known: RefCell::default(),
        }
    }

    /// What is known in a line.
    pub fn at(&self, line: usize) -> Rc<Scope<'a>> {
        let around = self.functions.around(line);
        let start = around.map_or(0, |function| *function.lines.start());
        // Where the one is taken out, the other is still there.
        let of = |header: &'static str| {
            let mut removed = self.removed.iter();
            move |name: &str| {
                removed.any(|(of, what, at)| {
                    *of == name && what == header && (start..line).contains(at)
                })
            }
        };
        let names = self.removed.iter().map(|(of, ..)| *of);
        let bare: Vec<_> = names
            .filter(|name| of("cookie")(name) && of("authorization")(name))
            .collect();
        let mut known = self.known.borrow_mut();
        let scope = known.entry((start, bare.len()));
        Rc::clone(scope.or_insert_with(|| {
            Rc::new(Scope {
                bare,
                ..Scope::new(self.functions, around)
            })
        }))
    }
}
