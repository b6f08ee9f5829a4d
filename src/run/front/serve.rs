//! Sockets and connections of the front: enough for any browser, and none may take for ever to send its headers.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, TcpListener as StdListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use super::{Shared, forward};

/// Further ones wait in the backlog.
const MAX_CONNECTIONS: usize = 1024;
/// Longer than an app allows, so that the app's own limits count.
const HEAD_TIME: Duration = Duration::from_secs(90);
/// The app has ended by then. This is for answers that are still on their way to a browser.
const STOP_TIME: Duration = Duration::from_secs(1);

/// Serves until `stop` changes.
pub(super) fn spawn(
    listeners: Vec<StdListener>,
    shared: &Arc<Shared>,
    stop: watch::Receiver<bool>,
) -> io::Result<JoinHandle<()>> {
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut loops = JoinSet::new();
    for listener in listeners {
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let (shared, permits, stop) = (Arc::clone(shared), Arc::clone(&permits), stop.clone());
        loops.spawn(accept(listener, shared, permits, stop));
    }
    Ok(tokio::spawn(async move {
        while loops.join_next().await.is_some() {}
    }))
}

async fn accept(
    listener: TcpListener,
    shared: Arc<Shared>,
    permits: Arc<Semaphore>,
    mut stop: watch::Receiver<bool>,
) {
    // They are dropped, and so ended, with this loop.
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
        let Ok((stream, peer)) = accepted else {
            // Perhaps there are no file descriptors left; other connections will end meanwhile.
            sleep(Duration::from_millis(20)).await;
            continue;
        };
        let (shared, stop) = (Arc::clone(&shared), stop.clone());
        connections.spawn(async move {
            connection(stream, peer.ip(), shared, stop).await;
            drop(permit);
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    let all = async { while connections.join_next().await.is_some() {} };
    let _late = timeout(STOP_TIME, all).await;
}

async fn connection(
    stream: TcpStream,
    peer: IpAddr,
    shared: Arc<Shared>,
    mut stop: watch::Receiver<bool>,
) {
    let _unsupported = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let answered = forward::answer(Arc::clone(&shared), peer, request);
        async move { Ok::<_, Infallible>(answered.await) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
    let connection = http.serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection.with_upgrades());
    // A broken connection concerns nobody else.
    tokio::select! {
        _broken = connection.as_mut() => {}
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            let _broken = connection.await;
        }
    }
}
