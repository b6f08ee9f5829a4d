//! The value of an expression of a program, as far as routes need it.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::Serialize;
use syn::{ExprClosure, Type};

use super::place::{Place, Unread};
use super::tree::{Function, ModuleId};

/// The most routes that are read, and the longest path of one: what is put together may double at every line.
pub const MOST_ROUTES: usize = 20_000;
pub const LONGEST_PATH: usize = 4096;
pub const TOO_LONG: &str = "the path is too long to be read";
pub const TOO_MANY: &str = "there are too many routes to read them all";

/// A framework whose routes are read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Framework {
    Axum,
    ActixWeb,
    Rocket,
    Poem,
    Salvo,
}

/// A value. Clones share what is large.
#[derive(Clone)]
pub enum Value {
    /// Of no interest: a number, a statement's value.
    Nothing,
    /// It could matter, and cannot be read.
    Unknown(Box<Unread>),
    Text(Rc<str>),
    List(Rc<Vec<Value>>),
    Record(Rc<Record>),
    Function(Rc<Function>),
    Closure(Rc<Closure>),
    /// Something of another crate: its package and path.
    Foreign(String, Rc<Vec<String>>),
    Methods(Rc<Vec<Method>>),
    Routes(Rc<Routes>),
    Kit(Rc<Kit>),
    Gate(Rc<Gate>),
    /// The conditions of a `Check`.
    Check(Rc<Vec<String>>),
}

/// A struct with its fields.
#[derive(Clone, Default)]
pub struct Record {
    pub name: String,
    pub fields: BTreeMap<String, Value>,
}

/// A closure, with the variables that it may use.
pub struct Closure {
    pub code: ExprClosure,
    pub module: ModuleId,
    pub around: Vec<(String, Value)>,
    pub types: Types,
    pub place: Place,
}

/// The types that type parameters stand for, each with the module in which that is named.
pub type Types = Rc<Vec<(String, (Type, ModuleId))>>;

/// The type that a parameter stands for.
pub fn type_named<'a>(types: &'a Types, of: &Type) -> Option<&'a (Type, ModuleId)> {
    let Type::Path(of) = of else { return None };
    let name = of.path.get_ident()?;
    types
        .iter()
        .find(|(known, _)| name == known)
        .map(|(_, of)| of)
}

/// A handler for one method, or for all.
#[derive(Clone)]
pub struct Method {
    /// `None` means any.
    pub name: Option<String>,
    pub handler: Handler,
}

/// Routes of a framework, before they are judged.
#[derive(Clone)]
pub struct Routes {
    pub framework: Framework,
    /// The path that stands in front of all of them, in frameworks where it is part of the value; several if they are
    /// at each of these.
    pub bases: Vec<String>,
    pub entries: Vec<Rc<Entry>>,
    pub unread: Vec<Unread>,
    /// A gate before all of them, also those that are added later.
    pub around: Option<Rc<Gate>>,
    /// The other things that stand before all of them.
    pub layers: Vec<Rc<Place>>,
    /// True if a gate stands before all that is in it now, addresses that do not exist included.
    pub is_closed: bool,
    /// True for what is handed around by reference: changes stay.
    pub is_shared: bool,
    /// Its number among the routes that were handed to something foreign, such as a server.
    pub handed: Option<usize>,
}

/// The thing at a path.
#[derive(Clone)]
pub struct Entry {
    /// In the framework's own spelling.
    pub path: String,
    pub kind: Kind,
    /// `None` means any.
    pub method: Option<String>,
    pub handler: Handler,
    pub place: Place,
    pub gate: Option<Rc<Gate>>,
}

impl Entry {
    /// The path as it is shown.
    pub fn shown(&self) -> String {
        match (self.kind, self.path.as_str()) {
            (Kind::Route, "") => "/".to_owned(),
            (Kind::Route, path) => path.to_owned(),
            (Kind::Below | Kind::Fallback, path) => format!("{}/*", path.trim_end_matches('/')),
        }
    }
}

/// How a path is meant.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Route,
    /// Everything below it: files, another service.
    Below,
    /// Whatever no route takes.
    Fallback,
}

/// A function that answers.
#[derive(Clone, Debug)]
pub struct Handler {
    /// `routes::dashboard`, `|…|`
    pub name: String,
    pub asks: Vec<Ask>,
    /// False if nobody knows what it asks for.
    pub is_read: bool,
    /// Where that is written which stands before it beside the gate.
    pub layers: Vec<Rc<Place>>,
}

impl Handler {
    /// One that asks for nothing that is known.
    pub fn named(name: impl Into<String>, is_read: bool) -> Self {
        Self {
            name: name.into(),
            asks: Vec::new(),
            is_read,
            layers: Vec::new(),
        }
    }
}

/// A handler's demand on the sender of a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Ask {
    /// It takes note of who it is, and runs for everybody.
    Auth,
    SignedIn,
    /// The conditions, if they can be read.
    Allowed(Result<String, String>),
    /// A program with a token: its kinds and scope, if they can be read.
    Caller(Result<String, String>),
    /// An event that Clerk signed.
    Webhook,
}

/// Clerk before some routes.
#[derive(Clone, Debug)]
pub struct Gate {
    pub kit: Option<Rc<Kit>>,
    pub place: Place,
    /// The path below which it stands, if it is not outermost.
    pub below: String,
}

/// How the gate is set up.
#[derive(Clone, Debug)]
pub struct Kit {
    pub place: Place,
    pub public: Patterns,
    pub without_auth: Patterns,
    pub data: Patterns,
    pub machines: Patterns,
    /// `.health()`
    pub health: Option<Place>,
    /// `.files(…)`
    pub files: Option<Place>,
    /// `.front_end(…)`
    pub front_end: Option<Place>,
}

