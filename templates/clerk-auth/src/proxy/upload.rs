//! A body for requests whose own body cannot move between threads, as in some frameworks.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
#[cfg(feature = "rocket")]
use bytes::BytesMut;
#[cfg(feature = "rocket")]
use http::header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use http_body::{Body, Frame, SizeHint};
#[cfg(feature = "rocket")]
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::sync::mpsc;

use super::BoxError;

/// The most pieces that may wait, so that only a slow upstream holds the sender up.
const PIECES: usize = 4;

/// A sender for the pieces of a request's body, and the body for the proxy. `length` is the one in the request's head,
/// if it has one. A sender that is dropped without [`finish`](UploadSender::finish) cuts the body off.
pub fn upload(length: Option<u64>) -> (UploadSender, Upload) {
    let (sender, pieces) = mpsc::channel(PIECES);
    let body = Upload {
        pieces,
        length,
        is_whole: false,
    };
    (UploadSender(sender), body)
}

/// The same for the body of a request with these headers.
#[cfg(feature = "rocket")]
pub fn upload_of(headers: &HeaderMap) -> (UploadSender, Upload) {
    upload(match headers.get(CONTENT_LENGTH) {
        Some(length) => length.to_str().ok().and_then(|length| length.parse().ok()),
        None if headers.contains_key(TRANSFER_ENCODING) => None,
        None => Some(0),
    })
}

/// The body for the proxy.
#[derive(Debug)]
pub struct Upload {
    pieces: mpsc::Receiver<Option<Bytes>>,
    length: Option<u64>,
    is_whole: bool,
}

/// Takes the pieces.
#[derive(Debug)]
pub struct UploadSender(mpsc::Sender<Option<Bytes>>);

/// The request's own body ended too early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body broke off")]
pub struct BrokenOff;

impl UploadSender {
    /// Sends a piece. False if nobody wants it any more: the answer is there, or the proxy has given up.
    pub async fn send(&self, piece: Bytes) -> bool {
        self.0.send(Some(piece)).await.is_ok()
    }

    /// Sends what there is to read, until it ends, breaks off, or nobody wants more.
    #[cfg(feature = "rocket")]
    pub async fn send_all(self, mut body: impl AsyncRead + Unpin) {
        loop {
            let mut piece = BytesMut::with_capacity(16 * 1024);
            match body.read_buf(&mut piece).await {
                Ok(0) => return self.finish().await,
                Ok(_) if self.send(piece.freeze()).await => {}
                _ => return,
            }
        }
    }

    /// Says that the body is complete.
    pub async fn finish(self) {
        // If nobody listens any more, nobody needs to know.
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
