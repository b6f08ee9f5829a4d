//! A project that is there already gets the core and a gate: looked at, planned as a whole, shown, written, checked.
//!
//! `project` says what stands there, `code` finds the one place that changes in its source, `manifest` and `ignore` change
//! texts. `plan` makes one list of actions of all that, each with the text before and after. Nothing is written up to here.
//! `apply` writes the list or nothing, and notes down in `undo` how to take it back; `check` asks cargo before and after.

pub mod action;
pub mod apply;
pub mod check;
pub mod code;
mod cors;
pub mod extra;
mod framework;
pub mod ignore;
mod intact;
mod lockfile;
pub mod manifest;
pub mod migrate;
mod module_name;
pub mod obstacle;
pub mod page;
mod paths;
pub mod plan;
mod planned;
pub mod project;
pub mod public;
mod rivals;
pub mod tree;
pub mod undo;
pub mod variables;
