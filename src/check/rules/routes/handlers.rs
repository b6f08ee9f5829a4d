//! Handlers that ask nobody who it is, at addresses or with data of a user's own.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::asked::Asked;
use super::bodies::Bodies;
use super::handler::{ByPath, Handler, Ids, is_open};
use super::{at, shown};
use crate::check::code::functions::Function;
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

/// The handlers of an app. Any number of routes may name one of them: it is taken apart once.
pub struct Handlers<'b, 'f, 'a> {
    bodies: &'b Bodies<'f, 'a>,
    known: RefCell<HashMap<*const Function, Rc<Known>>>,
}

/// What is known of a handler.
struct Known {
    /// What it does, if that can be read.
    handler: Option<Handler>,
    /// True if it takes note of who it is by a name that is followed.
    notes: bool,
    asked: OnceCell<Asked>,
    /// By what of a path makes a difference.
    ids: RefCell<HashMap<ByPath, Rc<Answer>>>,
}

/// What it does with the id of a user.
struct Answer {
    ids: Option<Ids>,
    asks: OnceCell<bool>,
}

impl Answer {
    fn found(&self) -> Option<&str> {
        self.ids.as_ref()?.found.as_deref()
    }
}

impl<'b, 'f, 'a> Handlers<'b, 'f, 'a> {
    pub fn new(bodies: &'b Bodies<'f, 'a>) -> Self {
        let known = RefCell::default();
        Self { bodies, known }
    }

    /// Handlers that should ask who it is, and do not.
    pub fn of(&self, program: &Reading) -> Vec<Finding> {
        let routes = program.routes.iter();
        let routes = routes.filter(|route| route.kind == Kind::Route && route.asks_nobody);
        routes.filter_map(|route| self.of_route(route)).collect()
    }

    fn of_route(&self, route: &Route) -> Option<Finding> {
        let function = self.bodies.of(route);
        let known = function.as_ref().map(|function| self.known(function));
        // By another name nobody knows what is done with it.
        if route.takes_note && !known.as_ref().is_some_and(|known| known.notes) {
            return None;
        }
        let answer = known.as_ref().map(|known| known.answer(route, self.bodies));
        let id = answer.as_ref().and_then(|answer| answer.found());
        let handler = known.as_ref().and_then(|known| known.handler.as_ref());
        let (detail, help) = match route.protection {
            Protection::Public | Protection::WithoutAuth => (
                of_strangers(route, handler, id)?,
                "let the handler ask with `SignedIn`, or take its path out of `public`",
            ),
            Protection::SignedIn => (
                of_others(route, id?),
                "let the handler ask with `SignedIn`, and compare or use its `user_id`; or with `Allowed` for those who may see everybody's",
            ),
            _ => return None,
        };
        let asks = || {
            let (function, known, answer) = (function?, known?, answer?);
            let asked = || self.bodies.asked(&function);
            let ids = answer.ids.iter().flat_map(|ids| &ids.names);
            let ids = || ids.map(String::as_str).collect::<Vec<_>>();
            let asks = || known.asked.get_or_init(asked).asks(&ids());
            Some(*answer.asks.get_or_init(asks))
        };
        if asks() == Some(true) || self.bodies.is_guarded(route) {
            return None;
        }
        let finding = Finding::new(Id::HandlerAsksNobody, Verdict::Warn, "handler", detail);
        Some(finding.guess().place(at(&route.place)).help(help))
    }

    fn known(&self, function: &Rc<Function>) -> Rc<Known> {
        let mut known = self.known.borrow_mut();
        // Each stays where it is as long as there are the bodies.
        let one = known.entry(Rc::as_ptr(function));
        let read = || {
            Rc::new(Known {
                handler: Handler::of(function),
                notes: !self.bodies.noted(&function.takes()).is_empty(),
                asked: OnceCell::new(),
                ids: RefCell::default(),
            })
        };
        Rc::clone(one.or_insert_with(read))
    }
}

impl Known {
    fn answer(&self, route: &Route, bodies: &Bodies<'_, '_>) -> Rc<Answer> {
        let by = ByPath::of(&route.path);
        if let Some(known) = self.ids.borrow().get(&by) {
            return Rc::clone(known);
        }
        let handler = self.handler.as_ref();
        let answer = Rc::new(Answer {
            ids: handler.map(|handler| handler.ids(&by, bodies)),
            asks: OnceCell::new(),
        });
        self.ids.borrow_mut().insert(by, Rc::clone(&answer));
        answer
    }
}

/// What is to be said of a handler that strangers reach.
fn of_strangers(route: &Route, handler: Option<&Handler>, id: Option<&str>) -> Option<String> {
    let shown = shown(route);
    if let Some(word) = handler.and_then(Handler::works_with_users) {
        return Some(format!(
            "strangers reach {shown}, and its handler works with `{word}`"
        ));
    }
    if let Some(id) = id {
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
fn of_others(route: &Route, id: &str) -> String {
    let shown = shown(route);
    format!(
        "whoever is signed in gets the data of whoever `{id}` names at {shown}: the handler does not ask who it is"
    )
}
