//! Clerk in poem 3. An app that has its own routes is protected by one dependency, with the features `poem` and, to
//! serve `/__clerk`, `proxy`, and by one line:
//!
//! ```no_run
//! # use poem::{EndpointExt as _, Route, endpoint::make_sync};
//! # fn start() -> Result<(), Box<dyn std::error::Error>> {
//! let _app = Route::new()
//!     .at("/", make_sync(|_| "hello"))
//!     .with(clerk_auth::poem::protect()?);
//! # Ok(())
//! # }
//! ```
//!
//! Then everybody has to sign in, at Clerk's hosted page. An app says more with
//! [`KitBuilder`](crate::kit::KitBuilder).

mod body;
mod extract;
mod middleware;
mod reply;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::uri::Scheme;
use http_body_util::combinators::BoxBody;
use hyper::body::Incoming;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint as _, IntoEndpoint, Request};

#[cfg(feature = "machines")]
pub use crate::kit::Caller;
#[cfg(feature = "webhooks")]
pub use crate::kit::Webhook;
pub use crate::kit::{Allowed, Auth, CurrentUser, SignedIn};
pub use middleware::{ClerkMiddleware, Protected};
pub use reply::me;

use crate::fetch::BoxFuture;
use crate::kit::{Kit, StartError};
use crate::server;

/// The middleware for an existing app, from the environment and with every default: all paths are protected, and
/// `/__clerk` is served if a proxy URL is set. Add it last, so that it comes before everything else.
///
/// # Errors
/// [`StartError`], with all problems of the settings at once.
pub fn protect() -> Result<ClerkMiddleware, StartError> {
    Ok(ClerkMiddleware::new(&Kit::builder().from_env()?))
}

/// Serves the app on the address in the settings, with limits, until it is told to stop: see [`server::serve`].
/// `poem::Server` has no limits and ends in the middle of requests.
///
/// # Errors
/// [`StartError::Listen`].
pub async fn serve(app: impl IntoEndpoint<Endpoint: 'static>, kit: &Kit) -> Result<(), StartError> {
    server::serve(kit, service(app)).await
}

type Answer = Result<http::Response<BoxBody<Bytes, io::Error>>, Infallible>;

/// The app in the form that [`server::run`] takes.
pub fn service(
    app: impl IntoEndpoint<Endpoint: 'static>,
) -> impl Fn(http::Request<Incoming>, SocketAddr) -> BoxFuture<'static, Answer> + Clone + Send + 'static
{
    let app = Arc::new(app.into_endpoint());
    move |request, peer| {
        let (local, peer) = (LocalAddr::default(), RemoteAddr(peer.into()));
        let request = Request::from((request, local, peer, Scheme::HTTP));
        let app = Arc::clone(&app);
        Box::pin(async move { Ok(app.get_response(request).await.into()) })
    }
}
