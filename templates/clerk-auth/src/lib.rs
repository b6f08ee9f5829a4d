//! Clerk request authentication for Rust web servers (unofficial).

pub mod error;
pub mod fetch;
pub mod time;
