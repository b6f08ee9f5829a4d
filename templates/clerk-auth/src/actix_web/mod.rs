//! Clerk in actix-web 4. An app of its own is protected by one dependency, with the features `actix-web` and, to serve
//! `/__clerk`, `upload`, and by one line:
//!
//! ```no_run
//! # use actix_web::{App, HttpServer, web};
//! # async fn start() -> Result<(), Box<dyn std::error::Error>> {
//! let clerk = clerk_auth::actix_web::protect()?;
//! HttpServer::new(move || {
//!     App::new()
//!         .route("/", web::get().to(async || "hello"))
//!         .wrap(clerk.clone())
//! })
//! # .bind(("127.0.0.1", 3000))?.run().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Then everybody has to sign in, at Clerk's hosted page. [`kit`](crate::kit) shows how an app says more.

#[cfg(all(feature = "proxy", not(feature = "upload")))]
compile_error!("with `actix-web` the proxy needs the feature `upload`, which includes `proxy`");

mod extract;
#[cfg(feature = "upload")]
mod forward;
mod head;
mod middleware;
mod reply;

#[cfg(feature = "webhooks")]
pub use crate::kit::Webhook;
pub use crate::kit::{Allowed, Auth, CurrentUser, SignedIn};
pub use middleware::{ClerkMiddleware, Protected};
pub use reply::{me, not_found};

use crate::kit::{Kit, StartError};
pub use crate::server::actix_web::{Site, head_as_get, run, serve};

/// The middleware for an existing app, from the environment and with every default: all paths are protected, and
/// `/__clerk` is served if a proxy URL is set. Wrap it last, so that it comes before everything else.
///
/// # Errors
/// [`StartError`], with all problems of the settings at once.
pub fn protect() -> Result<ClerkMiddleware, StartError> {
    Ok(ClerkMiddleware::new(&Kit::builder().from_env()?))
}
