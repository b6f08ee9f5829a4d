//! A handler's code: whose data it gets, and by what of the request.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use proc_macro2::{TokenStream, TokenTree};

use super::bodies::Bodies;
use super::brought::{USER_IDS, fields, is_brought, is_read, is_whole, unwrapped};
use super::words::names;
use crate::check::code::Code;
use crate::check::code::bound::{Bound, bound, flowing};
use crate::check::code::functions::{Function, Input, words};
use crate::check::rules::request::text::parts;

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
/// Parts of a path behind which the id of a user stands.
const OF_USERS: [&str; 4] = ["users", "user", "accounts", "account"];
/// Types of what a request brings beside its path.
const BROUGHT: [&str; 5] = ["Query", "Json", "Form", "Request", "HttpRequest"];

/// Types of a body that the handler reads itself.
const TEXTS: [&str; 2] = ["String", "Bytes"];

/// True for a part of a path that takes whatever comes.
pub fn is_open(part: &str) -> bool {
    part.starts_with([':', '*']) || part.contains(['{', '<'])
}

/// A handler, taken apart.
pub struct Handler {
    function: Rc<Function>,
    takes: Vec<Input>,
    /// Its body.
    code: Code,
    bound: Vec<Bound>,
    /// The names that have the id of a user for a field.
    fields: OnceCell<HashMap<String, &'static str>>,
    works_with_users: OnceCell<Option<&'static str>>,
    handed_on: OnceCell<HashSet<String>>,
}

/// What a route's path says of the handler.
#[derive(Eq, Hash, PartialEq)]
pub struct ByPath {
    /// The parameter that is a user's id.
    id: Option<String>,
    /// True if somebody delivers something there who cannot sign in.
    is_hook: bool,
}

impl ByPath {
    pub fn of(path: &str) -> Self {
        Self {
            id: id_in_path(path),
            is_hook: path.contains("hook"),
        }
    }
}

/// The id of a user that comes with a request.
pub struct Ids {
    /// How the request calls it, if something is looked up by it.
    pub found: Option<String>,
    /// How the handler calls it.
    pub names: Vec<String>,
}

impl Handler {
    pub fn of(function: &Rc<Function>) -> Option<Self> {
        let code = Code::of("", &function.body).ok()?;
        Some(Self {
            takes: function.takes(),
            bound: bound(&function.body),
            function: Rc::clone(function),
            code,
            fields: OnceCell::new(),
            works_with_users: OnceCell::new(),
            handed_on: OnceCell::new(),
        })
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
    pub fn works_with_users(&self) -> Option<&'static str> {
        let works_with = || self.word_of_users();
        *self.works_with_users.get_or_init(works_with)
    }

