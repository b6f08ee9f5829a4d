//! The values behind a branch, whichever way it went. Values that differ are unknown: no way is preferred.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::Reader;
use crate::source::place::{Place, Unread};
use crate::source::value::{Entry, Kind, Record, Routes, Value};

impl Reader {
    /// Either of two values, behind what stands at a place. A way that ends there, such as `panic!()`, is `Nothing`.
    pub(super) fn either(&mut self, one: &Value, other: &Value, at: &Place) -> Value {
        if is_shared(one, other) {
            return one.clone();
        }
        // What is joined again and again grows, and nothing of it is known where it ends early.
        if self.is_full() || !self.step(one.cost() + other.cost()) {
            return Value::unknown(at, "there is too much to follow up to here");
        }
        self.join(one, other, at)
    }

    fn join(&mut self, one: &Value, other: &Value, at: &Place) -> Value {
        let unknown = || Value::unknown(at, "is one of several, by a condition");
        match (one, other) {
            (Value::Nothing, value) | (value, Value::Nothing) => value.clone(),
            (Value::Routes(one), Value::Routes(other)) => {
                Value::Routes(Rc::new(routes(one, other)))
            }
            (Value::Routes(routes), Value::Unknown(why))
            | (Value::Unknown(why), Value::Routes(routes)) => Value::Routes(perhaps(routes, why)),
            (Value::Routes(known), _) | (_, Value::Routes(known)) => {
                let why = Unread::new(at, "what is served is one of several, by a condition");
                Value::Routes(perhaps(known, &why))
            }
            (Value::Methods(one), Value::Methods(other)) => {
                Value::Methods(Rc::new(one.iter().chain(other.iter()).cloned().collect()))
            }
            (Value::Methods(_), _) => one.clone(),
            (_, Value::Methods(_)) => other.clone(),
            (Value::Unknown(_), _) => one.clone(),
            (_, Value::Unknown(_)) => other.clone(),
            (Value::List(items), Value::List(others)) => {
                if items.len() != others.len() {
                    return unknown();
                }
                let both = items.iter().zip(others.iter());
                let both = both.map(|(one, other)| self.either(one, other, at));
                Value::List(Rc::new(both.collect()))
            }
            (Value::Record(own), Value::Record(others)) if own.name == others.name => {
                Value::Record(Rc::new(self.records(own, others, at)))
            }
            _ if is_same(one, other) => one.clone(),
            _ => unknown(),
        }
    }

    fn records(&mut self, one: &Record, other: &Record, at: &Place) -> Record {
        let mut both = one.clone();
        for (name, value) in &other.fields {
            let value = match both.fields.get(name) {
                Some(known) => self.either(known, value, at),
                None => value.clone(),
            };
            both.fields.insert(name.clone(), value);
        }
        both
    }

    /// Variables as either way left them.
    pub(super) fn join_variables(
        &mut self,
        variables: &mut Vec<(String, Value)>,
        other: &[(String, Value)],
        at: &Place,
    ) {
        variables.truncate(other.len());
        for ((_, value), (_, other)) in variables.iter_mut().zip(other) {
            *value = self.either(value, other, at);
        }
    }
}

/// True if both are the same in memory.
fn is_shared(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Nothing, Value::Nothing) => true,
        (Value::Routes(one), Value::Routes(other)) => Rc::ptr_eq(one, other),
        (Value::Methods(one), Value::Methods(other)) => Rc::ptr_eq(one, other),
        (Value::List(one), Value::List(other)) => Rc::ptr_eq(one, other),
        (Value::Record(one), Value::Record(other)) => Rc::ptr_eq(one, other),
        _ => false,
    }
}

fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => one == other,
        (Value::Function(one), Value::Function(other)) => one.place == other.place,
        (Value::Closure(one), Value::Closure(other)) => one.place == other.place,
        (Value::Foreign(one, path), Value::Foreign(other, other_path)) => {
            (one, path) == (other, other_path)
        }
        (Value::Kit(one), Value::Kit(other)) => one.place == other.place,
        (Value::Gate(one), Value::Gate(other)) => one.place == other.place,
        (Value::Check(one), Value::Check(other)) => one == other,
        _ => false,
    }
}

/// Routes that may also be something that is not read: what is known of them stays, but a gate counts for no more than that.
fn perhaps(routes: &Rc<Routes>, why: &Unread) -> Rc<Routes> {
    let mut routes = (**routes).clone();
    if let Some(gate) = routes.around.take() {
        routes.guard(&gate, true);
    }
    routes.is_closed = false;
    if !routes.unread.contains(why) {
        routes.unread.push(why.clone());
    }
    Rc::new(routes)
}

/// What two of the same route have in common.
fn key(entry: &Entry) -> (&Place, &str, Option<&str>, Kind) {
    let method = entry.method.as_deref();
    (&entry.place, &entry.path, method, entry.kind)
}

fn routes(one: &Routes, other: &Routes) -> Routes {
    let mut both = one.clone();
    both.is_closed &= other.is_closed;
    both.layers.retain(|layer| other.layers.contains(layer));
    let mut is_conditional = None;
    let mut known = None;
    for (at, entry) in other.entries.iter().enumerate() {
        // Mostly one has what the other has, in the same order.
        let is_here = one
            .entries
            .get(at)
            .is_some_and(|first| key(first) == key(entry));
        let found = match is_here {
            true => Some(at),
            false => {
                let numbered = || one.entries.iter().enumerate().rev();
                let known = known.get_or_insert_with(|| {
                    let entries = numbered().map(|(at, entry)| (key(entry), at));
                    entries.collect::<BTreeMap<_, _>>()
                });
                known.get(&key(entry)).copied()
            }
        };
        match found.and_then(|at| both.entries.get_mut(at)) {
            Some(known) if known.gate.is_some() != entry.gate.is_some() => {
                let gate = Rc::make_mut(known).gate.take();
                let gate = gate.or_else(|| entry.gate.clone());
                is_conditional = gate.map(|gate| gate.place.clone());
            }
            Some(known) => {
                let of_both = |layer: &Rc<Place>| entry.handler.layers.contains(layer);
                Rc::make_mut(known).handler.layers.retain(of_both);
            }
            None => both.entries.push(Rc::clone(entry)),
        }
    }
    if one.around.is_some() != other.around.is_some() {
        let gate = both.around.take().or_else(|| other.around.clone());
        is_conditional = gate.map(|gate| gate.place.clone());
    }
    let mut named: BTreeSet<_> = one.unread.iter().collect();
    let others = other.unread.iter().filter(|unread| named.insert(unread));
    both.unread.extend(others.cloned());
    if let Some(place) = is_conditional {
        let why = "the gate stands under a condition, and is taken to be absent";
        both.unread.push(Unread::new(&place, why));
    }
    both
}
