//! A function's words before its body. Every reading of a file shares it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use syn::{Attribute, Signature};

use super::place::Bytes;

/// Attributes and signature of a function.
pub struct Head {
    pub attributes: Vec<Attribute>,
    pub signature: Signature,
}

/// Those of a file, by the places of the functions' names.
#[derive(Default)]
pub struct Heads {
    known: RefCell<HashMap<usize, Rc<Head>>>,
}

impl Heads {
    pub fn get(&self, at: Bytes, attributes: &[Attribute], signature: &Signature) -> Rc<Head> {
        let make = || {
            Rc::new(Head {
                attributes: attributes.to_vec(),
                signature: signature.clone(),
            })
        };
        // What a macro makes up has no place of its own.
        if at.start == at.end {
            return make();
        }
        let mut known = self.known.borrow_mut();
        Rc::clone(known.entry(at.start).or_insert_with(make))
    }
}
