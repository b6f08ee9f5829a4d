//! The answer for everything that is not there.

use axum::extract::{Request, State};
use axum::response::Response;
use clerk_auth::Connection;

use crate::answer;
use crate::app::App;

/// Strangers get here only beside `/healthz` and the like; elsewhere they are told 401 first, and learn nothing about
/// what exists.
pub async fn not_found(State(app): State<App>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    answer::respond(&app, app.gate.not_found(&parts, Connection::HTTP))
}
