//! The way out: the one HTTP client of the tool, calls to Clerk, and why there was no answer.

pub mod accountless;
mod api;
mod failure;
mod network;

pub use api::{Api, CallError, get_public};
pub use failure::{NetworkError, TlsFault};
pub use network::{Network, is_loopback};
