//! A call: parameters get their values, and the code is followed.

use std::rc::Rc;

use syn::{Expr, FnArg, GenericArgument, Pat, PathArguments, ReturnType, Type};

use super::{Frame, Reader};
use crate::source::tree::Function;
use crate::source::value::{Closure, Types, Value};

impl Reader {
    /// Calls a function of the program. Gives its result, and what its parameters were at its end.
    pub(super) fn call_function(
        &mut self,
        function: &Rc<Function>,
        arguments: Vec<Value>,
    ) -> (Value, Vec<Value>) {
        self.call_generic(function, arguments, Types::default())
    }

    /// The same with types for its parameters.
    pub(super) fn call_generic(
        &mut self,
        function: &Rc<Function>,
        arguments: Vec<Value>,
        types: Types,
    ) -> (Value, Vec<Value>) {
        self.called.insert(function.place.clone());
        let is_plain = arguments.is_empty() && types.is_empty();
        if is_plain && let Some(known) = self.known.get(&function.place) {
            return (known.clone(), Vec::new());
        }
        if !self.enter() {
            let why = format!(
                "`{}` calls itself, or the calls are too deep",
                function.name
            );
            return (Value::unknown(&function.place, why), Vec::new());
        }
        let Some(signature) = function.head.signature() else {
            self.depth -= 1;
            let why = format!(
                "what stands before the body of `{}` is no Rust",
                function.name
            );
            return (Value::unknown(&function.place, why), Vec::new());
        };
        let mut frame = Frame::new(function.module, function.of.clone());
        frame.types = types;
        let mut arguments = arguments.into_iter();
        let mut names = Vec::new();
        for parameter in &signature.inputs {
            let value = arguments.next().unwrap_or(Value::Nothing);
            match parameter {
                FnArg::Receiver(_) => frame.variables.push(("self".to_owned(), value)),
                FnArg::Typed(parameter) => {
                    names.push(name_of(&parameter.pat));
                    self.bind(&parameter.pat, value, &mut frame);
                    continue;
                }
            }
            names.push(Some("self".to_owned()));
        }
        let bound = frame.variables.len();
        let last = self.body(function, &mut frame);
        frame.variables.truncate(bound);
        self.depth -= 1;
        let returned = frame.returned.take().unwrap_or(Value::Nothing);
        // A function that never returns gives nothing.
        let is_end =
            matches!(&signature.output, ReturnType::Type(_, of) if matches!(**of, Type::Never(_)));
        let result = match is_end {
            true => Value::Nothing,
            false => self.either(&last, &returned, &function.place),
        };
        if is_plain {
            self.known.insert(function.place.clone(), result.clone());
        }
        (result, ends(&names, &frame))
    }

    fn body(&mut self, function: &Function, frame: &mut Frame) -> Value {
        let text = Rc::clone(&self.program.texts[self.program.modules[function.module].file]);
        match function.body.read(&text) {
            Ok(code) => self.block(code, frame),
            Err(unread) => {
                self.unread.insert(unread.clone());
                Value::Unknown(Box::new(unread.clone()))
            }
        }
    }

    /// Calls a closure in the same way.
    pub(super) fn call_closure(
        &mut self,
        closure: &Rc<Closure>,
        arguments: Vec<Value>,
    ) -> (Value, Vec<Value>) {
        if !self.enter() {
            return (
                Value::unknown(&closure.place, "the calls are too deep"),
                Vec::new(),
            );
        }
        let mut frame = Frame::new(closure.module, None);
        frame.types = Rc::clone(&closure.types);
        self.step(closure.around.len());
        frame.variables.clone_from(&closure.around);
        let mut arguments = arguments.into_iter();
        let mut names = Vec::new();
        for parameter in &closure.code.inputs {
            let value = arguments.next().unwrap_or(Value::Nothing);
            names.push(name_of(parameter));
            self.bind(parameter, value, &mut frame);
        }
        let last = self.value(&closure.code.body, &mut frame);
        self.depth -= 1;
        let returned = frame.returned.take().unwrap_or(Value::Nothing);
        let result = self.either(&last, &returned, &closure.place);
        (result, ends(&names, &frame))
    }
}

/// The types that a call names for the parameters of a function: `only::<SignedIn>(page)`.
pub(super) fn types(code: &Expr, function: &Function, frame: &Frame) -> Types {
    let Expr::Path(code) = code else {
        return Types::default();
    };
    let Some(PathArguments::AngleBracketed(named)) =
        code.path.segments.last().map(|last| &last.arguments)
    else {
        return Types::default();
    };
    let named = named.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(of) => Some(of),
        _ => None,
    });
    let Some(signature) = function.head.signature() else {
        return Types::default();
    };
    let parameters = signature.generics.type_params();
    let types = parameters.zip(named).map(|(parameter, of)| {
        let name = parameter.ident.to_string();
        match frame.type_named(of) {
            Some((of, module)) => (name, of.clone(), *module),
            None => (name, of.clone(), frame.module),
        }
    });
    Rc::new(
        types
            .map(|(name, of, module)| (name, (of, module)))
            .collect(),
    )
}

fn name_of(pattern: &Pat) -> Option<String> {
    match pattern {
        Pat::Ident(pattern) => Some(pattern.ident.to_string()),
        Pat::Type(pattern) => name_of(&pattern.pat),
        _ => None,
    }
}

/// What the parameters are at the end of a call.
fn ends(names: &[Option<String>], frame: &Frame) -> Vec<Value> {
    let value = |name: &Option<String>| frame.variable(name.as_deref()?).cloned();
    names
        .iter()
        .map(|name| value(name).unwrap_or(Value::Nothing))
        .collect()
}
