//! Routes that stand before their handlers: `#[get("/reports/<id>")]`.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Lit, Meta};

use super::METHODS;
use super::handler::of_function;
use crate::source::eval::Reader;
use crate::source::place::Unread;
use crate::source::tree::Function;
use crate::source::value::{Kind, Method, Routes};

/// Methods and path of a route. The path is missing where it is no literal.
struct Written {
    /// Empty means any.
    methods: Vec<String>,
    path: Option<String>,
}

pub fn has_routes(function: &Function) -> bool {
    !routes(function).is_empty()
}

/// The routes before a function.
fn routes(function: &Function) -> Vec<Written> {
    function.head.attributes.iter().filter_map(route).collect()
}

/// Adds them. `matched` is what the framework compares of a path.
pub fn add(
    reader: &mut Reader,
    routes: &mut Routes,
    function: &Function,
    matched: fn(&str) -> &str,
) {
    let handler = of_function(reader, function);
    for route in self::routes(function) {
        let Some(path) = &route.path else {
            let why = format!("the path of `{}` is no literal", handler.name);
            routes.unread.push(Unread::new(&function.place, why));
            continue;
        };
        let one = |name| Method {
            name,
            handler: handler.clone(),
        };
        let mut methods: Vec<_> = route
            .methods
            .into_iter()
            .map(|name| one(Some(name)))
            .collect();
        if methods.is_empty() {
            methods.push(one(None));
        }
        routes.add(Kind::Route, matched(path), &methods, &function.place);
    }
}

/// The text that an attribute has under a name: `#[server(endpoint = "count")]`.
pub fn named(function: &Function, attribute: &str, name: &str) -> Option<String> {
    let mut attributes = function.head.attributes.iter();
    let found = attributes.find(|found| found.path().is_ident(attribute))?;
    let Meta::List(list) = &found.meta else {
        return None;
    };
    let parts = parts(&list.tokens);
    parts
        .iter()
        .find(|part| part.name.as_deref() == Some(name))?
        .text()
}

fn route(attribute: &Attribute) -> Option<Written> {
    let name = attribute.path().segments.last()?.ident.to_string();
    let Meta::List(list) = &attribute.meta else {
        return None;
    };
    if METHODS.contains(&name.as_str()) {
        return Some(Written {
            methods: vec![name.to_uppercase()],
            path: parts(&list.tokens).iter().find_map(|part| part.literal()),
        });
    }
    (name == "route").then(|| of_route(&parts(&list.tokens)))
}

/// `"/x", method = "GET", method = "HEAD"` of actix, `GET, uri = "/x"` of rocket.
fn of_route(parts: &[Part]) -> Written {
    let named = |name: &'static str| {
        let fitting = parts
            .iter()
            .filter(move |part| part.name.as_deref() == Some(name));
        fitting.filter_map(Part::text)
    };
    let mut methods: Vec<_> = named("method")
        .map(|method| method.to_uppercase())
        .collect();
    let first = parts.first().and_then(|part| match part.value.as_slice() {
        [.., TokenTree::Ident(word)] if part.name.is_none() => Some(word.to_string()),
        _ => None,
    });
    methods.extend(first);
    Written {
        methods,
        path: named("uri")
            .next()
            .or_else(|| parts.iter().find_map(Part::literal)),
    }
}

/// What stands between two commas.
#[derive(Default)]
struct Part {
    /// What stands before `=`
    name: Option<String>,
    value: Vec<TokenTree>,
}

impl Part {
    /// The text, if it is one.
    fn text(&self) -> Option<String> {
        let [TokenTree::Literal(literal)] = self.value.as_slice() else {
            return None;
        };
        match Lit::new(literal.clone()) {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        }
    }

    /// The same, of a part without a name.
    fn literal(&self) -> Option<String> {
        self.name.is_none().then(|| self.text()).flatten()
    }
}

fn parts(tokens: &TokenStream) -> Vec<Part> {
    let mut parts = vec![Part::default()];
    for token in tokens.clone() {
        let last = parts.len() - 1;
        let part = &mut parts[last];
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => parts.push(Part::default()),
            TokenTree::Punct(punct) if punct.as_char() == '=' => {
                part.name = part.value.pop().map(|name| name.to_string());
            }
            _ => part.value.push(token),
        }
    }
    parts
}
