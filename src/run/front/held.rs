//! Keeps an app from being ended before it has answered its requests to the last byte.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::body::{Bytes, Frame, Incoming, SizeHint};

use super::Backend;

/// A request under way.
pub(super) struct Busy(Arc<Backend>);

impl Busy {
    pub fn new(app: &Arc<Backend>) -> Self {
        app.busy.send_modify(|busy| *busy += 1);
        Self(Arc::clone(app))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.send_modify(|busy| *busy -= 1);
    }
}

/// A body that keeps its app from being ended.
pub(super) struct Held {
    body: Incoming,
    _busy: Option<Busy>,
}

impl Held {
    pub fn new(body: Incoming, busy: Option<Busy>) -> Self {
        Self { body, _busy: busy }
    }
}

impl hyper::body::Body for Held {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
