//! The layer. It asks the kit about every request before any handler sees it.
//!
//! It is a service of its own, not `from_fn`: a request with a token seen before goes through without waiting, and
//! nothing is cloned or boxed for it except the future that axum wants.

use std::convert::Infallible;
use std::mem;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;
use tower_layer::Layer;
use tower_service::Service;

use super::extract::whole;
use crate::kit::{Entry, Kit, unless_panicked};
use crate::public_url::Connection;

/// Puts the kit before a router. Add it last, so that it comes before everything else.
#[derive(Clone, Debug)]
pub struct ClerkLayer(Kit);

impl ClerkLayer {
    /// A layer of this kit.
    pub fn new(kit: &Kit) -> Self {
        Self(kit.clone())
    }
}

impl<S> Layer<S> for ClerkLayer {
    type Service = Protected<S>;

    fn layer(&self, inner: S) -> Protected<S> {
        let kit = self.0.clone();
        Protected { kit, inner }
    }
}

/// The service behind the layer.
#[derive(Clone, Debug)]
pub struct Protected<S> {
    kit: Kit,
    inner: S,
}

impl<S> Service<Request> for Protected<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (parts, body) = request.into_parts();
        let waiting = match self.kit.enter(&whole(&parts), Connection::HTTP) {
            Ok(entry) => return self.obey(entry, parts, body),
            Err(waiting) => waiting,
        };
        // The service that was ready must be the one to call.
        let next = self.clone();
        let mut ready = mem::replace(self, next);
        Box::pin(async move {
            let head = whole(&parts);
            let entry = ready.kit.wait(waiting, &head, Connection::HTTP).await;
            ready.obey(entry, parts, body).await
        })
    }
}

impl<S> Protected<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    /// Calls the handler, or answers in its place.
    fn obey(
        &mut self,
        entry: Entry,
        mut parts: Parts,
        body: Body,
    ) -> <Self as Service<Request>>::Future {
        let kit = self.kit.clone();
        match entry {
            Entry::Answer(reply) => Box::pin(async { Ok(reply.into_response()) }),
            #[cfg(feature = "proxy")]
            Entry::Forward => Box::pin(async move {
                let peer = super::peer(&parts);
                let request = Request::from_parts(parts, body);
                let answer = kit.forward(request, peer, Connection::HTTP).await;
                Ok(answer.map(Body::new))
            }),
            Entry::Pass(guest, stay) => {
                parts.extensions.insert(guest);
                let handler = self.inner.call(Request::from_parts(parts, body));
                Box::pin(async move {
                    let answered = unless_panicked(pin!(handler)).await;
                    let broken = || Ok(kit.broken(&stay).into_response());
                    let mut response = answered.unwrap_or_else(broken)?;
                    let status = response.status();
                    kit.leave(stay, status, response.headers_mut());
                    Ok(response)
                })
            }
        }
    }
}
