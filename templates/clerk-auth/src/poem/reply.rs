//! The kit's answers as poem's.

use http_body_util::combinators::BoxBody;
use poem::error::ResponseError;
use poem::{Body, Error, IntoResponse, Response, handler};

use crate::kit::{self, NoUser, Reply, SignedIn};

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let whole = |body| BoxBody::from(Body::from_bytes(body));
        http::Response::from(self).map(whole).into()
    }
}

impl From<Reply> for Error {
    fn from(reply: Reply) -> Self {
        Self::from_response(reply.into_response())
    }
}

impl ResponseError for NoUser {
    fn status(&self) -> http::StatusCode {
        self.reply.status()
    }

    fn as_response(&self) -> Response {
        self.reply.clone().into_response()
    }
}

/// `GET /api/me`: the sender, as JSON.
#[handler]
pub fn me(SignedIn(session): SignedIn) -> Reply {
    kit::me(&session)
}
