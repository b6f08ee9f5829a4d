//! actix-web 4.

use std::rc::Rc;

use super::attribute;
use super::{Argument, Call, any, at, gate, handler, is_method, layer, method_name, nest, unread};
use crate::source::eval::Reader;
use crate::source::value::{Framework, Handler, Kind, Method, Routes, Value};

pub fn call(reader: &mut Reader, path: &[&str], arguments: &[Argument]) -> Option<Value> {
    match (path, arguments) {
        (["App", "new"], _) => Some(super::routes(Framework::ActixWeb)),
        (["web", "scope" | "resource"] | ["Scope" | "Resource", "new"], [path]) => {
            let mut routes = Routes::new(Framework::ActixWeb);
            // A resource may have several paths.
            match (path.value.texts(&path.place), path.path()) {
                (Ok(bases), _) => routes.bases = bases,
                (_, Ok(base)) => routes.bases.push(base.to_owned()),
                (_, Err(unread)) => routes.unread.push(unread),
            }
            Some(Value::Routes(Rc::new(routes)))
        }
        (["web", "redirect"] | [.., "Redirect", "new"], [from, _]) => {
            let mut routes = Routes::new(Framework::ActixWeb);
            match from.path() {
                Ok(path) => routes.add(Kind::Route, path, &[own("web::redirect")], &from.place),
                Err(unread) => routes.unread.push(unread),
            }
            Some(Value::Routes(Rc::new(routes)))
        }
        (["web", "to"], [answers]) => Some(Value::Methods(Rc::new(vec![any(reader, answers)]))),
        (["web", "route"], _) => Some(empty(None)),
        (["web", "method"], [name]) => {
            let name = name.text.rsplit("::").next().unwrap_or_default();
            Some(empty(Some(name.to_owned())))
        }
        (["web", name], []) if is_method(name) => Some(empty(Some(method_name(name)))),
        _ => None,
    }
}

/// A route that has no handler yet.
fn empty(name: Option<String>) -> Value {
    let handler = Handler::named("", false);
    Value::Methods(Rc::new(vec![Method { name, handler }]))
}

/// What the framework answers by itself, whatever the method.
fn own(name: &str) -> Method {
    Method {
        name: None,
        handler: Handler::named(name, true),
    }
}

/// `Files::new("/static", "dir")`
pub fn files(path: &[&str], call: &Call<'_>, arguments: &[Argument]) -> Option<Value> {
    let (["Files", "new"], [mount, _]) = (path, arguments) else {
        return None;
    };
    let mut routes = Routes::new(Framework::ActixWeb);
    match mount.path() {
        Ok(path) => routes.add(Kind::Below, path, &[own("actix_files::Files")], call.place),
        Err(unread) => routes.unread.push(unread),
    }
    Some(Value::Routes(Rc::new(routes)))
}

/// Methods that change nothing about the routes.
pub const PLAIN: &[&str] = &[
    "app_data",
    "data",
    "name",
    "external_resource",
    "bind",
    "bind_auto_h2c",
    "listen",
    "workers",
    "run",
    "clone",
    "into",
    "show_files_listing",
    "index_file",
    "unwrap",
    "method_not_allowed",
    "bind_rustls_0_23",
    "bind_openssl",
    "bind_uds",
    "handle",
    "stop",
    "shutdown_timeout",
    "client_request_timeout",
    "keep_alive",
    "on_connect",
    "disable_signals",
    "data_factory",
    "max_connections",
    "backlog",
    "server_hostname",
    // Of a redirect.
    "permanent",
    "see_other",
    "temporary",
    "using_status_code",
];

pub fn method(
    reader: &mut Reader,
    mut routes: Routes,
    call: &Call<'_>,
    arguments: &[Argument],
) -> Routes {
    match (call.name, arguments) {
        ("route", [path, to]) => at(reader, &mut routes, path, to, call.place),
        // Of a resource.
        ("route", [to]) => match &to.value {
            Value::Methods(methods) => routes.add(Kind::Route, "", methods, call.place),
            _ => unread(&mut routes, call),
        },
        ("to", [answers]) => {
            let method = any(reader, answers);
            routes.add(Kind::Route, "", &[method], call.place);
        }
        (name, [answers]) if is_method(name) => {
            let handler = handler(reader, answers);
            let name = Some(method_name(name));
            routes.add(Kind::Route, "", &[Method { name, handler }], call.place);
        }
        ("service", [service]) => add(reader, &mut routes, service, &service.value),
        ("configure", [by]) => routes = configured(reader, routes, by),
        ("default_service", [answers]) => {
            let method = any(reader, answers);
            routes.add(Kind::Fallback, "", &[method], call.place);
        }
        // It stands before all of them, also those that are added later.
        ("wrap" | "wrap_fn" | "guard", layers) => {
            if let Some(gate) = gate(layers).filter(|_| call.name == "wrap") {
                routes.around = Some(Rc::clone(gate));
            }
            layer::around(&mut routes, layers);
        }
        _ => unread(&mut routes, call),
    }
    routes
}

/// Runs a function over a configuration that stays behind.
fn configured(reader: &mut Reader, mut routes: Routes, by: &Argument) -> Routes {
    match &by.value {
        Value::Function(_) | Value::Closure(_) => {
            let mut inner = Routes::new(Framework::ActixWeb);
            inner.is_shared = true;
            let inner = reader.changed(&by.value, inner);
            reader.nest(&mut routes, "", &Rc::new(inner));
        }
        Value::Unknown(why) => routes.unread.push((**why).clone()),
        _ => routes.unread.push(by.unread()),
    }
    routes
}

/// Adds a service: a scope, a resource, files, a handler with its route before it, or several of them.
fn add(reader: &mut Reader, routes: &mut Routes, argument: &Argument, service: &Value) {
    match service {
        Value::Function(function) if attribute::has_routes(function) => {
            attribute::add(reader, routes, function, |path| path);
        }
        Value::List(services) => {
            for service in services.iter() {
                add(reader, routes, argument, service);
            }
        }
        _ => {
            let service = Argument {
                value: service.clone(),
                place: argument.place.clone(),
                text: argument.text.clone(),
            };
            nest(reader, routes, "", &service);
        }
    }
}
