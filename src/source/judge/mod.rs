//! From routes and gates to what protects each route.

mod own;

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use serde::Serialize;

use super::eval::Served;
use super::paths::{Class, Gates, Judged, RoutePath};
use super::pattern::meant;
use super::place::{Place, Unread};
use super::programs::{asks_for_caller, beside_tokens};
use super::remark::Remark;
use super::value::{Ask, Entry, Framework, Gate, Handler, Kind, Kit, Routes};
use own::of_kit;

/// A route, and what stands before its handler.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Route {
    /// `GET`; nothing means any.
    pub method: Option<String>,
    /// As the framework spells it.
    pub path: String,
    pub kind: Kind,
    pub protection: Protection,
    /// The conditions of a guarded route.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// True if programs and browsers alike get 401 in place of a redirect.
    pub data: bool,
    pub handler: String,
    /// True if its handler is known to run for everybody.
    #[serde(skip)]
    pub asks_nobody: bool,
    /// True if it takes note all the same of who it is.
    #[serde(skip)]
    pub takes_note: bool,
    /// Where that is written which stands before it beside the gate.
    #[serde(skip)]
    pub layers: Vec<Place>,
    #[serde(flatten)]
    pub place: Place,
    /// Things to know beside that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
}

/// The protection that a stranger meets at a route.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protection {
    /// Open to everybody, on purpose.
    Public,
    /// Somebody has to be signed in.
    SignedIn,
    /// Somebody has to be signed in and meet a rule.
    Guarded,
    /// A program has to show a token that the handler takes.
    Machines,
    /// Clerk's signature is checked.
    Webhook,
    /// Open to everybody on purpose, and nobody is asked who they are.
    WithoutAuth,
    /// No gate stands before it.
    WithoutGate,
    /// It could not be found out.
    NotRead,
}

impl Protection {
    /// All of them, the open ones last.
    pub const ALL: [Self; 8] = [
        Self::SignedIn,
        Self::Guarded,
        Self::Machines,
        Self::Public,
        Self::Webhook,
        Self::WithoutAuth,
        Self::NotRead,
        Self::WithoutGate,
    ];

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::SignedIn => "signed in",
            Self::Guarded => "guarded",
            Self::Machines => "machines",
            Self::Webhook => "webhook",
            Self::WithoutAuth => "without auth",
            Self::WithoutGate => "without a gate",
            Self::NotRead => "not read",
        }
    }

    /// True if somebody who is not signed in reaches the handler, or may.
    pub fn lets_strangers_in(self) -> bool {
        !matches!(self, Self::SignedIn | Self::Guarded | Self::Machines)
    }
}

impl Route {
    /// True if it has no gate, and its owner did not say that it is to have none.
    pub fn lacks_gate(&self) -> bool {
        self.protection == Protection::WithoutGate && !self.is_left_open()
    }

    pub fn is_left_open(&self) -> bool {
        self.remarks.contains(&Remark::LeftOpen)
    }
}

/// Judges everything that is served. `left_open` are the routes that the manifest leaves without a gate: of a server that has
/// none, and no route of another one that slipped past its gate.
pub fn judge(served: &Served, forwards: bool, left_open: &[String]) -> (Vec<Route>, Vec<Unread>) {
    let mut routes = Vec::new();
    let mut unread: Vec<_> = served.unread.iter().cloned().collect();
    let mut kits: Vec<Rc<Kit>> = Vec::new();
    let all: Vec<_> = served
        .routes
        .iter()
        .map(|routes| (**routes).clone().whole())
        .collect();
    for one in &all {
        let mut judge = Judge {
            served,
            all: one,
            literals: OnceCell::new(),
            unread: &mut unread,
            kits: &mut kits,
        };
        let entries = one.entries.iter();
        let mut found: Vec<_> = entries.map(|entry| judge.route(entry)).collect();
        if found.iter().all(Route::lacks_gate) {
            let open = meant(left_open, found.iter().map(|route| &*route.path));
            let open = found.iter_mut().filter(|route| open.contains(&route.path));
            open.for_each(|route| route.remarks.push(Remark::LeftOpen));
        }
        routes.extend(found);
        unread.extend(one.unread.iter().cloned());
    }
    for kit in kits {
        routes.extend(of_kit(&kit, forwards));
    }
    routes.sort_by(|a, b| (&a.path, &a.method, &a.place).cmp(&(&b.path, &b.method, &b.place)));
    routes.dedup_by(|next, known| same(known, next));
    unread.sort();
    unread.dedup();
    (routes, unread)
}

