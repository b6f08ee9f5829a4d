//! Clerk request authentication for Rust web servers (unofficial).

pub mod error;
pub mod fetch;
#[cfg(feature = "source")]
pub mod source;
pub mod time;
