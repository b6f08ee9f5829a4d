//! Follows a program from its `main` on, as far as routes are built: variables, functions, branches. Nothing is run;
//! what depends on more than the source is [`Value::Unknown`], and where routes hang on it they are said to be unread.

mod block;
mod call;
mod code;
mod frameworks;
mod handed;
mod join;
mod lent;
mod macros;
mod name;
mod run;

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use proc_macro2::Span;
use syn::spanned::Spanned as _;

use super::place::{Place, Unread};
use super::serving::serves;
use super::spot::Spot;
use super::tree::{Function, ModuleId, Program};
use super::value::{Framework, Gate, Kit, MOST_ROUTES, Routes, TOO_MANY, Types, Value, type_named};
use frameworks::Argument;
use handed::{Exit, Handed};

/// The work that is done before the rest is left unread: a program may call itself without end.
const MOST_STEPS: usize = 400_000;
/// The deepest calls.
const DEEPEST: usize = 60;
/// The longest text that is put together.
const LONGEST_TEXT: usize = 4096;

/// Follows one program.
pub struct Reader {
    pub program: Program,
    steps: usize,
    depth: usize,
    /// Routes that were handed to something foreign; those that were used further are taken out again.
    handed: Vec<Option<Handed>>,
    /// Places of servers that are given something unread.
    unclear: Vec<(Framework, Exit)>,
    /// Routes whose variables ended.
    dropped: Vec<Rc<Routes>>,
    /// What was left out beside routes.
    unread: BTreeSet<Unread>,
    /// Functions whose code was followed.
    called: BTreeSet<Place>,
    /// Results of functions without arguments.
    known: HashMap<Place, Value>,
    /// Modules of blocks that have items of their own.
    blocks: HashMap<Place, ModuleId>,
    /// Ways in which gates are set up.
    kits: Vec<Rc<Kit>>,
}

/// The variables of one call.
pub struct Frame {
    pub module: ModuleId,
    of: Option<String>,
    variables: Vec<(String, Value)>,
    /// The first of those that belong to the innermost block.
    block: usize,
    returned: Option<Value>,
    types: Types,
}

/// Everything that a program serves.
pub struct Served {
    pub routes: Vec<Rc<Routes>>,
    /// The places where they are served.
    pub spots: Vec<Spot>,
    pub unread: BTreeSet<Unread>,
    /// The only way in which a gate is set up, if there is one.
    pub kit: Option<Rc<Kit>>,
}

impl Served {
    /// Pieces that were not read though no gate is known to stand before them: strangers may reach whatever is served there.
    pub fn outside(&self, aside: &BTreeSet<Place>) -> Vec<Unread> {
        let open = self.routes.iter();
        let open = open.filter(|routes| !routes.is_behind_gate());
        let beside = self.unread.iter();
        let beside = beside.filter(|unread| !aside.contains(&unread.place));
        let mut outside: Vec<_> = open
            .flat_map(|routes| &routes.unread)
            .chain(beside)
            .cloned()
            .collect();
        outside.sort();
        outside.dedup();
        outside
    }
}

impl Reader {
    pub fn new(program: Program) -> Self {
        Self {
            program,
            steps: 0,
            depth: 0,
            handed: Vec::new(),
            unclear: Vec::new(),
            dropped: Vec::new(),
            unread: BTreeSet::new(),
            called: BTreeSet::new(),
            known: HashMap::new(),
            blocks: HashMap::new(),
            kits: Vec::new(),
        }
    }

