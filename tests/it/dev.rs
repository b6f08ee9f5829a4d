//! `dev` and `emulator`, with a shell script in cargo's place: what is started, told, passed on, and ended.

mod apps;
mod ends;
mod forwards;
mod front_ends;
mod kept;
mod leftovers;
mod own_ports;
mod refuses;
mod reloads;
mod running;
mod seeded;
mod settings;
mod starts;
mod streams;
mod swaps;
mod tells;
mod tells_the_app;
mod watches;

#[cfg(target_os = "linux")]
pub use running::until;
