//! leptos 0.8: pages that stand in a `view!`, and functions of the server. Both become routes of axum.

use std::rc::Rc;

use proc_macro2::{TokenStream, TokenTree};
use syn::{Lit, Macro};

use super::attribute;
use super::handler::{of_closure, of_function};
use super::{Argument, Call};
use crate::source::eval::{Frame, Reader};
use crate::source::place::Unread;
use crate::source::tree::Function;
use crate::source::value::{Framework, Handler, Kind, Method, Routes, Value, join};

/// `generate_route_list(App)`: the pages of a component.
pub fn call(reader: &mut Reader, path: &[&str], arguments: &[Argument]) -> Option<Value> {
    let name = path.last()?;
    if let [
        Argument {
            value: Value::Text(text),
            ..
        },
    ] = arguments
    {
        return match *name {
            "StaticSegment" => Some(Value::text(text)),
            "ParamSegment" | "OptionalParamSegment" => Some(Value::text(&format!("{{{text}}}"))),
            "WildcardSegment" => Some(Value::text(&format!("{{*{text}}}"))),
            _ => None,
        };
    }
    if *name == "server_fn_paths" {
        let functions = server_functions(reader);
        let paths = functions
            .iter()
            .map(|function| Value::text(&address(function)));
        let pairs = paths.map(|path| Value::List(Rc::new(vec![path, Value::Nothing])));
        return Some(Value::List(Rc::new(pairs.collect())));
    }
    if !name.starts_with("generate_route_list") {
        return None;
    }
    let component = arguments.first()?;
    let found = match &component.value {
        Value::Function(function) => reader.result(function),
        Value::Closure(closure) => reader.call_closure(closure, Vec::new()).0,
        _ => Value::Nothing,
    };
    Some(match found {
        Value::Routes(routes) => Value::Routes(routes),
        _ => {
            let why = format!("no `view!` with routes was found in `{}`", component.text);
            let mut routes = Routes::new(Framework::Axum);
            routes.unread.push(Unread::new(&component.place, why));
            Value::Routes(Rc::new(routes))
        }
    })
}

/// `.leptos_routes(…)`: the pages, and the functions of the server, which register themselves.
pub fn routes(reader: &mut Reader, routes: &mut Routes, arguments: &[Argument], call: &Call<'_>) {
    let pages = arguments.iter().find_map(|argument| match &argument.value {
        Value::Routes(pages) => Some(pages),
        _ => None,
    });
    match pages {
        Some(pages) => reader.nest(routes, "", pages),
        None => super::unread(routes, call),
    }
    for function in server_functions(reader) {
        let handler = of_function(reader, &function);
        let path = address(&function);
        let method = Method {
            name: Some("POST".to_owned()),
            handler,
        };
        routes.add(Kind::Route, &path, &[method], &function.place);
    }
}

/// The path of a function of the server. The number behind a name is known to the compiler alone.
fn address(function: &Function) -> String {
    let named = |name| attribute::named(function, "server", name);
    let base = named("prefix").unwrap_or_else(|| "/api".to_owned());
    let end = named("endpoint").unwrap_or_else(|| format!("{}{{number}}", function.name));
    join(&base, &end)
}

