//! Handlers that ask nobody who it is, at addresses or with data of a user's own.

use proc_macro2::{TokenStream, TokenTree};

use super::bodies::Bodies;
use super::{at, shown};
use crate::check::code::Code;
use crate::check::code::functions::{Function, words};
use crate::check::facts::Facts;
use crate::finding::{Finding, Id, Verdict};
use crate::source::{Kind, Protection, Reading, Route};

/// At these and below them stands what is for some only.
const OF_SOME: [&str; 2] = ["admin", "administration"];
/// Below these stands what belongs to one user or to some, if it comes from a store.
const OF_USERS: [&str; 8] = [
    "me",
    "user",
    "account",
    "profile",
    "settings",
    "billing",
    "dashboard",
    "internal",
];
/// Whoever is there is not signed in yet, or a machine that asks if the app is well.
const FOR_ALL: [&str; 17] = [
    "login", "log-in", "logout", "signin", "sign-in", "signup", "sign-up", "sign-out", "register",
    "health", "healthz", "ready", "ping", "status", "version", "help", "assets",
];
/// Methods of what works with users of Clerk's.
const USERS: [&str; 4] = ["get_user", "user_list", "users", "user"];
/// How calls begin that get data from somewhere, whoever's it is.
const DATA: [&str; 8] = [
    "query",
    "fetch",
    "find",
    "load",
    "get_result",
    "first",
    "bind",
    "filter",
];
/// How they begin if they are handed whose data it is.
const OF_ONE: [&str; 8] = [
    "get_", "list_", "read_", "delete_", "remove_", "update_", "insert_", "save_",
];
/// The id of a user, as the words of a request name it.
const USER_IDS: [&str; 4] = ["user_id", "userid", "userId", "uid"];

/// Handlers that should ask who it is, and do not.
pub fn handlers(program: &Reading, facts: &Facts<'_>) -> Vec<Finding> {
    let bodies = Bodies::new(facts);
    let routes = program.routes.iter();
    let routes = routes.filter(|route| route.kind == Kind::Route && route.asks_nobody);
    let findings = routes.filter_map(|route| {
        let function = bodies.of(route);
        let handler = function.as_ref().and_then(Handler::of);
        let (detail, help) = match route.protection {
            Protection::Public | Protection::WithoutAuth => (
                of_strangers(route, handler.as_ref())?,
                "let the handler ask with `SignedIn`, or take its path out of `public`",
            ),
            Protection::SignedIn => (
                of_others(route, &handler?)?,
                "let the handler ask with `SignedIn`, and compare or use its `user_id`; or with `Allowed` for those who may see everybody's",
            ),
            _ => return None,
        };
        if function.is_some_and(|function| bodies.asks(&function)) || bodies.is_guarded(route) {
            return None;
        }
        let finding = Finding::new(Id::HandlerAsksNobody, Verdict::Warn, "handler", detail);
        Some(finding.guess().place(at(&route.place)).help(help))
    });
    findings.collect()
}

/// What is to be said of a handler that strangers reach.
fn of_strangers(route: &Route, handler: Option<&Handler>) -> Option<String> {
    let shown = shown(route);
    if let Some(word) = handler.and_then(Handler::works_with_users) {
        return Some(format!(
            "strangers reach {shown}, and its handler works with `{word}`"
        ));
    }
    if let Some(id) = handler.and_then(|handler| handler.id_with_data(route)) {
        return Some(format!(
            "strangers reach {shown}, and its handler answers with the data of whoever `{id}` names"
        ));
    }
    let path = route.path.to_ascii_lowercase();
    let parts: Vec<_> = path.split('/').filter(|part| !part.is_empty()).collect();
    let is_file = parts
        .last()
        .is_some_and(|last| last.contains('.') && !is_open(last));
    if is_file || parts.iter().any(|part| FOR_ALL.contains(part)) {
        return None;
    }
    if parts.iter().any(|part| OF_SOME.contains(part)) {
        return Some(format!(
            "strangers reach {shown}, which sounds like something for some people only, and its handler asks nobody"
        ));
    }
    // `/profile/{handle}` is what somebody shows to all.
    let is_one = parts.iter().all(|part| !is_open(part));
    let is_version = |part: &&&str| {
        let number = part.strip_prefix('v').unwrap_or_default();
        **part != "api" && number.parse::<u8>().is_err()
    };
    let is_of_users = parts
        .iter()
        .find(is_version)
        .is_some_and(|first| OF_USERS.contains(first));
    (is_of_users && is_one && handler.is_some_and(Handler::gets_data)).then(|| {
        format!("strangers reach {shown}, which sounds like something of one user, and its handler gets data")
    })
}

