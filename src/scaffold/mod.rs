//! A new project: catalog -> choices -> plan -> render -> write.
//!
//! The plan is pure data: every file with its bytes. Only `write` and `git` touch anything.

pub mod catalog;
pub mod choices;
pub mod core;
pub mod dependency;
pub mod diff;
pub mod fit;
pub mod framework;
pub mod git;
pub mod keys;
pub mod name;
pub mod plan;
mod render;
pub mod select;
pub mod stamp;
pub mod stock;
pub mod target;
pub mod wired;
pub mod write;

pub use self::core::CoreSource;
pub use choices::{Choices, Extra, Keys, Template};
pub use framework::Framework;
pub use name::PackageName;
pub use plan::Plan;
pub use wired::Wired;

/// The core's package, and its folder in a project.
pub const CORE: &str = "clerk-auth";

/// The path of a file below the core's folder, if it lies there.
pub fn below_core(path: &str) -> Option<&str> {
    path.strip_prefix(CORE)?.strip_prefix('/')
}

/// True for a file of the core, by its path below the project's folder.
pub fn is_core(path: &str) -> bool {
    below_core(path).is_some()
}
