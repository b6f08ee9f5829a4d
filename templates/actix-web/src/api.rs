//! The API: JSON for programs, 401 for strangers. Your own calls go here.

use actix_web::web;
use clerk_auth::actix_web::me;

/// Everything below `/api`.
pub fn routes(config: &mut web::ServiceConfig) {
    // `me` says who is asking.
    config.service(web::resource("/api/me").get(me));
}
