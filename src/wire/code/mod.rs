//! The change in the source: the `mod` line in the crate's root, and the one call where the app is served.
//!
//! Pure: texts in, texts out. Where the place is not certain nothing changes, and the lines are told instead.

mod change;
mod coder;
mod layout;
mod module;
mod patch;
mod shape;
#[cfg(test)]
mod tests;
mod text;

use crate::source::{Reading, with_deep_stack};
use crate::wire::project::Remark;
use coder::Coder;

/// The code that the source is to have.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wanted {
    /// `clerk`, or the name that the user gave the module.
    pub module: String,
    /// As `--framework` spells it.
    pub framework: String,
    /// The name by which the source knows the framework: `axum`, or `web` for `web = { package = "axum" }`.
    pub framework_crate: String,
    /// True if the module serves pages.
    pub has_pages: bool,
    /// Patterns of the routes that stay without a gate.
    pub without_gate: Vec<String>,
}

/// A file of the source with its new text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Edit {
    /// Below the package's folder, with `/`.
    pub path: String,
    pub before: String,
    pub after: String,
}

/// Lines that the owner has to add, because nobody but them knows where they belong.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct ByHand {
    pub path: String,
    /// The first line is 1.
    pub line: usize,
    pub why: String,
    pub lines: Vec<String>,
}

/// All changes of the source.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Code {
    pub edits: Vec<Edit>,
    pub by_hand: Vec<ByHand>,
    /// True if the source says all of it already.
    pub is_done: bool,
    /// The folder that the module's file lies in, below the package's folder, with `/`: `src`, for most.
    pub module_folder: String,
}

impl Code {
    /// What else there is to do where one of several servers is meant to have no gate.
    pub fn of_several(&self) -> Option<Remark> {
        let mut reasons = self.by_hand.iter().map(|place| place.why.as_str());
        let is_several = reasons.any(|why| why.starts_with(coder::SEVERAL));
        is_several.then(|| {
            Remark::new(
                "several-servers",
                "One of the servers may be meant to have no gate",
            )
            .help("name each of its routes with --without-gate PATH, and the other one is wired")
        })
    }
}

/// Finds the places in a program that was read, and changes them.
pub fn edits(reading: &Reading, wanted: &Wanted) -> Code {
    // Source may be nested more deeply than a usual stack.
    with_deep_stack(|| Coder::new(reading, wanted).code()).unwrap_or_default()
}
