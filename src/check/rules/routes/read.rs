//! A source, read once: its functions and implementations by name, and what each of them does with a request.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::words::{guards, notes, refuses, says_who};
use crate::check::code::Code;
use crate::check::code::functions::{Function, Functions, Impl, taken, words};

/// What a function has to be handed to find out.
pub const REQUEST: [&str; 9] = [
    "req", "request", "headers", "parts", "depot", "jar", "cookies", "session", "identity",
];

/// What is wanted of a piece of code.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub enum Wanted {
    /// It names who is there, or refuses somebody.
    Asks,
    /// It refuses somebody.
    Guards,
}

/// A source by its names: one may be asked for as often as it is written.
#[derive(Default)]
pub struct Read {
    pub functions: HashMap<String, Vec<Piece<Rc<Function>>>>,
    /// By the type that they are for.
    pub impls: HashMap<String, Vec<Piece<Impl>>>,
    /// The words of what a name stands for.
    pub aliases: HashMap<String, Vec<String>>,
}

/// Code that somebody may hand a request to. Each question about it is answered once.
pub struct Piece<T> {
    pub code: T,
    asks: OnceCell<bool>,
    guards: OnceCell<bool>,
    handed: OnceCell<BTreeSet<String>>,
    types: OnceCell<BTreeSet<String>>,
}

/// The text of a piece.
pub trait Text {
    fn inputs(&self) -> &str;
    fn body(&self) -> &str;
}

impl Text for Rc<Function> {
    fn inputs(&self) -> &str {
        &self.inputs
    }

    fn body(&self) -> &str {
        &self.body
    }
}

impl Text for Impl {
    fn inputs(&self) -> &'static str {
        ""
    }

    fn body(&self) -> &str {
        &self.body
    }
}

impl Read {
    pub fn of(text: &str) -> Self {
        let mut read = Self::default();
        let found = Functions::of(text);
        for one in found.functions {
            let named = read.functions.entry(one.name.clone()).or_default();
            named.push(Piece::new(Rc::new(one)));
        }
        for one in found.impls {
            let of = one.of().to_owned();
            read.impls.entry(of).or_default().push(Piece::new(one));
        }
        for (name, words) in found.aliases {
            read.aliases.entry(name).or_default().extend(words);
        }
        read
    }
}

impl<T: Text> Piece<T> {
    fn new(code: T) -> Self {
        Self {
            code,
            asks: OnceCell::new(),
            guards: OnceCell::new(),
            handed: OnceCell::new(),
            types: OnceCell::new(),
        }
    }

    /// True if it does what is wanted by itself.
    pub fn does(&self, wanted: Wanted) -> bool {
        let (inputs, body) = (self.code.inputs(), self.code.body());
        match wanted {
            Wanted::Asks => *self.asks.get_or_init(|| {
                let takes = taken(inputs);
                let mut takes = takes.iter();
                takes.any(|input| refuses(&input.of) || notes(&input.of)) || says_who(body)
            }),
            Wanted::Guards => *self.guards.get_or_init(|| guards(inputs, body)),
        }
    }

    /// What it hands a request to.
    pub fn handed(&self) -> &BTreeSet<String> {
        let handed = || handed(self.code.body(), &REQUEST);
        self.handed.get_or_init(handed)
    }

    /// The types that it hands its work to: `type Service = …`
    pub fn types(&self) -> &BTreeSet<String> {
        self.types.get_or_init(|| {
            let inner = Functions::of(self.code.body()).aliases;
            inner.into_iter().flat_map(|(_, words)| words).collect()
        })
    }
}

/// The paths of what one of these names is handed to.
pub fn handed(body: &str, names: &[&str]) -> BTreeSet<String> {
    let code = Code::of("", body).map(|code| code.chains);
    let mut found = BTreeSet::new();
    for chain in code.unwrap_or_default() {
        let has = |text: &str| words(text).iter().any(|word| names.contains(&&**word));
        let is_of_it = has(chain.start());
        let calls = chain.calls.into_iter().filter(|call| call.is_called);
        let calls = calls.filter(|call| is_of_it || has(&call.arguments));
        found.extend(calls.map(|call| call.name));
    }
    found
}
