//! Clerk in axum 0.8. An app that has its own router is protected by one dependency, with the features `axum` and, to
//! serve `/__clerk`, `proxy`, and by one line:
//!
//! ```no_run
//! # use axum::{Router, routing::get};
//! # async fn start() -> Result<(), Box<dyn std::error::Error>> {
//! let app = Router::new()
//!     .route("/", get(async || "hello"))
//!     .layer(clerk_auth::axum::protect()?);
//! # let _: Router = app;
//! # Ok(())
//! # }
//! ```
//!
//! Then everybody has to sign in, at Clerk's hosted page. An app with pages of its own says more:
//!
//! ```no_run
//! use axum::{Router, routing::get};
//! use clerk_auth::axum::{Allowed, ClerkLayer, SignedIn, me, not_found, serve};
//! use clerk_auth::{Check, Kit, Paths, Rule, StartError};
//!
//! struct Admin;
//! impl Rule for Admin {
//!     fn check() -> Check { Check::role("org:admin") }
//! }
//!
//! async fn invoices(SignedIn(session): SignedIn, _: Allowed<Admin>) -> String {
//!     format!("invoices of {}", session.org_id().unwrap_or_default())
//! }
//!
//! # async fn start() -> Result<(), StartError> {
//! let paths = Paths { public: &["/"], data: &["/api/:path*"], ..Paths::PROTECTED };
//! let kit = Kit::builder().paths(paths).health().from_env()?;
//! let app = Router::new()
//!     .route("/invoices", get(invoices))
//!     .route("/api/me", get(me))
//!     .fallback(not_found)
//!     .layer(ClerkLayer::new(&kit));
//! serve(app, &kit).await
//! # }
//! ```

mod extract;
mod layer;
mod reply;

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::routing::future::RouteFuture;
use http::Request;
use hyper::body::Incoming;
use tower_service::Service as _;

#[cfg(feature = "machines")]
pub use crate::kit::Caller;
#[cfg(feature = "webhooks")]
pub use crate::kit::Webhook;
pub use crate::kit::{Allowed, Auth, CurrentUser, SignedIn};
#[cfg(feature = "connected")]
pub use crate::kit::{Connected, End};
pub use layer::{ClerkLayer, Protected};
pub use reply::{me, not_found};

use crate::kit::{Kit, StartError};
use crate::server;

/// The layer for an existing app, from the environment and with every default: all paths are protected, and `/__clerk`
/// is served if a proxy URL is set. Add it last, so that it comes before everything else.
///
/// # Errors
/// [`StartError`], with all problems of the settings at once.
pub fn protect() -> Result<ClerkLayer, StartError> {
    Ok(ClerkLayer::new(&Kit::builder().from_env()?))
}

/// Serves the app on the address in the settings, with limits, until it is told to stop: see [`server::serve`].
///
/// # Errors
/// [`StartError::Listen`].
pub async fn serve(router: Router, kit: &Kit) -> Result<(), StartError> {
    server::serve(kit, service(router)).await
}

/// The app in the form that [`server::run`] takes.
pub fn service(
    router: Router,
) -> impl Fn(Request<Incoming>, SocketAddr) -> RouteFuture<Infallible> + Clone + Send + 'static {
    move |request, peer| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().call(request)
    }
}

/// The other end of the connection, if the server names it.
#[cfg(feature = "proxy")]
fn peer(parts: &http::request::Parts) -> Option<std::net::IpAddr> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map(|ConnectInfo(address)| address.ip())
}
