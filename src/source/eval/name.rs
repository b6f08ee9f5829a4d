//! The values of the names in an expression.

use std::rc::Rc;

use super::frameworks;
use super::{Frame, Reader};
use crate::source::tree::{Def, Meaning, words};
use crate::source::value::Value;

impl Reader {
    /// A path in an expression.
    pub(super) fn named(&mut self, code: &syn::ExprPath, frame: &mut Frame) -> Value {
        // All of them may have to be looked at.
        self.step(frame.variables.len() / 32);
        if let Some(name) = code.path.get_ident()
            && let Some(value) = frame.variable(&name.to_string())
        {
            return value.clone();
        }
        if code.path.is_ident("None") {
            return Value::Nothing;
        }
        let meaning = self.meaning(&code.path, frame);
        match meaning {
            Meaning::Def(Def::Function(function), _) => Value::Function(function),
            Meaning::Def(Def::Constant(constant), _) => {
                if !self.enter() {
                    return self.unknown(frame, code, "is defined by itself");
                }
                let mut frame = Frame::new(constant.module, None);
                let value = self.value(&constant.value, &mut frame);
                self.depth -= 1;
                value
            }
            Meaning::Of(of, rest) => match self.method_named(&of, &rest) {
                Some(method) => Value::Function(method),
                None => self.unknown(frame, code, "is not read"),
            },
            Meaning::Foreign(package, path) => frameworks::constant(&package, &path)
                .unwrap_or_else(|| Value::Foreign(package, Rc::new(path))),
            // A type as a value, such as the handlers of salvo.
            Meaning::Def(Def::Type(_) | Def::Alias(_), _) => Value::Nothing,
            Meaning::Def(Def::Several, _) => {
                self.unknown(frame, code, "is one of several, by conditions")
            }
            Meaning::Def(..) => Value::Nothing,
            Meaning::Nothing => self.unknown(frame, code, "was not found"),
        }
    }

    /// The meaning of a path, `Self` included.
    pub fn meaning(&self, path: &syn::Path, frame: &Frame) -> Meaning {
        let words = words(path);
        match (words.first().map(String::as_str), &frame.of) {
            (Some("Self"), Some(of)) => Meaning::Of(of.clone(), words[1..].to_vec()),
            _ => self.program.meaning(frame.module, &words),
        }
    }

    fn method_named(&self, of: &str, rest: &[String]) -> Option<Rc<crate::source::tree::Function>> {
        match rest {
            [name] => self.program.method(Some(of), name),
            _ => None,
        }
    }

    /// One call deeper. False if it is too deep.
    pub(super) fn enter(&mut self) -> bool {
        if self.depth >= super::DEEPEST {
            return false;
        }
        self.depth += 1;
        true
    }
}
