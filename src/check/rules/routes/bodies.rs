//! The code of handlers, and whether something in it, or before it, asks who is there.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use memchr::memmem;

use super::brought::fields;
use super::read::{Piece, Read, Text, Wanted};
use super::words::{guards, names, refuses_by_credential};
use crate::check::code::functions::{Function, words};
use crate::check::code::named::Named;
use crate::check::facts::Facts;
use crate::check::sources::Source;
use crate::escape::visible;
use crate::source::{Place, Route};

/// So many functions may stand between one that is called and the one that asks.
pub const STEPS: usize = 3;

/// The functions of an app. Each file is read once, and whatever may be asked again is known from then on: any number of
/// functions may call each other, and any number of routes may name them.
pub struct Bodies<'f, 'a> {
    facts: &'f Facts<'a>,
    read: RefCell<HashMap<&'f str, Rc<Read>>>,
    values: RefCell<HashMap<&'f str, Rc<Named>>>,
    defined: OnceCell<HashMap<&'f str, Vec<&'f Source>>>,
    /// By their paths and by the names of their modules, each with its number.
    places: OnceCell<HashMap<&'f str, BTreeMap<usize, &'f Source>>>,
    /// By the file of the route and what it names.
    handlers: RefCell<HashMap<(Arc<str>, String), Handler>>,
    layers: RefCell<HashMap<Place, bool>>,
    /// By file and text.
    written: RefCell<HashMap<(&'f str, &'f str), bool>>,
    /// By the name of a type, and whether it has to ask.
    extractors: RefCell<HashMap<(String, bool), bool>>,
    put_by_guards: OnceCell<HashSet<String>>,
    /// By a name, the steps that are left, what is wanted, and whether it is that of a type.
    wanted: RefCell<HashMap<(String, usize, Wanted, bool), bool>>,
    /// Of each function of a name the ids that it gets out of what it is handed, the last input first.
    ids: RefCell<HashMap<String, Rc<Vec<Ids>>>>,
}

type Ids = Vec<Option<&'static str>>;
type Handler = Option<Rc<Function>>;

impl<'f, 'a> Bodies<'f, 'a> {
    pub fn new(facts: &'f Facts<'a>) -> Self {
        Self {
            facts,
            read: RefCell::default(),
            values: RefCell::default(),
            defined: OnceCell::new(),
            places: OnceCell::new(),
            handlers: RefCell::default(),
            layers: RefCell::default(),
            written: RefCell::default(),
            extractors: RefCell::default(),
            put_by_guards: OnceCell::new(),
            wanted: RefCell::default(),
            ids: RefCell::default(),
        }
    }

    fn read(&self, source: &'f Source) -> Rc<Read> {
        let mut read = self.read.borrow_mut();
        let one = read.entry(&source.shown);
        Rc::clone(one.or_insert_with(|| Rc::new(Read::of(&source.text))))
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
    pub fn of(&self, route: &Route) -> Option<Rc<Function>> {
        let key = (route.place.file.clone(), route.handler.clone());
        let mut handlers = self.handlers.borrow_mut();
        handlers
            .entry(key)
            .or_insert_with(|| self.find(route))
            .clone()
    }

    fn find(&self, route: &Route) -> Option<Rc<Function>> {
        let mut parts = route.handler.rsplit("::");
        let (name, module) = (parts.next()?, parts.next());
        let places = self.places.get_or_init(|| {
            let mut places: HashMap<&str, BTreeMap<usize, &Source>> = HashMap::new();
            for (at, source) in self.facts.own_sources().enumerate() {
                let shown = &*source.shown;
                let stem = shown
                    .strip_suffix("/mod.rs")
                    .or_else(|| shown.strip_suffix(".rs"));
                let last = stem.and_then(|stem| stem.rsplit('/').next());
                for name in last.into_iter().chain([shown]) {
                    places.entry(name).or_default().insert(at, source);
                }
            }
            places
        });
        let file = visible(&route.place.file);
        let named = [Some(&*file), module].into_iter().flatten();
        let sources: BTreeMap<_, _> = named
            .filter_map(|name| places.get(name))
            .flatten()
            .collect();
        sources.into_values().find_map(|source| {
            let read = self.read(source);
            let is_method = |one: &Function| {
                words(&one.inputs)
                    .first()
                    .is_some_and(|word| word == "self")
            };
            let named = read.functions.get(name)?.iter().map(|one| &one.code);
            let mut named = named.filter(|one| !is_method(one));
            let first = named.next()?;
            // Where several have the name, nobody knows which is meant.
            named.next().is_none().then(|| Rc::clone(first))
        })
    }

    /// The id of a user that an own function of this name gets out of what it is handed in this place, counted from the end:
    /// the first may be `self`.
    pub fn id_handed(&self, name: &str, place: usize) -> Option<&'static str> {
        let known = self.ids.borrow().get(name).cloned();
        let known = known.unwrap_or_else(|| {
            let mut ids = Vec::new();
            self.each_function(name, |one| {
                let fields = fields(one.code.body());
                let takes = one.code.takes();
                let ids_of = takes.iter().rev().map(|input| {
                    let mut found = names(input).filter_map(|name| fields.get(name));
                    found.next().copied()
                });
                ids.push(ids_of.collect());
                false
            });
            let ids = Rc::new(ids);
            let mut known = self.ids.borrow_mut();
            known.insert(name.to_owned(), Rc::clone(&ids));
            ids
        });
        known.iter().find_map(|ids| *ids.get(place)?)
    }

    /// True if this is so of one of the app's own functions of this name.
    fn each_function(&self, name: &str, mut is: impl FnMut(&Piece<Rc<Function>>) -> bool) -> bool {
        self.defining(name).iter().any(|source| {
            let read = self.read(source);
            let mut named = read.functions.get(name).into_iter().flatten();
            named.any(&mut is)
        })
    }

