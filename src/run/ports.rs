//! Ports on loopback. A port counts as free when it is free on both families, because `localhost` means both.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use super::RunError;

/// Where the app listens unless somebody says otherwise.
pub const APP: u16 = 3000;
/// How many ports are tried, the first included.
const TRIES: u16 = 100;
const CONNECT_LIMIT: Duration = Duration::from_millis(200);

/// The addresses of a port on loopback.
pub fn loopback(port: u16) -> [SocketAddr; 2] {
    [
        SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        SocketAddr::from((Ipv6Addr::LOCALHOST, port)),
    ]
}

/// Whether nobody listens on the port.
pub fn is_free(port: u16) -> bool {
    let in_use = |address: &SocketAddr| {
        let refused = TcpListener::bind(address).map(drop).err();
        // Some systems let a second program in beside one that listens on all interfaces.
        refused.is_some_and(|error| error.kind() == std::io::ErrorKind::AddrInUse)
            || TcpStream::connect_timeout(address, CONNECT_LIMIT).is_ok()
    };
    !loopback(port).iter().any(in_use)
}

/// The first free port from `first` on.
///
/// # Errors
/// [`RunError::NoFreePort`] when all of a hundred are taken.
pub fn first_free(first: u16) -> Result<u16, RunError> {
    let last = first.saturating_add(TRIES - 1);
    let free = (first..=last).find(|port| is_free(*port));
    free.ok_or(RunError::NoFreePort { first, last })
}

/// The port for the app: the one that was asked for, any if that is 0, else the first free one from [`APP`] on.
///
/// # Errors
/// [`RunError::PortTaken`] when the one that was asked for is taken.
pub fn for_app(wanted: Option<u16>) -> Result<u16, RunError> {
    match wanted {
        None => first_free(APP),
        Some(0) => {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(RunError::Lost)?;
            Ok(listener.local_addr().map_err(RunError::Lost)?.port())
        }
        Some(port) if is_free(port) => Ok(port),
        Some(port) => Err(RunError::PortTaken {
            port,
            help: "end that program, or take another port, as in `PORT=3001 clerk-rs dev`",
        }),
    }
}
