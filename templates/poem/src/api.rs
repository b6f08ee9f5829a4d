//! The API: JSON for programs, 401 for strangers. Your own calls go here.

use clerk_auth::poem::me;
use poem::{Route, get};

/// Adds everything below `/api`.
pub fn routes(app: Route) -> Route {
    // `me` says who is asking.
    app.at("/api/me", get(me))
}
