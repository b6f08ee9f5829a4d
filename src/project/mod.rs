//! A user's project as found, or as handed to us: where it is, what its app will read, its keys.

pub mod app;
pub mod change;
mod child;
pub mod dotenv;
pub mod file;
pub mod folder;
pub mod git;
pub mod ignore;
pub mod keys;
pub mod names;
pub mod packages;
pub mod settings;
pub mod shown;
pub mod variables;
