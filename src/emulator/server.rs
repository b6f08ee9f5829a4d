//! Sockets: both loopback families on one port, a bounded number of connections, none that may dawdle over its
//! headers or send many, and a stop that lets answers under way finish.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// A request that gets no answer: its connection is closed.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("dropped on purpose")]
pub(super) struct Dropped;

/// More connections than any browser opens; one more waits in the backlog.
const MAX_CONNECTIONS: usize = 256;
/// The buffer that a head must fit; more than any browser sends.
const MAX_HEAD: usize = 64 * 1024;
/// Also how long a kept connection may idle.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);
const STOP_TIMEOUT: Duration = Duration::from_secs(2);
/// The most tries for a port that is free in both families.
const FREE_PORT_TRIES: u32 = 20;

/// True if somebody else has the port. Windows denies those that a program holds for itself alone, and the ranges that
/// are kept for virtual machines; elsewhere that means a right is lacking, and the next port would do no better.
pub fn is_taken(error: &io::Error) -> bool {
    match error.kind() {
        io::ErrorKind::AddrInUse => true,
        io::ErrorKind::PermissionDenied => cfg!(windows),
        _ => false,
    }
}

/// Binds `port` on 127.0.0.1 and, where the machine has IPv6, on ::1. 0 takes a port that is free on both.
pub(super) async fn bind(port: u16) -> io::Result<(u16, Vec<TcpListener>)> {
    let mut tries = if port == 0 { FREE_PORT_TRIES } else { 1 };
    loop {
        tries -= 1;
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let bound = v4.local_addr()?.port();
        match TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, bound))).await {
            Ok(v6) => return Ok((bound, vec![v4, v6])),
            Err(error) if is_taken(&error) => {
                if tries == 0 {
                    return Err(error);
                }
            }
            // No IPv6 on this machine: then `localhost` does not resolve to it either.
            Err(_) => return Ok((bound, vec![v4])),
        }
    }
}

/// Binds `port` on all IPv4 addresses of this machine: those to which a container's ports are published. 0 takes a free one.
pub(super) async fn bind_everywhere(port: u16) -> io::Result<(u16, Vec<TcpListener>)> {
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await?;
    Ok((listener.local_addr()?.port(), vec![listener]))
}

/// Serves until `stop` changes or its sender is gone; then lets the requests under way finish, but not for long.
pub(super) async fn serve<A, F>(listeners: Vec<TcpListener>, answer: A, stop: watch::Receiver<bool>)
where
    A: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Response<Body>, Dropped>> + Send + 'static,
{
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut loops = JoinSet::new();
    for listener in listeners {
        loops.spawn(accept(
            listener,
            answer.clone(),
            Arc::clone(&permits),
            stop.clone(),
        ));
    }
    while loops.join_next().await.is_some() {}
}

async fn accept<A, F>(
    listener: TcpListener,
    answer: A,
    permits: Arc<Semaphore>,
    mut stop: watch::Receiver<bool>,
) where
    A: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Response<Body>, Dropped>> + Send + 'static,
{
    let graceful = GracefulShutdown::new();
    // Dropped, and so ended, with this loop.
    let mut connections = JoinSet::new();
    loop {
        let next = async {
            let permit = Arc::clone(&permits).acquire_owned().await;
            (listener.accept().await, permit)
        };
        let (accepted, permit) = tokio::select! {
            next = next => next,
            _ = stop.changed() => break,
        };
        // Out of file descriptors, or the peer was gone already: give the others time to end.
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let connection = graceful.watch(connection(stream, answer.clone()));
        connections.spawn(async move {
            // A connection that breaks concerns nobody else.
            let _broken = connection.await;
            drop(permit);
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    let _late = tokio::time::timeout(STOP_TIMEOUT, graceful.shutdown()).await;
}

fn connection<A, F>(
    stream: TcpStream,
    answer: A,
) -> http1::Connection<
    TokioIo<TcpStream>,
    impl hyper::service::HttpService<Incoming, ResBody = Body, Future: Send>,
>
where
    A: Fn(Request<Incoming>) -> F,
    F: Future<Output = Result<Response<Body>, Dropped>> + Send,
{
    let _unsupported = stream.set_nodelay(true);
    let service = service_fn(answer);
    let mut http = http1::Builder::new();
    // The date is the emulator's clock's, which may have been moved.
    http.timer(TokioTimer::new())
        .auto_date_header(false)
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(MAX_HEAD);
    http.serve_connection(TokioIo::new(stream), service)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denied_port_is_a_taken_one_on_windows_only() {
        for (kind, expected) in [
            (io::ErrorKind::AddrInUse, true),
            (io::ErrorKind::PermissionDenied, cfg!(windows)),
            (io::ErrorKind::AddrNotAvailable, false),
        ] {
            assert_eq!(is_taken(&kind.into()), expected, "{kind}");
        }
    }
}
