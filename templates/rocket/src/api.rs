//! The API: JSON for programs, 401 for strangers. Your own calls go here.

use clerk_auth::rocket::SignedIn;
use clerk_auth::{Reply, kit};
use rocket::{Route, get, routes};

/// Everything below `/api`.
pub fn routes() -> Vec<Route> {
    routes![me]
}

/// Who is asking.
#[get("/me")]
fn me(user: SignedIn) -> Reply {
    kit::me(&user.0)
}
