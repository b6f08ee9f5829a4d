//! The way out: the one HTTP client of the tool, and why a request brought no answer.

mod failure;
mod network;

pub use failure::{NetworkError, TlsFault};
pub use network::{Network, is_loopback};
