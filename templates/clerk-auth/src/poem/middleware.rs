//! The middleware. It asks the kit about every request before any handler sees it.

use std::pin::pin;

use poem::error::NotFoundError;
use poem::{Endpoint, IntoResponse as _, Middleware, Request, Response, Result};

use super::body;
use super::extract::{Kept, whole};
use crate::kit::{Entry, Guest, Kit, Stay, unless_panicked};
use crate::public_url::Connection;

const HTTP: Connection<'static> = Connection::HTTP;

/// Puts the kit before an app. Add it last, so that it comes before everything else.
#[derive(Clone, Debug)]
pub struct ClerkMiddleware {
    kit: Kit,
    most_body: usize,
}

impl ClerkMiddleware {
    /// A middleware of this kit.
    pub fn new(kit: &Kit) -> Self {
        Self {
            kit: kit.clone(),
            most_body: body::MOST,
        }
    }

    /// The most bytes of a body, if not 2 MiB.
    pub fn most_body(mut self, bytes: usize) -> Self {
        self.most_body = bytes;
        self
    }
}

impl<E: Endpoint> Middleware<E> for ClerkMiddleware {
    type Output = Protected<E>;

    fn transform(&self, inner: E) -> Protected<E> {
        let own = self.clone();
        Protected { own, inner }
    }
}

/// The app behind the middleware.
pub struct Protected<E> {
    own: ClerkMiddleware,
    inner: E,
}

impl<E: Endpoint> Endpoint for Protected<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let kit = &self.own.kit;
        let entry = match kit.enter(&whole(&request), HTTP) {
            Ok(entry) => entry,
            Err(waiting) => kit.wait(waiting, &whole(&request), HTTP).await,
        };
        Ok(match entry {
            Entry::Answer(reply) => reply.into_response(),
            #[cfg(feature = "proxy")]
            Entry::Forward => forward(kit, request).await,
            Entry::Pass(guest, stay) => self.pass(request, guest, stay).await,
        })
    }
}

impl<E: Endpoint> Protected<E> {
    /// Calls the handler. An error is made an answer here, since that too gets the gate's headers.
    async fn pass(&self, mut request: Request, guest: Guest, stay: Stay) -> Response {
        let ClerkMiddleware { kit, most_body } = &self.own;
        let mut response = match body::limit(&mut request, *most_body) {
            Err(reply) => reply.into_response(),
            Ok(()) => {
                request.set_data(Kept::new(guest));
                match unless_panicked(pin!(self.inner.call(request))).await {
                    Some(Ok(response)) => response.into_response(),
                    Some(Err(error)) if error.is::<NotFoundError>() => {
                        kit.not_found(&stay).into_response()
                    }
                    Some(Err(error)) => error.into_response(),
                    None => kit.broken(&stay).into_response(),
                }
            }
        };
        let status = response.status();
        kit.leave(stay, status, response.headers_mut());
        response
    }
}

/// Hands the request to Clerk's Frontend API, with the target it came with.
#[cfg(feature = "proxy")]
async fn forward(kit: &Kit, request: Request) -> Response {
    use crate::proxy::ProxyBody;
    use http_body_util::{BodyExt as _, combinators::BoxBody};

    let uri = whole(&request).uri.clone();
    let peer = request.remote_addr().as_socket_addr().map(|at| at.ip());
    let mut request = hyper::Request::from(request);
    *request.uri_mut() = uri;
    let answer = kit.forward(request, peer, HTTP).await;
    let sent = |body: ProxyBody| {
        let stream = body.map_err(std::io::Error::other).into_data_stream();
        BoxBody::from(poem::Body::from_bytes_stream(stream))
    };
    answer.map(sent).into()
}
