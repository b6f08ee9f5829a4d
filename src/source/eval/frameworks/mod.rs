//! The frameworks: how each builds routes, in terms of [`Routes`]. What a method does that is not listed here is unread.

mod actix;
mod attribute;
mod axum;
mod clerk;
mod handler;
mod layer;
mod leptos;
mod poem;
mod rocket;
mod salvo;

use std::rc::Rc;

use syn::{Macro, ReturnType, Type};

use super::{Frame, Reader};
use crate::source::place::{Place, Unread};
use crate::source::tree::{Function, Meaning, ModuleId, Program, words};
use crate::source::value::{Framework, Gate, Kind, LONGEST_PATH, Method, Routes, TOO_LONG, Value};

pub use handler::handler;
pub use layer::LEFT_OUT;

pub struct Call<'a> {
    pub name: &'a str,
    pub place: &'a Place,
}

pub struct Argument {
    pub value: Value,
    pub place: Place,
    /// As it is written.
    pub text: String,
}

impl Argument {
    /// The text that it is, or why it cannot be read.
    fn path(&self) -> Result<&str, Unread> {
        match &self.value {
            Value::Text(text) if text.len() > LONGEST_PATH => {
                Err(Unread::new(&self.place, TOO_LONG))
            }
            Value::Text(text) => Ok(text),
            Value::Unknown(why) => Err((**why).clone()),
            _ => Err(Unread::new(
                &self.place,
                format!("the path `{}` is computed", self.text),
            )),
        }
    }

    fn unread(&self) -> Unread {
        Unread::new(&self.place, format!("`{}` is not read", self.text))
    }
}

/// The names of methods that have functions of their own in most frameworks.
pub const METHODS: [&str; 9] = [
    "get", "post", "put", "delete", "patch", "head", "options", "trace", "connect",
];

/// A constant of another crate.
pub fn constant(package: &str, path: &[String]) -> Option<Value> {
    (package == "clerk-auth")
        .then(|| clerk::constant(path))
        .flatten()
}

/// A call of another crate's function.
pub fn call(
    reader: &mut Reader,
    package: &str,
    path: &[String],
    call: &Call<'_>,
    arguments: &[Argument],
) -> Option<Value> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match package {
        "axum" => axum::call(reader, &path, arguments),
        // Both build on axum's router and only add notes for its documentation.
        "utoipa-axum" | "aide" if path.ends_with(&["new"]) => Some(routes(Framework::Axum)),
        "actix-web" => actix::call(reader, &path, arguments),
        "actix-files" => actix::files(&path, call, arguments),
        "rocket" => rocket::call(reader, &path, call, arguments),
        "poem" => poem::call(reader, &path, arguments),
        "salvo" | "salvo_core" => salvo::call(reader, &path, arguments),
        "leptos_axum" | "leptos_router" | "leptos" | "server_fn" => {
            leptos::call(reader, &path, arguments)
        }
        "clerk-auth" => clerk::call(reader, &path, call, arguments),
        _ => None,
    }
}

fn routes(framework: Framework) -> Value {
    Value::Routes(Rc::new(Routes::new(framework)))
}

