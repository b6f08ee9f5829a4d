//! A body for requests whose own cannot travel between threads, as some frameworks' cannot.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::mpsc;

use super::BoxError;

/// How many pieces may wait: the sender is held up by a slow upstream, and not by every piece.
const PIECES: usize = 4;

/// A sender for the pieces of a request's body, and the body to hand to the proxy. `length` is what the request's head
/// says, if it says anything. A sender that is dropped without [`finish`](UploadSender::finish) cuts the body off.
pub fn upload(length: Option<u64>) -> (UploadSender, Upload) {
    let (sender, pieces) = mpsc::channel(PIECES);
    let body = Upload {
        pieces,
        length,
        is_whole: false,
    };
    (UploadSender(sender), body)
}

/// The body.
#[derive(Debug)]
pub struct Upload {
    pieces: mpsc::Receiver<Option<Bytes>>,
    length: Option<u64>,
    is_whole: bool,
}

/// Where the pieces go in.
#[derive(Debug)]
pub struct UploadSender(mpsc::Sender<Option<Bytes>>);

/// The request's own body ended before it was whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body broke off")]
pub struct BrokenOff;

impl UploadSender {
    /// Sends a piece. `false` when nobody wants it any more: the answer is there, or the proxy has given up.
    pub async fn send(&self, piece: Bytes) -> bool {
        self.0.send(Some(piece)).await.is_ok()
    }

    /// Says that the body is whole.
    pub async fn finish(self) {
        // Nobody listens any more: then nobody needs to know.
        let _ = self.0.send(None).await;
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.is_whole {
            return Poll::Ready(None);
        }
        self.pieces.poll_recv(cx).map(|piece| match piece {
            Some(Some(piece)) => Some(Ok(Frame::data(piece))),
            Some(None) => {
                self.is_whole = true;
                None
            }
            None => {
                self.is_whole = true;
                Some(Err(BrokenOff.into()))
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.is_whole || self.length == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.length
            .map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