    /// The words of a type, and those of what its names stand for.
    pub fn without_aliases(&self, of: &[String]) -> Vec<String> {
        let mut all = of.to_vec();
        for word in of {
            for source in self.defining(word) {
                let read = self.read(source);
                all.extend(read.aliases.get(word).into_iter().flatten().cloned());
            }
        }
        all
    }

    /// True if an own type of this name is made of a request; and, if that is wanted, asks who is there.
    pub fn is_extractor(&self, of: &str, asks: bool) -> bool {
        if !of.starts_with(char::is_uppercase) {
            return false;
        }
        let key = (of.to_owned(), asks);
        let known = self.extractors.borrow().get(&key).copied();
        known.unwrap_or_else(|| {
            let is_extractor = self.defining(of).iter().any(|source| {
                let read = self.read(source);
                let mut impls = read.impls.get(of).into_iter().flatten();
                impls.any(|one| {
                    let mut taken = ["FromRequest", "Extractible"].iter();
                    let does_ask = || {
                        self.is_wanted(one, STEPS, Wanted::Asks)
                            || refuses_by_credential(&one.code.body)
                    };
                    taken.any(|word| one.code.head.contains(word)) && (!asks || does_ask())
                })
            });
            self.extractors.borrow_mut().insert(key, is_extractor);
            is_extractor
        })
    }

    /// True if something that refuses others puts a value of this type beside a request.
    pub fn is_put_by_guard(&self, of: &str) -> bool {
        const PUTS: &str = "extensions_mut";
        let put = self.put_by_guards.get_or_init(|| {
            let sources = self.facts.own_sources();
            let sources = sources.filter(|source| source.text.contains(PUTS));
            let mut put = HashSet::new();
            for source in sources {
                for one in self.read(source).functions.values().flatten() {
                    if !one.code.body.contains(PUTS) || !one.does(Wanted::Guards) {
                        continue;
                    }
                    let words = words(&one.code.body);
                    if words.iter().any(|word| word == PUTS) {
                        put.extend(words);
                    }
                }
            }
            put
        });
        of.starts_with(char::is_uppercase) && put.contains(of)
    }

    /// True if a piece of code does what is wanted, or hands the request to what does.
    fn is_wanted<T: Text>(&self, piece: &Piece<T>, steps: usize, wanted: Wanted) -> bool {
        piece.does(wanted) || steps > 0 && self.is_wanted_of_any(piece.handed(), steps, wanted)
    }

    /// True if one of these that something is handed to does what is wanted.
    pub fn is_wanted_of_any(&self, paths: &BTreeSet<String>, steps: usize, wanted: Wanted) -> bool {
        let mut paths = paths.iter();
        paths.any(|path| self.is_wanted_of(path, steps - 1, wanted))
    }

    /// True if an own function of this name does what is wanted, or an own type.
    fn is_wanted_of(&self, path: &str, steps: usize, wanted: Wanted) -> bool {
        let mut parts = path.rsplit("::");
        let (name, of) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        // Functions of a type have names that others have, too.
        self.is_wanted_of_name(name, steps, wanted, true)
            || self.is_wanted_of_name(of, steps, wanted, true)
            || name != "new"
                && of != "Self"
                && !of.starts_with(char::is_uppercase)
                && self.is_wanted_of_name(name, steps, wanted, false)
    }

    /// The same of what is implemented for a type, or else of a function.
    fn is_wanted_of_name(&self, name: &str, steps: usize, wanted: Wanted, is_type: bool) -> bool {
        if is_type && !name.starts_with(char::is_uppercase) {
            return false;
        }
        let key = (name.to_owned(), steps, wanted, is_type);
        let known = self.wanted.borrow().get(&key).copied();
        known.unwrap_or_else(|| {
            let is = match is_type {
                true => self.is_wanted_of_type(name, steps, wanted),
                false => self.each_function(name, |one| self.is_wanted(one, steps, wanted)),
            };
            self.wanted.borrow_mut().insert(key, is);
            is
        })
    }

    fn is_wanted_of_type(&self, of: &str, steps: usize, wanted: Wanted) -> bool {
        self.defining(of).iter().any(|source| {
            let read = self.read(source);
            let mut impls = read.impls.get(of).into_iter().flatten();
            impls.any(|one| {
                let handed_on = || {
                    let mut types = one.types().iter().filter(|word| *word != of);
                    types.any(|word| self.is_wanted_of_name(word, steps - 1, wanted, true))
                };
                self.is_wanted(one, steps, wanted) || steps > 0 && handed_on()
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
        let known = self
            .written
            .borrow()
            .get(&(&source.shown, written))
            .copied();
        known.unwrap_or_else(|| {
            let is_guard = self.is_guard_written(source, written);
            let mut known = self.written.borrow_mut();
            known.insert((&source.shown, written), is_guard);
            is_guard
        })
    }

    fn values(&self, source: &'f Source) -> Rc<Named> {
        let mut values = self.values.borrow_mut();
        let one = values.entry(&source.shown);
        Rc::clone(one.or_insert_with(|| Rc::new(Named::of(&source.text))))
    }

    fn is_guard_written(&self, source: &'f Source, written: &str) -> bool {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        // A variable, or a function that makes one.
        let value = written.trim_end_matches("()");
        let values = match value.chars().all(is_name) {
            true => self.values(source).values(value).to_vec(),
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
pub fn body_of(bodies: &Bodies<'_, '_>, route: &Route) -> Option<String> {
    let function = bodies.of(route)?;
    Some(format!("{}) {{{}", function.inputs, function.body))
}