    /// Follows the program from its root.
    pub fn follow(&mut self) -> Served {
        let root = self
            .program
            .modules
            .first()
            .map(Rc::clone)
            .unwrap_or_default();
        let functions = root.values.values().filter_map(|def| match def {
            super::tree::Def::Function(function) => Some(Rc::clone(function)),
            _ => None,
        });
        let launches = |function: &Rc<Function>| {
            let mut names = function.head.attributes.iter();
            names.any(|name| {
                let last = name.path().segments.last();
                last.is_some_and(|last| last.ident == "launch")
            })
        };
        for entry in functions.filter(|entry| entry.name == "main" || launches(entry)) {
            let (result, _) = self.call_function(&entry, Vec::new());
            self.returned(&entry, launches(&entry), &result);
            if self.is_full() {
                let why = "there is too much to follow, and not all of it is read";
                self.unread.insert(Unread::new(&entry.place, why));
            }
        }
        let dropped = std::mem::take(&mut self.dropped);
        match self.handed.iter().flatten().next() {
            // What would have been put before them was not followed, or whoever serves them.
            None if self.is_full() => {}
            // Whoever serves them takes them in a way that is not read.
            None => self.hand_dropped(dropped),
            Some(_) => self.name_dropped(&dropped),
        }
        self.unread.extend(std::mem::take(&mut self.program.unread));
        self.name_uncalled();
        let kit = match self.kits.as_slice() {
            [only] => Some(Rc::clone(only)),
            _ => None,
        };
        Served {
            spots: self.spots(),
            routes: self.all_handed(),
            unread: std::mem::take(&mut self.unread),
            kit,
        }
    }

    /// Routes that went nowhere: a macro perhaps serves them.
    fn name_dropped(&mut self, dropped: &[Rc<Routes>]) {
        let handed = self.handed.iter().flatten();
        let used = handed.flat_map(|handed| &handed.routes().entries);
        let used: BTreeSet<_> = used.map(|entry| &entry.place).collect();
        let entries = dropped.iter().flat_map(|routes| &routes.entries);
        let lost = entries.filter(|entry| !used.contains(&entry.place));
        // Each of many variables may have had the same ones.
        let lost: BTreeSet<_> = lost.map(|entry| (&entry.place, &entry.path)).collect();
        self.unread.extend(lost.into_iter().map(|(place, path)| {
            let why = format!("nothing that was read serves `{path}`");
            Unread::new(place, why)
        }));
    }

    /// Functions that build routes, or serve, and that nothing which was read calls.
    fn name_uncalled(&mut self) {
        let mut found = Vec::new();
        let functions = self.program.functions();
        let methods = self
            .program
            .methods
            .iter()
            .flat_map(|methods| methods.functions.values());
        let defaults = &self.program.defaults;
        for function in functions.chain(methods).chain(defaults) {
            if self.called.contains(&function.place) {
                continue;
            }
            let what = match frameworks::builds_routes(&self.program, function) {
                true => "builds routes",
                false if serves(self.program.text(function.module), function) => "serves",
                false => continue,
            };
            let why = format!(
                "nothing that was read calls `{}`, which {what}",
                function.name
            );
            found.push(Unread::new(&function.place, why));
        }
        self.unread.extend(found);
    }

    pub fn place(&self, frame: &Frame, span: Span) -> Place {
        self.program.place(frame.module, span)
    }

    fn excerpt(&self, frame: &Frame, place: &Place) -> String {
        self.program.text(frame.module).excerpt(place)
    }

    /// One more step. False if there were too many.
    fn step(&mut self, cost: usize) -> bool {
        self.steps = self.steps.saturating_add(cost);
        self.steps < MOST_STEPS
    }

    /// True if no further step may be taken.
    fn is_full(&self) -> bool {
        self.steps >= MOST_STEPS
    }

    /// Something that could matter and is not understood.
    fn unknown(&self, frame: &Frame, code: &impl syn::spanned::Spanned, why: &str) -> Value {
        let place = self.place(frame, code.span());
        let excerpt = self.excerpt(frame, &place);
        Value::unknown(&place, format!("`{excerpt}` {why}"))
    }

    /// A list, unless it and the lists in it are too long together.
    fn list(&mut self, items: Vec<Value>) -> Option<Value> {
        let left = room(&items, MOST_ROUTES);
        let is_short = self.step((MOST_ROUTES - left) / 8) && left > 0;
        is_short.then(|| Value::List(Rc::new(items)))
    }

    /// Nobody uses this value further: if it is routes, they are served.
    pub fn discard(&mut self, value: &Value) {
        match value {
            Value::Routes(routes) if !routes.is_shared => {
                self.hand(routes, None, false);
            }
            Value::List(items) if items.iter().any(Value::is_routing) => {
                self.step(items.len() / 8);
                for item in items.iter() {
                    self.discard(item);
                }
            }
            _ => {}
        }
    }

