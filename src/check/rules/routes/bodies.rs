//! The code of handlers, and whether something in it, or before it, asks who is there.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use memchr::memmem;

use super::words::{
    guards, is_about_who, is_check_of_id, lets_in, names, names_who, notes, refuses,
    refuses_by_credential, says_who,
};
use crate::check::code::Code;
use crate::check::code::functions::{Function, Functions, Impl, Input, words};
use crate::check::code::named::Named;
use crate::check::code::statements::{Statement, statements};
use crate::check::facts::Facts;
use crate::check::sources::Source;
use crate::escape::visible;
use crate::source::{Place, Route};

/// What a function has to be handed to find out.
const REQUEST: [&str; 9] = [
    "req", "request", "headers", "parts", "depot", "jar", "cookies", "session", "identity",
];
/// What somebody put there who saw the request before.
const PUT_THERE: [&str; 2] = ["Extension", "ReqData"];
/// So many functions may stand between one that is called and the one that asks.
const STEPS: usize = 3;

/// The functions of an app, each file's read once.
pub struct Bodies<'f, 'a> {
    facts: &'f Facts<'a>,
    read: RefCell<HashMap<&'f str, Rc<Functions>>>,
    defined: OnceCell<HashMap<&'f str, Vec<&'f Source>>>,
    layers: RefCell<HashMap<Place, bool>>,
}

/// What is wanted of a piece of code.
#[derive(Clone, Copy, PartialEq)]
enum Wanted {
    /// It names who is there, or refuses somebody.
    Asks,
    /// It refuses somebody.
    Guards,
}

impl<'f, 'a> Bodies<'f, 'a> {
    pub fn new(facts: &'f Facts<'a>) -> Self {
        Self {
            facts,
            read: RefCell::default(),
            defined: OnceCell::new(),
            layers: RefCell::default(),
        }
    }

    fn functions(&self, source: &'f Source) -> Rc<Functions> {
        let mut read = self.read.borrow_mut();
        let functions = read.entry(&source.shown);
        Rc::clone(functions.or_insert_with(|| Rc::new(Functions::of(&source.text))))
    }

