//! What a name in a function stands for: what a visitor sent, the headers of that, or what somebody answered who was asked.

mod own;
mod scopes;
mod steps;
pub mod text;

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;

use crate::check::code::bound::{Bound, bound};
use crate::check::code::functions::{Function, Functions, Input};
pub use scopes::Scopes;
pub use steps::Steps;
use text::{
    captured, formatted, has_told, is_decision, is_plain, is_worded, name, one, opens, plain, root,
    said, value,
};

/// Names of all headers and cookies. Files of tables have headers, too.
const ALL: [&str; 6] = [
    "headers",
    "request_headers",
    "req_headers",
    "header_map",
    "cookies",
    "cookie_jar",
];
/// Names of what opens something.
const KEYS: [&str; 3] = ["cookie", "authorization", "auth_header"];
/// Types of what such a name stands for.
const TEXTS: [&str; 8] = [
    "str",
    "String",
    "Cow",
    "Bytes",
    "HeaderValue",
    "Cookie",
    "Authorization",
    "TypedHeader",
];
/// Types that show headers or cookies when they are written. That of actix for a request leaves out what opens something.
const SHOWING: [&str; 8] = [
    "Authorization",
    "HeaderMap",
    "Headers",
    "CookieJar",
    "Cookies",
    "Cookie",
    "Request",
    "Parts",
];
/// Types that have what opens something, and how it is got out of them.
const CREDENTIALS: [&str; 3] = ["Authorization", "BearerAuth", "BasicAuth"];
const GOT: [&str; 2] = ["token", "password"];
/// Those types in something else, or of somebody else.
const OTHERS: [&str; 4] = ["Json", "Form", "Query", "reqwest"];
/// Ends of the names of requests, and names of answers.
const REQUESTS: [&str; 6] = ["req", "request", "parts", "self", "jar", "ctx"];
const ANSWERS: [&str; 4] = ["response", "resp", "res", "reply"];
/// What brings an answer of somebody who was asked.
const ASKED: [&str; 3] = [".send()", ".execute(", "reqwest::"];

/// What is known of names somewhere in a source.
pub struct Scope<'a> {
    /// The source.
    functions: &'a Functions,
    takes: Vec<Input>,
    body: &'a str,
    /// Names of what all that opens something was taken out of, each with the line from which on it is gone.
    bare: HashMap<String, usize>,
    /// The line that is looked at.
    line: Cell<usize>,
    bound: OnceCell<Vec<Bound>>,
    /// Where in that list each name is.
    bindings: OnceCell<HashMap<String, Vec<usize>>>,
    /// True if something of the function may be told.
    may_tell: OnceCell<bool>,
    steps: Steps,
}

impl<'a> Scope<'a> {
    /// What is known in a function of a source, or outside of all.
    pub fn new(functions: &'a Functions, around: Option<&'a Function>, steps: &Steps) -> Self {
        Self {
            functions,
            takes: around.map_or_else(Vec::new, |one| functions.taken_in(one)),
            body: around.map_or("", |function| &function.body),
            bare: HashMap::new(),
            line: Cell::new(0),
            bound: OnceCell::new(),
            bindings: OnceCell::new(),
            may_tell: OnceCell::new(),
            steps: steps.of_one(),
        }
    }

    /// True if names stand for each other in more ways than are followed: nobody knows what they tell.
    pub fn is_spent(&self) -> bool {
        self.steps.are_spent()
    }

    /// True for `headers`, `request.headers()`, `jar.cookies`, `headers.get("cookie")`, but not for what is only counted or asked.
    fn tells(&self, value: &str, seen: &mut Vec<String>) -> bool {
        let value = plain(value);
        if is_worded(value) {
            return false;
        }
        if self.is_handed_out(value, seen) {
            return true;
        }
        if let Some((of, header, behind)) = one(value) {
            let is_asked = [".is_", "len()", "|_|"]
                .iter()
                .any(|end| behind.contains(end));
            // In a name nothing is but what the last call gave.
            let is_it = seen.is_empty() || is_plain(behind);
            return opens(header) && is_it && !is_asked && !self.is_other(of, seen);
        }
        match value.rsplit_once('.') {
            Some((of, last)) => {
                let name = last.trim_end_matches("()");
                if GOT.contains(&name) && self.is_credential(root(of)) {
                    return true;
                }
                let is_known = KEYS.contains(&name) || ALL.contains(&name);
                is_known
                    && !self.is_bare(root(of))
                    && self.is_request(of, seen)
                    && self.is_shown(of, name)
            }
            None => self.is_telling_name(value, seen),
        }
    }

