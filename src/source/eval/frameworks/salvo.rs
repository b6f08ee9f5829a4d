//! salvo 1.

use std::rc::Rc;

use super::{Argument, Call, any, handler, is_method, layer, method_name, nest, unread};
use crate::source::eval::Reader;
use crate::source::place::Unread;
use crate::source::value::{Framework, Kind, LONGEST_PATH, Method, Routes, TOO_LONG, Value, join};

pub fn call(reader: &mut Reader, path: &[&str], arguments: &[Argument]) -> Option<Value> {
    let name = match (path, arguments) {
        ([.., "Router", "new"], _) => return Some(super::routes(Framework::Salvo)),
        ([.., "Router", "with_path"], _) => "path",
        ([.., "Router", "with_hoop"], _) => "hoop",
        ([.., "Router", "with_hoop_when"], _) => "hoop_when",
        // `Service::new(router)` and `Server::new(acceptor).serve(router)`
        (
            [.., "Service", "new"],
            [
                Argument {
                    value: routes @ Value::Routes(_),
                    ..
                },
            ],
        ) => {
            return Some(routes.clone());
        }
        _ => return None,
    };
    let place = &arguments.first()?.place;
    let routes = Routes::new(Framework::Salvo);
    let routes = method(reader, routes, &Call { name, place }, arguments);
    Some(Value::Routes(Rc::new(routes)))
}

/// Methods that change nothing about the routes.
pub const PLAIN: &[&str] = &[
    "catcher",
    "filter",
    "filter_fn",
    "clone",
    "into",
    "oapi_tag",
    "oapi_security",
    "unwrap",
    "allowed_media_types",
    "host",
    "scheme",
    "query",
    "serve",
    "into_router",
];

pub fn method(
    reader: &mut Reader,
    mut routes: Routes,
    call: &Call<'_>,
    arguments: &[Argument],
) -> Routes {
    match (call.name, arguments) {
        ("path", [path]) => match path.path() {
            Ok(path) => {
                let base = routes.bases.pop().unwrap_or_default();
                let base = match base.len() + path.len() > LONGEST_PATH {
                    true => {
                        routes.unread.push(Unread::new(call.place, TOO_LONG));
                        base
                    }
                    false => join(&base, path),
                };
                routes.bases.push(base);
            }
            Err(unread) => routes.unread.push(unread),
        },
        ("push" | "unshift" | "append", [other]) => match &other.value {
            Value::List(all) => {
                for other in all.iter() {
                    if let Value::Routes(others) = other {
                        reader.nest(&mut routes, "", others);
                    }
                }
            }
            _ => nest(reader, &mut routes, "", other),
        },
        ("then", [by]) => routes = reader.changed(&by.value, routes),
        // It stands before everything in this router, also what is added later.
        ("hoop" | "hoop_when", layers) => {
            if let Some(gate) = layer::gate(&mut routes, call, layers) {
                routes.around = Some(Rc::clone(gate));
            }
            if call.name == "hoop" {
                layer::around(&mut routes, layers);
            }
        }
        ("goal", [answers]) => {
            let method = any(reader, answers);
            routes.add(Kind::Route, "", &[method], call.place);
        }
        (name, [answers]) if is_method(name) => {
            let handler = handler(reader, answers);
            let name = Some(method_name(name));
            routes.add(Kind::Route, "", &[Method { name, handler }], call.place);
        }
        _ => unread(&mut routes, call),
    }
    routes
}