    fn word_of_users(&self) -> Option<&'static str> {
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
    pub fn gets_data(&self) -> bool {
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

    /// The id of a user that comes with the request, and whether the handler looks something up by it.
    pub fn ids(&self, path: &ByPath, bodies: &Bodies<'_, '_>) -> Ids {
        let in_path = &path.id;
        let names = || self.takes.iter().flat_map(|input| &input.names);
        let bound = &self.bound;
        let brought = self.brought(path);
        let in_request = || self.id_brought(&brought).map(str::to_owned);
        let handed = || self.id_handed(&brought, bodies);
        let id = id_in(names()).map(str::to_owned);
        let id = id.or_else(|| in_path.clone()).or_else(in_request);
        let (id, of) = match id {
            Some(id) => (id, None),
            None => match handed() {
                Some((id, of)) => (id.to_owned(), Some(of)),
                None => {
                    let mut names = names();
                    let id = names.find(|name| *name == "id" && self.finds_user_by(name));
                    let names = Vec::new();
                    return Ids {
                        found: id.cloned(),
                        names,
                    };
                }
            },
        };
        // The path may call it so, and the handler otherwise; and what was brought may get a name of its own.
        let is_path =
            |input: &&Input| in_path.is_some() && input.of.iter().any(|word| word == "Path");
        let of_path = self
            .takes
            .iter()
            .filter(is_path)
            .flat_map(|input| &input.names);
        let is_id = |value: &str| {
            USER_IDS.iter().any(|id| value.contains(id)) && is_brought(value, &brought)
        };
        // `Params { user_id: whose, .. }`
        let renamed = bound.iter().filter(|one| {
            let has_id = id_in(one.names.iter()).is_some();
            has_id && is_brought(&one.value, &brought)
        });
        let others = of_path.chain(renamed.flat_map(|one| &one.names));
        let others = others.map(String::as_str).chain(flowing(bound, is_id));
        let ids = USER_IDS.into_iter().chain([&*id]).chain(others).chain(of);
        let names: Vec<_> = ids.map(str::to_owned).collect();
        let is_found =
            self.gets_data() || self.works_with_users().is_some() || self.hands_on(&names);
        let found = is_found.then_some(id);
        Ids { found, names }
    }

    /// The names of what the request brings beside its path, also once it is out of its wrapping. What somebody delivers who
    /// cannot sign in is looked at elsewhere.
    fn brought(&self, path: &ByPath) -> Vec<&str> {
        if path.is_hook {
            return Vec::new();
        }
        let of_server = |said: &String| said == "server" || said.starts_with("server(");
        let is_all = self.function.attributes.iter().any(of_server);
        let is_named = |word: &String| BROUGHT.contains(&&**word);
        let is_one = |input: &&Input| is_all || input.of.iter().any(is_named);
        // A body that is a text first.
        let is_text = |input: &&Input| {
            let last = input.of.last().is_some_and(|word| TEXTS.contains(&&**word));
            let mut before = input.of.iter().rev().skip(1);
            last && !before.any(|word| word.starts_with(char::is_uppercase))
        };
        let texts: Vec<_> = self.takes.iter().filter(is_text).flat_map(names).collect();
        let names = self.takes.iter().filter(is_one).flat_map(names);
        let mut brought: Vec<_> = names.chain(["req", "request"]).collect();
        let whole = self.bound.iter();
        let whole =
            whole.filter(|one| is_whole(&one.value, &brought) || is_read(&one.value, &texts));
        let whole: Vec<_> = whole.flat_map(|one| &one.names).collect();
        brought.extend(whole.into_iter().map(String::as_str));
        brought
    }

    /// The id of a user in what a request brings: `filter.user_id`, `query.get("user_id")`
    fn id_brought(&self, brought: &[&str]) -> Option<&'static str> {
        // Most handlers need no second look.
        USER_IDS
            .iter()
            .find(|id| self.function.body.contains(**id))?;
        let quoted = |id: &&&str| {
            let id = format!("\"{id}\"");
            self.code.chains.iter().any(|chain| {
                let mut calls = chain.calls.iter();
                let is_header = calls.clone().any(|call| call.name.contains("header"));
                !is_header
                    && brought.contains(&chain.start())
                    && calls.any(|call| call.arguments == id)
            })
        };
        // A pattern may take them out of it.
        let taken = self.bound.iter();
        let taken = taken.filter(|one| is_brought(&one.value, brought));
        let taken = taken.flat_map(|one| &one.names);
        let fields = || self.fields.get_or_init(|| fields(&self.function.body));
        let field = || brought.iter().find_map(|name| fields().get(*name).copied());
        let quoted = || USER_IDS.iter().find(quoted).copied();
        id_in(taken).or_else(quoted).or_else(field)
    }

