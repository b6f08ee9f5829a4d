//! Listens, says where, and stops cleanly: requests under way are finished first.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::settings::StartError;

/// How long requests under way may take once the server was told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// How long a connection may take to send the head of its next request. Longer than the proxies in front keep an idle
/// connection (a minute), or they would send into closed ones.
const HEAD_TIME: Duration = Duration::from_secs(75);

/// The most bytes of a request's head: many times what two session tokens take.
const HEAD_BYTES: usize = 64 * 1024;

/// Serves `app` until Ctrl-C or a termination signal. Port 0 takes any free port.
pub async fn serve(app: Router, host: &str, port: u16) -> Result<(), StartError> {
    let failed = |error| StartError::Listen(format!("{host}:{port}"), error);
    let listener = TcpListener::bind((host, port)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    println!("Ready: http://{address}");
    let (stop, stopping) = watch::channel(());
    let mut told = pin!(stop_signal());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut told => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let stopping = stopping.clone();
                tokio::spawn(connection(app.clone(), stream, peer, HEAD_TIME, stopping));
            }
            Err(error) => {
                // Too many open files, say: there is room again when others have closed.
                tracing::warn!("a connection could not be accepted: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop((listener, stopping));
    tracing::info!("stopping");
    stop.send_replace(());
    if timeout(GRACE, stop.closed()).await.is_err() {
        tracing::warn!("requests were still under way after {} s", GRACE.as_secs());
    }
    Ok(())
}

/// One connection. `axum::serve` would wait for ever for a head that never ends, and take in heads of 400 kB.
pub async fn connection(
    app: Router,
    stream: TcpStream,
    peer: SocketAddr,
    head_time: Duration,
    mut stopping: watch::Receiver<()>,
) {
    let app = TowerToHyperService::new(app);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        app.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_time)
        .max_header_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection.with_upgrades());
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!("a connection broke: {error}");
    }
}

/// What a handler answers, or nothing when it panicked: else the connection would close without a word. What the panic
/// said is on standard error already.
pub async fn unless_panicked<T>(mut handler: Pin<&mut impl Future<Output = T>>) -> Option<T> {
    poll_fn(|context| {
        // Whatever the handler left half done is dropped with it and not looked at again.
        let polled = catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(context)));
        polled.map_or(Poll::Ready(None), |answer| answer.map(Some))
    })
    .await
}

async fn stop_signal() {
    let interrupt = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!("Ctrl-C cannot be noticed: {error}");
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate() => {}
    }
}

#[cfg(unix)]
async fn terminate() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(error) => {
            tracing::warn!("a termination signal cannot be noticed: {error}");
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(not(unix))]
async fn terminate() {
    std::future::pending::<()>().await;
}
