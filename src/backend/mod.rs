//! The way out: the one HTTP client of the tool, calls to Clerk, and why there was no answer.

pub mod accountless;
mod api;
mod failure;
mod network;

use std::net::IpAddr;

pub use api::{Api, CallError, get_public};
pub use failure::{NetworkError, TlsFault};
pub use network::Network;

/// Whether a host, as it stands in an address, is this machine. Names below `localhost` should be, but it is the
/// network's own DNS that says so.
pub fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let address = host.parse::<IpAddr>();
    address.is_ok_and(|address| address.is_loopback()) || host.eq_ignore_ascii_case("localhost")
}
