//! Clerk in Rocket 0.5. An app that has its own routes is protected by one dependency, with the features `rocket` and, to
//! serve `/__clerk`, `proxy`, and by one line:
//!
//! ```no_run
//! use rocket::{get, routes};
//!
//! #[get("/")]
//! fn hello() -> &'static str {
//!     "hello"
//! }
//!
//! # fn start() -> Result<(), Box<dyn std::error::Error>> {
//! let app = rocket::build()
//!     .mount("/", routes![hello])
//!     .attach(clerk_auth::rocket::protect()?);
//! # let _: rocket::Rocket<rocket::Build> = app;
//! # Ok(())
//! # }
//! ```
//!
//! Then everybody has to sign in, at Clerk's hosted page. An app says more with
//! [`KitBuilder`](crate::kit::KitBuilder).

mod answer;
mod fairing;
#[cfg(feature = "proxy")]
mod forward;
mod guard;
mod head;
mod kept;

pub use fairing::ClerkFairing;

#[cfg(feature = "machines")]
pub use crate::kit::Caller;
#[cfg(feature = "webhooks")]
pub use crate::kit::Webhook;
pub use crate::kit::{Allowed, Auth, CurrentUser, SignedIn};
use crate::kit::{Kit, StartError};
pub use crate::server::launch;

/// The fairing for an existing app, from the environment and with every default: all paths are protected, and `/__clerk`
/// is served if a proxy URL is set. Attach it last, so that it judges what other fairings make of a request.
///
/// # Errors
/// [`StartError`], with all problems of the settings at once.
pub fn protect() -> Result<ClerkFairing, StartError> {
    Ok(ClerkFairing::new(&Kit::builder().from_env()?))
}