    /// Routes are used further, so they were not served when they were handed to something.
    pub fn take(&mut self, routes: &Rc<Routes>) -> Routes {
        let mut routes = (**routes).clone();
        let cost = routes.cost();
        if let Some(number) = routes.handed.take()
            && let Some(handed) = self.handed.get_mut(number)
        {
            *handed = None;
        }
        if !self.step(cost) || routes.entries.len() > MOST_ROUTES {
            let entry = routes.entries.first().map(|entry| entry.place.clone());
            routes.entries.truncate(MOST_ROUTES);
            routes
                .unread
                .extend(entry.map(|place| Unread::new(&place, TOO_MANY)));
            routes.unread.dedup();
        }
        routes
    }

    /// Adds routes below a path, each of which gets another one by that.
    pub fn nest(&mut self, routes: &mut Routes, prefix: &str, others: &Rc<Routes>) {
        let others = self.take(others);
        let ways = others.bases.len().max(usize::from(!prefix.is_empty()));
        let length = prefix.len() + others.bases.iter().map(String::len).sum::<usize>();
        self.step(others.entries.len() * (ways + length / 256));
        routes.nest(prefix, others);
    }

    /// Puts a gate before routes.
    pub fn guard(&mut self, routes: &mut Routes, gate: &Rc<Gate>, also_fallback: bool) {
        self.step(routes.entries.len());
        routes.guard(gate, also_fallback);
    }

    /// A gate was set up.
    pub fn gate(&mut self, kit: Option<Rc<Kit>>, place: &Place) -> Value {
        if let Some(kit) = &kit {
            self.set_up(kit);
        }
        let below = String::new();
        let place = place.clone();
        Value::Gate(Rc::new(Gate { kit, place, below }))
    }

    /// A kit was finished.
    pub fn set_up(&mut self, kit: &Rc<Kit>) {
        if !self.kits.iter().any(|known| known.place == kit.place) {
            self.kits.push(Rc::clone(kit));
        }
    }

    /// Runs a function or closure over something that it changes, and gives that back.
    pub fn changed(&mut self, by: &Value, changed: Routes) -> Routes {
        let before = Value::Routes(Rc::new(changed.clone()));
        let (result, parameters) = match by {
            Value::Function(function) => self.call_function(function, vec![before]),
            Value::Closure(closure) => self.call_closure(closure, vec![before]),
            _ => return changed,
        };
        let mut ways = [result].into_iter().chain(parameters);
        match ways.find(|value| matches!(value, Value::Routes(_))) {
            Some(Value::Routes(routes)) => self.take(&routes),
            _ => changed,
        }
    }

    /// The result of a function without arguments.
    pub fn result(&mut self, function: &Rc<Function>) -> Value {
        self.call_function(function, Vec::new()).0
    }

    /// An argument of a call, with its place.
    fn argument(&mut self, code: &syn::Expr, frame: &mut Frame) -> Argument {
        let value = self.value(code, frame);
        let place = self.place(frame, code.span());
        let text = self.excerpt(frame, &place);
        Argument { value, place, text }
    }
}

/// What a list and those in it leave of a number of values.
fn room(items: &[Value], most: usize) -> usize {
    items.iter().fold(most, |left, item| match item {
        Value::List(items) if left > 1 => room(items, left - 1),
        _ => left.saturating_sub(1),
    })
}

impl Frame {
    fn new(module: ModuleId, of: Option<String>) -> Self {
        Self {
            module,
            of,
            variables: Vec::new(),
            block: 0,
            returned: None,
            types: Types::default(),
        }
    }

    /// What a type parameter stands for.
    fn type_named(&self, of: &syn::Type) -> Option<&(syn::Type, ModuleId)> {
        type_named(&self.types, of)
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        let mut newest = self.variables.iter().rev();
        newest
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    fn set(&mut self, name: &str, value: Value) {
        let mut newest = self.variables.iter_mut().rev();
        if let Some((_, known)) = newest.find(|(known, _)| known == name) {
            *known = value;
        }
    }
}
