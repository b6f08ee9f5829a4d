//! The server: requests under way are finished before it ends.

use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;

use super::{ServerLimits, connection, told};
use crate::kit::{Kit, StartError};

/// Serves `app` on the address in the settings until Ctrl-C or a termination signal; a second one ends at once.
///
/// # Errors
/// [`StartError::Listen`].
pub async fn serve<F, A, B>(kit: &Kit, app: F) -> Result<(), StartError>
where
    F: Fn(Request<Incoming>, SocketAddr) -> A + Clone + Send + 'static,
    A: Future<Output = Result<Response<B>, Infallible>> + Send + 'static,
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    // Whoever reads that the app is ready may end it at once.
    let told = told();
    let listener = super::listen(kit).await?;
    run(kit, listener, app, ServerLimits::default(), told).await;
    Ok(())
}

/// The same with a listener of your own. `told` counts how often the server was told to stop: the first time it
/// finishes requests under way, the second time it ends at once.
pub async fn run<F, A, B>(
    kit: &Kit,
    listener: TcpListener,
    app: F,
    limits: ServerLimits,
    mut told: watch::Receiver<u32>,
) where
    F: Fn(Request<Incoming>, SocketAddr) -> A + Clone + Send + 'static,
    A: Future<Output = Result<Response<B>, Infallible>> + Send + 'static,
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let (stop, stopping) = watch::channel(());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = told.changed() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let app = app.clone();
                let answer = move |request| app(request, peer);
                tokio::spawn(connection::serve(stream, answer, limits, stopping.clone()));
            }
            Err(error) => {
                // Perhaps too many files are open: there is room again when others have closed.
                if let Some(left_out) = kit.clerk().log_line("accept") {
                    tracing::warn!(left_out, "a connection could not be accepted: {error}");
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop((listener, stopping));
    tracing::info!("stopping");
    stop.send_replace(());
    let all_ended = async {
        #[cfg(feature = "connected")]
        kit.disconnect().await;
        stop.closed().await;
    };
    if *told.borrow_and_update() > 1 {
        return;
    }
    tokio::select! {
        ended = timeout(limits.grace, all_ended) => {
            if ended.is_err() {
                let grace = limits.grace.as_secs();
                tracing::warn!("requests were still under way after {grace} s");
            }
        }
        _ = told.changed() => tracing::warn!("told twice: requests under way are cut off"),
    }
}