    /// The id of a user in what is handed to an own function as a whole, and the name of that.
    fn id_handed<'s>(
        &self,
        brought: &[&'s str],
        bodies: &Bodies<'_, '_>,
    ) -> Option<(&'static str, &'s str)> {
        let mut calls = self.code.chains.iter().flat_map(|chain| &chain.calls);
        calls.find_map(|call| {
            let handed = parts(&call.arguments);
            let mut handed = handed.iter().rev().enumerate();
            handed.find_map(|(place, part)| {
                let of = unwrapped(part);
                let of = *brought.iter().find(|name| of == Some(**name))?;
                let name = call.name.rsplit("::").next()?;
                Some((bodies.id_handed(name, place)?, of))
            })
        })
    }

    /// True if it hands a name to what finds, changes or removes a user.
    fn finds_user_by(&self, name: &str) -> bool {
        let is_of_user = |called: &str| {
            let called = called.rsplit("::").next().unwrap_or_default();
            let mut starts = OF_ONE.iter().chain(&DATA);
            starts.any(|start| called.starts_with(start))
                && called.split('_').any(|word| word == "user")
        };
        let mut calls = self.code.chains.iter().flat_map(|chain| &chain.calls);
        calls.any(|call| {
            is_of_user(&call.name) && words(&call.arguments).iter().any(|word| word == name)
        })
    }

    /// True if it hands one of these to what reads or changes something, or is waited for; or asks that for the id of a user:
    /// `query["user_id"]`, `query.get("user_id")`
    fn hands_on(&self, names: &[String]) -> bool {
        let handed = self.handed_on.get_or_init(|| {
            let mut handed = HashSet::new();
            for chain in &self.code.chains {
                let last = chain.calls.iter().rposition(|call| call.name == "await");
                for (at, call) in chain.calls.iter().enumerate() {
                    let name = call.name.rsplit("::").next().unwrap_or_default();
                    let is_one = OF_ONE.iter().any(|start| {
                        name.starts_with(start) || start.strip_suffix('_') == Some(name)
                    });
                    let is_awaited = last.is_some_and(|last| last > at);
                    if is_one || is_awaited {
                        said(call.arguments.parse().unwrap_or_default(), &mut handed, 0);
                    }
                }
            }
            handed
        });
        handed.contains(ID_IN_QUOTES) || names.iter().any(|name| handed.contains(name))
    }
}

/// Stands for the id of a user that is asked for.
const ID_IN_QUOTES: &str = "\"user_id\"";

/// The words among the tokens, elsewhere than in what a macro makes.
fn said(tokens: TokenStream, found: &mut HashSet<String>, depth: usize) {
    let mut is_macro = false;
    let tokens = Vec::from_iter(tokens);
    if let ([TokenTree::Literal(literal)], true) = (tokens.as_slice(), depth > 0) {
        let literal = literal.to_string();
        let is_id = USER_IDS.iter().any(|id| literal == format!("\"{id}\""));
        found.extend(is_id.then(|| ID_IN_QUOTES.to_owned()));
    }
    for token in tokens {
        let is_sign = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '!');
        let was_macro = std::mem::replace(&mut is_macro, is_sign);
        match token {
            TokenTree::Ident(word) => drop(found.insert(word.to_string())),
            TokenTree::Group(group) if !was_macro && depth < 20 => {
                said(group.stream(), found, depth + 1);
            }
            _ => {}
        }
    }
}

fn id_in<'w>(mut words: impl Iterator<Item = &'w String>) -> Option<&'static str> {
    words.find_map(|word| USER_IDS.into_iter().find(|id| id == word))
}

/// The parameter of a path that is a user's id: by its name, or by what stands before it, as in `/users/{id}`.
fn id_in_path(path: &str) -> Option<String> {
    let mut before = "";
    path.split('/').find_map(|part| {
        let is_of_user = OF_USERS.contains(&std::mem::replace(&mut before, part));
        let mut words = part.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let is_id = |word: &&str| {
            USER_IDS.contains(word) || is_of_user && (*word == "id" || word.ends_with("_id"))
        };
        words
            .find(is_id)
            .filter(|_| is_open(part))
            .map(str::to_owned)
    })
}
