//! Clerk in salvo 1. An app that has its own routes is protected by one dependency, with the features `salvo` and, to
//! serve `/__clerk`, `proxy`, and by one line:
//!
//! ```no_run
//! # use salvo_core::prelude::*;
//! # fn start() -> Result<(), Box<dyn std::error::Error>> {
//! let app = Service::new(Router::new()).hoop(clerk_auth::salvo::protect()?);
//! # let _: Service = app;
//! # Ok(())
//! # }
//! ```
//!
//! Then everybody has to sign in, at Clerk's hosted page. [`kit`](crate::kit) shows how an app says more.

mod extract;
mod hoop;
mod reply;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use http::Method;
use http::uri::Scheme;
use hyper::body::Incoming;
use salvo_core::http::ResBody;
use salvo_core::{ConnCtrl, Request, Service, conn};

pub use extract::current_user;
pub use hoop::ClerkHoop;
pub use reply::me;

use crate::fetch::BoxFuture;
#[cfg(feature = "machines")]
pub use crate::kit::Caller;
#[cfg(feature = "webhooks")]
pub use crate::kit::Webhook;
pub use crate::kit::{Allowed, Auth, CurrentUser, SignedIn};
use crate::kit::{Kit, StartError};
use crate::server;

/// The hoop for an existing app, from the environment and with every default: all paths are protected, and `/__clerk`
/// is served if a proxy URL is set. Add it to the service, and before all other hoops.
///
/// # Errors
/// [`StartError`], with all problems of the settings at once.
pub fn protect() -> Result<ClerkHoop, StartError> {
    Ok(ClerkHoop::new(&Kit::builder().from_env()?))
}

/// Serves the app on the address in the settings, with limits, until it is told to stop: see [`server::serve`].
///
/// # Errors
/// [`StartError::Listen`].
pub async fn serve(app: impl Into<Service>, kit: &Kit) -> Result<(), StartError> {
    server::serve(kit, service(app)).await
}

/// Marks a request for a head, which was made a `GET` for the router.
#[derive(Clone, Copy)]
struct HeadOnly;

type Answer = Result<http::Response<ResBody>, Infallible>;

/// The app in the form that [`server::run`] takes. `HEAD` goes where `GET` goes; the server leaves the body out.
pub fn service(
    app: impl Into<Service>,
) -> impl Fn(http::Request<Incoming>, SocketAddr) -> BoxFuture<'static, Answer> + Clone + Send + 'static
{
    let app = Arc::new(app.into());
    move |mut request, peer| {
        if request.method() == Method::HEAD {
            *request.method_mut() = Method::GET;
            request.extensions_mut().insert(HeadOnly);
        }
        let (own, peer) = (conn::SocketAddr::Unknown, peer.into());
        let handler = app.hyper_handler(own, peer, Scheme::HTTP, None, ConnCtrl::new(), None);
        let answer = handler.handle(Request::from_hyper(request, Scheme::HTTP));
        Box::pin(async { Ok(answer.await.into_hyper()) })
    }
}
