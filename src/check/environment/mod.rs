//! The variables of a project: known names, misspelled ones, values, files.

pub mod files;
pub mod names;
pub mod shown;
mod table;
pub mod value;
