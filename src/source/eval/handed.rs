//! Routes that leave the program: handed to something foreign, which perhaps serves them.

use std::rc::Rc;

use syn::spanned::Spanned as _;
use syn::{Block, Expr, Stmt};

use super::frameworks::{self, Argument};
use super::{Frame, Reader};
use crate::source::place::{Place, Unread};
use crate::source::spot::{Doubt, Gives, Spot};
use crate::source::tree::{Function, ModuleId};
use crate::source::value::{Closure, Framework, MOST_ROUTES, Routes, TOO_MANY, Value};

/// Routes that were handed over, and where.
pub(super) struct Handed {
    routes: Rc<Routes>,
    exit: Option<Exit>,
    is_served: bool,
}

impl Handed {
    pub(super) fn routes(&self) -> &Routes {
        &self.routes
    }
}

/// The place where routes leave.
#[derive(Clone)]
pub struct Exit {
    place: Place,
    module: ModuleId,
    gives: Gives,
    doubt: Option<Doubt>,
}

impl Reader {
    /// Routes go to something foreign, which perhaps serves them.
    pub fn hand(&mut self, routes: &Rc<Routes>, exit: Option<Exit>, serves: bool) -> Rc<Routes> {
        if let Some(number) = routes.handed {
            match self.handed.get_mut(number) {
                // A branch may have changed them since; whatever was served before is another server's.
                Some(Some(handed)) if !handed.is_served || Rc::ptr_eq(&handed.routes, routes) => {
                    handed.routes = Rc::clone(routes);
                    handed.is_served |= serves;
                    return Rc::clone(routes);
                }
                Some(Some(_)) if !serves => return Rc::clone(routes),
                _ => {}
            }
        }
        // Each is compared with those before it.
        self.step(routes.cost() + self.handed.len() / 8);
        let mut handed = (**routes).clone();
        handed.handed = Some(self.handed.len());
        let handed = Rc::new(handed);
        self.handed.push(Some(Handed {
            routes: Rc::clone(&handed),
            exit,
            is_served: serves,
        }));
        handed
    }

    /// What an entry of the program gives to whoever called it.
    pub(super) fn returned(&mut self, entry: &Function, launches: bool, result: &Value) {
        let text = self.program.text(entry.module);
        let body = entry.body.read(text).ok();
        let exit = body.and_then(last).map(|code| {
            let code = if launches { code } else { bare(code) };
            let place = self.program.place(entry.module, code.span());
            let doubt = (!launches).then_some(Doubt::Attribute);
            let exit = Exit::new(place, entry.module, Gives::Routes, doubt);
            exit.unless_branched(code)
        });
        match (result, exit) {
            (Value::Routes(routes), exit) => {
                self.hand(routes, exit, launches);
            }
            // Read or not, it can only be a Rocket.
            (_, Some(exit)) if launches => self.unclear.push((Framework::Rocket, exit)),
            _ => self.discard(result),
        }
    }

    /// Nobody knows which of these are served. Each may have those of the one before and one more.
    pub(super) fn hand_dropped(&mut self, mut dropped: Vec<Rc<Routes>>) {
        let all: usize = dropped.iter().map(|routes| routes.entries.len()).sum();
        if all > MOST_ROUTES {
            dropped.sort_by_key(|routes| std::cmp::Reverse(routes.entries.len()));
        }
        let mut left = MOST_ROUTES;
        for routes in &dropped {
            match left.checked_sub(routes.entries.len()) {
                Some(rest) => left = rest,
                None => {
                    let entry = routes.entries.first();
                    self.unread
                        .extend(entry.map(|entry| Unread::new(&entry.place, TOO_MANY)));
                    continue;
                }
            }
            self.hand(routes, None, false);
        }
    }

    /// The place of an argument that is routes, or builds them.
    pub(super) fn exit(&self, argument: &Argument, frame: &Frame) -> Exit {
        let exit = |gives| Exit::new(argument.place.clone(), frame.module, gives, None);
        let is_variable = match &argument.value {
            Value::Closure(closure) if is_within(&closure.place, &argument.place) => {
                return self.end_of(closure);
            }
            Value::Closure(_) => true,
            Value::Function(_) => false,
            _ => return exit(Gives::Routes),
        };
        exit(Gives::Maker { is_variable })
    }

    fn end_of(&self, closure: &Closure) -> Exit {
        let body = &*closure.code.body;
        let code = match body {
            Expr::Block(block) => last(&block.block),
            code => Some(code),
        };
        let place = self
            .program
            .place(closure.module, code.unwrap_or(body).span());
        let doubt = code.is_none().then_some(Doubt::Branches);
        let exit = Exit::new(place, closure.module, Gives::Routes, doubt);
        exit.unless_branched(code.unwrap_or(body))
    }

    /// What stands before a method with which routes go to their server.
    pub(super) fn leave(&mut self, on: Value, code: &syn::ExprMethodCall, frame: &Frame) -> Value {
        let Value::Routes(routes) = &on else {
            return on;
        };
        let name = code.method.to_string();
        let Some(serves) = frameworks::leaves(routes.framework, &name) else {
            return on;
        };
        let place = self.place(frame, code.receiver.span());
        let exit = Exit::new(place, frame.module, Gives::Routes, None);
        Value::Routes(self.hand(routes, Some(exit), serves))
    }

