//! What is right and what is wrong with a project's configuration, as findings.

pub mod guard;
pub mod keys;
pub mod rules;