struct Judge<'a> {
    served: &'a Served,
    all: &'a Routes,
    /// The paths of those that have no parameters.
    literals: OnceCell<BTreeSet<String>>,
    unread: &'a mut Vec<Unread>,
    kits: &'a mut Vec<Rc<Kit>>,
}

impl Judge<'_> {
    fn route(&mut self, entry: &Entry) -> Route {
        let mut remarks = Vec::new();
        let (protection, rule, data) = match &entry.gate {
            None => self.without_gate(entry, &mut remarks),
            Some(gate) => self.behind(gate, entry, &mut remarks),
        };
        let asks = || entry.handler.asks.iter();
        Route {
            method: entry.method.clone(),
            path: entry.shown(),
            kind: entry.kind,
            protection,
            rule,
            data,
            handler: entry.handler.name.clone(),
            asks_nobody: entry.handler.is_read && asks().all(|ask| *ask == Ask::Auth),
            takes_note: asks().any(|ask| *ask == Ask::Auth),
            layers: entry
                .handler
                .layers
                .iter()
                .map(|layer| (**layer).clone())
                .collect(),
            place: entry.place.clone(),
            remarks,
        }
    }

    fn without_gate(
        &self,
        entry: &Entry,
        remarks: &mut Vec<Remark>,
    ) -> (Protection, Option<String>, bool) {
        if !entry.handler.asks.is_empty() {
            remarks.push(Remark::AsksWithoutGate(asked(&entry.handler)));
        }
        (Protection::WithoutGate, None, false)
    }

    fn behind(
        &mut self,
        gate: &Rc<Gate>,
        entry: &Entry,
        remarks: &mut Vec<Remark>,
    ) -> (Protection, Option<String>, bool) {
        let kit = gate
            .kit
            .as_ref()
            .or(self.served.kit.as_ref())
            .map(Rc::clone);
        let judged = kit.as_ref().and_then(|kit| self.judged(kit, entry));
        if !gate.below.trim_matches('/').is_empty() {
            remarks.push(Remark::GateBelow(gate.below.clone()));
        }
        let asks = &entry.handler.asks;
        let rule = asks.iter().find_map(|ask| match ask {
            Ask::Allowed(rule) | Ask::Caller(rule) => Some(rule.clone()),
            _ => None,
        });
        if let Some(Err(name)) = &rule {
            remarks.push(Remark::ConditionsNotRead(name.clone()));
        }
        let words = rule.map(|rule| rule.unwrap_or_else(|name| name));
        let Some(judged) = judged else {
            remarks.push(match kit {
                Some(_) => Remark::ListsNotRead,
                None => Remark::SettingsNotRead,
            });
            let protection = match (&words, asks.contains(&Ask::SignedIn)) {
                (Some(_), _) if asks_for_caller(asks) => Protection::Machines,
                (Some(_), _) => Protection::Guarded,
                (None, true) => Protection::SignedIn,
                (None, false) => Protection::NotRead,
            };
            return (protection, words, false);
        };
        let protection = self.protection(&judged, entry, words.is_some(), remarks);
        let has_front_end = kit.is_some_and(|kit| kit.front_end.is_some());
        if has_front_end && is_hidden(&judged, entry) {
            remarks.push(Remark::FrontEndAnswers);
        }
        (protection, words, judged.is_data)
    }

    /// What the gate makes of a route's paths.
    fn judged(&mut self, kit: &Rc<Kit>, entry: &Entry) -> Option<Judged> {
        if !self.kits.iter().any(|known| Rc::ptr_eq(known, kit)) {
            self.kits.push(Rc::clone(kit));
        }
        let mut lists = Vec::new();
        for list in [&kit.public, &kit.without_auth, &kit.data, &kit.machines] {
            match list {
                Ok(list) => lists.push(list),
                Err(unread) => {
                    self.unread.push((**unread).clone());
                    return None;
                }
            }
        }
        let [public, without_auth, data, machines] = lists.as_slice() else {
            return None;
        };
        match Gates::new(public, without_auth, data, machines) {
            Ok(gates) => Some(gates.judge(&path(self.all.framework, entry))),
            Err(error) => {
                self.unread.push(Unread::new(&kit.place, error.to_string()));
                None
            }
        }
    }

    fn protection(
        &self,
        judged: &Judged,
        entry: &Entry,
        is_guarded: bool,
        remarks: &mut Vec<Remark>,
    ) -> Protection {
        let asks = &entry.handler.asks;
        let (is_hook, asks_somebody) = (
            asks.contains(&Ask::Webhook),
            is_guarded || asks.contains(&Ask::SignedIn),
        );
        if judged.is_mixed {
            remarks.push(Remark::OpenInPart);
        }
        // Whatever no route takes is on open paths, too.
        if entry.kind != Kind::Fallback && !judged.is_everything {
            remarks.extend(self.beside_open(judged));
        }
        if judged.class != Class::WithoutAuth {
            remarks.extend(beside_tokens(judged, asks));
        }
        match judged.class {
            Class::WithoutAuth if is_hook => Protection::Webhook,
            Class::WithoutAuth => {
                if asks_somebody {
                    remarks.push(Remark::LetsNobodyIn(asked(&entry.handler)));
                }
                Protection::WithoutAuth
            }
            _ if asks_for_caller(asks) => Protection::Machines,
            _ if is_guarded => Protection::Guarded,
            // Open, and the handler runs only for what Clerk signed.
            Class::Public if is_hook => Protection::Webhook,
            Class::Public if !asks_somebody => {
                if !entry.handler.is_read && entry.kind != Kind::Below {
                    remarks.push(Remark::HandlerNotRead);
                }
                Protection::Public
            }
            Class::Protected if is_hook => {
                remarks.push(Remark::HookBehindSignIn);
                Protection::SignedIn
            }
            _ => Protection::SignedIn,
        }
    }

    /// A parameter beside open literals: whether routes of their own take these.
    fn beside_open(&self, judged: &Judged) -> Option<Remark> {
        let (first, more) = judged.open.split_first()?;
        let is_routed = |pattern: &String| {
            let literals = self.literals.get_or_init(|| {
                let entries = self.all.entries.iter();
                let paths = entries.map(|entry| path(self.all.framework, entry));
                paths.filter_map(|path| path.literal()).collect()
            });
            literals.contains(pattern)
        };
        Some(Remark::BesideOpen {
            pattern: first.clone(),
            more: more.len(),
            is_routed: judged.open.iter().all(is_routed),
        })
    }
}

