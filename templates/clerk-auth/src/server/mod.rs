//! A server's address, limits and end; behind the feature `server` also the server itself, for frameworks on hyper.

#[cfg(feature = "actix-web")]
pub(crate) mod actix_web;
#[cfg(feature = "server")]
mod connection;
#[cfg(feature = "actix-web")]
mod home;
#[cfg(feature = "rocket")]
mod launch;
#[cfg(feature = "server")]
mod run;
mod signals;

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;

#[cfg(feature = "actix-web")]
pub(crate) use home::{Home, at_home};
#[cfg(feature = "rocket")]
pub use launch::{launch, launch_until};
#[cfg(feature = "server")]
pub use run::{run, serve};
pub use signals::told;

use crate::config::Listen;
use crate::kit::{Kit, StartError};

/// Limits of a connection, and the wait for the last requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerLimits {
    /// The time a connection has to send the head of its next request. It is longer than proxies in front keep an idle
    /// connection (a minute), or they would send into closed ones.
    pub head_time: Duration,
    /// The most bytes of a request's head: many times as many as two session tokens have.
    pub head_bytes: usize,
    /// The time requests under way have once the server was told to stop.
    pub grace: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            head_time: Duration::from_secs(75),
            head_bytes: 64 * 1024,
            grace: Duration::from_secs(10),
        }
    }
}

/// Listens on the address in the settings. Port 0 takes any free port; the line `Ready: http://...` on standard output
/// names it.
///
/// # Errors
/// [`StartError::Listen`].
pub async fn listen(kit: &Kit) -> Result<TcpListener, StartError> {
    let (listener, address) = bind(kit).await?;
    say_ready(address);
    Ok(listener)
}

async fn bind(kit: &Kit) -> Result<(TcpListener, SocketAddr), StartError> {
    let (host, port) = (&*kit.listen().host, kit.listen().port);
    let failed = |error| StartError::Listen(place(kit.listen()), error);
    let listener = TcpListener::bind((host, port)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// As in a URL: an IPv6 address stands in brackets.
fn place(Listen { host, port }: &Listen) -> String {
    match host.contains(':') {
        true => format!("[{host}]:{port}"),
        false => format!("{host}:{port}"),
    }
}

fn say_ready(address: SocketAddr) {
    // The program that started the app may have closed the pipe, which is no reason to stop.
    let _ = writeln!(io::stdout(), "Ready: http://{address}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_written_as_in_a_url() {
        for (host, expected) in [("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80")] {
            let host = host.to_owned();
            assert_eq!(place(&Listen { host, port: 80 }), expected);
        }
    }
}
