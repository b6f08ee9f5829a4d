//! Variables that are lent to a call, which may change them.

use syn::spanned::Spanned as _;
use syn::{Expr, FnArg, ReceiverKind, Type};

use super::{Frame, Reader};
use crate::source::tree::Function;
use crate::source::value::Value;

impl Reader {
    /// Whatever is lent to code that is not read is no longer known.
    pub(super) fn may_change<'a>(
        &mut self,
        codes: impl IntoIterator<Item = &'a Expr>,
        frame: &mut Frame,
    ) {
        for code in codes {
            let Expr::Reference(lent) = code else {
                continue;
            };
            let Some(Value::Routes(_)) = root(code).and_then(|name| frame.variable(&name).cloned())
            else {
                continue;
            };
            if lent.mutability.is_some() {
                let value = self.value(&lent.expr, frame);
                let place = self.place(frame, code.span());
                let why = self.unknown(frame, code, "is changed by what is not read");
                let either = self.either(&value, &why, &place);
                self.assign(&lent.expr, either, frame);
            }
        }
    }

    /// Stores what a call changed through references. The types of a closure's parameters are not known.
    pub(super) fn write_back<'a>(
        &mut self,
        function: Option<&Function>,
        codes: impl IntoIterator<Item = &'a Expr>,
        changed: &[Value],
        frame: &mut Frame,
    ) {
        for (at, (code, value)) in codes.into_iter().zip(changed).enumerate() {
            let parameter = function.and_then(|function| function.head.signature()?.inputs.get(at));
            if parameter.is_some_and(is_changed) || is_lent_to_change(code, value) {
                self.assign(code, value.clone(), frame);
            }
        }
    }
}

/// True if a parameter is lent to be changed.
fn is_changed(parameter: &FnArg) -> bool {
    match parameter {
        FnArg::Receiver(own) => matches!(own.kind, ReceiverKind::Reference(_, _, Some(_))),
        FnArg::Typed(own) => matches!(&*own.ty, Type::Reference(of) if of.mutability.is_some()),
    }
}

fn is_lent_to_change(code: &Expr, value: &Value) -> bool {
    let is_shared = matches!(value, Value::Routes(routes) if routes.is_shared);
    is_shared || matches!(code, Expr::Reference(code) if code.mutability.is_some())
}

/// The name of the variable that a chain of methods begins with.
pub(super) fn root(code: &Expr) -> Option<String> {
    let mut code = code;
    loop {
        code = match code {
            Expr::MethodCall(inner) => &inner.receiver,
            Expr::Reference(inner) => &inner.expr,
            Expr::Paren(inner) => &inner.expr,
            Expr::Path(inner) => return inner.path.get_ident().map(ToString::to_string),
            _ => return None,
        };
    }
}
