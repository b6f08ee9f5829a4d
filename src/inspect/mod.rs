//! What people and logs hold: text, the tokens in it, and what is said of them.

pub mod batch;
pub mod class;
pub mod clock;
pub mod demands;
pub mod duplicates;
pub mod explain;
pub mod fault;
pub mod judge;
pub mod kind;
pub mod near;
pub mod paste;
pub mod signature;
mod spelled;
mod wrapped;
