//! axum 0.8.

use std::rc::Rc;

use super::{
    Argument, Call, METHODS, any, at, gate, handler, is_method, layer, leptos, method_name, nest,
    unread,
};
use crate::source::eval::Reader;
use crate::source::value::{Framework, Kind, Method, Routes, Value};

pub fn call(reader: &mut Reader, path: &[&str], arguments: &[Argument]) -> Option<Value> {
    match (path, arguments) {
        ([.., "Router", "new" | "default"], _) => Some(super::routes(Framework::Axum)),
        ([.., "MethodRouter", "new"], _) => Some(Value::Methods(Rc::default())),
        (["routing", "any" | "any_service"], [answers]) => {
            Some(Value::Methods(Rc::new(vec![any(reader, answers)])))
        }
        (["routing", "on" | "on_service"], [filter, answers]) => {
            let handler = handler(reader, answers);
            let methods = named_methods(&filter.text).into_iter().map(|name| Method {
                name,
                handler: handler.clone(),
            });
            Some(Value::Methods(Rc::new(methods.collect())))
        }
        (["routing", name], [answers]) if is_method(name) => {
            let handler = handler(reader, answers);
            let name = Some(method_name(name));
            Some(Value::Methods(Rc::new(vec![Method { name, handler }])))
        }
        _ => None,
    }
}

/// Methods that change nothing about the routes.
pub const PLAIN: &[&str] = &[
    "with_state",
    "clone",
    "into",
    "boxed",
    "into_service",
    "as_service",
    "into_make_service",
    "into_make_service_with_connect_info",
    "without_v07_checks",
    "unwrap",
    "expect",
    "reset_fallback",
    "split_for_parts",
    // Of what serves them.
    "with_graceful_shutdown",
    "call",
    "oneshot",
    "ready",
    "status",
    "tcp_nodelay",
];

pub fn method(
    reader: &mut Reader,
    mut routes: Routes,
    call: &Call<'_>,
    arguments: &[Argument],
) -> Routes {
    match (call.name, arguments) {
        ("route" | "api_route", [path, to]) => at(reader, &mut routes, path, to, call.place),
        ("nest" | "nest_api_service", [path, other]) => match path.path() {
            Ok(prefix) => nest(reader, &mut routes, prefix, other),
            Err(unread) => routes.unread.push(unread),
        },
        ("route_service" | "nest_service", [path, other]) => {
            service(reader, &mut routes, path, other, call);
        }
        ("merge", [other]) => nest(reader, &mut routes, "", other),
        ("fallback" | "fallback_service", [answers]) => {
            let method = any(reader, answers);
            routes
                .entries
                .retain(|entry| entry.kind != Kind::Fallback || entry.path != "/");
            routes.add(Kind::Fallback, "/", &[method], call.place);
        }
        // It stands in place of the gate where a path has no such method.
        ("method_not_allowed_fallback", [_]) => {}
        ("layer" | "route_layer", layers) => {
            if let Some(gate) = gate(layers) {
                reader.guard(&mut routes, gate, call.name == "layer");
                routes.is_closed |= call.name == "layer";
            }
            layer::before(reader, &mut routes, layers);
            return routes;
        }
        ("leptos_routes" | "leptos_routes_with_context", arguments) => {
            leptos::routes(reader, &mut routes, arguments, call);
        }
        _ => unread(&mut routes, call),
    }
    routes.is_closed = false;
    routes
}

/// A service at a path, or at everything below it.
fn service(
    reader: &mut Reader,
    routes: &mut Routes,
    path: &Argument,
    other: &Argument,
    call: &Call<'_>,
) {
    let written = match path.path() {
        Ok(path) => path,
        Err(unread) => return routes.unread.push(unread),
    };
    let kind = match (call.name, &other.value) {
        ("nest_service", Value::Routes(_)) => return nest(reader, routes, written, other),
        ("nest_service", _) => Kind::Below,
        _ => Kind::Route,
    };
    let method = any(reader, other);
    routes.add(kind, written, &[method], call.place);
}

/// True if the method makes something of the routes that is theirs no more.
pub fn leaves(name: &str) -> bool {
    [
        "into_make_service",
        "into_make_service_with_connect_info",
        "into_service",
        "as_service",
    ]
    .contains(&name)
}

/// The methods in `MethodFilter::GET.or(MethodFilter::POST)`; any if it names none.
fn named_methods(filter: &str) -> Vec<Option<String>> {
    let words = filter.split(|c: char| !c.is_alphanumeric());
    let names = words.filter(|word| METHODS.contains(&word.to_lowercase().as_str()));
    let names: Vec<_> = names
        .filter(|word| !word.contains(char::is_lowercase))
        .collect();
    match names.is_empty() {
        true => vec![None],
        false => names
            .into_iter()
            .map(|name| Some(name.to_owned()))
            .collect(),
    }
}
