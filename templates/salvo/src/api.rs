//! The API: JSON for programs, 401 for strangers. Your own calls go here.

use clerk_auth::salvo::me;
use salvo::Router;

/// Everything below `/api`.
pub fn routes() -> Router {
    // `me` says who is asking.
    Router::new().push(Router::with_path("api/me").get(me))
}
