//! Clerk request authentication for Rust web servers (unofficial).

pub mod auth;
pub mod claims;
pub mod cookies;
pub mod error;
pub mod fetch;
pub mod has;
pub mod keys;
pub mod public_key;
pub mod random;
pub mod routes;
#[cfg(feature = "source")]
pub mod source;
pub mod time;
pub mod token;
pub mod token_type;
pub mod verify;
