//! Calls of functions, closures and methods.

use std::rc::Rc;

use syn::Expr;
use syn::spanned::Spanned as _;

use super::frameworks::{self, Argument, Call};
use super::lent::root;
use super::run::types;
use super::{Frame, Reader};
use crate::source::serving::serves;
use crate::source::tree::Function;
use crate::source::value::{Framework, Routes, Value};

impl Reader {
    pub(super) fn call(&mut self, code: &syn::ExprCall, frame: &mut Frame) -> Value {
        let arguments = self.arguments(&code.args, frame);
        // `Ok(router)` and the like are what is in them.
        if let Expr::Path(function) = &*code.func
            && let Some(name) = function.path.get_ident()
        {
            match (name.to_string().as_str(), arguments.first()) {
                ("Ok" | "Some", Some(first)) => return first.value.clone(),
                // Whatever went wrong, nothing of it is served.
                ("Err", _) => return Value::Nothing,
                _ => {}
            }
        }
        let function = self.value(&code.func, frame);
        match function {
            Value::Function(function) => {
                let types = types(&code.func, &function, frame);
                let (result, changed) = self.call_generic(&function, values(&arguments), types);
                self.write_back(Some(&function), &code.args, &changed, frame);
                result
            }
            Value::Closure(closure) => {
                let (result, changed) = self.call_closure(&closure, values(&arguments));
                self.write_back(None, &code.args, &changed, frame);
                result
            }
            Value::Foreign(package, path) if ends(&package, &path) => Value::Nothing,
            Value::Foreign(package, path) => {
                let place = self.place(frame, code.func.span());
                let call = Call {
                    name: path.last().map_or("", String::as_str),
                    place: &place,
                };
                if let Some(value) = frameworks::call(self, &package, &path, &call, &arguments) {
                    return value;
                }
                let server = frameworks::server(&package, &path);
                let serves = server.is_some() || call.name == "serve";
                let result = self.foreign(&arguments, serves, frame, code);
                let keeps = matches!(package.as_str(), "std" | "alloc")
                    || path.iter().any(|of| of == "Compat");
                let result = self.given_gate(result, keeps, frame, code);
                match (server, arguments.last()) {
                    (Some(server), Some(app)) if !result.is_routing() => {
                        self.serve_unread(server, app, frame);
                    }
                    _ => {}
                }
                self.name_unserved(call.name, &result, &arguments);
                self.may_change(&code.args, frame);
                result
            }
            unknown @ Value::Unknown(_) => {
                let result = self.foreign(&arguments, false, frame, code);
                self.may_change(&code.args, frame);
                match result {
                    routes @ Value::Routes(_) => routes,
                    _ => unknown,
                }
            }
            _ => {
                let result = self.foreign(&arguments, false, frame, code);
                self.given_gate(result, false, frame, code)
            }
        }
    }

    /// What is given the gate need not let it stand: `Condition::new(on, gate)`. It is taken to be absent.
    fn given_gate(
        &self,
        result: Value,
        keeps: bool,
        frame: &Frame,
        code: &impl syn::spanned::Spanned,
    ) -> Value {
        if keeps || !matches!(result, Value::Gate(_)) {
            return result;
        }
        self.unknown(frame, code, frameworks::LEFT_OUT)
    }