/// What a method makes of the routes that it is called on.
type Adds = fn(&mut Reader, Routes, &Call<'_>, &[Argument]) -> Routes;

/// A method of routes, handlers, or of the core's own types.
pub fn method(reader: &mut Reader, on: &Value, call: &Call<'_>, arguments: &[Argument]) -> Value {
    match on {
        Value::Routes(routes) if is_server(routes, call.name) => on.clone(),
        Value::Routes(routes) => {
            let (method, plain): (Adds, _) = match routes.framework {
                Framework::Axum => (axum::method, axum::PLAIN),
                Framework::ActixWeb => (actix::method, actix::PLAIN),
                Framework::Rocket if rocket::tells(call.name) => return Value::Nothing,
                Framework::Rocket => (rocket::method, rocket::PLAIN),
                Framework::Poem => (poem::method, poem::PLAIN),
                Framework::Salvo => (salvo::method, salvo::PLAIN),
            };
            if plain.contains(&call.name) {
                return on.clone();
            }
            let routes = reader.take(routes);
            Value::Routes(Rc::new(method(reader, routes, call, arguments)))
        }
        Value::Methods(methods) => methods_method(reader, methods, call, arguments),
        Value::Kit(kit) => clerk::on_kit(reader, kit, call, arguments),
        Value::Check(check) => clerk::on_check(check, call, arguments),
        other => other.clone(),
    }
}

/// True if routes that were handed over are a server by now, because a method adds nothing to them: `server.addrs()`.
fn is_server(routes: &Routes, method: &str) -> bool {
    const ADDING: [&str; 19] = [
        "api_route",
        "attach",
        "configure",
        "default_service",
        "fallback",
        "fallback_service",
        "layer",
        "leptos_routes",
        "leptos_routes_with_context",
        "merge",
        "mount",
        "nest",
        "nest_api_service",
        "nest_service",
        "route",
        "route_layer",
        "route_service",
        "service",
        "wrap",
    ];
    let is_served = matches!(
        routes.framework,
        Framework::Axum | Framework::ActixWeb | Framework::Rocket
    );
    is_served && routes.handed.is_some() && !ADDING.contains(&method)
}

/// Handlers by method: `get(list).post(add)`, `web::get().to(list)`.
fn methods_method(
    reader: &mut Reader,
    methods: &Rc<Vec<Method>>,
    call: &Call<'_>,
    arguments: &[Argument],
) -> Value {
    let mut all = (**methods).clone();
    match (call.name, arguments) {
        ("to", [handler_of]) => {
            let handler = handler(reader, handler_of);
            for method in &mut all {
                let layers = std::mem::take(&mut method.handler.layers);
                method.handler = handler.clone();
                method.handler.layers = layers;
            }
        }
        ("fallback" | "fallback_service", [answers]) => all.push(any(reader, answers)),
        ("merge", [other]) => match &other.value {
            Value::Methods(more) => all.extend(more.iter().cloned()),
            _ => return Value::Unknown(Box::new(other.unread())),
        },
        (name, [answers]) if is_method(name) => all.push(Method {
            name: Some(method_name(name)),
            handler: handler(reader, answers),
        }),
        ("layer" | "route_layer" | "wrap" | "guard" | "with" | "before" | "around", layers) => {
            layer::before_methods(&mut all, layers);
        }
        _ => {}
    }
    if all.len() > 100 {
        return Value::unknown(call.place, "there are too many methods to read them all");
    }
    Value::Methods(Rc::new(all))
}

fn any(reader: &mut Reader, answers: &Argument) -> Method {
    Method {
        name: None,
        handler: handler(reader, answers),
    }
}

fn is_method(name: &str) -> bool {
    METHODS.contains(&name.trim_end_matches("_service"))
}

fn method_name(name: &str) -> String {
    name.trim_end_matches("_service").to_uppercase()
}

/// Routes that begin with something unread, or nothing if the method builds none.
pub fn on_unknown(
    reader: &mut Reader,
    on: &Value,
    call: &Call<'_>,
    arguments: &[Argument],
) -> Option<Value> {
    let framework = match (call.name, arguments) {
        ("route", [path, to]) if path.value.as_text().is_some() && to.value.is_routing() => {
            Framework::Axum
        }
        ("merge", [other]) | ("nest", [_, other]) => match &other.value {
            Value::Routes(routes) => routes.framework,
            _ => return None,
        },
        ("service", [other]) => match &other.value {
            Value::Routes(_) => Framework::ActixWeb,
            Value::Function(function) if attribute::has_routes(function) => Framework::ActixWeb,
            _ => return None,
        },
        ("mount", [_, other]) => match &other.value {
            Value::List(_) => Framework::Rocket,
            _ => return None,
        },
        ("push", [other]) if matches!(&other.value, Value::Routes(_)) => Framework::Salvo,
        ("at", [path, to]) if path.value.as_text().is_some() && to.value.is_routing() => {
            Framework::Poem
        }
        _ => return None,
    };
    let mut routes = Routes::new(framework);
    routes.unread.push(match on {
        Value::Unknown(why) => (**why).clone(),
        _ => Unread::new(call.place, "what stands before it is not read"),
    });
    Some(method(
        reader,
        &Value::Routes(Rc::new(routes)),
        call,
        arguments,
    ))
}

/// Something if routes go to their server with this method: true if it serves them at once.
pub fn leaves(framework: Framework, method: &str) -> Option<bool> {
    match framework {
        Framework::Axum => axum::leaves(method).then_some(false),
        Framework::Rocket => matches!(method, "launch" | "ignite").then_some(true),
        _ => None,
    }
}

/// The framework whose server a function is: for frameworks whose servers are given routes.
pub fn server(package: &str, path: &[String]) -> Option<Framework> {
    let path: Vec<_> = path.iter().map(String::as_str).collect();
    match (package, path.as_slice()) {
        ("axum", ["serve"] | ["serve", "serve"]) => Some(Framework::Axum),
        ("actix-web", [.., "HttpServer", "new"]) => Some(Framework::ActixWeb),
        _ => None,
    }
}

/// A macro that builds routes.
pub fn expand(reader: &mut Reader, name: &str, code: &Macro, frame: &mut Frame) -> Option<Value> {
    match name {
        "routes" => Some(rocket::routes(reader, code, frame)),
        "catchers" => Some(Value::Nothing),
        "view" => Some(leptos::view(reader, code, frame)),
        "path" => leptos::path(code),
        _ => None,
    }
}

/// True if a function's result is routes, going by its type.
pub fn builds_routes(program: &Program, function: &Function) -> bool {
    const ROUTES: [&str; 10] = [
        "Router",
        "MethodRouter",
        "Route",
        "Scope",
        "Resource",
        "Rocket",
        "App",
        "BoxEndpoint",
        "OpenApiRouter",
        "ApiRouter",
    ];
    // Most functions are never read further than that.
    if !function.head.may_name(&ROUTES) {
        return false;
    }
    match function.head.signature().map(|signature| &signature.output) {
        Some(ReturnType::Type(_, result)) => {
            is_of_crates(program, function.module, result, &ROUTES)
        }
        Some(ReturnType::Default) | None => false,
    }
}

/// True if a function has to do with routes or with the gate, going by its types.
pub fn concerns_routes(program: &Program, function: &Function) -> bool {
    const CONCERN: [&str; 6] = [
        "Kit",
        "KitBuilder",
        "ClerkLayer",
        "ServiceConfig",
        "Router",
        "Route",
    ];
    let Some(signature) = function.head.signature() else {
        return false;
    };
    let inputs = signature.inputs.iter().filter_map(|input| match input {
        syn::FnArg::Typed(input) => Some(&*input.ty),
        syn::FnArg::Receiver(_) => None,
    });
    let result = match &signature.output {
        ReturnType::Type(_, result) => Some(&**result),
        ReturnType::Default => None,
    };
    let mut types = inputs.chain(result);
    builds_routes(program, function)
        || types.any(|of| is_of_crates(program, function.module, of, &CONCERN))
}

/// True if a type is one of these of another crate, or has one in it: `Result<Router, _>`, `Vec<Route>`.
fn is_of_crates(program: &Program, module: ModuleId, of: &Type, names: &[&str]) -> bool {
    match of {
        Type::Path(of) => {
            let words = words(&of.path);
            let is_named = words
                .last()
                .is_some_and(|last| names.contains(&last.as_str()));
            let is_it = || matches!(program.meaning(module, &words), Meaning::Foreign(..));
            let inner = of.path.segments.last().and_then(handler::first_argument);
            (is_named && is_it())
                || inner.is_some_and(|inner| is_of_crates(program, module, inner, names))
        }
        Type::Reference(of) => is_of_crates(program, module, &of.elem, names),
        Type::Paren(of) => is_of_crates(program, module, &of.elem, names),
        _ => false,
    }
}

/// Nests or merges what an argument is, or says that it is unread.
fn nest(reader: &mut Reader, routes: &mut Routes, prefix: &str, other: &Argument) {
    match &other.value {
        Value::Routes(others) => reader.nest(routes, prefix, others),
        Value::Unknown(why) => routes.unread.push((**why).clone()),
        _ => routes.unread.push(other.unread()),
    }
}

/// Adds what an argument is at a path: handlers, or anything that takes every method.
fn at(reader: &mut Reader, routes: &mut Routes, path: &Argument, to: &Argument, place: &Place) {
    let written = match path.path() {
        Ok(path) => path,
        Err(unread) => return routes.unread.push(unread),
    };
    match &to.value {
        Value::Methods(methods) => routes.add(Kind::Route, written, methods, place),
        Value::Routes(others) => reader.nest(routes, written, others),
        Value::Unknown(why) => {
            let place = &why.place;
            routes
                .unread
                .push(Unread::new(place, format!("{written}: {}", why.why)));
        }
        _ => {
            let method = any(reader, to);
            routes.add(Kind::Route, written, &[method], place);
        }
    }
}

/// The gate among arguments. Other layers are of no interest.
fn gate(arguments: &[Argument]) -> Option<&Rc<Gate>> {
    arguments.iter().find_map(|argument| match &argument.value {
        Value::Gate(gate) => Some(gate),
        _ => None,
    })
}

/// Says that a method is not known.
fn unread(routes: &mut Routes, call: &Call<'_>) {
    let why = format!("what `.{}(…)` adds is not read", call.name);
    routes.unread.push(Unread::new(call.place, why));
}