    /// A server of a framework is given something that is not read.
    pub(super) fn serve_unread(
        &mut self,
        framework: Framework,
        argument: &Argument,
        frame: &Frame,
    ) {
        // A handler that is served alone, such as one that redirects to the other server.
        let is_handler = matches!(argument.value, Value::Function(_) | Value::Closure(_));
        if framework == Framework::Axum && is_handler {
            return;
        }
        let mut exit = self.exit(argument, frame);
        exit.doubt = Some(Doubt::NotRead);
        self.unclear.push((framework, exit));
    }

    /// The places that serve, each once.
    pub(super) fn spots(&mut self) -> Vec<Spot> {
        let mut spots: Vec<Spot> = Vec::new();
        let mut known: Vec<Rc<Routes>> = Vec::new();
        let handed = std::mem::take(&mut self.handed);
        for Handed {
            routes,
            exit,
            is_served,
        } in handed.iter().flatten()
        {
            let number = known.iter().position(|other| is_same(other, routes));
            let number = number.unwrap_or_else(|| {
                known.push(Rc::clone(routes));
                known.len() - 1
            });
            let Some(exit) = exit else { continue };
            let mut spot = self.spot(routes.framework, exit);
            spot.routes = number;
            spot.is_behind_gate = routes.is_behind_gate();
            spot.open = open(routes);
            spot.has_gate = routes.entries.iter().any(|entry| entry.gate.is_some());
            if !is_served {
                spot.doubt = spot.doubt.or(Some(Doubt::NotServed));
            }
            // A function that serves is called for several.
            match spots.iter_mut().find(|known| known.place == spot.place) {
                Some(known) => known.is_behind_gate &= spot.is_behind_gate,
                None => spots.push(spot),
            }
        }
        for (number, (framework, exit)) in std::mem::take(&mut self.unclear).iter().enumerate() {
            if spots.iter().all(|known| known.place != exit.place) {
                let mut spot = self.spot(*framework, exit);
                spot.routes = known.len() + number;
                spots.push(spot);
            }
        }
        self.handed = handed;
        spots
    }

    fn spot(&self, framework: Framework, exit: &Exit) -> Spot {
        let program = &self.program;
        let root = program.modules.get(exit.module);
        let root = root.and_then(|module| program.crates.get(module.krate));
        // The first package is the one that is read; others are beside it.
        let root = root.filter(|(package, _)| *package == 0);
        Spot {
            framework,
            place: exit.place.clone(),
            gives: exit.gives,
            root: root.map(|(_, root)| program.text(*root).name()),
            routes: 0,
            is_behind_gate: false,
            open: None,
            has_gate: false,
            doubt: exit.doubt,
        }
    }

    /// All routes that were handed over and not used further.
    pub(super) fn all_handed(&mut self) -> Vec<Rc<Routes>> {
        let handed = self.handed.drain(..).flatten();
        handed.map(|handed| handed.routes).collect()
    }
}

impl Exit {
    fn new(place: Place, module: ModuleId, gives: Gives, doubt: Option<Doubt>) -> Self {
        Self {
            place,
            module,
            gives,
            doubt,
        }
    }

    /// Behind a branch nothing can be added at one place.
    fn unless_branched(mut self, code: &Expr) -> Self {
        let is_branch = matches!(
            code,
            Expr::If(_) | Expr::Match(_) | Expr::Block(_) | Expr::Loop(_) | Expr::Return(_)
        );
        if is_branch {
            self.doubt = Some(Doubt::Branches);
        }
        self
    }
}

/// The paths that no gate stands before.
fn open(routes: &Routes) -> Option<Vec<String>> {
    let routes = routes.clone().whole();
    let open = routes.entries.iter().filter(|entry| entry.gate.is_none());
    let open = open.map(|entry| entry.shown()).collect();
    routes.unread.is_empty().then_some(open)
}

/// The expression that a block ends in.
fn last(block: &Block) -> Option<&Expr> {
    match block.stmts.last() {
        Some(Stmt::Expr(code, None)) => Some(code),
        _ => None,
    }
}

/// What is in `Ok(router.into())`.
fn bare(code: &Expr) -> &Expr {
    match code {
        Expr::Call(call) if call.args.len() == 1 => call.args.first().map_or(code, bare),
        Expr::MethodCall(call) if call.method == "into" => bare(&call.receiver),
        _ => code,
    }
}

fn is_within(inner: &Place, outer: &Place) -> bool {
    inner.file == outer.file
        && outer.bytes.start <= inner.bytes.start
        && inner.bytes.end <= outer.bytes.end
}

/// True if both are the same routes, used twice.
fn is_same(one: &Routes, other: &Routes) -> bool {
    let mut pairs = one.entries.iter().zip(&other.entries);
    one.framework == other.framework
        && one.entries.len() == other.entries.len()
        && pairs.all(|(one, other)| one.place == other.place && one.path == other.path)
}
