//! The values behind a branch, whichever way it went. Values that differ are unknown: no way is preferred.

use std::rc::Rc;

use crate::source::place::{Place, Unread};
use crate::source::value::{Entry, Record, Routes, Value};

/// Either of two values, behind what stands at a place. A way that ends there, such as `panic!()`, is `Nothing`.
pub(super) fn join(one: &Value, other: &Value, at: &Place) -> Value {
    let unknown = || Value::unknown(at, "is one of several, by a condition");
    match (one, other) {
        (Value::Nothing, value) | (value, Value::Nothing) => value.clone(),
        (Value::Routes(one), Value::Routes(other)) if Rc::ptr_eq(one, other) => {
            Value::Routes(Rc::clone(one))
        }
        (Value::Routes(one), Value::Routes(other)) => Value::Routes(Rc::new(routes(one, other))),
        (Value::Routes(routes), Value::Unknown(why))
        | (Value::Unknown(why), Value::Routes(routes)) => Value::Routes(perhaps(routes, why)),
        (Value::Routes(known), _) | (_, Value::Routes(known)) => {
            let why = Unread::new(at, "what is served is one of several, by a condition");
            Value::Routes(perhaps(known, &why))
        }
        (Value::Methods(one), Value::Methods(other)) if !Rc::ptr_eq(one, other) => {
            Value::Methods(Rc::new(one.iter().chain(other.iter()).cloned().collect()))
        }
        (Value::Methods(_), _) => one.clone(),
        (_, Value::Methods(_)) => other.clone(),
        (Value::Unknown(_), _) => one.clone(),
        (_, Value::Unknown(_)) => other.clone(),
        (Value::Text(one), Value::Text(other)) if one != other => unknown(),
        (Value::List(items), Value::List(others)) if !Rc::ptr_eq(items, others) => {
            if items.len() != others.len() {
                return unknown();
            }
            let both = items.iter().zip(others.iter());
            let both = both.map(|(one, other)| join(one, other, at));
            Value::List(Rc::new(both.collect()))
        }
        (Value::Record(own), Value::Record(others)) if !Rc::ptr_eq(own, others) => {
            match own.name == others.name {
                true => Value::Record(Rc::new(records(own, others, at))),
                false => unknown(),
            }
        }
        _ if is_same(one, other) => one.clone(),
        _ => unknown(),
    }
}

fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Text(_), Value::Text(_))
        | (Value::List(_), Value::List(_))
        | (Value::Record(_), Value::Record(_)) => true,
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

/// Variables as either way left them.
pub(super) fn join_variables(
    variables: &mut Vec<(String, Value)>,
    other: &[(String, Value)],
    at: &Place,
) {
    variables.truncate(other.len());
    for ((_, value), (_, other)) in variables.iter_mut().zip(other) {
        *value = join(value, other, at);
    }
}

/// Routes that may also be something that is not read: what is known of them stays, but a gate counts for no more than that.
pub(super) fn perhaps(routes: &Rc<Routes>, why: &Unread) -> Rc<Routes> {
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

fn records(one: &Record, other: &Record, at: &Place) -> Record {
    let mut both = one.clone();
    for (name, value) in &other.fields {
        let known = both.fields.get(name).map(|known| join(known, value, at));
        let value = known.unwrap_or_else(|| value.clone());
        both.fields.insert(name.clone(), value);
    }
    both
}
fn routes(one: &Routes, other: &Routes) -> Routes {
    let same = |a: &Entry, b: &Entry| {
        a.place == b.place && a.path == b.path && a.method == b.method && a.kind == b.kind
    };
    let mut both = one.clone();
    both.is_closed &= other.is_closed;
    let shared = one.entries.len().min(other.entries.len());
    let mut is_conditional = None;
    for (at, entry) in other.entries.iter().enumerate() {
        let mut known = both.entries[..one.entries.len()].iter_mut();
        // Mostly one has what the other has, in the same order.
        let found = match one.entries.get(at).is_some_and(|first| same(first, entry)) && at < shared
        {
            true => known.nth(at),
            false => known.find(|known| same(known, entry)),
        };
        match found {
            Some(known) if known.gate.is_some() != entry.gate.is_some() => {
                let gate = known.gate.take().or_else(|| entry.gate.clone());
                is_conditional = gate.map(|gate| gate.place.clone());
            }
            Some(_) => {}
            None => both.entries.push(entry.clone()),
        }
    }
    if one.around.is_some() != other.around.is_some() {
        let gate = both.around.take().or_else(|| other.around.clone());
        is_conditional = gate.map(|gate| gate.place.clone());
    }
    for unread in &other.unread {
        if !both.unread.contains(unread) {
            both.unread.push(unread.clone());
        }
    }
    if let Some(place) = is_conditional {
        let why = "the gate stands under a condition, and is taken to be absent";
        both.unread.push(Unread::new(&place, why));
    }
    both
}