    fn is_telling_name(&self, name: &str, seen: &mut Vec<String>) -> bool {
        let is_key = KEYS.contains(&name);
        if self.is_bare(name) {
            return false;
        }
        if let Some(bound) = self.bound_to(name, seen) {
            let is_telling = |one: &&Bound| self.is_telling_part(one, name, seen);
            return bound.iter().any(is_telling);
        }
        match self.input(name) {
            Some(input) => {
                let is_text = input.of.iter().any(|word| TEXTS.contains(&&**word));
                self.shows(input) || is_key && is_text
            }
            None => is_key || ALL.contains(&name),
        }
    }

    /// True if a name that is bound to a value, or to a part of it, tells what opens something.
    fn is_telling_part(&self, part: &Bound, name: &str, seen: &[String]) -> bool {
        let mut seen = seen.to_vec();
        let at = part.names.iter().position(|known| known == name);
        let value = plain(&part.value);
        if let Some(of) = value.strip_suffix(".into_parts()") {
            return at == Some(0) && self.is_request(of, &mut seen);
        }
        // The names of headers tell nothing, nor does what stands before a token.
        let is_pair = part.is_each || part.value.contains("split_once(");
        if is_pair && part.names.len() == 2 && at == Some(0) {
            return false;
        }
        if let Some(inner) = formatted(value) {
            return self.written(inner, &seen).is_some();
        }
        let may_open = || {
            let value = value.to_ascii_lowercase();
            let mut words = ["header", "cookie", "token", "session", "bearer", "auth"].iter();
            words.any(|word| value.contains(word))
        };
        // What somebody calls a cookie may be one, if it is made of what sounds so.
        let is_key = !part.is_each && KEYS.contains(&name) && part.names.len() == 1;
        self.tells(value, &mut seen)
            || is_key && one(value).is_none() && !is_decision(value) && may_open()
    }

    /// The first of the arguments of a macro that tells.
    pub fn telling(&self, arguments: &str) -> Option<String> {
        let may_tell = self.may_tell() || has_told(arguments);
        may_tell.then(|| self.written(arguments, &[])).flatten()
    }

    /// False for most functions: what they write has nothing to do with it.
    fn may_tell(&self) -> bool {
        *self.may_tell.get_or_init(|| {
            let mut takes = self
                .takes
                .iter()
                .flat_map(|input| input.names.iter().chain(&input.of));
            takes.any(|word| has_told(word)) || has_told(self.body)
        })
    }

    fn is_bare(&self, name: &str) -> bool {
        let from = self.bare.get(name);
        from.is_some_and(|from| *from < self.line.get())
    }

    fn written(&self, arguments: &str, seen: &[String]) -> Option<String> {
        said(arguments).find_map(|part| {
            if let Some(format) = part.strip_prefix('"') {
                let mut names = captured(format);
                let told = names.find(|name| self.tells(name, &mut seen.to_vec()));
                return told.map(str::to_owned);
            }
            let value = value(part);
            match formatted(value) {
                Some(inner) => self.written(inner, seen),
                None => self
                    .tells(value, &mut seen.to_vec())
                    .then(|| value.to_owned()),
            }
        })
    }

    /// True for what has what opens something, by its type or by what it was made of.
    fn is_credential(&self, name: &str) -> bool {
        let mut of = self.types(name).iter();
        of.any(|word| CREDENTIALS.contains(&&**word) && !self.is_own(word))
            || self
                .values(name)
                .any(|value| value.contains("Authorization<"))
    }

    /// True for what is written to the terminal: `stderr()`, or a name of it.
    pub fn is_terminal(&self, value: &str) -> bool {
        let is_one = |value: &str| ["stderr(", "stdout("].iter().any(|one| value.contains(one));
        let mut bound = self.bound().iter();
        is_one(value)
            || bound
                .any(|one| is_one(&one.value) && one.names.iter().any(|name| name == root(value)))
    }

    /// True for a type of headers, cookies or requests.
    pub fn shows(&self, input: &Input) -> bool {
        let mut words = input.of.iter().map(String::as_str);
        let is_other = words.clone().any(|word| OTHERS.contains(&word));
        !is_other && words.any(|word| SHOWING.contains(&word) && !self.is_own(word))
    }

    /// True for what a visitor sent, by its type, by what it was made of, or else by its name.
    fn is_request(&self, of: &str, seen: &mut Vec<String>) -> bool {
        let of = plain(of);
        let last = of
            .rsplit('.')
            .next()
            .unwrap_or_default()
            .trim_end_matches("()");
        let is_named = REQUESTS.iter().any(|end| last.ends_with(end));
        let Some(name) = name(of) else {
            return is_named && !self.is_answer(of) || of.contains("Request::from_parts(");
        };
        if let Some(bound) = self.bound_to(name, seen) {
            return bound.iter().any(|one| {
                let value = plain(&one.value);
                let (value, is_first) = match value.strip_suffix(".into_parts()") {
                    Some(of) => (of, one.names.first().is_some_and(|first| first == name)),
                    None => (value, true),
                };
                let is_asked = ASKED
                    .iter()
                    .chain(&["client"])
                    .any(|word| value.contains(word));
                is_first && !is_asked && (is_named || self.is_request(value, &mut seen.clone()))
            });
        }
        match self.input(name).filter(|input| !input.of.is_empty()) {
            Some(input) => {
                let is_request = |word: &String| word.contains("Request") || word == "Parts";
                let is_own = input.of.iter().any(|word| self.is_own(word));
                !is_own && (is_named || input.of.iter().any(is_request))
            }
            None => is_named,
        }
    }

