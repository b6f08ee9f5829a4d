//! One connection. A framework's own server would wait for ever for a head that never ends, and accept heads of 400 kB.

use std::convert::Infallible;
use std::error::Error;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;

use super::ServerLimits;

/// The time for the last bytes of an answer to leave once the server stops.
const LINGER: Duration = Duration::from_millis(100);

/// Serves a connection until it closes, or the server stops and its last request is answered.
pub(super) async fn serve<F, A, B>(
    stream: TcpStream,
    answer: F,
    limits: ServerLimits,
    mut stopping: watch::Receiver<()>,
) where
    F: Fn(Request<Incoming>) -> A + Send,
    A: Future<Output = Result<Response<B>, Infallible>> + Send,
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let under_way = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&under_way);
    let service = service_fn(move |request| {
        let mark = Mark::new(&counted);
        let answer = answer(request);
        async move {
            let answer = answer.await?;
            Ok::<_, Infallible>(answer.map(|body| Marked { body, _mark: mark }))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_header_size(limits.head_bytes)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection.with_upgrades());
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            let is_idle = || under_way.load(Ordering::Relaxed) == 0;
            if is_idle() {
                // Half a head may never get complete.
                let ended = timeout(LINGER, connection.as_mut()).await;
                if ended.is_ok() || is_idle() {
                    return;
                }
            }
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!("a connection broke: {error}");
    }
}

/// Marks a request under way, from its head to the last byte of its answer.
struct Mark(Arc<AtomicUsize>);

impl Mark {
    fn new(under_way: &Arc<AtomicUsize>) -> Self {
        under_way.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(under_way))
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// An answer's body, which keeps the mark until it is read.
struct Marked<B> {
    body: B,
    _mark: Mark,
}

impl<B: Body + Unpin> Body for Marked<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