/// A list of path patterns, or why it is not read.
pub type Patterns = Result<Vec<String>, Box<Unread>>;

impl Value {
    pub fn unknown(place: &Place, why: impl Into<String>) -> Self {
        Self::Unknown(Box::new(Unread::new(place, why)))
    }

    pub fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What it costs to join it with another, in steps, without what is in it.
    pub fn cost(&self) -> usize {
        match self {
            Self::Routes(routes) => routes.cost(),
            Self::Methods(methods) => methods.len(),
            Self::List(items) => items.len() / 8,
            Self::Record(record) => record.fields.len(),
            _ => 1,
        }
    }

    /// True if it has to do with routes.
    pub fn is_routing(&self) -> bool {
        matches!(self, Self::Routes(_) | Self::Methods(_))
    }

    /// Every text of a list.
    pub fn texts(&self, place: &Place) -> Patterns {
        let unread = || Box::new(Unread::new(place, "the list is computed"));
        let Self::List(items) = self else {
            return match self {
                Self::Unknown(why) => Err(why.clone()),
                _ => Err(unread()),
            };
        };
        let texts = items.iter().map(|item| item.as_text().map(str::to_owned));
        texts.collect::<Option<_>>().ok_or_else(unread)
    }
}

impl Routes {
    pub fn new(framework: Framework) -> Self {
        Self {
            framework,
            bases: Vec::new(),
            entries: Vec::new(),
            unread: Vec::new(),
            around: None,
            layers: Vec::new(),
            is_closed: false,
            is_shared: false,
            handed: None,
        }
    }

    /// Adds what a path leads to.
    pub fn add(&mut self, kind: Kind, path: &str, methods: &[Method], place: &Place) {
        for method in methods {
            self.entries.push(Rc::new(Entry {
                path: path.to_owned(),
                kind,
                method: method.name.clone(),
                handler: method.handler.clone(),
                place: place.clone(),
                gate: None,
            }));
        }
    }

    /// Adds others below a path.
    pub fn nest(&mut self, prefix: &str, others: Self) {
        let others = others.whole();
        self.unread.extend(others.unread);
        for mut entry in others.entries {
            if let Some(gate) = &entry.gate
                && !prefix.trim_matches('/').is_empty()
            {
                let below = join(prefix, &gate.below);
                let gate = Gate {
                    below,
                    ..(**gate).clone()
                };
                Rc::make_mut(&mut entry).gate = Some(Rc::new(gate));
            }
            self.put(prefix, entry);
        }
    }

    /// Adds an entry with a path in front of its own.
    fn put(&mut self, prefix: &str, mut entry: Rc<Entry>) {
        if prefix.len() + entry.path.len() > LONGEST_PATH {
            self.unread.push(Unread::new(&entry.place, TOO_LONG));
            return;
        }
        let path = join(prefix, &entry.path);
        if path != entry.path {
            Rc::make_mut(&mut entry).path = path;
        }
        self.entries.push(entry);
    }

    /// Puts a gate before what is there.
    pub fn guard(&mut self, gate: &Rc<Gate>, also_fallback: bool) {
        for entry in &mut self.entries {
            if also_fallback || entry.kind != Kind::Fallback {
                Rc::make_mut(entry).gate = Some(Rc::clone(gate));
            }
        }
    }

    /// True if everything of the others is in them as well, in the same order and with whatever was put before it.
    pub fn go_on_from(&self, others: &Self) -> bool {
        let mut pairs = self.entries.iter().zip(&others.entries);
        !others.is_shared
            && self.entries.len() >= others.entries.len()
            && self.unread.starts_with(&others.unread)
            && pairs.all(|(own, other)| own.place == other.place)
    }

    /// What it costs to copy them, in steps.
    pub fn cost(&self) -> usize {
        self.entries.len() / 8 + (self.unread.len() + self.bases.len()) / 2
    }

    /// True if a gate stands before all of it, addresses that do not exist included.
    pub fn is_behind_gate(&self) -> bool {
        self.is_closed || self.around.is_some()
    }

    /// With its own path and gate put into the entries.
    pub fn whole(mut self) -> Self {
        if let Some(gate) = self.around.take() {
            self.guard(&gate, true);
        }
        let layers = std::mem::take(&mut self.layers);
        if !layers.is_empty() {
            for entry in &mut self.entries {
                let own = &mut Rc::make_mut(entry).handler.layers;
                own.extend(layers.iter().map(Rc::clone));
            }
        }
        let bases = std::mem::take(&mut self.bases);
        if !bases.is_empty() {
            let entries = std::mem::take(&mut self.entries);
            for base in &bases {
                if self.entries.len() > MOST_ROUTES {
                    break;
                }
                for entry in &entries {
                    self.put(base, Rc::clone(entry));
                }
            }
        }
        self
    }
}

/// One path behind another.
pub fn join(prefix: &str, path: &str) -> String {
    let (front, back) = (prefix.trim_end_matches('/'), path.trim_start_matches('/'));
    let slash = if front.is_empty() || front.starts_with('/') {
        ""
    } else {
        "/"
    };
    match (front.is_empty(), back.is_empty()) {
        (true, true) => "/".to_owned(),
        (true, false) => format!("/{back}"),
        // `/x` and `/x/` are two paths where a slash stands alone behind a prefix that ends in one.
        (false, true) if prefix.ends_with('/') && path == "/" => format!("{slash}{front}/"),
        (false, true) => format!("{slash}{front}"),
        (false, false) => format!("{slash}{front}/{back}"),
    }
}