    /// False for a field of a type of this source that is no text, no header and no cookie.
    fn is_shown(&self, of: &str, name: &str) -> bool {
        let fields = self.functions.fields.iter();
        let mut fields = fields.filter(|field| field.names.iter().any(|known| known == name));
        let is_text = |field: &Input| {
            let is_list = field.of.iter().any(|word| word == "Vec");
            let mut words = field.of.iter().map(String::as_str);
            !is_list && words.any(|word| SHOWING.contains(&word) || TEXTS.contains(&word))
        };
        of != "self" || fields.clone().next().is_none() || fields.any(is_text)
    }

    /// True for headers of a visitor, whatever they are called.
    pub fn is_headers(&self, start: &str) -> bool {
        self.types(start).iter().any(|word| word == "HeaderMap")
            || self
                .values(start)
                .map(plain)
                .any(|value| value.ends_with(".headers()") || value.ends_with(".headers"))
    }

    /// True for what somebody said who was asked, or a part of it: it is nothing of the visitor's.
    pub fn is_answer(&self, value: &str) -> bool {
        let mut name = root(value);
        if ASKED.iter().any(|word| value.contains(word)) {
            return true;
        }
        // Names of names, unless they go in a circle.
        for _ in 0..8 {
            if ANSWERS.contains(&name) {
                return true;
            }
            let of_answer = |word: &String| word.ends_with("Response") || word == "reqwest";
            if self
                .input(name)
                .is_some_and(|input| input.of.iter().any(of_answer))
            {
                return true;
            }
            let Some(one) = self.bindings(name).next() else {
                break;
            };
            if ASKED.iter().any(|word| one.value.contains(word)) {
                return true;
            }
            name = root(&one.value);
        }
        ANSWERS.contains(&name)
    }

    /// True for an answer, and for what is no request's by its name or type, such as a map of something else.
    fn is_other(&self, of: &str, seen: &mut Vec<String>) -> bool {
        if self.is_answer(of) {
            return true;
        }
        let Some(name) = name(of) else { return false };
        let is_named = ["header", "cookie", "jar"]
            .iter()
            .any(|word| name.contains(word));
        match self.input(name).filter(|input| !input.of.is_empty()) {
            Some(input) => !self.shows(input) && !self.is_request(name, seen),
            None => {
                !is_named && self.bound_to(name, seen).is_none() && !self.is_request(name, seen)
            }
        }
    }

    /// The words of the type of what the function takes by this name.
    pub fn types(&self, name: &str) -> &[String] {
        self.input(name).map_or(&[], |input| &input.of)
    }

    /// The values that a name is bound to.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.bindings(name).map(|one| &*one.value)
    }

    fn input(&self, name: &str) -> Option<&Input> {
        let mut takes = self.takes.iter();
        takes.find(|input| input.names.iter().any(|known| known == name))
    }

    fn is_own(&self, word: &str) -> bool {
        self.functions.own.iter().any(|own| own == word)
    }

    fn bound(&self) -> &[Bound] {
        self.bound.get_or_init(|| bound(self.body))
    }

    /// What a name is bound to, one after the other.
    fn bindings(&self, name: &str) -> impl Iterator<Item = &Bound> {
        let bindings = self.bindings.get_or_init(|| {
            let mut bindings: HashMap<_, Vec<usize>> = HashMap::new();
            for (at, one) in self.bound().iter().enumerate() {
                for name in &one.names {
                    let of = bindings.entry(name.clone()).or_default();
                    if of.last() != Some(&at) {
                        of.push(at);
                    }
                }
            }
            bindings
        });
        let places = bindings.get(name).into_iter().flatten();
        places.filter_map(|at| self.bound().get(*at))
    }

    /// What a name is bound to, unless that is just being looked at: `let headers = headers.clone()`.
    fn bound_to(&self, name: &str, seen: &mut Vec<String>) -> Option<Vec<&Bound>> {
        let bound: Vec<_> = self.bindings(name).collect();
        let is_seen = || seen.iter().any(|known| known == name);
        if bound.is_empty() || is_seen() || !self.steps.take(bound.len()) {
            return None;
        }
        seen.push(name.to_owned());
        Some(bound)
    }
}
