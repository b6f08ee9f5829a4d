//! `dev` and `emulator`, with a shell script in cargo's place: what is started, told, passed on, and ended.

mod ends;
mod refuses;
mod running;
mod starts;
mod tells;
mod watches;