    fn arguments<'a>(
        &mut self,
        codes: impl IntoIterator<Item = &'a Expr>,
        frame: &mut Frame,
    ) -> Vec<Argument> {
        codes
            .into_iter()
            .map(|code| self.argument(code, frame))
            .collect()
    }

    /// A call of something that is not read. What takes routes, or builds them by a closure, perhaps serves them, and
    /// gives them back in another form.
    fn foreign(
        &mut self,
        arguments: &[Argument],
        serves: bool,
        frame: &Frame,
        code: &impl syn::spanned::Spanned,
    ) -> Value {
        let mut result = None;
        let kit = arguments
            .iter()
            .find(|argument| matches!(argument.value, Value::Kit(_)));
        let kit = || kit.iter().map(|kit| kit.value.clone()).collect();
        for argument in arguments {
            let value = match &argument.value {
                Value::Closure(closure) => self.call_closure(closure, kit()).0,
                // `serve(app, &kit)`, where the server calls `app`.
                Value::Function(function) if self.is_of_interest(function) => {
                    self.call_function(function, kit()).0
                }
                other => other.clone(),
            };
            match value {
                // `Db::fetch(&rocket)` asks it for something.
                Value::Routes(routes) if is_lent(&routes, &argument.text) => {}
                Value::Routes(routes) if !routes.is_shared => {
                    let exit = self.exit(argument, frame);
                    result = Some(Value::Routes(self.hand(&routes, Some(exit), serves)));
                }
                Value::Kit(_) | Value::Gate(_) if result.is_none() => result = Some(value),
                _ => {}
            }
        }
        result.unwrap_or_else(|| self.unknown(frame, code, "is not read"))
    }

    /// True if a function builds routes for whoever calls it, or is a thread that serves.
    fn is_of_interest(&self, function: &Function) -> bool {
        let signature = function.head.signature();
        let takes_nothing = || signature.is_some_and(|signature| signature.inputs.is_empty());
        let serves = || serves(self.program.text(function.module), function);
        frameworks::builds_routes(&self.program, function) || (takes_nothing() && serves())
    }

    /// A server that was not given routes was given something that is not read.
    fn name_unserved(&mut self, name: &str, result: &Value, arguments: &[Argument]) {
        let is_server = matches!(
            name,
            "serve" | "service" | "run" | "serve_connection" | "serve_connection_with_upgrades"
        );
        if !is_server || result.is_routing() {
            return;
        }
        for argument in arguments {
            if let Value::Unknown(why) = &argument.value
                && !is_no_app(&argument.text)
            {
                self.unread.insert((**why).clone());
            }
        }
    }

    pub(super) fn method_call(&mut self, code: &syn::ExprMethodCall, frame: &mut Frame) -> Value {
        let receiver = self.value(&code.receiver, frame);
        let receiver = self.leave(receiver, code, frame);
        let arguments = self.arguments(&code.args, frame);
        let name = code.method.to_string();
        let place = self.place(frame, code.method.span());
        let call = Call {
            name: &name,
            place: &place,
        };
        let result = match &receiver {
            Value::Nothing | Value::Unknown(_) | Value::Record(_) | Value::Foreign(..) => {
                match self.own_method(&receiver, &name, &arguments) {
                    Some((method, result, changed)) => {
                        let codes = [&*code.receiver].into_iter().chain(&code.args);
                        self.write_back(Some(&method), codes, &changed, frame);
                        result
                    }
                    None => self.on_unknown(&receiver, &call, &arguments, frame, code),
                }
            }
            Value::List(items) => match arguments.as_slice() {
                [first, then] if name == "fold" => self.fold(items, &first.value, &then.value),
                [then] if name == "map" || name == "for_each" => self.map(items, &then.value),
                _ => match list_method(&receiver, &name) {
                    Some(value) => {
                        self.step(items.len() / 8);
                        value
                    }
                    // `.pop()`, `.next()`
                    None if items.iter().any(Value::is_routing) => {
                        self.unknown(frame, code, "is computed")
                    }
                    None => Value::Nothing,
                },
            },
            Value::Text(_) => match name.as_str() {
                "to_string" | "to_owned" | "into" | "as_str" | "clone" | "as_ref" => receiver,
                _ => self.unknown(frame, code, "is computed"),
            },
            _ => frameworks::method(self, &receiver, &call, &arguments),
        };
        if let (Value::Routes(routes), Some(name)) = (&result, root(&code.receiver))
            && routes.is_shared
        {
            frame.set(&name, result.clone());
        }
        result
    }

    fn fold(&mut self, items: &[Value], first: &Value, then: &Value) -> Value {
        items.iter().fold(first.clone(), |before, item| match then {
            Value::Closure(then) => self.call_closure(then, vec![before, item.clone()]).0,
            Value::Function(then) => self.call_function(then, vec![before, item.clone()]).0,
            _ => before,
        })
    }

    fn map(&mut self, items: &[Value], then: &Value) -> Value {
        let items = items.iter().map(|item| match then {
            Value::Closure(then) => self.call_closure(then, vec![item.clone()]).0,
            Value::Function(then) => self.call_function(then, vec![item.clone()]).0,
            _ => Value::Nothing,
        });
        let items = items.collect();
        self.list(items).unwrap_or(Value::Nothing)
    }

    /// A method of one of the program's own types.
    fn own_method(
        &mut self,
        receiver: &Value,
        name: &str,
        arguments: &[Argument],
    ) -> Option<(Rc<Function>, Value, Vec<Value>)> {
        let of = match receiver {
            Value::Record(record) => Some(record.name.as_str()),
            _ => None,
        };
        let method = self.program.method(of, name)?;
        // Of the types with methods of that name only those matter that know of routes or of the gate.
        if of.is_none() && !frameworks::concerns_routes(&self.program, &method) {
            return None;
        }
        let values = arguments.iter().map(|argument| argument.value.clone());
        let values = [receiver.clone()].into_iter().chain(values);
        let (result, changed) = self.call_function(&method, values.collect());
        Some((method, result, changed))
    }

    /// A method of something that is not read.
    fn on_unknown(
        &mut self,
        receiver: &Value,
        call: &Call<'_>,
        arguments: &[Argument],
        frame: &Frame,
        code: &syn::ExprMethodCall,
    ) -> Value {
        if let Some(routes) = frameworks::on_unknown(self, receiver, call, arguments) {
            return routes;
        }
        // A loop over what is not read: its body is read once.
        if let ("fold", [first, then]) = (call.name, arguments)
            && first.value.is_routing()
        {
            let item = self.unknown(frame, code, "goes over what is not read");
            let next = self.fold(&[item], &first.value, &then.value);
            return self.either(&first.value, &next, call.place);
        }
        if matches!(call.name, "exit" | "abort") {
            return Value::Nothing;
        }
        let mut result = self.foreign(arguments, call.name == "serve", frame, code);
        if is_of_options(call.name) && !matches!(result, Value::Unknown(_)) {
            if let Value::Routes(routes) = &result {
                result = Value::Routes(Rc::new(self.take(routes)));
            }
            let why = self.unknown(frame, code, "is there perhaps");
            result = self.either(&result, &why, call.place);
        }
        // `ServiceBuilder::new().layer(gate)`
        let result = self.given_gate(result, call.name == "layer", frame, code);
        self.name_unserved(call.name, &result, arguments);
        match result {
            Value::Unknown(_) => match receiver {
                Value::Unknown(_) => receiver.clone(),
                // Something of another crate stays that, however it is set up.
                Value::Foreign(..) => receiver.clone(),
                _ if is_plain(call.name) => receiver.clone(),
                _ => self.unknown(frame, code, "is not read"),
            },
            known => known,
        }
    }
}

