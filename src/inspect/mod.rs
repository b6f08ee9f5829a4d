//! What people and logs hold: text, the tokens in it, and what is said of them.

pub mod batch;
