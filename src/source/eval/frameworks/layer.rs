//! What stands before routes beside the gate: layers, middleware, hoops. What they do is not read here, only where they are written.

use std::rc::Rc;

use super::Argument;
use crate::source::eval::Reader;
use crate::source::place::Place;
use crate::source::value::{Method, Routes, Value};

/// More before one handler say no more.
const MOST: usize = 50;

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
