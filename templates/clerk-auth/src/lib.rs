//! Clerk request authentication for Rust web servers (unofficial).

pub mod auth;
pub mod claims;
pub mod error;
pub mod fetch;
pub mod has;
pub mod random;
#[cfg(feature = "source")]
pub mod source;
pub mod time;
pub mod token_type;
