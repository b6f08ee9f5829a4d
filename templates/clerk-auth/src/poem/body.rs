//! How large a request's body may be. poem itself has no limit but for whoever reads with one.

use std::io;

use http::StatusCode;
use http_body::Body as _;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Limited};
use poem::Request;

use crate::kit::Reply;

/// The most bytes of a body unless the app says otherwise: as many as axum takes.
pub(super) const MOST: usize = 2 * 1024 * 1024;

/// Sees to it that no handler reads more than that.
///
/// # Errors
/// The answer to a body that says itself that it is too large.
pub(super) fn limit(request: &mut Request, most: usize) -> Result<(), Reply> {
    let body: BoxBody<_, _> = request.take_body().into();
    match body.size_hint().upper() {
        Some(bytes) if bytes > most as u64 => {
            return Err(Reply::error(StatusCode::PAYLOAD_TOO_LARGE));
        }
        Some(_) => request.set_body(body),
        // Nobody knows yet how long it will be; a handler that reads on gets an error.
        None => request.set_body(BoxBody::new(
            Limited::new(body, most).map_err(io::Error::other),
        )),
    }
    Ok(())
}
