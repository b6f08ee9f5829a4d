//! Pasted texts and logs: finds the tokens in them, explains and judges them.

mod absent;
mod around;
pub mod batch;
mod breaks;
mod carrier;
pub mod class;
pub mod clock;
pub mod demands;
pub mod duplicates;
mod encoded;
pub mod examine;
pub mod explain;
pub mod fault;
mod header;
pub mod hidden;
pub mod judge;
pub mod kind;
mod mark;
mod mistaken;
pub mod near;
pub mod paste;
mod piece;
mod settled;
pub mod signature;
mod spelled;
mod wrapped;
