//! Listens, says where, and stops cleanly: requests under way are finished first.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::settings::StartError;

/// How long requests under way may take once the server was told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Serves `app` until Ctrl-C or a termination signal. Port 0 takes any free port.
pub async fn serve(app: Router, host: &str, port: u16) -> Result<(), StartError> {
    let failed = |error| StartError::Listen(format!("{host}:{port}"), error);
    let listener = TcpListener::bind((host, port)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    println!("Ready: http://{address}");
    let (stopping, stopped) = oneshot::channel();
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, app).with_graceful_shutdown(async {
        stop_signal().await;
        // The receiver is gone only when the server has ended by itself.
        let _ = stopping.send(());
    });
    tokio::select! {
        ended = server => ended.map_err(failed),
        () = grace_over(stopped) => Ok(()),
    }
}

async fn grace_over(stopped: oneshot::Receiver<()>) {
    if stopped.await.is_ok() {
        tracing::info!("stopping");
        tokio::time::sleep(GRACE).await;
        tracing::warn!("requests were still under way after {} s", GRACE.as_secs());
    } else {
        std::future::pending().await
    }
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
