//! How long a body may stand still. The file under test is private to the core and taken in as it is: these tests need
//! a paused clock, which the copy in a project has no dependency for.

#![cfg(feature = "proxy")]
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../src/proxy/body.rs"]
mod body;

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use body::{BodyLimit, Guarded};
use bytes::Bytes;
use http_body::{Body, Frame};
use http_body_util::BodyExt as _;
use tokio::time::{Instant, Sleep, sleep};

type BoxError = Box<dyn Error + Send + Sync>;

const IDLE: Duration = Duration::from_secs(10);

/// Brings one byte after each pause.
struct Drip {
    pause: Duration,
    left: u32,
    next: Pin<Box<Sleep>>,
}

impl Body for Drip {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        if self.next.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        self.left -= 1;
        let pause = self.pause;
        self.next.as_mut().reset(Instant::now() + pause);
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"x")))))
    }
}

fn drip(pause: Duration) -> Guarded<Drip> {
    let next = Box::pin(sleep(pause));
    let body = Drip {
        pause,
        left: 5,
        next,
    };
    Guarded::new(body, None, IDLE)
}

#[tokio::test(start_paused = true)]
async fn a_slow_but_steady_body_passes_however_long_it_takes() {
    let body = drip(IDLE * 8 / 10).collect().await.unwrap();
    assert_eq!(body.to_bytes(), "xxxxx");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stands_still_is_cut_off() {
    let error = drip(IDLE * 11 / 10).collect().await.unwrap_err();
    assert_eq!(error.downcast_ref(), Some(&BodyLimit::Idle));
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_is_not_the_bodys_fault() {
    let mut body = drip(IDLE / 2);
    for _ in 0..5 {
        assert!(body.frame().await.unwrap().is_ok());
        tokio::time::sleep(IDLE * 3).await;
    }
    assert!(body.frame().await.is_none());
}
