//! rocket 0.5.

use std::rc::Rc;

use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Expr, Macro, Token};

use super::attribute;
use super::{Argument, Call, any, gate, handler, is_method, unread};
use crate::source::eval::{Frame, Reader};
use crate::source::place::Unread;
use crate::source::value::{Framework, Kind, Method, Routes, Value};

pub fn call(
    reader: &mut Reader,
    path: &[&str],
    call: &Call<'_>,
    arguments: &[Argument],
) -> Option<Value> {
    match path {
        [.., "Route", "new" | "ranked"] => by_hand(reader, call, arguments),
        // A fairing that adds routes is the function that does so.
        [.., "AdHoc", "on_ignite" | "try_on_ignite"] => {
            arguments.get(1).map(|adds| adds.value.clone())
        }
        ["build" | "custom"] | ["Rocket", "build" | "custom"] => {
            Some(super::routes(Framework::Rocket))
        }
        _ => None,
    }
}

/// `Route::new(Get, "/<id>", answer)`; a ranked one has its rank before that.
fn by_hand(reader: &mut Reader, call: &Call<'_>, arguments: &[Argument]) -> Option<Value> {
    let [.., method, path, answers] = arguments else {
        return None;
    };
    let name = match &method.value {
        Value::Foreign(_, path) => path.last().map(|name| name.to_lowercase()),
        _ => None,
    };
    let method = Method {
        name: name
            .filter(|name| is_method(name))
            .map(|name| name.to_uppercase()),
        handler: handler(reader, answers),
    };
    let mut routes = Routes::new(Framework::Rocket);
    match path.path() {
        Ok(path) => routes.add(Kind::Route, without_query(path), &[method], call.place),
        Err(unread) => routes.unread.push(unread),
    }
    Some(Value::Routes(Rc::new(routes)))
}

/// `routes![index, admin::list]`: a list of one [`Routes`] each.
pub fn routes(reader: &mut Reader, code: &Macro, frame: &mut Frame) -> Value {
    let parsed = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(code.tokens.clone());
    let Ok(codes) = parsed else {
        let place = reader.place(frame, code.path.span());
        return Value::unknown(&place, "the list in `routes!` is not read");
    };
    let mut routes = Routes::new(Framework::Rocket);
    for code in &codes {
        let place = reader.place(frame, code.span());
        let value = reader.value(code, frame);
        match &value {
            Value::Function(function) if attribute::has_routes(function) => {
                attribute::add(reader, &mut routes, function, without_query);
            }
            Value::Unknown(why) => routes.unread.push((**why).clone()),
            Value::Foreign(package, path) => {
                let why = format!(
                    "the route `{}` of the crate {package} is not read",
                    path.join("::")
                );
                routes.unread.push(Unread::new(&place, why));
            }
            _ => routes.unread.push(Unread::new(
                &place,
                "it has no route before it that is read",
            )),
        }
    }
    Value::List(Rc::new(vec![Value::Routes(Rc::new(routes))]))
}

/// Rocket takes the query into account after the path.
fn without_query(path: &str) -> &str {
    path.split('?').next().unwrap_or(path)
}

/// Methods that change nothing about the routes.
pub const PLAIN: &[&str] = &[
    "manage",
    "configure",
    "register",
    "launch",
    "ignite",
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
        ("mount", [path, other]) => match path.path() {
            Ok(base) => mount(reader, &mut routes, base, other, call),
            Err(unread) => routes.unread.push(unread),
        },
        // Fairings stand before every route, whatever their order.
        ("attach", fairings) => {
            if let Some(gate) = gate(fairings) {
                routes.around = Some(Rc::clone(gate));
            }
            if let [
                Argument {
                    value: Value::Closure(_) | Value::Function(_),
                    ..
                },
            ] = fairings
            {
                routes = reader.changed(&fairings[0].value, routes);
            }
        }
        _ => unread(&mut routes, call),
    }
    routes
}

/// Methods that say something about it.
pub fn tells(name: &str) -> bool {
    [
        "figment", "config", "state", "shutdown", "routes", "catchers",
    ]
    .contains(&name)
}

fn mount(reader: &mut Reader, routes: &mut Routes, base: &str, other: &Argument, call: &Call<'_>) {
    match &other.value {
        Value::List(lists) => {
            for list in lists.iter() {
                match list {
                    Value::Routes(list) => reader.nest(routes, base, list),
                    Value::List(_) => {
                        let list = Argument {
                            value: list.clone(),
                            place: other.place.clone(),
                            text: other.text.clone(),
                        };
                        mount(reader, routes, base, &list, call);
                    }
                    Value::Unknown(why) => routes.unread.push((**why).clone()),
                    _ => routes.unread.push(other.unread()),
                }
            }
        }
        Value::Routes(list) => reader.nest(routes, base, list),
        Value::Unknown(why) if !other.text.contains("FileServer") => {
            routes.unread.push((**why).clone())
        }
        // `FileServer::from(…)` and handlers of the app's own.
        _ => {
            let method = any(reader, other);
            routes.add(Kind::Below, base, &[method], call.place);
        }
    }
}
