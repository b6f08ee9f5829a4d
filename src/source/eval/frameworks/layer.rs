//! What stands before routes: the gate, and layers, middleware, hoops beside it. What those do is not read here, only where they are
//! written.

use std::rc::Rc;

use super::{Argument, Call};
use crate::source::eval::Reader;
use crate::source::place::{Place, Unread};
use crate::source::value::{Gate, Method, Routes, Value};

/// Said of what is handed the gate and need not let it stand.
pub const LEFT_OUT: &str = "may leave the gate out, which is taken to be absent";
/// More before one handler say no more.
const MOST: usize = 50;

/// The gate that a method puts before routes. One that asks a condition first may leave it out: the gate is taken to be absent.
pub fn gate<'a>(
    routes: &mut Routes,
    call: &Call<'_>,
    arguments: &'a [Argument],
) -> Option<&'a Rc<Gate>> {
    let gate = super::gate(arguments)?;
    if !["with_if", "hoop_when"].contains(&call.name) {
        return Some(gate);
    }
    let why = format!("`.{}(…)` {LEFT_OUT}", call.name);
    routes.unread.push(Unread::new(call.place, why));
    None
}

/// Puts them before what is there by now.
pub fn before(reader: &mut Reader, routes: &mut Routes, layers: &[Argument]) {
    left_out(routes, layers);
    for place in places(layers) {
        reader.step(routes.entries.len());
        for entry in &mut routes.entries {
            add(&mut Rc::make_mut(entry).handler.layers, &place);
        }
    }
}

/// Puts them before all, also what is added later.
pub fn around(routes: &mut Routes, layers: &[Argument]) {
    left_out(routes, layers);
    for place in places(layers) {
        add(&mut routes.layers, &place);
    }
}

/// Says where the gate may be left out.
fn left_out(routes: &mut Routes, layers: &[Argument]) {
    routes
        .unread
        .extend(layers.iter().filter_map(|layer| match &layer.value {
            Value::Unknown(why) if why.why.ends_with(LEFT_OUT) => Some((**why).clone()),
            _ => None,
        }));
}

/// Puts them before handlers.
pub fn before_methods(methods: &mut [Method], layers: &[Argument]) {
    for place in places(layers) {
        for method in &mut *methods {
            add(&mut method.handler.layers, &place);
        }
    }
}

fn add(layers: &mut Vec<Rc<Place>>, place: &Rc<Place>) {
    if layers.len() < MOST {
        layers.push(Rc::clone(place));
    }
}

fn places(layers: &[Argument]) -> impl Iterator<Item = Rc<Place>> {
    let others = layers
        .iter()
        .filter(|layer| !matches!(layer.value, Value::Gate(_)) && !is_on_condition(&layer.text));
    others.map(|layer| Rc::new(layer.place.clone()))
}

/// True for what may leave out the layer that it is handed: `Condition::new(on, layer)`, `option_layer(layer)`
fn is_on_condition(text: &str) -> bool {
    let condition = text.split_once("Condition::new").map(|(_, rest)| rest);
    let is_on = |rest: &str| rest.trim_start_matches([' ', '(']).starts_with("true");
    condition.is_some_and(|rest| !is_on(rest)) || text.contains("option_layer")
}