/// True if a front end would answer in place of this route: no list names it, and it is not spelled like a file.
fn is_hidden(judged: &Judged, entry: &Entry) -> bool {
    let is_listed = judged.is_data || judged.class != Class::Protected;
    let name = entry.path.rsplit('/').next().unwrap_or_default();
    entry.kind == Kind::Route && !is_listed && !name.contains('.')
}

fn path(framework: Framework, entry: &Entry) -> RoutePath {
    RoutePath::parse(framework, entry.kind, &entry.path)
}

/// The extractor that a handler asks by.
fn asked(handler: &Handler) -> &'static str {
    match handler.asks.first() {
        Some(Ask::Auth) | None => "Auth",
        Some(Ask::SignedIn) => "SignedIn",
        Some(Ask::Allowed(_)) => "Allowed",
        Some(Ask::Caller(_)) => "Caller",
        Some(Ask::Webhook) => "Webhook",
    }
}

/// True if two routes are one, however often it is served. Only what stands before it each time counts.
fn same(known: &mut Route, other: &Route) -> bool {
    let layers = std::mem::replace(&mut known.layers, other.layers.clone());
    let is_same = known == other;
    known.layers = layers;
    if is_same {
        known.layers.retain(|layer| other.layers.contains(layer));
    }
    is_same
}
