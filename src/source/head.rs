//! What a function says before its body. Most of it is never asked for; what is read is shared by every reading of a file.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use syn::{Attribute, Signature};

use super::depth::parsed;
use super::place::Bytes;

/// Attributes and signature of a function.
pub struct Head {
    pub attributes: Vec<Attribute>,
    /// From the function's name on; nothing if it is read already.
    written: Option<Box<str>>,
    signature: OnceCell<Option<Signature>>,
}

impl Head {
    /// One that is read once it is asked for, or at once if it was not left out.
    pub fn new(attributes: &[Attribute], outlined: &Signature, written: Option<&str>) -> Self {
        Self {
            attributes: attributes.to_vec(),
            signature: match written {
                Some(_) => OnceCell::new(),
                None => OnceCell::from(Some(outlined.clone())),
            },
            written: written.map(Box::from),
        }
    }

    /// The signature, which has no places in the file; nothing if it is no Rust.
    pub fn signature(&self) -> Option<&Signature> {
        let read = || parsed(&format!("fn {}", self.written.as_deref()?));
        self.signature.get_or_init(read).as_ref()
    }

    /// True if any of these words may be in the signature.
    pub fn may_name(&self, words: &[&str]) -> bool {
        let written = self.written.as_deref();
        written.is_none_or(|written| words.iter().any(|word| written.contains(word)))
    }
}

/// Those of a file, by the places of the functions' names.
#[derive(Default)]
pub struct Heads {
    known: RefCell<HashMap<usize, Rc<Head>>>,
}

impl Heads {
    pub fn get(&self, at: Bytes, make: impl FnOnce() -> Head) -> Rc<Head> {
        // What a macro makes up has no place of its own.
        if at.start == at.end {
            return Rc::new(make());
        }
        let mut known = self.known.borrow_mut();
        Rc::clone(known.entry(at.start).or_insert_with(|| Rc::new(make())))
    }
}
