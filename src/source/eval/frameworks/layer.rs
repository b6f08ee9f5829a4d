//! What stands before routes: the gate, and layers, middleware, hoops beside it. What those do is not read here, only where they are
//! written.

use std::rc::Rc;

use super::{Argument, Call};
use crate::source::eval::Reader;
use crate::source::place::{Place, Unread};
use crate::source::value::{Gate, Method, Routes, Value};

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
    let why = format!(
        "`.{}(…)` may leave the gate out, which is taken to be absent",
        call.name
    );
    routes.unread.push(Unread::new(call.place, why));
    None
}

/// Puts them before what is there by now.
pub fn before(reader: &mut Reader, routes: &mut Routes, layers: &[Argument]) {
    for place in places(layers) {
        reader.step(routes.entries.len());
        for entry in &mut routes.entries {
            add(&mut Rc::make_mut(entry).handler.layers, &place);
        }
    }
}

/// Puts them before all, also what is added later.
pub fn around(routes: &mut Routes, layers: &[Argument]) {
    for place in places(layers) {
        add(&mut routes.layers, &place);
    }
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
        .filter(|layer| !matches!(layer.value, Value::Gate(_)));
    others.map(|layer| Rc::new(layer.place.clone()))
}