/// A Rocket that is lent to a function is not launched by it.
fn is_lent(routes: &Routes, text: &str) -> bool {
    routes.framework == Framework::Rocket && text.starts_with('&')
}

/// True for what a server is given beside the app, and for a database: its migrations run as well, `run(&**db)`.
fn is_no_app(text: &str) -> bool {
    let text = text.to_lowercase();
    let name = text.rsplit(['&', '*', ' ']).next().unwrap_or_default();
    text.contains("listen") || ["conn", "connection", "database", "db", "pool"].contains(&name)
}

fn values(arguments: &[Argument]) -> Vec<Value> {
    arguments
        .iter()
        .map(|argument| argument.value.clone())
        .collect()
}

/// Methods that change nothing about what a value stands for.
fn is_plain(name: &str) -> bool {
    [
        "clone",
        "into",
        "unwrap",
        "expect",
        "to_owned",
        "as_ref",
        "unwrap_or_default",
    ]
    .contains(&name)
}

/// Methods of an `Option` or a `Result`, which are given another value or one that they perhaps take.
fn is_of_options(name: &str) -> bool {
    [
        "and_then",
        "map",
        "map_or",
        "map_or_else",
        "or",
        "or_else",
        "then",
        "then_some",
        "unwrap_or",
        "unwrap_or_else",
        "xor",
    ]
    .contains(&name)
}

/// True if a function of another crate never returns.
fn ends(package: &str, path: &[String]) -> bool {
    let last = path.last().map(String::as_str);
    package == "std" && matches!(last, Some("exit" | "abort"))
}

fn list_method(list: &Value, name: &str) -> Option<Value> {
    let Value::List(items) = list else {
        return None;
    };
    Some(match name {
        "concat" => {
            let parts = items.iter().map(|item| match item {
                Value::List(inner) => inner.to_vec(),
                other => vec![other.clone()],
            });
            Value::List(Rc::new(parts.flatten().take(super::MOST_ROUTES).collect()))
        }
        "iter" | "into_iter" | "to_vec" | "into" | "clone" | "as_slice" | "as_ref" | "iter_mut"
        | "copied" | "cloned" | "collect" => list.clone(),
        _ => return None,
    })
}