    /// The sources that define a function or a type of this name.
    fn defining(&self, name: &str) -> &[&'f Source] {
        let defined = self.defined.get_or_init(|| {
            let mut defined: HashMap<&str, Vec<&Source>> = HashMap::new();
            for source in self.facts.own_sources() {
                for item in ["fn ", "struct ", "enum ", "type "] {
                    for at in memmem::find_iter(source.text.as_bytes(), item) {
                        let rest = source.text.get(at + item.len()..).unwrap_or_default();
                        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
                        let name = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
                        let sources = defined.entry(name).or_default();
                        if sources.last().is_none_or(|last| last.shown != source.shown) {
                            sources.push(source);
                        }
                    }
                }
            }
            defined
        });
        defined.get(name).map_or(&[], Vec::as_slice)
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

    /// True if a handler takes something of the app's own that says who is there or refuses somebody; or does so itself; or
    /// hands the request to a function of the app's own that does. What it says of these ids is nothing of that.
    pub fn asks(&self, function: &Function, ids: &[&str]) -> bool {
        let takes = function.takes();
        let is_put_there = |input: &Input| input.of.iter().any(|of| PUT_THERE.contains(&&**of));
        let is_asking = |of: &String| self.is_extractor(of, true);
        let is_taken = |input: &Input| {
            let types = self.without_aliases(&input.of);
            refuses(&types)
                || types.iter().any(is_asking) && !lets_in(&types, is_asking)
                || is_put_there(input)
                    && types
                        .iter()
                        .any(|of| names_who(of) || self.is_put_by_guard(of))
        };
        if takes.iter().any(is_taken) {
            return true;
        }
        // Who need not be there is asked for where something is done with it.
        let noted = self.noted(&takes);
        // Who it is may be compared with whom the request names.
        let of_others = takes.iter().filter(|input| {
            is_put_there(input) || input.of.iter().any(|of| self.is_extractor(of, false))
        });
        let of_others: Vec<_> = of_others.flat_map(names).collect();
        let of_request = REQUEST.iter().filter(|name| !name.starts_with("req"));
        let asked: Vec<_> = of_request.chain(&of_others).copied().collect();
        let is_asked = |said: &Statement| {
            noted.iter().any(|name| said.uses(name))
                || is_about_who(said) && !is_check_of_id(said, ids, &asked)
        };
        let compares = || self.calls(&function.body, &of_others, STEPS, Wanted::Guards);
        statements(&function.body).iter().any(is_asked)
            || self.calls(&function.body, &REQUEST, STEPS, Wanted::Asks)
            || !of_others.is_empty() && compares()
    }

    /// The names of what says who is there if anybody is.
    pub fn noted<'t>(&self, takes: &'t [Input]) -> Vec<&'t str> {
        let noted = takes.iter().filter(|input| {
            let types = self.without_aliases(&input.of);
            notes(&types) || lets_in(&types, |of| self.is_extractor(of, true))
        });
        noted.flat_map(names).collect()
    }

    /// The app's own functions of this name.
    pub fn named(&self, name: &str) -> Vec<Function> {
        let sources = self.defining(name).iter();
        let read = sources.flat_map(|source| self.functions(source).functions.clone());
        read.filter(|one| one.name == name).collect()
    }

    /// The words of a type, and those of what its names stand for.
    fn without_aliases(&self, of: &[String]) -> Vec<String> {
        let stand_for = of.iter().flat_map(|word| {
            let sources = self.defining(word).iter();
            let aliases = sources.flat_map(|source| self.functions(source).aliases.clone());
            aliases
                .filter(move |(name, _)| name == word)
                .flat_map(|(_, words)| words)
        });
        of.iter().cloned().chain(stand_for).collect()
    }

    /// True if an own type of this name is made of a request; and, if that is wanted, asks who is there.
    fn is_extractor(&self, of: &str, asks: bool) -> bool {
        let is_one = |one: &Impl| {
            let is_taken = ["FromRequest", "Extractible"]
                .iter()
                .any(|word| one.head.contains(word));
            is_taken && one.of() == of
        };
        let does_ask = |one: &Impl| {
            self.is_wanted(&one.body, STEPS, Wanted::Asks) || refuses_by_credential(&one.body)
        };
        of.starts_with(char::is_uppercase)
            && self.defining(of).iter().any(|source| {
                let read = self.functions(source);
                read.impls
                    .iter()
                    .any(|one| is_one(one) && (!asks || does_ask(one)))
            })
    }

    /// True if something that refuses others puts a value of this type beside a request.
    fn is_put_by_guard(&self, of: &str) -> bool {
        let mut sources = self.facts.own_sources();
        of.starts_with(char::is_uppercase)
            && sources.any(|source| {
                let is_here = ["extensions_mut", of]
                    .iter()
                    .all(|word| source.text.contains(word));
                is_here
                    && self.functions(source).functions.iter().any(|one| {
                        let words = words(&one.body);
                        let has = |wanted: &str| words.iter().any(|word| word == wanted);
                        has("extensions_mut") && has(of) && guards(&one.inputs, &one.body)
                    })
            })
    }

    /// True if a piece of code does what is wanted, or hands the request to what does.
    fn is_wanted(&self, body: &str, steps: usize, wanted: Wanted) -> bool {
        let does = match wanted {
            Wanted::Asks => says_who(body),
            Wanted::Guards => guards("", body),
        };
        does || self.calls(body, &REQUEST, steps, wanted)
    }

    /// True if one of these names is handed to an own function, or to one of an own type, that does what is wanted.
    fn calls(&self, body: &str, names: &[&str], steps: usize, wanted: Wanted) -> bool {
        let Some(steps) = steps.checked_sub(1) else {
            return false;
        };
        let Ok(code) = Code::of("", body) else {
            return false;
        };
        let mut calls = code.chains.iter().flat_map(|chain| {
            let calls = chain.calls.iter().filter(|call| call.is_called);
            calls.map(|call| (chain.start(), call))
        });
        calls.any(|(start, call)| {
            let handed = words(&format!("{start} {}", call.arguments));
            handed.iter().any(|word| names.contains(&&**word))
                && self.is_wanted_of(&call.name, steps, wanted)
        })
    }

    /// True if an own function of this name does what is wanted, or an own type.
    fn is_wanted_of(&self, path: &str, steps: usize, wanted: Wanted) -> bool {
        let mut parts = path.rsplit("::");
        let (name, of) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        if [name, of]
            .iter()
            .any(|of| self.is_wanted_of_type(of, steps, wanted))
        {
            return true;
        }
        // Functions of a type have names that others have, too.
        name != "new"
            && of != "Self"
            && !of.starts_with(char::is_uppercase)
            && self.named(name).iter().any(|one| {
                let taken = match wanted {
                    Wanted::Asks => one
                        .takes()
                        .iter()
                        .any(|input| refuses(&input.of) || notes(&input.of)),
                    Wanted::Guards => guards(&one.inputs, &one.body),
                };
                taken || self.is_wanted(&one.body, steps, wanted)
            })
    }

    /// The same of what is implemented for a type, and for the types that it hands its work to: `type Service = …`
    fn is_wanted_of_type(&self, of: &str, steps: usize, wanted: Wanted) -> bool {
        of.starts_with(char::is_uppercase)
            && self.defining(of).iter().any(|source| {
                let read = self.functions(source);
                let mut impls = read.impls.iter().filter(|one| one.of() == of);
                impls.any(|one| {
                    let handed_on = || {
                        let inner = Functions::of(&one.body).aliases;
                        let mut types = inner.into_iter().flat_map(|(_, words)| words);
                        types.any(|word| {
                            word != of && self.is_wanted_of_type(&word, steps - 1, wanted)
                        })
                    };
                    self.is_wanted(&one.body, steps, wanted) || steps > 0 && handed_on()
                })
            })
    }

    /// True if something that refuses somebody stands before a route, beside the gate.
    pub fn is_guarded(&self, route: &Route) -> bool {
        route.layers.iter().any(|layer| {
            if let Some(known) = self.layers.borrow().get(layer) {
                return *known;
            }
            let is_guard = self.is_guard(layer);
            self.layers.borrow_mut().insert(layer.clone(), is_guard);
            is_guard
        })
    }

    fn is_guard(&self, layer: &Place) -> bool {
        let mut sources = self.facts.own_sources();
        let Some(source) = sources.find(|source| *source.shown == *visible(&layer.file)) else {
            return false;
        };
        let written = source
            .text
            .get(layer.bytes.start..layer.bytes.end)
            .unwrap_or_default();
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        // A variable, or a function that makes one.
        let value = written.trim_end_matches("()");
        let values = match value.chars().all(is_name) {
            true => Named::of(&source.text).values(value).to_vec(),
            false => Vec::new(),
        };
        // Of a condition its answer counts.
        let wanted = match written.contains("fn_guard") {
            true => Wanted::Asks,
            false => Wanted::Guards,
        };
        std::iter::once(written)
            .chain(values.iter().map(String::as_str))
            .any(|text| {
                let named = || words(text).into_iter();
                let is_of_clerk = text.contains("Clerk");
                !is_of_clerk
                    && (guards("", text)
                        || named().any(|word| self.is_wanted_of(&word, STEPS, wanted)))
            })
    }
}

/// The text of a route's handler, from behind its first bracket to before its last one.
pub fn body_of(facts: &Facts<'_>, route: &Route) -> Option<String> {
    let Function { inputs, body, .. } = Bodies::new(facts).of(route)?;
    Some(format!("{inputs}) {{{body}"))
}
