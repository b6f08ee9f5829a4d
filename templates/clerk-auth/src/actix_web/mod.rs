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
//! Then everybody has to sign in, at Clerk's hosted page. An app with pages of its own says more:
//!
//! ```no_run
//! use actix_web::{App, middleware::from_fn, web};
//! use clerk_auth::actix_web::{
//!     Allowed, ClerkMiddleware, SignedIn, Site, head_as_get, me, not_found, serve,
//! };
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
//! serve(app, kit).await
//! # }
//!
//! fn app(kit: Kit) -> App<impl Site> {
//!     App::new()
//!         .service(web::resource("/invoices").get(invoices))
//!         .service(web::resource("/api/me").get(me))
//!         .default_service(web::to(not_found))
//!         .wrap(from_fn(head_as_get))
//!         .wrap(ClerkMiddleware::new(&kit))
//! }
//! ```

#[cfg(all(feature = "proxy", not(feature = "upload")))]
compile_error!("with `actix-web` the proxy needs the feature `upload`, which includes `proxy`");

mod extract;
#[cfg(feature = "upload")]
mod forward;
mod head;
mod middleware;
mod reply;

#[cfg(feature = "machines")]
pub use crate::kit::Caller;
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
