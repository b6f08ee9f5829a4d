//! A handler's code: whose data it gets, and by what of the request.

use proc_macro2::{TokenStream, TokenTree};

use crate::check::code::Code;
use crate::check::code::bound::{bound, flowing};
use crate::check::code::functions::{Function, Input, words};
use crate::source::Route;

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

/// Parts of a path behind which the id of a user stands.
const OF_USERS: [&str; 4] = ["users", "user", "accounts", "account"];
/// Types of what a request brings beside its path.
const BROUGHT: [&str; 3] = ["Query", "Json", "Form"];

/// True for a part of a path that takes whatever comes.
pub fn is_open(part: &str) -> bool {
    part.starts_with([':', '*']) || part.contains(['{', '<'])
}

/// A handler, taken apart.
pub struct Handler<'h> {
    function: &'h Function,
    takes: Vec<Input>,
    /// Its body.
    code: Code,
}

impl<'h> Handler<'h> {
    pub fn of(function: &'h Function) -> Option<Self> {
        let code = Code::of("", &function.body).ok()?;
        let takes = function.takes();
        Some(Self {
            function,
            takes,
            code,
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

    /// The name of a user's id that comes with the request, if the handler looks something up.
    pub fn id_with_data(&self, route: &Route) -> Option<String> {
        let in_path = id_in_path(&route.path);
        let names = || self.takes.iter().flat_map(|input| &input.names);
        let brought = self.brought(route);
        let in_request = || self.id_brought(&brought);
        let id = id_in(names()).map(str::to_owned);
        let id = id.or_else(|| in_path.clone()).or_else(in_request);
        let Some(id) = id else {
            return names()
                .find(|name| *name == "id" && self.finds_user_by(name))
                .cloned();
        };
        // The path may call it so, and the handler otherwise; and what was brought may get a name of its own.
        let is_path =
            |input: &&Input| in_path.is_some() && input.of.iter().any(|word| word == "Path");
        let of_path = self
            .takes
            .iter()
            .filter(is_path)
            .flat_map(|input| &input.names);
        let bound = bound(&self.function.body);
        let is_id = |value: &str| {
            USER_IDS.iter().any(|id| value.contains(id)) && begins_with(value, &brought)
        };
        let others = of_path.map(String::as_str).chain(flowing(&bound, is_id));
        let ids: Vec<_> = USER_IDS.into_iter().chain([&*id]).chain(others).collect();
        let is_found = self.gets_data() || self.works_with_users().is_some() || self.hands_on(&ids);
        is_found.then_some(id)
    }

    /// The names of what the request brings beside its path. What somebody delivers who cannot sign in is looked at elsewhere.
    fn brought(&self, route: &Route) -> Vec<&str> {
        if route.path.contains("hook") {
            return Vec::new();
        }
        let of_server = |said: &String| said == "server" || said.starts_with("server(");
        let is_all = self.function.attributes.iter().any(of_server);
        let is_brought =
            |input: &&Input| is_all || input.of.iter().any(|word| BROUGHT.contains(&&**word));
        let names = self
            .takes
            .iter()
            .filter(is_brought)
            .flat_map(|input| &input.names);
        names
            .map(String::as_str)
            .chain(["req", "request"])
            .collect()
    }

    /// The id of a user in what a request brings: `filter.user_id`, `query.get("user_id")`
    fn id_brought(&self, brought: &[&str]) -> Option<String> {
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
        let bound = bound(&self.function.body);
        let taken = bound.iter().filter(|one| begins_with(&one.value, brought));
        let taken = || taken.clone().flat_map(|one| &one.names);
        // What is only taken out of its wrapping is the same under another name.
        let same = bound.iter().filter(|one| {
            let rest = brought.iter().find_map(|name| one.value.strip_prefix(name));
            rest.is_some_and(|rest| [".0", ".into_inner()", ".clone()"].contains(&rest))
        });
        let same = same.flat_map(|one| &one.names).map(String::as_str);
        let fields: Vec<_> = brought.iter().copied().chain(same).collect();
        let field = || field(self.function.body.parse().unwrap_or_default(), &fields, 0);
        let quoted = || USER_IDS.iter().find(quoted).copied();
        let id = id_in(taken()).or_else(quoted).or_else(field);
        id.map(str::to_owned)
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

    /// True if it hands one of these to what reads or changes something, or is waited for.
    fn hands_on(&self, names: &[&str]) -> bool {
        self.code.chains.iter().any(|chain| {
            let mut calls = chain.calls.iter();
            while let Some(call) = calls.next() {
                let name = call.name.rsplit("::").next().unwrap_or_default();
                let is_one = OF_ONE
                    .iter()
                    .any(|start| name.starts_with(start) || start.strip_suffix('_') == Some(name));
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

/// True if a value begins with one of these names.
fn begins_with(value: &str, names: &[&str]) -> bool {
    let value = value.trim_start_matches(['&', '*']);
    names.iter().any(|name| {
        let rest = value.strip_prefix(name);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

/// The id of a user that is a field of one of these names.
fn field(tokens: TokenStream, of: &[&str], depth: usize) -> Option<&'static str> {
    let tokens = Vec::from_iter(tokens);
    tokens
        .iter()
        .enumerate()
        .find_map(|(at, token)| match token {
            TokenTree::Ident(word) if of.iter().any(|name| word == name) => {
            // `query.0.user_id` and `query.into_inner().user_id` are of the query, too.
            let is_wrapping = |token: &&TokenTree| match token {
                TokenTree::Literal(_) => true,
                TokenTree::Ident(word) => *word == "into_inner",
                TokenTree::Group(group) => group.stream().is_empty(),
                TokenTree::Punct(_) => false,
            };
            let rest = tokens.get(at + 1..).unwrap_or_default().iter();
            let mut rest = rest.filter(|token| !is_wrapping(token));
            let is_dot = |token: &&TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '.');
            match rest.find(|token| !is_dot(token))? {
                TokenTree::Ident(field) => USER_IDS.into_iter().find(|id| field == id),
                _ => None,
            }
        }
        TokenTree::Group(group) if depth < 20 => field(group.stream(), of, depth + 1),
            _ => None,
        })
}
