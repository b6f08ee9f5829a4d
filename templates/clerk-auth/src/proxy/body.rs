//! A body that streams, within limits.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

use super::BoxError;

/// The reason why a body was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BodyLimit {
    #[error("the body is too large")]
    TooLarge,
    #[error("the body stood still for too long")]
    Idle,
    #[error("the body broke off")]
    BrokenOff,
}

pub(super) struct Guarded<B> {
    inner: Pin<Box<B>>,
    /// Bytes that may still come.
    left: Option<u64>,
    idle: Duration,
    /// Runs while we wait for the next piece; a slow reader does not count.
    alarm: Pin<Box<Sleep>>,
    waits: bool,
}

impl<B> Guarded<B> {
    pub(super) fn new(inner: B, limit: Option<u64>, idle: Duration) -> Self {
        Self {
            inner: Box::pin(inner),
            left: limit,
            idle,
            alarm: Box::pin(sleep(idle)),
            waits: false,
        }
    }

    fn take(&mut self, bytes: usize) -> Result<(), BodyLimit> {
        if let Some(left) = &mut self.left {
            let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
            *left = left.checked_sub(bytes).ok_or(BodyLimit::TooLarge)?;
        }
        Ok(())
    }
}

impl<B> Body for Guarded<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        let Poll::Ready(frame) = this.inner.as_mut().poll_frame(cx) else {
            if !this.waits {
                this.waits = true;
                this.alarm.as_mut().reset(Instant::now() + this.idle);
            }
            let alarm = this.alarm.as_mut().poll(cx);
            return alarm.map(|()| Some(Err(BodyLimit::Idle.into())));
        };
        this.waits = false;
        Poll::Ready(match frame {
            Some(Ok(frame)) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                Some(this.take(bytes).map(|()| frame).map_err(Into::into))
            }
            // One with a limit is a client's; Clerk can do nothing for it.
            Some(Err(_)) if this.left.is_some() => Some(Err(BodyLimit::BrokenOff.into())),
            Some(Err(error)) => Some(Err(error.into())),
            None => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
