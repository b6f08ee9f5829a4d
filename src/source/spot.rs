//! Where a program hands what it serves to its server: the place for a gate.

use std::sync::Arc;

use super::place::Place;
use super::value::Framework;

/// One such place.
#[derive(Clone, Debug)]
pub struct Spot {
    pub framework: Framework,
    /// The expression that is handed over.
    pub place: Place,
    pub gives: Gives,
    /// The root of its crate; `None` if that is not of the package.
    pub root: Option<Arc<str>>,
    /// The same number for places that serve the same routes.
    pub routes: usize,
    /// True if a gate stands before all of them already.
    pub is_behind_gate: bool,
    /// The paths that none stands before, as the framework spells them; `None` if not all of them are read.
    pub open: Option<Vec<String>>,
    /// True if one stands before some of them.
    pub has_gate: bool,
    pub doubt: Option<Doubt>,
}

/// Why a place is not certain.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Doubt {
    /// What the routes are handed to need not be a server.
    NotServed,
    /// What is served was not read.
    NotRead,
    /// The app is not simply what the last line of its function says.
    Branches,
    /// An attribute of `main` serves what that returns.
    Attribute,
}

/// The meaning of the expression.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Gives {
    /// The router, app or Rocket itself.
    Routes,
    /// A function that the server calls for each app, and whether it is a variable.
    Maker { is_variable: bool },
}
