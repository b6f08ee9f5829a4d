//! The kit's answers as axum's.

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};

use super::extract::ask;
use crate::kit::{self, NoUser, Reply, SignedIn};

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        http::Response::from(self).map(Body::from)
    }
}

impl IntoResponse for NoUser {
    fn into_response(self) -> Response {
        self.reply.into_response()
    }
}

/// `GET /api/me`: the sender, as JSON.
pub async fn me(SignedIn(session): SignedIn) -> Reply {
    kit::me(&session)
}

/// The fallback for addresses without a page. Strangers get here only on public paths; elsewhere they are sent to
/// sign-in first.
pub async fn not_found(request: Request) -> Reply {
    let (parts, _) = request.into_parts();
    ask(&parts, |guest, head| Ok(guest.not_found(head))).unwrap_or_else(|reply| reply)
}
