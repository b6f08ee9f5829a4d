//! poem 3.

use std::rc::Rc;

use super::{Argument, Call, any, at, handler, is_method, layer, method_name, nest, unread};
use crate::source::eval::Reader;
use crate::source::value::{Framework, Kind, Method, Routes, Value};

pub fn call(reader: &mut Reader, path: &[&str], arguments: &[Argument]) -> Option<Value> {
    match (path, arguments) {
        ([.., "Route", "new" | "default"], _) => Some(super::routes(Framework::Poem)),
        ([.., files, "new"], _) if files.contains("File") => {
            let path = path.iter().map(|word| (*word).to_owned()).collect();
            Some(Value::Foreign("poem".to_owned(), Rc::new(path)))
        }
        ([.., "RouteMethod", "new"], _) => Some(Value::Methods(Rc::default())),
        ([.., name], [answers]) if is_method(name) => {
            let handler = handler(reader, answers);
            let name = Some(method_name(name));
            Some(Value::Methods(Rc::new(vec![Method { name, handler }])))
        }
        _ => None,
    }
}

/// Methods that change nothing about the routes.
pub const PLAIN: &[&str] = &[
    "after",
    "data",
    "catch_all_error",
    "catch_error",
    "inspect_all_err",
    "map_to_response",
    "boxed",
    "into_endpoint",
    "clone",
    "into",
    "unwrap",
];

pub fn method(
    reader: &mut Reader,
    mut routes: Routes,
    call: &Call<'_>,
    arguments: &[Argument],
) -> Routes {
    match (call.name, arguments) {
        ("at" | "try_at", [path, to]) => at(reader, &mut routes, path, to, call.place),
        ("nest" | "nest_no_strip" | "try_nest" | "try_nest_no_strip", [path, other]) => {
            match (path.path(), &other.value) {
                (Ok(prefix), Value::Routes(_) | Value::Unknown(_)) => {
                    nest(reader, &mut routes, prefix, other);
                }
                // Files, a service with routes of its own.
                (Ok(prefix), _) => {
                    let method = any(reader, other);
                    routes.add(Kind::Below, prefix, &[method], call.place);
                }
                (Err(unread), _) => routes.unread.push(unread),
            }
        }
        ("with" | "with_if", layers) => {
            if let Some(gate) = layer::gate(&mut routes, call, layers) {
                reader.guard(&mut routes, gate, true);
            }
            if call.name == "with" {
                layer::before(reader, &mut routes, layers);
            }
        }
        ("before" | "around", layers) => layer::before(reader, &mut routes, layers),
        _ => unread(&mut routes, call),
    }
    routes
}
