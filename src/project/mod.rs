//! A user's project: its folder, the variables its app reads, its keys.

pub mod accepted;
#[cfg(unix)]
mod attributes;
pub mod change;
pub mod child;
pub mod dotenv;
mod emptied;
pub mod entry;
pub mod file;
pub mod folder;
pub mod front_end;
pub mod git;
pub mod ignore;
mod journal;
pub mod judge;
pub mod keys;
pub mod leftover;
pub mod lines;
pub mod lock;
mod made_up;
pub mod manifest;
pub mod names;
pub mod note;
pub mod packages;
pub mod place;
pub mod regular;
pub mod room;
pub mod secret_file;
pub mod secrets;
pub mod session;
pub mod settings;
pub mod shown;
pub mod variables;
pub mod webhooks;
mod work;
