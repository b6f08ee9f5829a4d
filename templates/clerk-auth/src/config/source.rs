//! Where the configuration's variables come from.

use crate::env_files::{Origin, Variables};

/// Looks variables up. A function `Fn(&str) -> Option<String>` is one, the variables of `.env` files are another.
pub trait Source {
    /// The value of a variable.
    fn value(&self, name: &str) -> Option<String>;

    /// Where the variable is set.
    fn place(&self, _name: &str) -> Option<Origin> {
        None
    }

    /// The names that the variable's value refers to and gets nothing from. A list of allowed origins that comes to
    /// nothing this way would allow everything, so it is told from one that was left empty.
    fn empty_references(&self, _name: &str) -> Vec<String> {
        Vec::new()
    }
}

impl<F: Fn(&str) -> Option<String>> Source for F {
    fn value(&self, name: &str) -> Option<String> {
        self(name)
    }
}

impl<P: Fn(&str) -> Option<String>> Source for Variables<P> {
    fn value(&self, name: &str) -> Option<String> {
        self.get(name)
    }

    fn place(&self, name: &str) -> Option<Origin> {
        self.origin(name)
    }

    fn empty_references(&self, name: &str) -> Vec<String> {
        self.empty_references(name)
    }
}
