//! Ports: one for browsers, which is bound at once and held, and one for each app behind it. A loopback port is free
//! only if it is free in both address families, because `localhost` means both.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use tokio::net::TcpSocket;

use super::RunError;
use crate::backend::is_loopback;
use crate::emulator::is_taken;

/// The default port of the app.
pub const APP: u16 = 3000;
/// The number of ports to try.
const TRIES: u16 = 100;
const CONNECT_LIMIT: Duration = Duration::from_millis(200);

/// The addresses of a port on loopback.
pub fn loopback(port: u16) -> [SocketAddr; 2] {
    [
        SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        SocketAddr::from((Ipv6Addr::LOCALHOST, port)),
    ]
}

/// True if nobody listens on the port.
pub fn is_free(port: u16) -> bool {
    let in_use = |address: &SocketAddr| {
        let refused = TcpListener::bind(address).map(drop).err();
        // Some systems let a second program bind a port on which another one listens on all interfaces.
        refused.is_some_and(|error| is_taken(&error))
            || TcpStream::connect_timeout(address, CONNECT_LIMIT).is_ok()
    };
    !loopback(port).iter().any(in_use)
}

/// The first free port, searched upwards from `first`.
///
/// # Errors
/// [`RunError::NoFreePort`] when all of a hundred are taken.
pub fn first_free(first: u16) -> Result<u16, RunError> {
    let last = first.saturating_add(TRIES - 1);
    let free = (first..=last).find(|port| is_free(*port));
    free.ok_or(RunError::NoFreePort { first, last })
}

/// A port that is ours.
#[derive(Debug)]
pub struct Held {
    pub port: u16,
    pub listeners: Vec<TcpListener>,
}

/// Takes the port for browsers: the wanted one, or any if that is 0; without a wish the first free one, upwards from
/// [`APP`], but not the app's `own`. It is on `host`, or else on loopback.
///
/// # Errors
/// [`RunError`] if the wanted port is taken, or if there is no such interface.
pub fn hold(host: Option<&str>, wanted: Option<u16>, own: Option<u16>) -> Result<Held, RunError> {
    let refused = |port, error: io::Error| match is_taken(&error) {
        true => RunError::PortTaken {
            port,
            help: "end that program, or take another port, as in `PORT=3001 clerk-rs dev`",
        },
        false => RunError::Listen {
            address: format!("{}:{port}", host.unwrap_or("localhost")),
            error,
        },
    };
    match wanted {
        Some(0) => (0..TRIES)
            .find_map(|_| bind(host, 0).ok())
            .ok_or_else(|| refused(0, ErrorKind::AddrInUse.into())),
        Some(port) => bind(host, port).map_err(|error| refused(port, error)),
        None => first_held(host, own, refused),
    }
}

fn first_held(
    host: Option<&str>,
    own: Option<u16>,
    refused: impl Fn(u16, io::Error) -> RunError,
) -> Result<Held, RunError> {
    let last = APP.saturating_add(TRIES - 1);
    for port in (APP..=last).filter(|port| Some(*port) != own) {
        match bind(host, port) {
            Ok(held) => return Ok(held),
            Err(error) if is_taken(&error) => {}
            Err(error) => return Err(refused(port, error)),
        }
    }
    Err(RunError::NoFreePort { first: APP, last })
}

fn bind(host: Option<&str>, port: u16) -> io::Result<Held> {
    if port != 0 && !is_free(port) {
        return Err(ErrorKind::AddrInUse.into());
    }
    if let Some(host) = host.filter(|host| !is_loopback(host)) {
        let addresses: Vec<_> = (host, port).to_socket_addrs()?.collect();
        let listener = TcpListener::bind(&addresses[..])?;
        let port = listener.local_addr()?.port();
        return Ok(Held {
            port,
            listeners: vec![listener],
        });
    }
    let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    let port = v4.local_addr()?.port();
    match TcpListener::bind((Ipv6Addr::LOCALHOST, port)) {
        Ok(v6) => Ok(Held {
            port,
            listeners: vec![v4, v6],
        }),
        Err(error) if is_taken(&error) => Err(error),
        // This machine has no IPv6, so `localhost` does not mean it either.
        Err(_) => Ok(Held {
            port,
            listeners: vec![v4],
        }),
    }
}

/// A port for one app behind the front.
#[derive(Debug)]
pub struct Inner {
    pub port: u16,
    /// Bound but never listening, so that the system gives the port to nobody else while the app is being built.
    _socket: Option<TcpSocket>,
}

impl Inner {
    /// The one that an app takes by itself.
    pub fn known(port: u16) -> Self {
        Self {
            port,
            _socket: None,
        }
    }

    /// Takes any free port.
    pub fn find() -> Result<Self, RunError> {
        let socket = TcpSocket::new_v4().map_err(RunError::Ports)?;
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        socket.bind(any).map_err(RunError::Ports)?;
        let port = socket.local_addr().map_err(RunError::Ports)?.port();
        // Linux lets the app bind the same port if this socket does not listen and both allow it; other systems do not.
        let may_stay = cfg!(target_os = "linux") && socket.set_reuseaddr(true).is_ok();
        Ok(Self {
            port,
            _socket: may_stay.then_some(socket),
        })
    }
}
