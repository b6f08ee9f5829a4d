//! Sources of the configuration's variables.

use crate::env_files::{Origin, Variables};

/// Looks variables up. A function `Fn(&str) -> Option<String>` is one, the variables of `.env` files are another.
pub trait Source {
    /// The value of a variable.
    fn value(&self, name: &str) -> Option<String>;

    /// The place where the variable is set.
    fn place(&self, _name: &str) -> Option<Origin> {
        None
    }

    /// The names that the variable's value refers to in vain. A list of allowed origins that ends up empty this way
    /// would allow everything, so it must not be taken for one that was left empty.
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
