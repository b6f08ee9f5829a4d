//! What is known behind a branch, whichever way it went.

use std::rc::Rc;

use crate::source::place::Unread;
use crate::source::value::{Entry, Routes, Value};

/// Both of two values.
pub(super) fn join(one: &Value, other: &Value) -> Value {
    match (one, other) {
        (Value::Routes(one), Value::Routes(other)) if Rc::ptr_eq(one, other) => {
            Value::Routes(Rc::clone(one))
        }
        (Value::Routes(one), Value::Routes(other)) => Value::Routes(Rc::new(routes(one, other))),
        (Value::Routes(routes), _) | (_, Value::Routes(routes)) => Value::Routes(Rc::clone(routes)),
        (Value::Methods(one), Value::Methods(other)) if !Rc::ptr_eq(one, other) => {
            Value::Methods(Rc::new(one.iter().chain(other.iter()).cloned().collect()))
        }
        (Value::Text(one), Value::Text(other)) if one != other => Value::Nothing,
        (Value::Nothing, value) | (value, _) => value.clone(),
    }
}

/// Variables as either way left them.
pub(super) fn join_variables(variables: &mut Vec<(String, Value)>, other: &[(String, Value)]) {
    variables.truncate(other.len());
    for ((_, value), (_, other)) in variables.iter_mut().zip(other) {
        *value = join(value, other);
    }
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
