//! The way out: the tool's only HTTP client, calls to Clerk, and reasons for failures.

pub mod accountless;
mod api;
mod failure;
mod network;

use std::net::IpAddr;

pub use api::{Api, CallError, get_dated, get_public};
pub use failure::{NetworkError, TlsFault};
pub use network::Network;

/// True if the host in an address is this machine. Names below `localhost` do not count: they should be, but only the
/// network's DNS says so.
pub fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let address = host.parse::<IpAddr>();
    address.is_ok_and(|address| address.is_loopback()) || host.eq_ignore_ascii_case("localhost")
}
