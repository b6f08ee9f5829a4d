//! The middleware: asks the gate about every request before any handler sees it.
//!
//! A service of its own and not `from_fn`: whoever is known by a token seen before is let through without waiting, and
//! nothing is cloned or boxed for them but the future that axum wants.

use std::convert::Infallible;
use std::mem;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, HeaderMap, HeaderValue, SET_COOKIE};
use axum::http::request::Parts;
use axum::response::Response;
use clerk_auth::{Admission, Connection};
use tower::{Layer, Service};

use crate::answer;
use crate::app::App;
use crate::server;

/// Puts the gate before a router. Added last, it stands before everything that was added earlier.
#[derive(Clone)]
pub struct GateLayer(pub App);

impl<S> Layer<S> for GateLayer {
    type Service = Gated<S>;

    fn layer(&self, inner: S) -> Gated<S> {
        let app = App::clone(&self.0);
        Gated { app, inner }
    }
}

/// What stands behind the gate.
#[derive(Clone)]
pub struct Gated<S> {
    app: App,
    inner: S,
}

impl<S> Service<Request> for Gated<S>
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
        let undecided = match self.app.gate.admit_at_once(&parts, Connection::HTTP) {
            Ok(admission) => return Box::pin(self.obey(admission, parts, body)),
            Err(undecided) => undecided,
        };
        // The one that said it is ready is the one to be called.
        let next = self.clone();
        let mut ready = mem::replace(self, next);
        Box::pin(async move {
            let gate = &ready.app.gate;
            let admission = gate.admit_later(undecided, &parts, Connection::HTTP).await;
            ready.obey(admission, parts, body).await
        })
    }
}

impl<S> Gated<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    /// Calls the handler, or answers in its place.
    fn obey(
        &mut self,
        admission: Admission,
        mut parts: Parts,
        body: Body,
    ) -> impl Future<Output = Result<Response, Infallible>> + use<S> {
        let app = App::clone(&self.app);
        let admitted = match admission {
            Admission::Answer(answer) => Err(*answer),
            Admission::WithoutAuth => Ok(None),
            Admission::Pass { visitor, headers } => {
                parts.extensions.insert(visitor);
                Ok(Some(headers))
            }
        };
        let admitted = admitted.map(|headers| {
            let request = Request::from_parts(parts, body);
            (self.inner.call(request), headers)
        });
        async move {
            let (handler, headers) = match admitted {
                Ok(admitted) => admitted,
                Err(answer) => return Ok(answer::respond(&app, answer)),
            };
            let answered = server::unless_panicked(pin!(handler)).await;
            let mut response = answered.unwrap_or_else(|| Ok(answer::broken(&app)))?;
            if let Some(headers) = headers {
                // It depends on who asks, so no cache keeps it, unless the handler says otherwise.
                let cache = response.headers_mut().entry(CACHE_CONTROL);
                cache.or_insert(HeaderValue::from_static("no-store"));
                append(response.headers_mut(), headers);
            }
            Ok(response)
        }
    }
}

/// Adds headers to a response: cookies beside those that are there, everything else in their place.
pub fn append(headers: &mut HeaderMap, more: HeaderMap) {
    let mut last = None;
    for (name, value) in more {
        // A name comes with its first value only.
        last = name.or(last);
        match &last {
            Some(name) if *name == SET_COOKIE => {
                headers.append(name, value);
            }
            Some(name) => {
                headers.insert(name, value);
            }
            None => {}
        }
    }
}
