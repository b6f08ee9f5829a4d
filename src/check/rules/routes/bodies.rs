//! The code of handlers, and whether something in it asks who is there.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::check::code::Code;
use crate::check::code::functions::{Function, Functions, words};
use crate::check::facts::Facts;
use crate::check::sources::Source;
use crate::escape::visible;
use crate::source::Route;

/// Words of a code that asks who is there, or refuses somebody.
const WHO: [&str; 14] = [
    "auth",
    "Auth",
    "SignedIn",
    "Allowed",
    "CurrentUser",
    "current_user",
    "FORBIDDEN",
    "UNAUTHORIZED",
    "Forbidden",
    "Unauthorized",
    "forbidden",
    "unauthorized",
    "ErrorForbidden",
    "ErrorUnauthorized",
];
/// What a function has to be handed to find out.
const REQUEST: [&str; 9] = [
    "req", "request", "headers", "parts", "depot", "jar", "cookies", "session", "identity",
];
/// What puts something before routes.
const BEFORE: [&str; 6] = ["hoop", "layer", "route_layer", "wrap", "with", "guard"];

/// The functions of an app, each file's read once.
pub struct Bodies<'f, 'a> {
    facts: &'f Facts<'a>,
    read: RefCell<HashMap<&'f str, Rc<Functions>>>,
}

impl<'f, 'a> Bodies<'f, 'a> {
    pub fn new(facts: &'f Facts<'a>) -> Self {
        let read = RefCell::default();
        Self { facts, read }
    }

    fn functions(&self, source: &'f Source) -> Rc<Functions> {
        let mut read = self.read.borrow_mut();
        let functions = read.entry(&source.shown);
        Rc::clone(functions.or_insert_with(|| Rc::new(Functions::of(&source.text))))
    }

    fn sources_with(&self, text: String) -> impl Iterator<Item = &'f Source> {
        let sources = self.facts.own_sources();
        sources.filter(move |source| source.text.contains(&text))
    }

    /// A route's handler, which stands beside the route or in the module that the route names.
    pub fn of(&self, route: &Route) -> Option<Function> {
        let mut parts = route.handler.rsplit("::");
        let (name, module) = (parts.next()?, parts.next());
        let is_there = |shown: &str| {
            let stem = shown
                .strip_suffix("/mod.rs")
                .or_else(|| shown.strip_suffix(".rs"));
            let last = stem.and_then(|stem| stem.rsplit('/').next());
            *shown == *visible(&route.place.file) || last.is_some() && last == module
        };
        let mut sources = self
            .facts
            .own_sources()
            .filter(|source| is_there(&source.shown));
        sources.find_map(|source| {
            let read = self.functions(source);
            let is_method = |one: &Function| {
                words(&one.inputs)
                    .first()
                    .is_some_and(|word| word == "self")
            };
            let mut named = read.functions.iter();
            let mut named = named
                .by_ref()
                .filter(|one| one.name == name && !is_method(one));
            let first = named.next()?;
            // Where several have the name, nobody knows which is meant.
            named.next().is_none().then(|| first.clone())
        })
    }

    /// True if a handler takes something of the app's own that is made of a request, and may refuse it; or names who is
    /// there; or hands the request to a function of the app's own that does.
    pub fn asks(&self, function: &Function) -> bool {
        let mut types = function.takes().into_iter().flat_map(|input| input.of);
        says_who(function)
            || types.any(|of| self.is_made_of_request(&of))
            || self.calls_who_asks(function)
    }

    fn is_made_of_request(&self, of: &str) -> bool {
        let is_made = |head: &String| {
            let is_taken = head.contains("FromRequest") || head.contains("Extractible");
            let made = head.split_once("for ").filter(|_| is_taken);
            made.is_some_and(|(_, made)| {
                let made = made.split(['<', ' ']).next().unwrap_or_default();
                made.rsplit("::").next() == Some(of)
            })
        };
        let mut sources = self.sources_with(of.to_owned());
        of.starts_with(char::is_uppercase)
            && sources.any(|source| self.functions(source).impls.iter().any(is_made))
    }

    fn calls_who_asks(&self, function: &Function) -> bool {
        let Ok(code) = Code::of("", &function.body) else {
            return false;
        };
        let mut calls = code.chains.iter().flat_map(|chain| {
            let calls = chain.calls.iter().filter(|call| call.is_called);
            calls.map(|call| (chain.start(), call))
        });
        calls.any(|(start, call)| {
            let handed = words(&format!("{start} {}", call.arguments));
            handed.iter().any(|word| REQUEST.contains(&&**word)) && self.is_asking(&call.name)
        })
    }

    /// True if an own function of this name asks who is there, or a file with an own type of this name does.
    fn is_asking(&self, path: &str) -> bool {
        let name = path.rsplit("::").next().unwrap_or_default();
        let mut functions = self.sources_with(format!("fn {name}"));
        let mut types = self.sources_with(format!("struct {name}"));
        functions.any(|source| {
            let read = self.functions(source);
            let mut functions = read.functions.iter().filter(|one| one.name == name);
            functions.any(says_who)
        }) || name.starts_with(char::is_uppercase) && types.any(|source| is_who(&source.text))
    }

    /// True if something of the app's own that asks who is there stands before a route, in a chain of calls around it.
    pub fn is_guarded(&self, route: &Route) -> bool {
        let mut sources = self.facts.own_sources();
        let source = sources.find(|source| *source.shown == *visible(&route.place.file));
        let code = source.and_then(|source| Code::of("", &source.text).ok());
        let chains = code.iter().flat_map(|code| &code.chains).filter(|chain| {
            let (first, last) = (chain.calls.first(), chain.calls.last());
            let lines = first
                .zip(last)
                .map(|(first, last)| first.line..=last.end.line);
            lines.is_some_and(|lines| lines.contains(&route.place.line))
        });
        let mut layers = chains
            .flat_map(|chain| &chain.calls)
            .filter(|call| BEFORE.contains(&&*call.name) && !call.arguments.contains("Clerk"));
        layers.any(|call| {
            words(&call.arguments)
                .iter()
                .any(|word| word != "new" && self.is_asking(word))
        })
    }
}

fn is_who(text: &str) -> bool {
    words(text).iter().any(|word| WHO.contains(&&**word))
}

fn says_who(function: &Function) -> bool {
    is_who(&function.inputs) || is_who(&function.body)
}

/// The text of a route's handler, from behind its first bracket to before its last one.
pub fn body_of(facts: &Facts<'_>, route: &Route) -> Option<String> {
    let Function { inputs, body, .. } = Bodies::new(facts).of(route)?;
    Some(format!("{inputs}) {{{body}"))
}
