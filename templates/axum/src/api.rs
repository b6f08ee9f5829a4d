//! The API: JSON for programs, 401 for strangers. Your own calls go here.

use axum::Router;
use axum::routing::get;
use clerk_auth::axum::me;

/// Everything below `/api`.
pub fn routes() -> Router {
    // `me` says who is asking.
    Router::new().route("/api/me", get(me))
}
