//! A proxy to a server on loopback, and requests for it.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use clerk_auth::keys::SecretKey;
use clerk_auth::proxy::{BoxError, FapiProxy, ProxyBody, ProxyClient, ProxyLimits};
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Empty, Full};

pub const SECRET: &str = "sk_test_thisIsOurOwnSecretKey";
pub const CLIENT: ProxyClient<'static> = ProxyClient {
    address: Some(std::net::IpAddr::V4(std::net::Ipv4Addr::new(
        203, 0, 113, 7,
    ))),
    origin: "https://app.example",
};

pub fn proxy(upstream: &str) -> FapiProxy {
    with_limits(upstream, ProxyLimits::default())
}

pub fn with_limits(upstream: &str, limits: ProxyLimits) -> FapiProxy {
    let secret = SecretKey::new(SECRET).unwrap();
    FapiProxy::new(upstream, "/__clerk", &secret, limits).unwrap()
}

pub fn get(target: &str) -> Request<Empty<Bytes>> {
    Request::get(target).body(Empty::new()).unwrap()
}

/// A proxy whose failures are answers, as code reads them.
pub trait Answers {
    async fn answer<B>(&self, request: Request<B>, client: ProxyClient<'_>) -> Response<ProxyBody>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>;
}

impl Answers for FapiProxy {
    async fn answer<B>(&self, request: Request<B>, client: ProxyClient<'_>) -> Response<ProxyBody>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.forward(request, client).await.unwrap_or_else(|error| {
            let body = Full::new(Bytes::from(error.json()));
            let body = body.map_err(|never| match never {}).boxed_unsync();
            let answer = Response::builder().status(error.status());
            answer.body(body).unwrap()
        })
    }
}

pub async fn text(answer: Response<ProxyBody>) -> String {
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub fn count(head: &str, line_start: &str) -> usize {
    head.lines()
        .filter(|line| line.starts_with(line_start))
        .count()
}

/// A body in pieces without a known length; may end in standing still.
pub struct Pieces {
    pub left: VecDeque<Bytes>,
    pub then_hangs: bool,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.left.pop_front() {
            Some(piece) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            None if self.then_hangs => Poll::Pending,
            None => Poll::Ready(None),
        }
    }
}