/// What is to be said of a handler that everybody who is signed in reaches.
fn of_others(route: &Route, handler: &Handler) -> Option<String> {
    let id = handler.id_with_data(route)?;
    let shown = shown(route);
    Some(format!(
        "whoever is signed in gets the data of whoever `{id}` names at {shown}: the handler does not ask who it is"
    ))
}

/// True for a part of a path that takes whatever comes.
fn is_open(part: &str) -> bool {
    part.starts_with([':', '*']) || part.contains(['{', '<'])
}

fn id_in<'w>(mut words: impl Iterator<Item = &'w str>) -> Option<&'static str> {
    words.find_map(|word| USER_IDS.into_iter().find(|id| *id == word))
}

/// A handler, taken apart.
struct Handler<'h> {
    function: &'h Function,
    /// Its body.
    code: Code,
}

impl<'h> Handler<'h> {
    fn of(function: &'h Function) -> Option<Self> {
        let code = Code::of("", &function.body).ok()?;
        Some(Self { function, code })
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let macros = self.code.macros.iter().map(|call| &*call.name);
        let chains = self.code.chains.iter().flat_map(|chain| {
            let calls = chain.calls.iter().enumerate();
            // What comes with a request has queries, too.
            let is_of_request = ["req", "request", "uri", "url", "parts"].contains(&chain.start());
            let calls =
                calls.filter(move |(at, call)| call.is_called && !(is_of_request && *at > 0));
            calls.map(|(_, call)| &*call.name)
        });
        chains
            .chain(macros)
            .map(|name| name.rsplit("::").next().unwrap_or(name))
    }

    /// What it does with users of Clerk's.
    fn works_with_users(&self) -> Option<&'static str> {
        let methods = self
            .code
            .chains
            .iter()
            .flat_map(|chain| chain.calls.iter().skip(1));
        let mut methods = methods.filter(|call| call.is_called);
        let called = methods.find_map(|call| USERS.into_iter().find(|name| *name == call.name));
        let has = |word: &'static str| {
            words(&self.function.body)
                .iter()
                .any(|one| one == word)
                .then_some(word)
        };
        let address = "/v1/users";
        let mut texts = self.code.texts.iter();
        called.or_else(|| has("private_metadata")).or_else(|| {
            texts
                .any(|text| text.text.contains(address))
                .then_some(address)
        })
    }

    /// True if it gets data from somewhere.
    fn gets_data(&self) -> bool {
        let is_query = self
            .code
            .texts
            .iter()
            .any(|text| text.text.contains("SELECT"));
        is_query
            || self
                .names()
                .any(|name| DATA.iter().any(|start| name.starts_with(start)))
    }

    /// The name of a user's id that comes with the request, if the handler looks something up.
    fn id_with_data(&self, route: &Route) -> Option<&'static str> {
        let takes = self.function.takes();
        let names = takes.iter().flat_map(|input| &input.names);
        let parts = route.path.split('/').filter(|part| is_open(part));
        let in_path = id_in(
            parts.flat_map(|part| part.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))),
        );
        let id = id_in(names.map(String::as_str)).or(in_path)?;
        // The path may call it so, and the handler otherwise.
        let is_path = |of: &[String]| in_path.is_some() && of.iter().any(|word| word == "Path");
        let of_path = takes.iter().filter(|input| is_path(&input.of));
        let others = of_path.flat_map(|input| &input.names).map(String::as_str);
        let ids: Vec<_> = USER_IDS.into_iter().chain(others).collect();
        let is_found = self.gets_data() || self.works_with_users().is_some() || self.hands_on(&ids);
        is_found.then_some(id)
    }

    /// True if it hands one of these to what reads or changes something, or is waited for.
    fn hands_on(&self, names: &[&str]) -> bool {
        self.code.chains.iter().any(|chain| {
            let mut calls = chain.calls.iter();
            while let Some(call) = calls.next() {
                let name = call.name.rsplit("::").next().unwrap_or_default();
                let is_one = OF_ONE.iter().any(|start| name.starts_with(start));
                let is_awaited = || calls.clone().any(|call| call.name == "await");
                let arguments = || call.arguments.parse().unwrap_or_default();
                if (is_one || is_awaited()) && has(arguments(), names, 0) {
                    return true;
                }
            }
            false
        })
    }
}

/// True if one of these names is among the tokens, elsewhere than in what a macro makes.
fn has(tokens: TokenStream, names: &[&str], depth: usize) -> bool {
    let mut is_macro = false;
    tokens.into_iter().any(|token| {
        let was_macro = std::mem::replace(
            &mut is_macro,
            matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '!'),
        );
        match token {
            TokenTree::Ident(word) => names.iter().any(|name| word == name),
            TokenTree::Group(group) => {
                !was_macro && depth < 20 && has(group.stream(), names, depth + 1)
            }
            _ => false,
        }
    })
}