fn server_functions(reader: &Reader) -> Vec<Rc<Function>> {
    let functions = reader.program.functions();
    let is_served = |attribute: &syn::Attribute| {
        attribute
            .path()
            .segments
            .last()
            .is_some_and(|last| last.ident == "server")
    };
    let mut found: Vec<_> = functions
        .filter(|function| function.head.attributes.iter().any(is_served))
        .map(Rc::clone)
        .collect();
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

/// `path!("/users/:id")`
pub fn path(code: &Macro) -> Option<Value> {
    let tokens: Vec<_> = code.tokens.clone().into_iter().collect();
    let [TokenTree::Literal(literal)] = tokens.as_slice() else {
        return None;
    };
    text(literal).map(|text| Value::text(&as_in_axum(&text)))
}

fn text(literal: &proc_macro2::Literal) -> Option<String> {
    match Lit::new(literal.clone()) {
        Lit::Str(text) => Some(text.value()),
        _ => None,
    }
}

/// `:id` is `{id}` to axum, `*any` is `{*any}`.
fn as_in_axum(path: &str) -> String {
    let parts = path.split('/').map(|part| match part.split_at_checked(1) {
        Some((":", name)) => format!("{{{}}}", name.trim_end_matches('?')),
        Some(("*", name)) => format!("{{*{name}}}"),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The pages in a `view!`: its `<Route path=… view=…/>`, below those around them.
pub fn view(reader: &mut Reader, code: &Macro, frame: &mut Frame) -> Value {
    let mut view = View {
        routes: Routes::new(Framework::Axum),
        above: Vec::new(),
    };
    let tokens: Vec<_> = code.tokens.clone().into_iter().collect();
    view.read(reader, frame, &tokens);
    if view.routes.entries.is_empty() && view.routes.unread.is_empty() {
        return Value::Nothing;
    }
    Value::Routes(Rc::new(view.routes))
}

struct View {
    routes: Routes,
    /// The paths of the routes that are open.
    above: Vec<String>,
}

/// `<Route path=path!("/x") view=Page/>`
#[derive(Default)]
struct Tag {
    path: Option<TokenStream>,
    view: Option<TokenStream>,
    is_closed: bool,
    /// The tokens that it takes.
    length: usize,
}

impl View {
    fn read(&mut self, reader: &mut Reader, frame: &mut Frame, tokens: &[TokenTree]) {
        let mut rest = tokens;
        while let Some((first, behind)) = rest.split_first() {
            rest = behind;
            if !is_punct(first, '<') {
                continue;
            }
            match behind {
                [slash, TokenTree::Ident(name), ..]
                    if is_punct(slash, '/') && name == "ParentRoute" =>
                {
                    self.above.pop();
                }
                [TokenTree::Ident(name), inner @ ..] if name.to_string().ends_with("Route") => {
                    let tag = tag(inner);
                    rest = inner.get(tag.length..).unwrap_or_default();
                    let is_parent = name.to_string().ends_with("ParentRoute");
                    let place = reader.place(frame, name.span());
                    self.add(reader, frame, &tag, is_parent, &place);
                }
                _ => {}
            }
        }
    }

    fn add(
        &mut self,
        reader: &mut Reader,
        frame: &mut Frame,
        tag: &Tag,
        is_parent: bool,
        place: &crate::source::place::Place,
    ) {
        let value = |reader: &mut Reader, frame: &mut Frame, code: &Option<TokenStream>| {
            let code = syn::parse2(code.clone()?).ok()?;
            Some(reader.value(&code, frame))
        };
        let path = value(reader, frame, &tag.path);
        let Some(path) = path.as_ref().and_then(segments) else {
            self.routes
                .unread
                .push(Unread::new(place, "the path of this route is not read"));
            return;
        };
        let path = join(self.above.last().map_or("", String::as_str), &path);
        if is_parent && !tag.is_closed {
            self.above.push(path);
            return;
        }
        let handler = match value(reader, frame, &tag.view) {
            Some(Value::Function(function)) => of_function(reader, &function),
            Some(Value::Closure(closure)) => of_closure(reader, &closure),
            _ => {
                let name = tag.view.as_ref().map(ToString::to_string);
                Handler::named(name.unwrap_or_default(), false)
            }
        };
        let name = Some("GET".to_owned());
        self.routes
            .add(Kind::Route, &path, &[Method { name, handler }], place);
    }
}

/// A path that is a text, or made of segments: `(StaticSegment("users"), ParamSegment("id"))`.
fn segments(path: &Value) -> Option<String> {
    match path {
        Value::Text(path) => Some(path.to_string()),
        Value::List(parts) => parts.iter().try_fold(String::new(), |path, part| {
            Some(join(&path, &segments(part)?))
        }),
        _ => None,
    }
}

/// Reads the attributes of a tag.
fn tag(tokens: &[TokenTree]) -> Tag {
    let mut tag = Tag::default();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if is_punct(token, '>') {
            tag.is_closed = at > 0 && is_punct(&tokens[at - 1], '/');
            at += 1;
            break;
        }
        let is_value = at > 0 && is_punct(token, '=');
        at += 1;
        let (true, Some(TokenTree::Ident(name))) = (is_value, tokens.get(at.wrapping_sub(2)))
        else {
            continue;
        };
        let value = &tokens[at..];
        let length = value
            .iter()
            .enumerate()
            .position(|(index, _)| ends(&value[index..]));
        let value = &value[..length.unwrap_or(value.len())];
        let code = Some(value.iter().cloned().collect());
        match name.to_string().as_str() {
            "path" => tag.path = code,
            "view" => tag.view = code,
            _ => {}
        }
        at += value.len();
    }
    tag.length = at;
    tag
}

/// True if an attribute's value is over: the tag ends, or the next attribute begins.
fn ends(tokens: &[TokenTree]) -> bool {
    match tokens {
        [first, ..] if is_punct(first, '>') => true,
        [first, second, ..] if is_punct(first, '/') && is_punct(second, '>') => true,
        [TokenTree::Ident(_), second, ..] => is_punct(second, '='),
        _ => false,
    }
}

fn is_punct(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == c)
}
